"""What an author's SQL may do to its source, beside reading it in one statement: nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import psycopg2
import pytest

from guichet import errors
from guichet.search import value_list_binding
from guichet.sources.protocol import Source, TemporaryTable
from tests.api.test_value_lists import made
from tests.conftest import Portal, run_sql

SQL = """
CREATE TABLE note (id int, text text);
INSERT INTO note VALUES (3, 'c'), (1, 'a'), (5, 'e'), (2, 'b'), (4, 'd'), (6, 'f');
CREATE FUNCTION scribble() RETURNS int LANGUAGE sql VOLATILE AS $$ INSERT INTO note VALUES (9, 'x') RETURNING id $$;
"""
SECOND = "INSERT INTO note VALUES (9, 'x')"


@pytest.fixture(scope="module")
def notes(make_database: Callable[..., str]) -> str:
    return make_database(sql=SQL)


@pytest.fixture
def portal(make_portal: Callable[..., Portal], notes: str, portal_database_url: str) -> Portal:
    portal = make_portal(notes=notes)
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    return portal


def source(portal: Portal) -> Source:
    made_: Source = portal.app().extensions["guichet"].sources["notes"]
    return made_


STATEMENTS = (
    f"SELECT 1; COMMIT; {SECOND}; SELECT 1",
    f"SELECT 1) AS a; COMMIT; {SECOND}; SELECT * FROM (SELECT 1",
    f"SELECT 1\n) TO STDOUT; COMMIT; {SECOND}; COPY (\nSELECT 1",
    f"COPY (SELECT 1) TO STDOUT; COMMIT; {SECOND}; SELECT 1",
    f"SELECT 1 AS a$b$; COMMIT; {SECOND}; SELECT $b$ 1$b$",
    # These would pass where nobody looks: they write nothing, so that nothing else stops them.
    "SELECT 1; SELECT 1",
    "SELECT 1\n) TO STDOUT; COPY (\nSELECT 1",
)


@pytest.mark.parametrize("sql", STATEMENTS)
@pytest.mark.parametrize(
    "way", ["fetch", "estimate", "plan", "describe", "stream", "write_csv", "write_lines", "value_type"]
)
def test_the_protocol_takes_one_statement(portal: Portal, notes: str, sql: str, way: str) -> None:
    further: dict[str, tuple[object, ...]] = {
        "write_csv": (",", _Nothing()),
        "write_lines": (_Nothing(),),
        "value_type": ("x",),
    }
    with source(portal).session(5) as session:
        run = partial(getattr(session, way), sql, {}, *further.get(way, ()))
        with pytest.raises(errors.QueryFailedError):
            list(run())
    assert run_sql(notes, "SELECT count(*) FROM note WHERE id = 9") == [(0,)]


class _Nothing:
    def write(self, row: bytes) -> None:
        pass


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT 1 AS a$b$; COMMIT; {SECOND}; SELECT $b$ 1$b$",
        f"SELECT 1 AS €$b$; COMMIT; {SECOND}; SELECT $b$ 1$b$",
        f"SELECT €E'a\\'; COMMIT; {SECOND}; SELECT ''",
        f"SELECT 1; {SECOND}",
    ],
)
def test_no_spelling_hides_a_second_one_from_the_loading(portal: Portal, sql: str) -> None:
    portal.write("hidden.yaml", f"title: Hidden\nsource: notes\nsql: |\n  {sql}\n")
    answer = portal.client().get("/api/v1/interfaces/hidden")
    assert answer.status_code == 503
    detail = answer.json["errors"][0]["detail"]
    assert "one statement only" in detail or "is opened here and not closed" in detail


def test_what_a_search_left_behind_is_not_lent_again(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    read = source(portal)
    monkeypatch.setattr("guichet.sources.postgresql.source.PostgreSQLSession._refuse_several", lambda *_: None)
    with read.session(5) as session:
        session.fetch("COMMIT; SET default_transaction_read_only = off; SELECT 1", {})
    with read.session(5) as session:
        assert session.fetch_value("SHOW default_transaction_read_only", {}) == "on"


def test_a_connection_can_only_read_and_not_for_ever_outside_of_a_transaction_too(portal: Portal) -> None:
    with source(portal).session(5) as session:
        cursor = session._connection.cursor()
        cursor.execute("ROLLBACK")
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute(SECOND)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("1min",)


@pytest.mark.parametrize("way", ["without lists", "with a table of one"])
def test_a_search_only_reads(portal: Portal, notes: str, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    portal.write(
        "scribbling.yaml",
        "title: S\nsource: notes\nsql: SELECT id, scribble() AS s FROM note WHERE {criteria}\n"
        "criteria: {text: {type: values, column: text}}\n",
    )
    client = portal.client()
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    criteria = {"text": {"list": made(client, "a\nb\n")["id"]}} if way != "without lists" else {}

    answer = client.post("/api/v1/interfaces/scribbling/search", {"criteria": criteria})

    assert answer.status_code == 503
    assert "read-only transaction" in answer.json["errors"][0]["detail"]
    assert run_sql(notes, "SELECT count(*) FROM note") == [(6,)]


def test_a_session_with_tables_only_reads_once_they_are_filled(portal: Portal) -> None:
    table = TemporaryTable("mine", "one int", lambda: iter([b"1\n", b"2\n"]))
    with source(portal).session(5, [table]) as session:
        assert session.fetch_value("SELECT count(*) FROM mine", {}) == 2
        with pytest.raises(errors.QueryFailedError, match="read-only"):
            session.fetch("SELECT scribble()", {})


def test_pages_beyond_a_row_are_in_the_order_of_the_key_whatever_lies_where(portal: Portal) -> None:
    portal.write("notes.yaml", "title: N\nsource: notes\nkey: id\nsql: SELECT id, text FROM note\n")
    client = portal.client()
    found, url = [], "/api/v1/interfaces/notes/rows?limit=2"
    links: dict[str, str] = {}
    while url:
        answer = client.get(url)
        found.append([row["id"] for row in answer.json])
        links = {one.split('rel="')[1].rstrip('"'): one.split(">")[0][1:] for one in answer.headers["Link"].split(", ")}
        url = links.get("next", "")
    assert found == [[1, 2], [3, 4], [5, 6]]
    assert [row["id"] for row in client.get(links["prev"]).json] == [3, 4]
