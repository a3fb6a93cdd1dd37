"""Value lists over HTTP: uploaded, read, searched by, and which of their values were not found."""

from __future__ import annotations

import csv
import io
import json
import socket
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
from pydantic import SecretStr
from werkzeug.datastructures import Authorization
from werkzeug.test import TestResponse

from guichet.portal_db import database as portal_databases
from guichet.portal_db import migrate
from guichet.portal_db.database import PortalDatabase
from guichet.search import value_list_binding
from guichet.search.value_list_binding import SAMPLED_VALUES, UsedList, sample_list
from guichet.sources.postgresql.pool import PoolLimits
from guichet.sql.postgresql.dialect import POSTGRESQL
from guichet.value_lists import storage, value_types
from guichet.value_lists.storage import ListReading
from tests.api.conftest import wait_until
from tests.api.test_extracts import RUNNING, archive, wait_for, working
from tests.conftest import USERS, Client, Portal, run_sql

SEARCH = "/api/v1/interfaces/contacts/search"
COUNT = "/api/v1/interfaces/contacts/count"


@pytest.fixture
def portal(portal: Portal, portal_database_url: str) -> Portal:
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    run_sql(portal_database_url, "TRUNCATE guichet.value_list, guichet.saved_search CASCADE")
    return portal


@pytest.fixture(params=["bound", "table", "unnested"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Has even short lists go each way that a list may take to a source."""
    if request.param != "bound":
        monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    if request.param == "unnested":
        monkeypatch.setattr("guichet.sources.postgresql.source.PostgreSQLSource.takes_tables", lambda _: False)
    return str(request.param)


def upload(client: Client, content: bytes, name: str = "values.csv", **query: str) -> TestResponse:
    head = f'--end\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    options = {
        "data": head.encode() + content + b"\r\n--end--\r\n",
        "content_type": "multipart/form-data; boundary=end",
        "query_string": query,
    }
    return client._open("POST", "/api/v1/value-lists", options)


def made(client: Client, content: bytes | str, **query: str) -> dict[str, Any]:
    answer = upload(client, content.encode() if isinstance(content, str) else content, **query)
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def found(client: Client, criteria: dict[str, Any]) -> list[int]:
    answer = client.post(SEARCH, {"criteria": criteria})
    assert answer.status_code == 200, answer.text
    return sorted(row[0] for row in answer.get_json()["rows"])


def test_it_takes_a_file(client: Client) -> None:
    content = "nom;domaine\r\nAcme;acme.example\r\nÉclair;eclair.example\r\n;\r\nAcme;acme.example\r\n".encode("cp1252")

    one = made(client, content, interface="contacts", criterion="domain")

    assert {name: one[name] for name in one if name not in ("id", "url", "created_at", "used_at")} == {
        "name": "values.csv",
        "encoding": "windows-1252",
        "likely_encodings": [],
        "delimiter": ";",
        "header": True,
        "header_line": 1,
        "lines_above": 0,
        "first_lines": [
            {"line": 1, "text": "nom;domaine"},
            {"line": 2, "text": "Acme;acme.example"},
            {"line": 3, "text": "Éclair;eclair.example"},
            {"line": 4, "text": ";"},
            {"line": 5, "text": "Acme;acme.example"},
        ],
        "sheets": [],
        "sheet": None,
        "columns": ["nom", "domaine"],
        "sample": [["Acme", "acme.example"], ["Éclair", "eclair.example"], ["Acme", "acme.example"]],
        "column": 1,
        "rows": 4,
        "values": 2,
        "duplicates": 1,
        "blanks": 1,
        "malformed": 0,
        "malformed_sample": [],
        "bytes": 77,
        "expires_in_days": 30,
    }


def test_it_reads_it_another_way(client: Client) -> None:
    one = made(client, "id,name\n1,Acme\n2,Éclair\n")

    other = client.patch(f"/api/v1/value-lists/{one['id']}", {"column": 1, "header": False})

    assert other.status_code == 200, other.text
    body = other.get_json()
    assert (body["column"], body["header"], body["values"], body["columns"]) == (1, False, 3, [None, None])
    assert client.get(f"/api/v1/value-lists/{one['id']}").get_json() == body | {"used_at": one["used_at"]}


def test_it_says_which_values_a_criterion_cant_read(client: Client) -> None:
    one = made(client, "id\n00001\n1\ntwo\n\n4\n99999999999999999999\n", interface="contacts", criterion="id")

    assert (one["values"], one["duplicates"], one["blanks"], one["malformed"]) == (2, 1, 1, 2)
    assert one["malformed_sample"] == [{"line": 4, "value": "two"}, {"line": 7, "value": "99999999999999999999"}]


@pytest.mark.parametrize(
    ("criterion", "values", "expected"),
    [
        ("id", "1\n002\n99\nx\n", [1, 2]),
        ("domain", "ACME.example\n eclair.example \nnobody.example\n", [1, 2]),
        ("joined", "2026-01-01\n2026-02-30\n2026-02-01\n", [1, 3]),
        ("email", "b@acme.example\nno address\n", [1]),
        ("in_cell", "b@acme.example\nnobody@x.example\n", [1]),
        ("unknown_place", "100_Labs\nback\\slash\n", [4, 5]),
    ],
)
def test_it_searches_by_a_list(client: Client, way: str, criterion: str, values: str, expected: list[int]) -> None:
    one = made(client, values, interface="contacts", criterion=criterion)
    criteria = {criterion: {"list": one["id"]}}

    assert found(client, criteria) == expected
    assert client.post(COUNT, {"criteria": criteria}).get_json()["count"] == len(expected)
    turned = {criterion: {"not": {"list": one["id"]}}}
    assert found(client, turned) == [one for one in range(1, 9) if one not in expected]


@pytest.mark.parametrize(
    ("criterion", "values", "matched", "unmatched"),
    [
        ("id", "number\n1\n002\n99\nx\n3\n2\n", (4, 3, 1), ["4,99,not found", "5,x,malformed"]),
        ("domain", "ACME.example\nacme.example\nZ.example\nz.example\n", (2, 1, 0), ["3,Z.example,not found"]),
        (
            "email",
            "b@acme.example\nno address\nc@x.example\n",
            (2, 1, 1),
            ["2,no address,malformed", "3,c@x.example,not found"],
        ),
        ("in_cell", 'b@acme.example\n"x, ""y"""\n', (2, 1, 0), ['2,"x, ""y""",not found']),
    ],
)
def test_it_tells_what_was_not_found(
    client: Client, way: str, criterion: str, values: str, matched: tuple[int, int, int], unmatched: list[str]
) -> None:
    one = made(client, values, interface="contacts", criterion=criterion)
    criteria = {criterion: {"list": one["id"]}}

    for answer in (client.post(COUNT, {"criteria": criteria}), client.post(SEARCH, {"criteria": criteria})):
        told = answer.get_json()["unmatched"][criterion]
        assert (told["values"], told["matched"], told["malformed"]) == matched
        sent = client.get(told["url"])
        assert sent.status_code == 200, sent.text
        assert sent.text.splitlines() == ["line,value,problem", *unmatched]


