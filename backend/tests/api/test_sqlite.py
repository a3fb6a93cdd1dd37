"""A SQLite file as a source: everything that is asked of one, over HTTP and from the command line."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from guichet import errors
from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.authoring import scaffold, tables
from guichet.settings import settings
from guichet.sources.protocol import Source
from guichet.sql.sqlite.dialect import SQLITE
from tests.api.test_extracts import archive, wait_for, working
from tests.api.test_rows import links
from tests.api.test_value_lists import made
from tests.conftest import Client, Portal, run_sql

SHOP = """
CREATE TABLE country (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO country VALUES (1, 'France'), (2, 'España'), (3, 'Éire');
CREATE TABLE customer (
    id INTEGER PRIMARY KEY, name TEXT, code TEXT COLLATE NOCASE UNIQUE, country_id INT REFERENCES country,
    balance DECIMAL(10, 2), score REAL, vip BOOLEAN, joined DATE, seen DATETIME, photo BLOB, loose
);
INSERT INTO customer VALUES
    (1, 'Château "A"', 'ab-1', 1, 12.5, 0.1, 1, '2024-02-29', '2024-02-29 13:45:00', x'00ff', 7),
    (2, 'chateau, b', 'AB-2', 1, 9, 9.0, 0, '2024-03-01', '2024-03-01T00:00:00.5', NULL, 'seven'),
    (3, '=cmd()', 'ab-3', 2, -3.25, 1e20, NULL, NULL, NULL, NULL, NULL),
    (4, NULL, NULL, NULL, NULL, NULL, 1, '2024-03-02', '2024-03-02 23:59:59', NULL, 9007199254740993),
    (5, '', 'ab-5', 3, 0.1, -0.0, 0, '1999-12-31', '1999-12-31 00:00:00', NULL, 1.5);
"""
CUSTOMERS = """
title: Customers
source: shop
key: id
sql: |
  SELECT customer.id, customer.name, code, country.name AS country, balance, score, vip, joined, seen, photo, loose,
         customer.id + 1 AS next
  FROM customer LEFT JOIN country ON country.id = customer.country_id
  WHERE {criteria}
criteria:
  name: {type: text, column: customer.name}
  begins: {type: text, column: customer.name, match: prefix, ignore_accents: true}
  exact: {type: text, column: customer.name, match: exact}
  country:
    type: select
    column: country_id
    multiple: true
    options: {sql: 'SELECT id, name FROM country ORDER BY name', missing: None}
  town:
    type: select
    column: code
    options: {sql: 'SELECT code FROM customer WHERE country_id IN (SELECT value FROM json_each(:country)) ORDER BY 1'}
  balance: {type: number_range, column: balance}
  score: {type: number, column: score}
  next: {type: number, column: customer.id + 1}
  nexts: {type: values, column: customer.id + 1, found_in: next}
  vip: {type: boolean, column: vip}
  joined: {type: date_range, column: joined}
  seen: {type: date, column: seen}
  id: {type: values, column: customer.id, found_in: id}
  code: {type: values, column: code, found_in: code}
  own: {type: values, where: 'customer.id IN (SELECT value FROM json_each(:own))'}
"""
BASE = "/api/v1/interfaces/customers"
# Of criteria, `@…` stands for the list that is uploaded with these lines.
SEARCHES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2, 3, 4, 5]),
    ({"name": "TEAU"}, [1, 2]),
    ({"name": {"not": "TEAU"}}, [3, 4, 5]),
    ({"begins": "CHATEAU"}, [1, 2]),
    ({"exact": "chateau, b"}, [2]),
    ({"country": [1]}, [1, 2]),
    ({"country": ["1", 3]}, [1, 2, 5]),
    ({"country": {"not": [1]}}, [3, 4, 5]),
    ({"country": [None, 2]}, [3, 4]),
    ({"country": {"not": [None, 2]}}, [1, 2, 5]),
    ({"town": "AB-1"}, [1]),
    ({"town": {"not": "AB-1"}}, [2, 3, 4, 5]),
    ({"balance": {"from": "0", "to": 9}}, [2, 5]),
    ({"balance": {"not": {"from": 0, "to": 9}}}, [1, 3, 4]),
    ({"balance": {"from": "0.1", "to": "0.1"}}, [5]),
    ({"score": "0.1"}, [1]),
    ({"score": 9}, [2]),
    ({"next": 3}, [2]),
    ({"next": {"not": 3}}, [1, 3, 4, 5]),
    ({"vip": True}, [1, 4]),
    ({"vip": {"not": True}}, [2, 3, 5]),
    ({"joined": {"from": "2024-02-29", "to": "2024-03-01"}}, [1, 2]),
    ({"joined": {"not": {"from": "2024-02-29"}}}, [3, 5]),
    ({"seen": "2024-03-02"}, [4]),
    ({"seen": "2024-03-01"}, [2]),
    ({"seen": {"not": "2024-03-02"}}, [1, 2, 3, 5]),
    ({"id": ["1", "x", "3", "99"]}, [1, 3]),
    ({"id": {"not": ["1", "3"]}}, [2, 4, 5]),
    ({"id": "@1\nx\n03\n99\n1\n"}, [1, 3]),
    ({"id": {"not": "@1\n3\n"}}, [2, 4, 5]),
    ({"nexts": ["2", "4"]}, [1, 3]),
    ({"nexts": "@2\n4\n77\n"}, [1, 3]),
    ({"code": ["AB-1", "ab-2", "zz"]}, [1, 2]),
    ({"code": "@AB-1\nab-2\nzz\n"}, [1, 2]),
    ({"code": {"not": ["AB-1"]}}, [2, 3, 4, 5]),
    ({"own": ["2", 3]}, [2, 3]),
    ({"own": "@2\n3\n"}, [2, 3]),
]

Make = Callable[..., Portal]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHOP)
    return path


@pytest.fixture
def portal(make_portal: Make, file: Path, portal_database_url: str) -> Portal:
    made_portal = make_portal(shop=f"sqlite://{str(file).replace(' ', '%20')}")
    made_portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    made_portal.environ["EXTRACTS_WAITING_PER_USER"] = "100"
    made_portal.write("customers.yaml", CUSTOMERS)
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery, guichet.value_list CASCADE")
    return made_portal


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()


@pytest.fixture
def source(portal: Portal) -> Source:
    found: Source = portal.app().extensions["guichet"].sources["shop"]
    return found


def given(client: Client, criteria: dict[str, Any]) -> dict[str, Any]:
    return {name: _listed(client, value) for name, value in criteria.items()}


def _listed(client: Client, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"not"}:
        return {"not": _listed(client, value["not"])}
    return {"list": made(client, value[1:])["id"]} if isinstance(value, str) and value[:1] == "@" else value


@pytest.mark.parametrize("way", ["bound", "table"])
def test_every_type_of_criterion_finds_what_it_should(
    client: Client, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "table":
        monkeypatch.setattr("guichet.search.value_list_binding.BOUND_VALUES", 0)
    for criteria, expected in SEARCHES:
        body = {"criteria": given(client, criteria)}
        found = client.post(f"{BASE}/search", {**body, "sort": [{"column": "id"}]})
        assert found.status_code == 200, (criteria, found.text)
        assert [row[0] for row in found.json["rows"]] == expected, criteria
        counted = client.post(f"{BASE}/count", body).json
        assert counted["count"] == len(expected), criteria
        assert counted["unmatched"] == found.json["unmatched"], criteria
        for name, told in counted["unmatched"].items():
            if told["matched"] is not None:
                assert told["matched"] == len(expected), (name, criteria)


def test_a_cell_is_what_the_database_has(client: Client) -> None:
    found = client.post(f"{BASE}/search", {"criteria": {}, "sort": [{"column": "id"}]}).json
    assert [(one["name"], one["type"]) for one in found["columns"]] == [
        ("id", "integer"),
        ("name", "text"),
        ("code", "text"),
        ("country", "text"),
        ("balance", "decimal"),
        ("score", "float"),
        ("vip", "boolean"),
        ("joined", "date"),
        ("seen", "timestamp"),
        ("photo", "bytes"),
        ("loose", "other"),
        ("next", "integer"),
    ]
    assert found["rows"] == [
        [1, 'Château "A"', "ab-1", "France", "12.5", 0.1, True, "2024-02-29", "2024-02-29T13:45:00", r"\x00ff", 7, 2],
        [2, "chateau, b", "AB-2", "France", "9", 9.0, False, "2024-03-01", "2024-03-01T00:00:00.5", None, "seven", 3],
        [3, "=cmd()", "ab-3", "España", "-3.25", 1e20, None, None, None, None, None, 4],
        [4, None, None, None, None, None, True, "2024-03-02", "2024-03-02T23:59:59", None, "9007199254740993", 5],
        [5, "", "ab-5", "Éire", "0.1", 0.0, False, "1999-12-31", "1999-12-31T00:00:00", None, 1.5, 6],
    ]


def test_a_csv_is_what_postgresql_would_write(client: Client) -> None:
    body = {"criteria": {}, "sort": [{"column": "id"}]}
    assert client.post(f"{BASE}/csv", body).text.split("\n") == [
        "Id,Name,Code,Country,Balance,Score,Vip,Joined,Seen,Photo,Loose,Next",
        r'1,"Château ""A""",ab-1,France,12.5,0.1,true,2024-02-29,2024-02-29 13:45:00,\x00ff,7,2',
        '2,"chateau, b",AB-2,France,9,9,false,2024-03-01,2024-03-01 00:00:00.5,,seven,3',
        "3,'=cmd(),ab-3,España,-3.25,1e+20,,,,,,4",
        "4,,,,,,true,2024-03-02,2024-03-02 23:59:59,,9007199254740993,5",
        '5,"",ab-5,Éire,0.1,0,false,1999-12-31,1999-12-31 00:00:00,,1.5,6',
        "",
    ]
    style = {"delimiter": ";", "decimal": ",", "dates": "locale", "locale": "fr"}
    french = client.post(f"{BASE}/csv", {**body, "dialect": style}).text.split("\n")
    assert french[2] == "2;chateau, b;AB-2;France;9;9;false;01/03/2024;01/03/2024 00:00:00,5;;seven;3"


