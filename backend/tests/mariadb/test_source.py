"""What a session promises, on a real server: it only reads, ends in time, can be cancelled, and streams."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from guichet import errors
from guichet.sources.columns import ValueType
from guichet.sources.mariadb.source import MariaDBSource
from guichet.sources.protocol import TemporaryTable
from tests.api.conftest import wait_until
from tests.mariadb.server import Server

Make = Callable[..., MariaDBSource]
ENDLESS = "SELECT count(*) FROM visit a JOIN visit b JOIN visit c ON a.code < b.code AND b.code < c.code"
ROWS = "SELECT a.id, repeat('x', 500) AS text FROM visit a JOIN visit b"


def statements(server: Server) -> list[str]:
    rows = server.run("SELECT INFO FROM information_schema.PROCESSLIST WHERE USER IN ('reader', 'owner')")
    return [str(info) for (info,) in rows if info and info != "KILL"]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM customer",
        "INSERT INTO country VALUES ('XX', 'x')",
        "CREATE TABLE made (id INT)",
        "CREATE OR REPLACE VIEW made AS SELECT 1",
        "DROP TABLE visit",
        "COMMIT",
        "SET SESSION TRANSACTION READ WRITE",
        "CALL anything()",
        "DO SLEEP(1)",
        "SELECT 1; DELETE FROM customer",
        "/*! DELETE FROM customer */",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE country",
        "TRUNCATE customer",
    ],
)
def test_nothing_is_written_even_by_who_may(make_source: Make, mariadb: Server, sql: str) -> None:
    with make_source(user="owner").session(5) as session, pytest.raises(errors.QueryFailedError):
        session.fetch(sql, {})

    assert mariadb.run("SELECT count(*) FROM shop.customer") == [(7,)]
    assert mariadb.run("SELECT count(*) FROM shop.country") == [(4,)]


@pytest.mark.parametrize("into", ["INTO OUTFILE", "INTO DUMPFILE", "into/* a */outfile", "/*! INTO OUTFILE */"])
def test_a_query_writes_no_file_of_the_server(make_source: Make, tmp_path: Path, into: str) -> None:
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    sql = f"SELECT 'into' AS a, `into` FROM (SELECT 1 AS `into`) AS b -- into\n{into} '{tmp_path}/evil'"
    if "!" in into:
        sql = f"SELECT 1 /*! INTO OUTFILE '{tmp_path}/evil' */"
    with make_source(user="owner").session(5) as session:
        with pytest.raises(errors.QueryFailedError, match="only a query"):
            session.fetch(sql, {})
        assert session.fetch("SELECT 'into' AS a, `into` FROM (SELECT 1 AS `into`) AS b -- into", {}).rows == [
            ("into", 1)
        ]
    assert list(tmp_path.iterdir()) == []


def test_the_server_itself_refuses_to_write(make_source: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guichet.sources.mariadb.statements.check_query", lambda sql: None)
    source = make_source(user="owner")
    for sql in ("DELETE FROM customer", "INSERT INTO country VALUES ('XX', 'x')", "CREATE TABLE made (id INT)"):
        with source.session(5) as session, pytest.raises(errors.QueryFailedError, match="READ ONLY"):
            session.fetch(sql, {})
        with source.session(5) as session:
            session.fetch("COMMIT", {})
            with pytest.raises(errors.QueryFailedError, match="READ ONLY"):
                session.fetch(sql, {})


def test_a_query_ends_by_the_servers_clock(source: MariaDBSource, mariadb: Server) -> None:
    with source.session(0.3) as session, pytest.raises(errors.QueryTimeoutError):
        session.fetch(ENDLESS, {})
    with source.session(5) as session:
        assert session.fetch_value("SELECT @@max_statement_time", {}) == 5.0
    assert not [one for one in statements(mariadb) if "visit a" in one]


def test_a_query_is_cancelled_in_the_server(source: MariaDBSource, mariadb: Server) -> None:
    with source.session(60) as session:
        raised: list[BaseException] = []

        def run() -> None:
            try:
                session.fetch(ENDLESS, {})
            except errors.SourceError as error:
                raised.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        wait_until(lambda: any("visit a" in one for one in statements(mariadb)))
        session.cancel()
        thread.join(30)

    assert [type(one) for one in raised] == [errors.QueryCancelledError]
    wait_until(lambda: not any("visit a" in one for one in statements(mariadb)))


def test_whoever_takes_no_more_rows_leaves_nothing_running(source: MariaDBSource, mariadb: Server) -> None:
    with source.session(60) as session, closing(session.stream(ROWS, {}, 10)) as rows:  # type: ignore[type-var]  # a generator
        assert len([next(rows) for _ in range(15)]) == 15

    wait_until(lambda: not any("visit a" in one for one in statements(mariadb)))
    with source.session(5) as session:
        assert session.fetch_value("SELECT 1", {}) == 1


def test_a_stream_is_cancelled_while_it_is_read(source: MariaDBSource) -> None:
    with source.session(60) as session:
        rows = session.stream(ROWS, {})
        assert len([next(rows) for _ in range(5000)]) == 5000
        session.cancel()
        with pytest.raises(errors.QueryCancelledError):
            deque(rows, maxlen=0)


def test_a_server_that_kills_the_connection_leaves_no_short_result(source: MariaDBSource, mariadb: Server) -> None:
    class Sink:
        lines = 0

        def write(self, row: bytes) -> None:
            self.lines += 1
            if self.lines == 5000:
                ids = mariadb.run(
                    "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%visit a%' AND USER = 'reader'"
                )
                mariadb.run(f"KILL CONNECTION {ids[0][0]}")

    with source.session(60) as session, pytest.raises(errors.SourceUnavailableError):
        session.write_csv(ROWS, {}, ",", Sink())
    with source.session(5) as session:
        assert session.fetch_value("SELECT 1", {}) == 1


def test_all_statements_see_one_moment_where_it_is_wanted(source: MariaDBSource, mariadb: Server) -> None:
    count = "SELECT count(*) FROM country"
    for snapshot in (True, False):
        with source.session(5, snapshot=snapshot) as session:
            before = session.fetch_value(count, {})
            mariadb.run("INSERT INTO shop.country VALUES ('XX', 'x')")
            try:
                assert (session.fetch_value(count, {}) == before) is snapshot
            finally:
                mariadb.run("DELETE FROM shop.country WHERE code = 'XX'")


def test_temporary_tables_are_there_and_gone_again(source: MariaDBSource, make_source: Make) -> None:
    rows = [b"a\\\\b\\tc\n\\N\n", "é😀\n".encode()]
    table = TemporaryTable("guichet_list_0", "guichet_value VARCHAR(50), KEY (guichet_value)", lambda: iter(rows))
    with source.session(5, [table], snapshot=True) as session:
        listed = session.fetch(
            "SELECT guichet_value FROM guichet_list_0 ORDER BY guichet_value IS NULL, 1 DESC", {}
        ).rows
        assert sorted(one[0] for one in listed if one[0]) == ["a\\b\tc", "é😀"]
        assert len(listed) == 3
    with source.session(5) as session, pytest.raises(errors.QueryFailedError):
        session.fetch("SELECT * FROM guichet_list_0", {})
    assert source.takes_tables()
    assert not make_source(user="bare").takes_tables()


@pytest.mark.parametrize(
    ("column", "type_"),
    [
        ("id", ValueType("int", "integer")),
        ("turnover", ValueType("decimal", "decimal")),
        ("rating", ValueType("float", "float")),
        ("born", ValueType("date", "date")),
        ("seen", ValueType("timestamp", "timestamptz")),
        ("name", ValueType("varchar(768) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "text")),
        ("kind", ValueType("varchar(768) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "text")),
        ("c.name COLLATE utf8mb4_bin", ValueType("varchar(768) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "text")),
    ],
)
def test_the_type_of_what_a_value_is_compared_with_is_known(
    source: MariaDBSource, column: str, type_: ValueType
) -> None:
    with source.session(5) as session:
        assert (
            session.value_type(f"SELECT 1 FROM customer AS c WHERE {column} = %(value)s", {"value": None}, "value")
            == type_
        )


@pytest.mark.parametrize(
    ("sql", "kind", "near"),
    [
        ("SELECT nope FROM customer", "", "nope"),
        ("SELECT * FROM nowhere", "", "nowhere"),
        ("SELECT * FORM customer", "syntax", "FORM customer"),
        ("SELECT * FROM mysql.user", "rights", ""),
        ("SELECT missing(1)", "rights", ""),
    ],
)
def test_what_is_wrong_with_sql_is_told_with_its_place(source: MariaDBSource, sql: str, kind: str, near: str) -> None:
    with source.session(5) as session, pytest.raises(errors.QueryFailedError) as raised:
        session.plan(sql, {})

    assert (raised.value.kind, raised.value.near) == (kind, near)


def test_a_wrong_password_is_the_operators_business(make_source: Make, mariadb: Server, caplog: Any) -> None:
    url = mariadb.url("shop").replace("secret", "wrong-password")
    with pytest.raises(errors.SourceUnavailableError) as raised:
        make_source(url=url).ping()

    assert "1045" in raised.value.reason
    assert "wrong-password" not in caplog.text


@pytest.mark.parametrize("url", ["mariadb://reader:secret@127.0.0.1:1/shop", "mariadb://reader@host.invalid/shop"])
def test_a_server_that_is_not_there_is_said_to_be_unavailable(make_source: Make, url: str) -> None:
    with pytest.raises(errors.SourceUnavailableError):
        make_source(url=url, connect_seconds=2).ping()


def test_an_unknown_time_zone_is_named_with_its_remedy(make_source: Make) -> None:
    with pytest.raises(errors.SourceUnavailableError) as raised:
        make_source(time_zone="America/Lima").ping()

    assert "mariadb-tzinfo-to-sql" in raised.value.reason


def test_an_option_that_is_not_known_is_refused(make_source: Make, mariadb: Server) -> None:
    with pytest.raises(errors.SettingsError, match="local_infile"):
        make_source(url=mariadb.url("shop") + "?local_infile=1")


def test_no_more_connections_are_opened_than_there_may_be(make_source: Make) -> None:
    source = make_source()
    with source.session(5), source.session(5), source.session(5), source.session(5):
        source._pool._config = source._pool._config.__class__(**{**vars(source._pool._config), "wait_seconds": 0.1})
        with pytest.raises(errors.SourceBusyError), source.session(5):
            pass