@pytest.mark.parametrize(
    ("criterion", "values", "matched", "unmatched"),
    [
        ("id", [1, "002", 99, 3, "2", "x"], (4, 3), ["3,99,not found", "6,x,malformed"]),
        ("domain", ["ACME.example", "acme.example", "", " Z.example "], (2, 1), ["4,Z.example,not found"]),
        (
            "joined",
            ["2026-01-01", "1999-01-01", "2026-02-30"],
            (2, 1),
            ["2,1999-01-01,not found", "3,2026-02-30,malformed"],
        ),
        ("email", ["b@acme.example", "c@x.example"], (2, 1), ["2,c@x.example,not found"]),
        ("in_cell", ["b@acme.example", 'x, "y"'], (2, 1), ['2,"x, ""y""",not found']),
    ],
)
def test_it_tells_what_was_not_found_of_pasted_values(
    client: Client, criterion: str, values: list[Any], matched: tuple[int, int], unmatched: list[str]
) -> None:
    criteria = {"criteria": {criterion: values}}

    for answer in (client.post(COUNT, criteria), client.post(SEARCH, criteria)):
        told = answer.get_json()["unmatched"][criterion]
        assert (told["values"], told["matched"], told["url"]) == (*matched, None)
    sent = client.post(f"/api/v1/interfaces/contacts/unmatched?criterion={criterion}", criteria)
    assert sent.text.splitlines() == ["line,value,problem", *unmatched]