def test_rows_xlsx_and_streams_say_the_same(client: Client) -> None:
    body = {"criteria": {}, "sort": [{"column": "id"}]}
    page = client.post(f"{BASE}/search", body).json["rows"]
    assert client.get(f"{BASE}/rows?shape=arrays&sort=id").json == page
    objects = client.get(f"{BASE}/rows?sort=id").json
    assert [list(one.values()) for one in objects] == page
    assert list(objects[0]) == [column["name"] for column in client.get(BASE).json["columns"]]
    streamed = client.get(f"{BASE}/rows?format=csv").text
    assert streamed == client.post(f"{BASE}/csv", body).text
    sheet = openpyxl.load_workbook(io.BytesIO(client.post(f"{BASE}/xlsx", body).data)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [1, 2, 3, 4, 5]
    assert [row[6] for row in sheet.iter_rows(min_row=2, values_only=True)] == [True, False, None, True, False]


def test_pages_go_on_behind_their_cursors(client: Client) -> None:
    first = client.get(f"{BASE}/rows?limit=2&columns=id&shape=arrays")
    assert first.json == [[1], [2]]
    second = client.get(links(first)["next"])
    assert second.json == [[3], [4]]
    assert client.get(links(second)["prev"]).json == [[1], [2]]


def test_options_are_narrowed_and_depend_on_others(client: Client) -> None:
    def labels(query: str) -> list[str]:
        answer = client.get(f"{BASE}/options/{query}")
        assert answer.status_code == 200, answer.text
        return [option["label"] for option in answer.json["options"]]

    assert labels("country") == ["None", "España", "France", "Éire"]
    assert labels("country?q=eire") == ["Éire"]
    assert labels("country?value=2") == ["España"]
    assert labels("town?country=1") == ["ab-1", "AB-2"]


def test_a_summary_counts_values_and_draws_histograms(client: Client) -> None:
    names = [column["name"] for column in client.get(BASE).json["columns"]]
    answer = client.post(f"{BASE}/summary", {"criteria": {}, "columns": names})
    assert answer.status_code == 200, answer.text
    by_name = {one["name"]: one for one in answer.json["columns"]}
    assert by_name["vip"]["values"] == [{"value": "false", "count": 2}, {"value": "true", "count": 2}]
    assert sum(bucket["count"] for bucket in by_name["joined"]["buckets"]) + by_name["joined"].get("other", 0) == 4
    assert by_name["balance"]["nulls"] == 1


def test_an_extract_has_its_rows_and_what_was_not_found(portal: Portal, client: Client) -> None:
    criteria = given(client, {"id": "@1\nx\n3\n99\n1\n"})
    asked = client.post("/api/v1/extracts", {"interface": "customers", "criteria": criteria})
    assert asked.status_code == 202, asked.text
    with working(portal):
        done = wait_for(client, asked.json, "done", "failed", seconds=120)
    assert done["problem"] is None
    with archive(client, asked.json) as found:
        assert set(found.namelist()) >= {"customers.csv", "not_found.csv", "manifest.json"}
        rows = found.read("customers.csv").decode()
        assert rows == client.post(f"{BASE}/csv", {"criteria": criteria}).text
        not_found = list(csv.reader(io.StringIO(found.read("not_found.csv").decode())))
    assert not_found == [["line", "value", "problem"], ["2", "x", "malformed"], ["4", "99", "not found"]]


def test_a_list_of_a_hundred_thousand_is_a_table(client: Client, source: Source) -> None:
    listed = made(client, "\n".join(str(number) for number in range(2, 100_002)))
    counted = client.post(f"{BASE}/count", {"criteria": {"id": {"list": listed["id"]}}}).json
    assert (counted["count"], counted["unmatched"]["id"]["matched"]) == (4, 4)


SLOW = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_it_says_how_a_statement_would_be_run(source: Source) -> None:
    with source.session(5) as session:
        sql, parameters = 'SELECT "name" FROM customer WHERE "id" = %(id)s AND code <> \'%%\'', {"id": 3}
        assert session.explain(sql, parameters) == ["SEARCH customer USING INTEGER PRIMARY KEY (rowid=?)"]
        assert session.render(sql, parameters) == 'SELECT "name" FROM customer WHERE "id" = 3 AND code <> \'%\''


def test_a_slow_statement_ends_at_its_limit(source: Source) -> None:
    with source.session(0.2) as session, pytest.raises(errors.QueryTimeoutError):
        session.fetch(SLOW, {})


def test_it_is_cancelled_from_another_thread(source: Source) -> None:
    with source.session(300) as session:
        timer = threading.Timer(0.3, session.cancel)
        timer.start()
        with pytest.raises(errors.QueryCancelledError):
            session.fetch(SLOW, {})
        timer.join()
    session.cancel()  # does nothing any more


HOSTILE = [
    "ATTACH '{other}' AS other",
    "PRAGMA journal_mode = DELETE",
    "DELETE FROM customer",
    "CREATE TEMP TABLE t (a)",
    "VACUUM INTO '{other}'",
    "SELECT load_extension('{other}')",
    "SELECT writefile('{other}', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT * FROM pragma_database_list",
    "SELECT 1; DELETE FROM customer",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_nothing_but_selecting_is_done(source: Source, file: Path, tmp_path: Path, sql: str) -> None:
    other = tmp_path / "other.db"
    before = file.read_bytes()
    with source.session(5) as session, pytest.raises(errors.QueryFailedError):
        session.fetch(sql.format(other=other), {})
    assert not other.exists()
    assert file.read_bytes() == before


def test_all_of_a_session_sees_one_moment(source: Source, file: Path) -> None:
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        with source.session(5) as session:
            first = session.fetch_value("SELECT count(*) FROM customer", {})
            writer.execute("DELETE FROM customer WHERE id = 5")
            writer.commit()
            assert session.fetch_value("SELECT count(*) FROM customer", {}) == first
    with source.session(5) as session:
        assert session.fetch_value("SELECT count(*) FROM customer", {}) == first - 1


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def write_over(file: Path) -> None:
    """Write another database over the file, as `cp` does, which heeds no lock."""
    other = file.with_suffix(".other")
    make_long(other, 3000)
    file.write_bytes(other.read_bytes())


def replace_by_another(file: Path) -> None:
    other = file.with_suffix(".other")
    make_long(other, 3000)
    other.replace(file)


def make_long(file: Path, rows: int) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE long (id INTEGER PRIMARY KEY, text TEXT)")
        connection.executemany("INSERT INTO long VALUES (?, ?)", [(n, f"{n} {'x' * 500}") for n in range(rows)])
        connection.commit()


@pytest.mark.parametrize("change", [truncate, write_over, replace_by_another])
def test_a_file_that_changes_under_a_long_read_is_never_written_short(
    tmp_path: Path, make_portal: Make, change: Callable[[Path], None]
) -> None:
    file = tmp_path / "long.db"
    make_long(file, 20_000)
    source = wiring.build_sources(settings.read_settings(make_portal(shop=f"sqlite://{file}").environ))["shop"]

    class Changing:
        rows = 0

        def write(self, row: bytes) -> None:
            self.rows += 1
            if self.rows == 500:
                change(file)

    with (
        pytest.raises((errors.SourceUnavailableError, errors.OvertakenError)),
        source.session(30, snapshot=True) as session,
    ):
        session.write_csv("SELECT id, text FROM long", {}, ",", Changing())


def check(portal: Portal) -> list[checking.Report]:
    read = settings.read_settings(portal.environ)
    return checking.check(wiring.build_registry(read), wiring.build_sources(read), {}, read.portal_dir)


def test_check_finds_a_sound_definition_sound_and_tells_of_capitals(portal: Portal) -> None:
    (report,) = check(portal)
    assert [str(one) for one in (*report.problems, *report.warnings)] == []
    assert [note for note in report.notes if "ASCII letters only" in note and "`name`" in note]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("customer.name, code", 'customer.name, "cod"', 'no such column: "cod". SQLite takes it for a text'),
        ("column: vip", "column: '\"vipp\"'", 'no such column: "vipp"'),
        ("column: vip", "column: vipp", "no such column: vipp"),
        ("FROM customer LEFT", "FROM customers LEFT", "no such table: customers"),
        ("AS next", "AS next, FROM", "syntax error"),
        ("AS next", "AS next, load_extension('x')", "not"),
    ],
)
def test_check_says_what_sqlite_does_not_know(portal: Portal, old: str, new: str, said: str) -> None:
    assert old in CUSTOMERS
    portal.write("customers.yaml", CUSTOMERS.replace(old, new, 1))
    (report,) = check(portal)
    assert [one for one in report.problems if said in str(one)], report.problems
    assert portal.client().post(f"{BASE}/search", {"criteria": {"vip": True}}).status_code == 503


