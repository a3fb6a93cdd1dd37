"""A folder of files read by DuckDB: the same answers as PostgreSQL gives, and nothing beyond the folder."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from guichet import errors
from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.authoring import scaffold, tables
from guichet.search import value_list_binding
from guichet.settings import settings
from guichet.sources import kinds
from guichet.sources.duckdb import source as duckdb_source
from guichet.sources.duckdb.process import Process
from guichet.sources.duckdb.source import DuckDBSession, DuckDBSource
from guichet.sources.protocol import TemporaryTable
from tests.api.conftest import wait_until
from tests.api.test_extracts import anne, archive, mailbox, state, wait_for, working
from tests.api.test_extracts import ask as start
from tests.api.test_rows import links
from tests.api.test_value_lists import made
from tests.conftest import Client, Portal, run_sql
from tests.time_limits import slowness, within

__all__ = ["anne", "mailbox"]

# Written for both kinds: what is made here is searched in PostgreSQL and in DuckDB.
ROWS = r"""
SELECT * FROM (VALUES
  (1, 'Acme Labs', 'acme.example', 1, 10, 1.10, 9.0, '2026-01-01', '2026-01-31 23:59:59.999', true),
  (2, 'Éclair & Fils', 'eclair.example', 1, 20, -5.00, 0.1, '2026-01-31', '2026-02-01 00:00:00', false),
  (3, '100% Labs', 'percent.example', 2, 30, NULL, 1e20, '2026-02-01', NULL, NULL),
  (4, '100_Labs', 'underscore.example', 2, NULL, 12345678901234.56, 1e15, NULL, '2026-03-01 12:00:00.5', true),
  (5, 'back\slash', '=cmd|'' /C calc''!A0', 3, 50, 0, 1234567890123456.5, '2026-04-01', '2026-04-01', false),
  (6, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (7, '+33 1 23 45 67 89', '+SUM(1;2)', 4, 70, 7, 'Infinity', '9999-12-31', NULL, true),
  (8, 'two' || chr(10) || 'lines "quoted"; ¤ 王伟 🦔', '#handle', 5, 80, 8, 'NaN', '2026-05-01',
      '2026-05-01 08:00:00.123456', false),
  (9, ' ', '\.', 5, 80, 2.01, 1e-7, '0044-03-15', '2026-10-25 02:30:00', false)
) AS customer (id, name, domain, country_id, employees, balance, rating, joined_on, seen_at, vip)
"""
TYPED = """
SELECT id::bigint AS id, name::text AS name, domain::text AS domain, country_id::int AS country_id,
       employees::int AS employees, balance::decimal(18, 2) AS balance, rating::double precision AS rating,
       joined_on::date AS joined_on, seen_at::timestamp AS seen_at, vip::boolean AS vip
FROM ({}) AS customer
"""
COUNTRIES = """
SELECT * FROM (VALUES (1, 'France'), (2, 'Belgium'), (3, 'Spain'), (4, 'Côte d''Ivoire'), (5, 'Ö')) AS c (id, name)
"""

DEFINITION = """
title: Customers
source: {source}
sql: |
  SELECT cust.id, cust.name, cust.domain, country.name AS country, cust.employees, cust.balance, cust.rating,
         cust.joined_on, cust.seen_at, cust.vip
  FROM customer AS cust
  LEFT JOIN country ON country.id = cust.country_id
  WHERE {{criteria}}
  ORDER BY cust.id
key: id
criteria:
  country:
    type: select
    multiple: true
    column: cust.country_id
    options:
      sql: SELECT id AS value, name AS label FROM country ORDER BY name
      first: [Spain]
  one_country:
    type: select
    column: cust.country_id
    options:
      sql: SELECT id AS value, name AS label FROM country WHERE id = ANY(:country) ORDER BY name
  name: {{type: text, column: cust.name}}
  accents: {{type: text, column: cust.name, ignore_accents: true}}
  begins: {{type: text, match: prefix, column: cust.name}}
  exactly: {{type: text, match: exact, column: cust.name}}
  employees: {{type: number, column: cust.employees}}
  balance: {{type: number_range, column: cust.balance}}
  exact_balance: {{type: number, column: cust.balance}}
  joined: {{type: date_range, column: cust.joined_on}}
  seen: {{type: date_range, column: cust.seen_at}}
  seen_on: {{type: date, column: cust.seen_at}}
  vip: {{type: boolean, column: cust.vip}}
  domain: {{type: values, column: cust.domain, normalize: lower}}
  ids: {{type: values, column: cust.id}}
  days: {{type: values, column: cust.joined_on}}
  amounts: {{type: values, column: cust.balance}}
  own: {{type: values, where: "cust.id = ANY(:own)", found_in: id}}
"""
CRITERIA: list[dict[str, Any]] = [
    {},
    {"country": [1, 3]},
    {"country": {"not": [1, 3]}},
    {"one_country": 2},
    {"one_country": {"not": 2}},
    {"name": "labs"},
    {"name": "0%"},
    {"name": "0_"},
    {"name": "back\\"},
    {"name": {"not": "labs"}},
    {"accents": "eclair"},
    {"begins": "100"},
    {"exactly": "Acme Labs"},
    {"exactly": {"not": "Acme Labs"}},
    {"employees": 80},
    {"employees": {"not": 80}},
    {"employees": 80.5},
    {"balance": {"from": 0, "to": 7}},
    {"balance": {"not": {"from": 0, "to": 7}}},
    {"exact_balance": 2.005},
    {"exact_balance": 2.01},
    {"joined": {"from": "2026-01-31", "to": "2026-04-01"}},
    {"joined": {"not": {"to": "2026-04-01"}}},
    {"seen": {"from": "2026-01-31", "to": "2026-01-31"}},
    {"seen_on": "2026-02-01"},
    {"vip": True},
    {"vip": {"not": True}},
    {"domain": ["ACME.example", "nobody.example"]},
    {"domain": {"not": ["ACME.example", "nobody.example"]}},
    {"ids": ["1", "3", "99", "x"]},
    {"ids": {"not": ["1", "3"]}},
    {"days": ["2026-01-31", "2026-02-30"]},
    {"amounts": ["2.005", "1.1", "7"]},
    {"own": ["1", "8"]},
    {"country": [1], "vip": True, "name": "a"},
]


def write(folder: Path, name: str, sql: str, options: str = "FORMAT parquet") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({sql}) TO '{path}' ({options})")


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files of every format, with some that can't be read."""
    folder = tmp_path_factory.mktemp("secret") / "lake"
    (folder.parent / "outside.csv").parent.mkdir(exist_ok=True)
    write(folder, "customer.parquet", TYPED.format(ROWS))
    write(folder, "country.csv", COUNTRIES, "FORMAT csv, HEADER")
    for year in (2025, 2026):
        rows = f"SELECT n AS id, DATE '{year}-01-01' + (n % 365)::INTEGER AS visited_on FROM range(1000) AS r (n)"
        write(folder, f"visit/year={year}/part.parquet", rows)
    write(
        folder,
        "nested.json",
        "SELECT 1 AS id, [1, 2] AS tags, struct_pack(a := 'x', b := [NULL]) AS inside",
        "FORMAT json",
    )
    (folder / "broken.parquet").write_bytes(b"PAR1 is how it begins, and nothing follows")
    (folder / "mixed").mkdir()
    (folder / "mixed" / "a.csv").write_text("a\n1\n")
    (folder / "mixed" / "b.json").write_text('{"a": 1}\n')
    (folder / "notes.txt").write_text("no table\n")
    (folder.parent / "outside.csv").write_text("a\nsecret\n")
    return folder


@pytest.fixture(scope="session")
def twin(make_database: Callable[..., str]) -> str:
    """The same tables in PostgreSQL."""
    url = make_database()
    run_sql(url, f"CREATE TABLE customer AS {TYPED.format(ROWS)}; CREATE TABLE country AS {COUNTRIES}")
    return url


@pytest.fixture
def portal(make_portal: Callable[..., Portal], lake: Path, twin: str, portal_database_url: str) -> Portal:
    portal = make_portal(lake=f"duckdb://{lake}", twin=twin)
    portal.environ |= {"PORTAL_DATABASE_URL": portal_database_url, "TIME_ZONE": "Europe/Paris"}
    for source in ("lake", "twin"):
        portal.write(f"{source}.yaml", DEFINITION.format(source=source))
    return portal


@pytest.fixture
def source(portal: Portal) -> Iterator[DuckDBSource]:
    made = wiring.build_sources(settings.read_settings(portal.environ))["lake"]
    assert isinstance(made, DuckDBSource)
    yield made
    made.close_idle()


UNSAID = {"elapsed_ms", "interface", "request_id", "instance", "unmatched"}


def ask(client: Client, name: str, call: str, body: dict[str, Any]) -> Any:
    answer = client.post(f"/api/v1/interfaces/{name}/{call}", body)
    if answer.mimetype == "text/csv":
        return answer.get_data()
    return answer.status_code, {key: value for key, value in answer.json.items() if key not in UNSAID}


def test_it_answers_as_postgresql_does(portal: Portal) -> None:
    client = portal.client()
    for criteria in CRITERIA:
        for call in ("search", "count", "summary", "csv"):
            ours, theirs = (ask(client, name, call, {"criteria": criteria}) for name in ("lake", "twin"))
            assert ours == theirs, (call, criteria)
            assert call == "csv" or ours[0] == 200, (ours, criteria)


@pytest.mark.parametrize(
    "style",
    [
        {"delimiter": ";", "decimal": ",", "dates": "locale", "locale": "fr"},
        {"dates": "locale", "locale": "en"},
        {"delimiter": "\t", "bom": True, "formula_guard": False},
    ],
)
def test_a_csv_has_the_same_bytes(portal: Portal, style: dict[str, Any]) -> None:
    client = portal.client()
    ours, theirs = (ask(client, name, "csv", {"criteria": {}, "dialect": style}) for name in ("lake", "twin"))
    assert isinstance(ours, bytes)
    assert ours == theirs


def test_a_number_becomes_a_whole_one_as_in_postgresql(portal: Portal) -> None:
    numbers = ", ".join(f"({number})" for number in (0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, 2.6))
    casts = "n::decimal(5, 2)::integer AS of_decimal, n::double precision::integer AS of_float"
    for source in ("lake", "twin"):
        sql = f"SELECT n, {casts} FROM (VALUES {numbers}) AS numbers (n) ORDER BY n"
        portal.write(f"whole_{source}.yaml", f"title: Whole\nsource: {source}\nsql: {sql}\n")
    client = portal.client()
    ours, theirs = (
        ask(client, f"whole_{source}", "search", {"criteria": {}})[1]["rows"] for source in ("lake", "twin")
    )

    assert ours == theirs
    assert [row[1:] for row in ours if row[0] in ("2.5", 2.5)] == [[3, 2]]


def test_options_are_those_of_postgresql(portal: Portal) -> None:
    client = portal.client()
    for query in ("", "?q=o", "?q=cote", "?q=%25", "?value=1&value=9"):
        ours, theirs = (client.get(f"/api/v1/interfaces/{name}/options/country{query}") for name in ("lake", "twin"))
        assert ours.status_code == 200
        assert ours.json == theirs.json, query


def test_pages_of_rows_are_those_of_postgresql(portal: Portal) -> None:
    client = portal.client()
    for name in ("lake", "twin"):
        by_two = (
            DEFINITION.format(source=name)
            .replace("key: id", "key: [vip, id]")
            .replace("WHERE", "WHERE vip IS NOT NULL AND")
        )
        portal.write(f"{name}_by_two.yaml", by_two)

    def read(name: str) -> list[Any]:
        found: list[Any] = []
        url = f"/api/v1/interfaces/{name}/rows?limit=2"
        while url:
            page = client.get(url)
            assert page.status_code == 200, page.text
            found += page.json
            url = links(page).get("next", "")
        return found

    for name in ("", "_by_two"):
        ours, theirs = read(f"lake{name}"), read(f"twin{name}")
        assert len(ours) > 2
        assert ours == theirs
    for shape in ("objects", "arrays"):
        texts = [
            client.get(f"/api/v1/interfaces/{name}/rows?format=ndjson&shape={shape}").text for name in ("lake", "twin")
        ]
        lines = [[json.loads(line) for line in text.splitlines()] for text in texts]
        assert len(lines[0]) == 9
        assert lines[0] == lines[1]


LISTS = {
    "domain": "domain\nacme.example\nPERCENT.example\nnobody.example\nback\\slash.example\n",
    "ids": "id\n1\n003\n99\nx\n",
    "amounts": "amount\n2.005\n1.1\n7\n",
    "days": "day\n2026-01-01\n1999-01-01\n2026-02-30\n",
    "own": "id\n1\n8\n77\n",
}


@pytest.mark.parametrize("way", ["bound", "table"])
def test_a_list_finds_what_postgresql_finds(portal: Portal, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "table":
        monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    client = portal.client()
    for criterion, values in LISTS.items():
        told = []
        for name in ("lake", "twin"):
            kept = made(client, values, interface=name, criterion=criterion)
            body = {"criteria": {criterion: {"list": kept["id"]}}}
            answer = client.post(f"/api/v1/interfaces/{name}/search", body).json
            unmatched = answer["unmatched"][criterion]
            figures = [unmatched[figure] for figure in ("values", "matched", "malformed")]
            told.append([[row[0] for row in answer["rows"]], figures, client.get(unmatched["url"]).text])
        assert told[0] == told[1], criterion


def test_a_session_holds_several_lists(source: DuckDBSource) -> None:
    def rows(count: int) -> Iterator[bytes]:
        return (f"{number}\n".encode() for number in range(count))

    lists = [TemporaryTable(f"list_{count}", "value BIGINT", partial(rows, count)) for count in (0, 3, 200_000)]
    with source.session(60, lists) as session:
        for count in (0, 3, 200_000):
            assert session.fetch_value(f"SELECT count(DISTINCT value) FROM temp.main.list_{count}", {}) == count
    large = [
        TemporaryTable("large", "value VARCHAR", lambda: (b"%d" % at + b"x" * 1_000_000 + b"\n" for at in range(40)))
    ]
    with source.session(60, large) as session:  # more than is read at once
        assert session.fetch_value("SELECT count(DISTINCT value) FROM temp.main.large", {}) == 40
    wrong = [TemporaryTable("wrong", "value BIGINT", lambda: iter([b"x\n" * 1_000_000] * 9))]
    with pytest.raises(errors.InvalidValueError), source.session(60, wrong):
        pass


HOSTILE = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('{outside}/outside.csv')",
    "SELECT * FROM read_csv('{lake}/../outside.csv')",
    "SELECT * FROM glob('{outside}/*')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM 'https://127.0.0.1:1/x.parquet'",
    "COPY (SELECT 1) TO '{lake}/evil.csv'",
    "WITH x AS (COPY (SELECT 1) TO '{lake}/evil.csv') SELECT * FROM x",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql("
    "'WITH x AS (COPY (SELECT 1) TO ''{lake}/evil.csv'') SELECT 1'))",
    "EXPLAIN ANALYZE WITH x AS (COPY (SELECT 1) TO '{lake}/evil.csv') SELECT * FROM x",
    "ATTACH '{lake}/evil.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "PRAGMA threads = 8",
    "SELECT * FROM enable_logging()",
    "CREATE TABLE evil AS SELECT 1",
    "DROP VIEW customer",
    "SELECT 1; SELECT 2",
    "SELECT 1) TO '{lake}/evil.csv' --",
    "EXPORT DATABASE '{lake}'",
    "CALL pragma_version()",
    "SELECT * FROM '{outside}/outside.csv'",
    "SELECT * FROM '{lake}/../*.csv'",
    "SELECT * FROM read_blob(['{lake}/country.csv', '/etc/passwd'])",
    "SELECT * FROM read_json('/proc/self/mountinfo')",
    "SELECT * FROM sniff_csv('{outside}/outside.csv')",
    "SELECT * FROM parquet_metadata('{outside}/*')",
    "SELECT * FROM read_text('{lake}/leads_out.csv')",
    "SELECT * FROM read_csv('{lake}/leads_away/*.csv')",
    "SELECT * FROM read_csv('/dev/stdin')",
    "SELECT * FROM read_text('/dev/fd/0')",
    "ATTACH ':memory:' AS other",
    "USE memory",
    "IMPORT DATABASE '{lake}'",
    "COPY country FROM '{outside}/outside.csv'",
    "PREPARE evil AS SELECT 1",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "SELECT getenv('HOME')",
    "CHECKPOINT",
    "SET threads = 8",
    "RESET lock_configuration",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{lake}/evil.csv'' ')",
]


def test_a_definition_reaches_nothing_else(source: DuckDBSource, lake: Path) -> None:
    (lake / "leads_out.csv").symlink_to(lake.parent / "outside.csv")
    (lake / "leads_away").symlink_to(lake.parent)
    try:
        refuse_all(source, lake)
    finally:
        (lake / "leads_out.csv").unlink()
        (lake / "leads_away").unlink()


def refuse_all(source: DuckDBSource, lake: Path) -> None:
    before = sorted(lake.rglob("*"))
    for sql in HOSTILE:
        written = sql.format(lake=lake, outside=lake.parent)
        with pytest.raises(errors.QueryFailedError), source.session(10) as session:
            session.fetch(written, {})
        with pytest.raises(errors.QueryFailedError), source.session(10) as session:
            session.write_csv(written, {}, ",", _Nowhere())
        assert sorted(lake.rglob("*")) == before, sql


def test_the_kernel_keeps_what_duckdb_would_let_through(
    source: DuckDBSource, lake: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the look at the plan a query could write into its folder; a kernel that has no such wall is told of."""
    with source.session(10):
        process = source._start()
    try:
        if not process.is_confined:
            assert "this kernel has no Landlock: mount the folder of source `lake` read-only" in caplog.text
            return
        process.begin(10)
        with pytest.raises(errors.QueryFailedError, match="evil"):
            process.ask("load", sql=[f"COPY (SELECT 1) TO '{lake}/evil.csv'"])
        assert not (lake / "evil.csv").exists()
    finally:
        process.stop()


class _Nowhere:
    def write(self, row: bytes) -> None:
        pass


MANY = """
title: Many
source: lake
sql: SELECT id, 'a"b' AS text, [1] AS list FROM visit, range(500)
"""
ENDLESS = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b"


def run_endless(session: DuckDBSession, meanwhile: Callable[[], object]) -> None:
    """Run a query that never ends, and something beside it."""
    threading.Timer(0.3, meanwhile).start()
    session.fetch(ENDLESS, {})


def write_endless(session: DuckDBSession, meanwhile: Callable[[], object]) -> None:
    threading.Timer(0.3, meanwhile).start()
    session.write_csv("SELECT * FROM range(10000000000)", {}, ",", _Nowhere())


def test_a_query_ends_in_time_and_by_its_cancellation(source: DuckDBSource) -> None:
    with pytest.raises(errors.QueryTimeoutError), source.session(0.3) as session:
        session.fetch(ENDLESS, {})
    for run in (run_endless, write_endless):
        with pytest.raises(errors.QueryCancelledError), source.session(600) as session:
            run(session, session.cancel)
    source.ping()


def test_a_crash_costs_one_search(source: DuckDBSource) -> None:
    with source.session(60) as kept:
        with pytest.raises(errors.SourceUnavailableError), source.session(60) as crashed:
            run_endless(crashed, partial(crashed._process._child.send_signal, signal.SIGSEGV))
        assert kept.fetch_value("SELECT 1", {}) == 1
    source.ping()


def test_a_crash_within_a_csv_is_an_error_at_once_and_no_short_file(source: DuckDBSource) -> None:
    many = "SELECT range FROM range(100000000)"
    with within(10), pytest.raises(errors.SourceUnavailableError), source.session(60) as crashed:
        crashed.write_csv(many, {}, ",", _Killer(crashed._process._child.kill))


def test_a_table_whose_process_was_killed_is_tried_again(source: DuckDBSource, monkeypatch: pytest.MonkeyPatch) -> None:
    receive = Process._receive

    def kill_once(process: Process) -> Any:
        told = receive(process)
        if told.get("opening") == "customer":
            monkeypatch.undo()
            process._child.kill()
            while os.read(process._answers.fileno(), 65536):
                pass  # what it told after that counts for nothing
        return told

    monkeypatch.setattr(Process, "_receive", kill_once)
    with pytest.raises(errors.QueryFailedError, match="crashed while it opened"), source.session(60) as session:
        session.fetch("SELECT * FROM customer", {})
    monkeypatch.setattr(duckdb_source, "LEFT_OUT_SECONDS", 0)
    with source.session(60) as session:
        assert session.fetch_value("SELECT count(*) FROM customer", {}) == 9


class _Killer:
    """Takes some rows, and then kills who writes them."""

    def __init__(self, kill: Callable[[], None]) -> None:
        self.rows, self._kill = 0, kill

    def write(self, row: bytes) -> None:
        self.rows += 1
        if self.rows == 1000:
            self._kill()


def test_memory_is_bounded(make_portal: Callable[..., Portal], lake: Path) -> None:
    portal = make_portal(lake=f"duckdb://{lake}?memory=64MB&spill=1MB")
    source = wiring.build_sources(settings.read_settings(portal.environ))["lake"]
    try:
        with pytest.raises(errors.QueryFailedError, match=r"(?i)memory|space"), source.session(60) as session:
            session.fetch("SELECT count(DISTINCT hash(range) || 'padding padding padding') FROM range(20000000)", {})
        source.ping()
    finally:
        source.close_idle()


def test_files_are_tables_and_what_is_none_says_why(source: DuckDBSource) -> None:
    relations = {one.name: one for one in source.catalogue.tables()}

    assert {name: one.is_readable for name, one in relations.items()} == {
        "broken": False, "country": True, "customer": True, "mixed": False, "nested": True, "visit": True,
    }  # fmt: skip
    assert relations["visit"].rows == 2000
    assert "several formats" in source.refused["mixed"]
    with source.session(10) as session:
        assert session.fetch("SELECT year, count(*) FROM visit GROUP BY ALL ORDER BY 1", {}).rows == [
            (2025, 1000),
            (2026, 1000),
        ]
        with pytest.raises(errors.QueryFailedError, match="`broken` is no table: "):
            session.fetch("SELECT * FROM broken", {})


@pytest.mark.parametrize(
    "condition",
    ["id = %(v)s", "%(v)s = id", "id IN (%(v)s)", "id >= %(v)s", "id BETWEEN 0 AND %(v)s", "id = %(v)s::INTEGER"],
)
def test_a_text_is_never_rounded_to_a_number(source: DuckDBSource, condition: str) -> None:
    sql = f"SELECT count(*) FROM customer WHERE {condition}"
    with pytest.raises(errors.InvalidValueError, match="rounded to 2"), source.session(10) as session:
        session.fetch(sql, {"v": "1.5"})
    with pytest.raises(errors.InvalidValueError, match="rounded to 2"), source.session(10) as session:
        session.write_csv(sql, {"v": "1.5"}, ",", _Nowhere())
    with source.session(10) as session:
        for value in ("2", "2.0"):
            assert session.fetch_value(sql, {"v": value}) == session.fetch_value(sql, {"v": 2})


def test_a_text_with_a_fraction_is_read_where_it_fits(source: DuckDBSource) -> None:
    with source.session(10) as session:
        for condition, value, count in (
            ("balance = %(v)s", "1.10", 1),
            ("balance = %(v)s", "1.1", 1),
            ("rating = %(v)s", "0.1", 1),
            ("name = %(v)s OR id = 1", "1.5", 1),
            ("%(v)s = '1.5'", "1.5", 9),
        ):
            assert session.fetch_value(f"SELECT count(*) FROM customer WHERE {condition}", {"v": value}) == count
    with pytest.raises(errors.InvalidValueError, match="rounded"), source.session(10) as session:
        session.fetch("SELECT count(*) FROM customer WHERE balance = %(v)s", {"v": "1.104"})


def test_what_is_damaged_within_is_told_with_its_name_and_the_others_go_on(
    tmp_path: Path, make_portal: Callable[..., Portal]
) -> None:
    folder = tmp_path / "files"
    write(folder, "sound.parquet", "SELECT 1 AS n")
    write(folder, "damaged.parquet", "SELECT hash(n)::VARCHAR AS text FROM range(5000) AS r (n)", "FORMAT parquet")
    content = bytearray((folder / "damaged.parquet").read_bytes())
    content[4:200] = b"\xff" * 196
    (folder / "damaged.parquet").write_bytes(content)
    portal = make_portal(lake=f"duckdb://{folder}")
    source = wiring.build_sources(settings.read_settings(portal.environ))["lake"]
    try:
        for run in (
            lambda session: session.fetch("SELECT * FROM damaged", {}),
            lambda session: list(session.stream("SELECT * FROM damaged", {})),
            lambda session: session.write_csv("SELECT * FROM damaged", {}, ",", _Nowhere()),
        ):
            with (
                pytest.raises(errors.QueryFailedError, match="while `damaged` was read: "),
                source.session(10) as session,
            ):
                run(session)
            with source.session(10) as session:
                assert session.fetch_value("SELECT n FROM sound", {}) == 1
    finally:
        source.close_idle()


def test_a_new_file_is_seen_soon_and_one_moment_is_kept(tmp_path: Path, make_portal: Callable[..., Portal]) -> None:
    folder = tmp_path / "files"
    write(folder, "a.parquet", "SELECT 1 AS n")
    portal = make_portal(lake=f"duckdb://{folder}")
    source = wiring.build_sources(settings.read_settings(portal.environ))["lake"]
    try:
        with source.session(10) as session:
            assert session.fetch_value("SELECT n FROM a", {}) == 1
        write(folder, "b.parquet", "SELECT 2 AS n")

        def sees_both() -> bool:
            try:
                with source.session(10) as session:
                    return bool(session.fetch_value("SELECT n FROM b", {}) == 2)
            except errors.QueryFailedError:
                return False

        wait_until(sees_both)
        with pytest.raises(errors.OvertakenError), source.session(10, snapshot=True):
            write(folder, "a.parquet", "SELECT 10 + 1 AS n, 'wider' AS m")
    finally:
        source.close_idle()


def test_a_file_of_duckdbs_own_is_only_read(tmp_path: Path, make_portal: Callable[..., Portal]) -> None:
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR); INSERT INTO film VALUES (1, 'Alien')"
        )
    portal = make_portal(shop=f"duckdb://{file}")
    source = wiring.build_sources(settings.read_settings(portal.environ))["shop"]
    try:
        assert source.catalogue
        ((relation),) = source.catalogue.tables()
        assert (relation.name, relation.rows) == ("film", 1)
        assert [one.is_key for one in source.catalogue.columns(relation.id)[0]] == [True, False]
        with pytest.raises(errors.QueryFailedError), source.session(10) as session:
            session.fetch("WITH x AS (DELETE FROM film RETURNING id) SELECT * FROM x", {})
    finally:
        source.close_idle()


UNSOUND = """
title: Unsound
source: lake
sql: SELECT id, count(*) OVER (), upper(name), balance AS "Balance (EUR)" FROM customer WHERE {criteria}
criteria:
  number: { type: number, column: "domain::INTEGER" }
  tried: { type: number, column: "TRY_CAST(domain AS INTEGER)" }
"""


def test_check_tells_columns_without_a_name_and_casts_that_rows_can_not_hold(portal: Portal) -> None:
    read = settings.read_settings(portal.environ)
    sources = wiring.build_sources(read)

    def told(text: str) -> list[str]:
        portal.write("unsound.yaml", text)
        reports = checking.check(wiring.build_registry(read), sources, {}, read.portal_dir)
        (report,) = (one for one in reports if one.id == "unsound")
        return [str(one) for one in (*report.problems, *report.warnings)]

    try:
        assert len([one for one in told(UNSOUND) if "a column has no name" in one]) == 2
        (cast,) = told(UNSOUND.replace("count(*) OVER (), upper(name)", "name"))
        assert "acme.example" in cast
    finally:
        for source in sources.values():
            source.close_idle()


def test_every_table_is_drafted_and_its_draft_is_valid(portal: Portal, source: DuckDBSource) -> None:
    dialect = kinds.DUCKDB.load_dialect()
    drafted = 0
    for relation in source.catalogue.tables():
        if relation.is_readable:
            table = tables.read(source, dialect, relation.sql_name)
            portal.write(f"draft_{relation.name}.yaml", scaffold.write("lake", table, dialect))
            drafted += 1
    read = settings.read_settings(portal.environ)
    sources = wiring.build_sources(read)
    reports = checking.check(wiring.build_registry(read), sources, {}, read.portal_dir)
    for one in sources.values():
        one.close_idle()

    assert drafted == 4
    assert len(reports) == 6
    assert [str(problem) for report in reports for problem in (*report.problems, *report.warnings)] == []


def test_an_extract_comes_whole(portal: Portal, anne: Client) -> None:
    portal.write("many.yaml", MANY)
    with working(portal):
        asked = start(anne, "many")
        done = wait_for(anne, asked, "done", "failed", seconds=60 * slowness())
    found = archive(anne, asked)
    lines = found.read("many.csv").decode().splitlines()

    assert done["rows"] == 1_000_000
    assert len(lines) == 1_000_001
    assert lines[1].endswith(',"a""b",[1]')
    assert json.loads(found.read("manifest.json"))["files"][0]["rows"] == 1_000_000


SLOW_ROWS = 800_000
# They take a while to compute, so that the extract is met while it runs; DuckDB writes some hundred thousand at a time.
SLOW = f"""
title: Slow
source: lake
sql: |
  SELECT n, list_sum(list_transform(range(300), lambda x: sqrt(x + n))) AS made
  FROM range(1, {SLOW_ROWS} + 1) AS numbers (n)
"""


def find_duckdb(worker: int) -> list[int]:
    """Return the processes of DuckDB that a process has started."""
    listed = [path.read_text() for path in Path(f"/proc/{worker}/task").glob("*/children")]
    children = [int(child) for child in " ".join(listed).split()]
    return [child for child in children if b"duckdb.child" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_a_process_that_is_killed_in_mid_extract_costs_an_attempt_and_no_row(
    portal: Portal, anne: Client, portal_database_url: str
) -> None:
    portal.write("slow.yaml", SLOW)
    asked = start(anne, "slow")
    with working(portal) as worker:
        wait_until(lambda: bool(state(anne, asked)["rows"]), 60 * slowness())
        [running] = find_duckdb(worker.pid)
        os.kill(running, signal.SIGKILL)
        waiting = "SELECT not_before > now() FROM guichet.extract"
        wait_until(lambda: run_sql(portal_database_url, waiting) == [(True,)], 60 * slowness())
        assert state(anne, asked)["state"] == "queued"
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now()")
        wait_for(anne, asked, "done", seconds=90 * slowness())

    with archive(anne, asked) as archived:
        rows = list(csv.DictReader(io.StringIO(archived.read("slow.csv").decode("utf-8-sig"))))
    assert [int(next(iter(row.values()))) for row in rows] == list(range(1, SLOW_ROWS + 1))
    assert run_sql(portal_database_url, "SELECT attempt > 1 FROM guichet.extract") == [(True,)]


@pytest.mark.parametrize("query", ["?threads=0", "?memory=all", "?colour=red"])
def test_what_a_url_can_not_say_is_refused(make_portal: Callable[..., Portal], lake: Path, query: str) -> None:
    portal = make_portal(lake=f"duckdb://{lake}{query}")
    with pytest.raises(errors.SettingsError, match="SOURCE_LAKE_URL"):
        wiring.build_sources(settings.read_settings(portal.environ))


def test_files_elsewhere_are_refused_with_what_to_do(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(lake="duckdb:///s3://bucket/folder?memory=1GB")
    with pytest.raises(errors.SettingsError, match="mount the bucket as a folder"):
        wiring.build_sources(settings.read_settings(portal.environ))


def test_no_process_is_left(source: DuckDBSource) -> None:
    with source.session(10) as session:
        pid = session._process._child.pid
    source.close_idle()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