def test_pasted_values_that_cant_be_read_find_nothing_and_fail_nothing(client: Client) -> None:
    for values, count in ((["x", "y"], 0), ({"not": ["x", "y"]}, 8), ({"not": ["1", "y"]}, 7)):
        answer = client.post(COUNT, {"criteria": {"id": values}})
        assert (answer.status_code, answer.get_json()["count"]) == (200, count)
    assert client.post(COUNT, {"criteria": {"id": "x"}}).status_code == 422


UUID = "0b6a0d4e-0000-4000-8000-00000000000a"
KEYS = {
    "text": ("00123", "", "x"),
    "smallint": ("32767", "32768", "-32768", "+5", "1.0", "x", "", "0" * 30 + "1", "0" * 29 + "1"),
    "integer": ("2147483647", "2147483648", "-0", "007"),
    "bigint": ("9223372036854775807", "9223372036854775808", "-9223372036854775808", "١"),
    "numeric": ("1.50", "100", ".5", "5.", "1e3", "-0.00", "1.5e-3", "1,5", "NaN", "00.10", "12000.00", "1e99"),
    "double precision": ("1.50", "1e3", "0.1", "x"),
    "uuid": (UUID, f"{{{UUID.upper()}}}", UUID.replace("-", ""), UUID[:9], f"{{{UUID}"),
    "date": ("2026-02-28", "2026-02-29", "2024-02-29", "1900-02-29", "0000-01-01", "2026-1-1", "20260101"),
    "timestamp": ("2026-01-31", "2026-01-31T18:00", "2026-01-31 18:00:59.5Z", "2026-01-31 24:00", "2026-02-30 10:00"),
    "email": ("a@b.example", "a@b", "a b@c.example", "@b.example", "a@b.example.", "a@@b.example"),
    "boolean": ("TRUE", "no", "1", "2", "off", ""),
}


@pytest.mark.parametrize("kind", KEYS)
def test_pasted_and_kept_values_are_read_alike(portal_database_url: str, kind: str) -> None:
    arrays = ", ".join(f"('{value}')" for value in KEYS[kind])
    kept = run_sql(
        portal_database_url, f"SELECT guichet.value_key(value, '{kind}') FROM (VALUES {arrays}) AS listed (value)"
    )

    read = [value_types.normalize(value, kind) for value in KEYS[kind]]
    assert [read_as(kind, one) for one in read] == [read_as(kind, one) for (one,) in kept]


def read_as(kind: str, key: str | None) -> object:
    return float(key) if kind == "double precision" and key is not None else key


def test_it_tells_nothing_of_one_value_or_of_those_turned_round(client: Client) -> None:
    for values in (["acme.example"], {"not": ["acme.example", "z.example"]}):
        body = {"criteria": {"domain": values}}
        assert client.post(COUNT, body).get_json()["unmatched"] == {}
        assert client.post("/api/v1/interfaces/contacts/unmatched?criterion=domain", body).status_code == 404


def test_it_tells_nothing_where_it_cant_know(client: Client) -> None:
    one = made(client, "100_Labs\n")

    answer = client.post(SEARCH, {"criteria": {"unknown_place": {"list": one["id"]}}})

    assert answer.get_json()["unmatched"] == {}