NUMBERS_OF_TEXTS = """
title: Texts
source: shop
sql: SELECT id, name FROM customer WHERE {criteria}
criteria:
  number: { type: number, column: name }
  range: { type: number_range, column: customer.name }
  own: { type: number, where: customer.name >= :own }
  day: { type: date_range, column: id }
  cast: { type: number_range, column: CAST(name AS NUMERIC) }
  id: { type: number, column: id }
  made: { type: date_range, column: "date(id, 'unixepoch')" }
"""


def test_check_says_where_a_number_or_a_day_would_be_compared_as_another_kind(portal: Portal) -> None:
    portal.write("texts.yaml", NUMBERS_OF_TEXTS)
    report = next(one for one in check(portal) if one.id == "texts")
    lines = NUMBERS_OF_TEXTS.splitlines()
    told = {lines[one.line - 1].split(":")[0].strip() for one in report.problems}
    assert told == {"number", "range", "own", "day"}, report.problems


def test_a_name_in_quotes_that_is_there_is_one(portal: Portal, client: Client) -> None:
    sql = CUSTOMERS.replace("customer.name, code", 'customer."name", code AS "code"')
    portal.write("customers.yaml", sql.replace("column: vip", "column: '\"vip\"'"))
    assert client.post(f"{BASE}/count", {"criteria": {"vip": True}}).json["count"] == 2


def test_a_definition_is_drafted_of_a_table(portal: Portal, source: Source) -> None:
    assert [(one.sql_name, one.kind, one.rows) for one in tables.relations(source) if not one.is_system] == [
        ("country", "table", 3),
        ("customer", "table", 5),
    ]
    drafted = scaffold.write("shop", tables.read(source, SQLITE, "customer"), SQLITE)
    portal.write("customers.yaml", drafted)
    (report,) = check(portal)
    assert report.problems == (), drafted
    found = portal.client().post(f"{BASE}/search", {"criteria": {"name": "teau"}})
    assert found.status_code == 200, found.text
    assert found.json["count"] == 2
    assert "country" in [column["name"] for column in found.json["columns"]]


def test_a_slash_too_many_in_the_url_is_none(portal: Portal) -> None:
    url = portal.environ["SOURCE_SHOP_URL"].replace("sqlite:///", "sqlite:////")
    found: Source = portal.app(SOURCE_SHOP_URL=url).extensions["guichet"].sources["shop"]

    found.ping()