def test_it_says_of_other_criteria_too_what_was_not_found(client: Client, way: str) -> None:
    domains, ids = made(client, "acme.example\neclair.example\n"), made(client, "1\n3\n")

    answer = client.post(
        SEARCH, {"criteria": {"domain": {"list": domains["id"]}, "id": {"list": ids["id"]}}}
    ).get_json()

    assert [row[0] for row in answer["rows"]] == [1]
    assert {name: one["matched"] for name, one in answer["unmatched"].items()} == {"domain": 1, "id": 1}


def test_every_call_takes_a_list(client: Client, way: str) -> None:
    one = made(client, "acme.example\npercent.example\n")
    criteria = {"domain": {"list": one["id"]}}

    rows = list(csv.reader(io.StringIO(client.post("/api/v1/interfaces/contacts/csv", {"criteria": criteria}).text)))
    assert len(rows) == 3
    assert client.post("/api/v1/interfaces/contacts/xlsx", {"criteria": criteria}).status_code == 200
    summary = client.post("/api/v1/interfaces/contacts/summary", {"criteria": criteria, "columns": ["id"]})
    assert summary.get_json()["total"] == 2
    estimate = client.post(f"{COUNT}?estimate=1", {"criteria": criteria})
    assert estimate.get_json()["count"] <= 8
    options = client.get(f"/api/v1/interfaces/contacts/options/country?domain.list={one['id']}").get_json()
    assert [option["label"] for option in options["options"]] == ["Belgium", "France"]


def test_a_list_belongs_to_one_user(portal: Portal, client: Client) -> None:
    one, other = made(client, "acme.example\n"), portal.client("ben")

    assert other.get(f"/api/v1/value-lists/{one['id']}").status_code == 404
    assert other.get(f"/api/v1/value-lists/{one['id']}/unmatched?interface=contacts").status_code == 404
    assert other.delete(f"/api/v1/value-lists/{one['id']}").status_code == 404
    assert other.get("/api/v1/value-lists").get_json() == []
    refused = other.post(SEARCH, {"criteria": {"domain": {"not": {"list": one["id"]}}}})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/criteria/domain/not/list"


def test_it_lists_and_deletes_them(client: Client) -> None:
    first, second = made(client, "a\n"), made(client, "b\n")
    found(client, {"domain": {"list": first["id"]}})

    assert [one["id"] for one in client.get("/api/v1/value-lists").get_json()] == [first["id"], second["id"]]
    assert client.delete(f"/api/v1/value-lists/{first['id']}").status_code == 204
    assert client.get(f"/api/v1/value-lists/{first['id']}").status_code == 404
    assert client.post(COUNT, {"criteria": {"domain": {"list": first["id"]}}}).status_code == 422


def test_it_drops_repetitions_and_only_those(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where hashes of different values are the same, as once in a million of long lists."""
    monkeypatch.setattr("guichet.value_lists.deduplication.MASK", 0)
    lines = ["nobody.example", "ACME.example", "eclair.example", "nobody.example", "x,\ty\\", "ACME.example", "x,\ty\\"]

    one = made(client, "\n".join(lines), interface="contacts", criterion="domain")

    assert (one["rows"], one["values"], one["duplicates"]) == (7, 4, 3)
    told = client.post(COUNT, {"criteria": {"domain": {"list": one["id"]}}}).get_json()["unmatched"]["domain"]
    assert client.get(told["url"]).text.splitlines()[1:] == ["1,nobody.example,not found", '5,"x,\ty\\",not found']


def test_a_user_keeps_so_many_lists(portal: Portal) -> None:
    client, other = portal.client(VALUE_LISTS_PER_USER="2"), portal.client("ben", VALUE_LISTS_PER_USER="2")
    first = made(client, "a\n")
    made(client, "b\n")

    refused = upload(client, b"c\n")

    assert (refused.status_code, refused.get_json()["type"]) == (409, "urn:guichet:problem:too-many-lists")
    assert "2 lists already" in refused.get_json()["detail"]
    assert upload(other, b"c\n").status_code == 201
    client.delete(f"/api/v1/value-lists/{first['id']}")
    assert upload(client, b"c\n").status_code == 201


def test_lines_are_a_list_too(client: Client) -> None:
    answer = client.post("/api/v1/value-lists", {"lines": ["a,b", " c ", 'd"', "", "a,b", "e\nf"], "name": "pasted"})

    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    assert (body["name"], body["values"], body["duplicates"], body["blanks"]) == ("pasted", 4, 1, 1)


def test_plain_text_is_taken_as_it_is(client: Client) -> None:
    options = {"data": b'a,b\r\n"c\r\n\r\nid\r\n', "content_type": "text/plain", "query_string": {"name": "p"}}
    body = client._open("POST", "/api/v1/value-lists", options).get_json()

    assert (body["name"], body["values"], body["blanks"], body["header"], body["columns"]) == ("p", 3, 1, False, [None])


def test_lists_of_before_are_read_as_they_were(make_database: Callable[..., str]) -> None:
    """Their values were arrays."""
    files = sorted(Path(migrate.__file__).parent.glob("migrations/*.sql"))
    at = next(at for at, file in enumerate(files) if file.name == "0009_value_list_texts.sql")
    url = make_database(sql="CREATE SCHEMA guichet; " + "; ".join(file.read_text("utf-8") for file in files[:at]))
    listed = "(owner, name, bytes, encoding, header, columns, sample, column_at) VALUES ('anne', 'n', 1, 'utf-8', false"
    ((list_id,),) = run_sql(url, f"INSERT INTO guichet.value_list {listed}, '[null]', '[]', 0) RETURNING id")
    parts = "(list_id, part, first_line, lines, values, is_plain)"
    plain, other = "7, NULL, ARRAY['a', 'b c', 'd,e'], true", "NULL, ARRAY[3, 9], ARRAY[E'x\\ny\\\\', '\"z\"'], false"
    run_sql(
        url, f"INSERT INTO guichet.value_list_part {parts} VALUES ('{list_id}', 0, {plain}), ('{list_id}', 1, {other})"
    )

    run_sql(url, f"BEGIN; {files[at].read_text('utf-8')}; COMMIT")

    read = run_sql(url, "SELECT size, guichet.part_values(values, is_plain) FROM guichet.value_list_part ORDER BY part")
    assert read == [(3, ["a", "b c", "d,e"]), (2, ["x\ny\\", '"z"'])]


def test_a_kept_search_keeps_its_list(client: Client, portal: Portal, portal_database_url: str) -> None:
    kept, gone = made(client, "a\n"), made(client, "b\n")
    body = {"interface": "contacts", "name": "kept", "criteria": {"domain": {"list": kept["id"]}}}
    assert client.post("/api/v1/saved-searches", body).status_code == 201
    run_sql(portal_database_url, "UPDATE guichet.value_list SET used_at = now() - interval '31 days'")

    with PortalDatabase(SecretStr(portal_database_url), PoolLimits(1, 5, 5)).transaction() as transaction:
        expired = transaction.fetch("value_lists.expire", days=30)

    assert [str(one["id"]) for one in expired] == [gone["id"]]


def test_a_kept_search_is_refused_without_its_list(client: Client) -> None:
    body = {"interface": "contacts", "name": "kept", "criteria": {"domain": {"list": str(uuid.uuid4())}}}

    assert client.post("/api/v1/saved-searches", body).status_code == 422


TELLING = """
title: Telling
source: shop
sql: SELECT to_regclass('pg_temp.guichet_list_0') IS NOT NULL AS in_table FROM customer WHERE {criteria}
criteria:
  domain: {type: values, column: domain}
"""


@pytest.mark.parametrize(("values", "takes_tables", "in_table"), [(2, True, False), (3, True, True), (3, False, False)])
def test_only_long_lists_go_into_tables_and_only_where_there_may_be_some(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, values: int, takes_tables: bool, in_table: bool
) -> None:
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 2)
    monkeypatch.setattr("guichet.sources.postgresql.source.PostgreSQLSource.takes_tables", lambda _: takes_tables)
    portal.write("telling.yaml", TELLING)
    client = portal.client()
    one = made(client, "\n".join(["acme.example", "eclair.example", "x.example"][:values]))

    answer = client.post("/api/v1/interfaces/telling/search", {"criteria": {"domain": {"list": one["id"]}}})

    assert {placed for (placed,) in answer.get_json()["rows"]} == {in_table}


@pytest.fixture
def used_list(client: Client, portal_database_url: str) -> UsedList:
    """A list of a thousand values as searches use it."""
    one = made(client, "\n".join(f"name-{number}.example" for number in range(1000)))
    return UsedList(
        id=one["id"],
        name="values",
        hash="",
        criterion="domain",
        dialect=POSTGRESQL,
        database=PortalDatabase(SecretStr(portal_database_url), PoolLimits(3, 30, 5)),
        reading=ListReading(),
        type="text",
        values=1000,
        malformed=0,
        merged=False,
    )


def test_the_planner_is_asked_about_a_few_values_only(used_list: UsedList) -> None:
    sampled = sample_list(used_list)
    assert sampled.rows is None
    assert str(sampled.literal).count("name-") == SAMPLED_VALUES


def test_rows_of_a_long_list_are_guessed_by_some_of_its_values(
    make_database: Callable[..., str], portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    url = make_database(sql="CREATE TABLE sent AS SELECT g AS id FROM generate_series(1, 20000) g; ANALYZE sent;")
    portal.environ["SOURCE_LAB_URL"] = url
    sent = (
        "title: Sent\nsource: lab\nsql: SELECT * FROM sent WHERE {criteria}\ncriteria: {id: {type: values, column: id}}"
    )
    portal.write("sent.yaml", sent)
    client = portal.client()
    one = {"list": made(client, "\n".join(map(str, range(1, 401))))["id"]}

    def guess(criterion: Any) -> tuple[int, bool]:
        told = client.post("/api/v1/interfaces/sent/count?estimate=1", {"criteria": {"id": criterion}}).get_json()
        return told["count"], told["estimate"]

    assert guess(one) == (400, True)
    assert guess({"not": one}) == (20_000, True), "what is left out is not guessed at"


def test_a_list_may_take_longer_to_read_than_is_usual(
    used_list: UsedList, portal_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the ways to read one wait for a lock, longer than is usual here."""
    monkeypatch.setattr(portal_databases, "OPENING", "BEGIN; SET LOCAL statement_timeout = 1000")
    late = "wait_event_type = 'Lock' AND query_start < now() - interval '1500 ms' AND datname = current_database()"
    with closing(psycopg2.connect(portal_database_url)) as locking, ThreadPoolExecutor(3) as pool:
        locking.cursor().execute("LOCK TABLE guichet.value_list_part")
        ways = (lambda: list(used_list.keys()), lambda: list(used_list.lines()), lambda: [sample_list(used_list)])
        readings = [pool.submit(way) for way in ways]
        asked = f"SELECT count(*) FROM pg_stat_activity WHERE {late}"
        try:
            wait_until(lambda: run_sql(portal_database_url, asked) == [(3,)] or any(one.done() for one in readings))
        finally:
            locking.rollback()
        assert all(one.result() for one in readings)


def test_a_list_that_cant_be_read_is_no_fault_of_the_form(
    client: Client, portal_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source waits for its values while the portal's own database gives up."""
    one = made(client, "acme.example\neclair.example\n")
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    monkeypatch.setattr(storage, "SECONDS", 1)
    with closing(psycopg2.connect(portal_database_url)) as locking:
        locking.cursor().execute("LOCK TABLE guichet.value_list_part")
        answer = client.post(COUNT, {"criteria": {"id": 1, "domain": {"list": one["id"]}}})
    assert (answer.status_code, answer.get_json()["type"]) == (503, "urn:guichet:problem:portal-database")


def test_a_source_that_takes_no_tables_is_noticed(
    make_portal: Callable[..., Portal], portal: Portal, client: Client, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks a database whose role may only read."""
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    run_sql(shop, "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'reader'")
    name = shop.rsplit("/", 1)[1]
    run_sql(
        shop, f'REVOKE TEMP ON DATABASE "{name}" FROM PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader'
    )
    portal.environ["SOURCE_SHOP_URL"] = "postgresql://reader:reader@" + shop.split("@", 1)[1]
    limited = portal.client()
    try:
        one = made(limited, "acme.example\neclair.example\nx.example\n")
        answer = limited.post(SEARCH, {"criteria": {"domain": {"list": one["id"]}}}).get_json()
        assert (answer["count"], answer["unmatched"]["domain"]["matched"]) == (2, 2)
        assert limited.get(answer["unmatched"]["domain"]["url"]).text.splitlines()[1:] == ["3,x.example,not found"]
    finally:
        run_sql(shop, f'GRANT TEMP ON DATABASE "{name}" TO PUBLIC; DROP OWNED BY reader; DROP ROLE reader')


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 100, 422, "a zip or an Office document"),
        (b"%PDF-1.4", 422, "PDF"),
        (b"", 422, "empty"),
        (b"\n\n  \n", 422, "no value"),
        (b"a\nb\0c\n", 422, "NUL"),
        (b'a,b\n"x,y\n' * 3 + b"z,1\n", 201, ""),
        (b"a" * 10_000_000, 422, "Line 1: A line is longer"),
        (b"email\n" + b"x" * 20_000, 422, "Line 2: A value is longer"),
        (b"," * 5_000_000, 422, "Line 1: "),
        ((b"a," * 600 + b"\n") * 100, 422, "columns"),
        (b'a;b\n"1";2\n' * 700 + b'"open;2\n' + b"x;y\n" * 50_000, 422, "never closed"),
        (b"\xff\xfea\0b", 422, "not text in utf-16"),
        (b"".join(b"%d\n" % at for at in range(1001)), 413, "more than 1,000 values"),
    ],
)
def test_it_refuses_what_is_no_list(
    portal: Portal, portal_database_url: str, content: bytes, status: int, words: str
) -> None:
    answer = upload(portal.client(VALUE_LIST_VALUES="1000"), content)

    assert answer.status_code == status, answer.text
    assert words in answer.text
    kept = run_sql(portal_database_url, "SELECT count(*) FROM guichet.value_list")
    assert kept == [(1 if status == 201 else 0,)]


def test_it_refuses_a_file_that_is_too_large(portal: Portal) -> None:
    answer = upload(portal.client(VALUE_LIST_MB="1"), b"0123456789\n" * 100_000)

    assert (answer.status_code, answer.get_json()["type"]) == (413, "urn:guichet:problem:list-too-large")


def test_it_refuses_a_form_without_a_file(client: Client) -> None:
    options = {"data": {"other": "1"}, "content_type": "multipart/form-data"}

    assert client._open("POST", "/api/v1/value-lists", options).status_code == 400
    assert client._open("POST", "/api/v1/value-lists", {"data": b"x", "content_type": "image/png"}).status_code == 415


def announced(http: httpx.Client, length: int, body: bytes) -> tuple[socket.socket, bytes]:
    """Announces a body of a length, sends what there is of it, and waits for the beginning of the answer."""
    head = (
        "POST /api/v1/value-lists HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
        f"Authorization: {Authorization('basic', {'username': 'anne', 'password': USERS['anne'][0]}).to_header()}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    )
    connection = socket.create_connection((http.base_url.host, http.base_url.port), timeout=60)
    connection.sendall(head.encode() + body)
    return connection, connection.recv(1000)


def test_an_upload_that_stalls_is_given_up(
    portal: Portal, serve: Callable[..., AbstractContextManager[httpx.Client]], portal_database_url: str
) -> None:
    with serve(UPLOAD_STALL_SECONDS="1", WEB_WORKERS="1", WEB_THREADS="1") as http:
        connection, answer = announced(http, 1000, b"a.example\n")
        with connection:
            assert answer.startswith(b"HTTP/1.1 408 ")
        # The one thread is free again, for a whole upload.
        assert http.post("/api/v1/value-lists", content=b"a\nb\n", headers={"Content-Type": "text/plain"}).is_success

    assert run_sql(portal_database_url, "SELECT count(*) FROM guichet.value_list") == [(1,)]


def test_an_extract_has_what_was_not_found(portal: Portal, client: Client) -> None:
    portal.environ["ARCHIVE_DIR"] = str(portal.folder.parent / "archives")
    client = portal.client()
    one = made(client, "number\n1\n002\n99\nx\n", interface="contacts", criterion="id")
    body = {"interface": "contacts", "criteria": {"id": {"list": one["id"]}}}
    extract = client.post("/api/v1/extracts", body).get_json()
    assert extract["words"] == [["Id", "values.csv (3)"]]

    with working(portal):
        wait_for(client, extract, "done", "failed")
    zipped = archive(client, extract)

    assert zipped.read("not_found.csv").decode() == "line,value,problem\n4,99,not found\n5,x,malformed\n"
    told = json.loads(zipped.read("manifest.json"))["value_lists"]["id"]
    assert (told["values"], told["not_found"]) == (3, 2)


def test_an_extract_without_rows_has_what_was_not_found_all_the_same(portal: Portal, client: Client) -> None:
    portal.environ["ARCHIVE_DIR"] = str(portal.folder.parent / "archives")
    client = portal.client()
    one = made(client, "number\n99\n98\n", interface="contacts", criterion="id")
    two = made(client, "domain\nACME.example\n", interface="contacts", criterion="domain")
    criteria = {"id": {"list": one["id"]}, "domain": {"list": two["id"]}}
    extract = client.post("/api/v1/extracts", {"interface": "contacts", "criteria": criteria}).get_json()

    with working(portal):
        done = wait_for(client, extract, "done", "failed")
    zipped = archive(client, extract)

    assert (done["rows"], done["problem"]) == (0, None)
    assert zipped.namelist() == ["not_found_domain.csv", "not_found_id.csv", "manifest.json", "README.txt"]
    assert zipped.read("not_found_id.csv").decode() == "line,value,problem\n2,99,not found\n3,98,not found\n"
    (domains, ids, *_) = json.loads(zipped.read("manifest.json"))["files"]
    assert (domains["rows"], ids["rows"], ids["columns"]) == (1, 2, ["line", "value", "problem"])


SLOWLY = """
title: Slowly
source: shop
sql: SELECT cust.id, pg_sleep(0.2)::text AS slept FROM customer AS cust WHERE {criteria}
criteria:
  id: {type: values, column: cust.id}
"""


def test_rows_and_what_was_not_found_are_of_one_moment(portal: Portal, client: Client, shop: str) -> None:
    portal.environ["ARCHIVE_DIR"] = str(portal.folder.parent / "archives")
    portal.write("slowly.yaml", SLOWLY)
    run_sql(shop, "INSERT INTO customer (id) SELECT generate_series(1001, 1010)")
    try:
        client = portal.client()
        lines = "number\n" + "".join(f"{number}\n" for number in range(1001, 1012))
        one = made(client, lines, interface="slowly", criterion="id")
        body = {"interface": "slowly", "criteria": {"id": {"list": one["id"]}}}
        extract = client.post("/api/v1/extracts", body).get_json()
        with working(portal):
            wait_until(lambda: run_sql(shop, RUNNING) == [(1,)], 20)
            run_sql(shop, "DELETE FROM customer WHERE id > 1001; INSERT INTO customer (id) VALUES (1011)")
            done = wait_for(client, extract, "done", "failed")
    finally:
        run_sql(shop, "DELETE FROM customer WHERE id > 1000")

    assert done["rows"] == 10
    assert archive(client, extract).read("not_found.csv").decode() == "line,value,problem\n12,1011,not found\n"
