"""Values that tools of this kind lose, mistake or run: what must come out of every exit."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tests.conftest import Client, Portal, run_sql

MOMENTS = """
CREATE TABLE moment (id int, d date, ts timestamp, tz timestamptz);
INSERT INTO moment VALUES
  (1, '2026-10-25', '2026-10-25 23:59:59.999999', '2026-10-25 23:59:59.999999+01'),
  (2, '0044-03-15 BC', '0044-03-15 12:00:00.5 BC', '0044-03-15 12:00:00.5+00 BC'),
  (3, '2026-10-25', '2026-10-25 02:30', '2026-10-25 02:30+02'),
  (4, '2026-10-25', '2026-10-25 02:30', '2026-10-25 02:30+01'),
  (5, '10000-01-01', '10000-01-01', '10000-01-01 12:00+00'),
  (6, 'infinity', '-infinity', 'infinity'),
  (7, '2026-10-25', '2026-10-25 03:00', '2026-10-25 03:00+01'),
  (8, '2026-10-25', '2026-10-25 01:59:59.5', '2026-10-25 01:59:59.5+02');
CREATE TABLE typo AS SELECT g AS id, date '2026-01-01' + g AS d, g * 1.5 AS n, timestamptz '2026-01-01' AS tz
  FROM generate_series(1, 500) g;
INSERT INTO typo VALUES (501, '20260-01-05', 1e9, '9999-12-31'), (502, '9999-12-31', 'NaN', 'infinity'),
  (503, '0044-03-15 BC', -1e9, '0001-01-01');
CREATE TABLE changing (id int, a int);
INSERT INTO changing SELECT g, g FROM generate_series(1, 10) g;
"""

WORDS = """
CREATE TYPE mood AS ENUM ('=1+1', 'fine');
CREATE DOMAIN remark AS text;
CREATE TABLE note (id int, x aclitem, t text, m mood, r remark, a text[], j jsonb, i int[]);
INSERT INTO note VALUES
  (1, '=r/postgres', 'abc;=1+1', '=1+1', '=1+1', '{a;=1+1}', '{"a": ";=1+1"}', '{1,-5}'),
  (2, NULL, E'abc\\t"@SUM(1+1)', 'fine', 'a|+A1', '{x}', '[1, -2]', '{-5,-6}'),
  (3, NULL, E'a list:\\n- one\\n- two\\nat 5;-5;+5', 'fine', '-5', '{}', 'null', '{}');
"""

STARTS = tuple("=+-@\t\r＝＋－＠")


def definition(table: str, title: str = "T") -> str:
    sql = f"SELECT * FROM {table} WHERE {{criteria}} ORDER BY id"
    return f"title: {title}\nsource: lab\nsql: {sql}\nlimits: {{display_rows: 1000}}\n"


@pytest.fixture(scope="module")
def lab(make_database: Callable[..., str]) -> str:
    return make_database(sql=MOMENTS + WORDS)


@pytest.fixture
def portal(make_portal: Callable[..., Portal], lab: str) -> Portal:
    made = make_portal(lab=lab)
    for table in ("moment", "typo", "changing", "note"):
        made.write(f"{table}.yaml", definition(table))
    return made


@pytest.fixture
def paris(portal: Portal) -> Client:
    return portal.client(TIME_ZONE="Europe/Paris")


def sheet(client: Client, interface: str, **body: Any) -> list[list[Any]]:
    response = client.post(f"/api/v1/interfaces/{interface}/xlsx", body)
    assert response.status_code == 200, response.json
    book = openpyxl.load_workbook(io.BytesIO(response.get_data()))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def file(client: Client, interface: str, delimiter: str = ",", **dialect: Any) -> str:
    response = client.post(f"/api/v1/interfaces/{interface}/csv", {"dialect": {"delimiter": delimiter, **dialect}})
    assert response.status_code == 200, response.json
    return response.get_data(as_text=True)


def test_a_spreadsheet_has_the_moments_of_the_table(paris: Client) -> None:
    head, *rows = sheet(paris, "moment")

    assert head == ["Id", "D", "Ts", "Tz (Europe/Paris)"]
    late, noon = datetime(2026, 10, 25, 23, 59, 59, 999000), datetime(2026, 10, 25)
    assert rows == [
        [1, noon, late, late],
        [2, "0044-03-15 BC", "0044-03-15T12:00:00.5 BC", "0044-03-15T12:09:21.5+00:09:21 BC"],
        [3, noon, noon.replace(hour=2, minute=30), "2026-10-25T02:30:00+02:00"],
        [4, noon, noon.replace(hour=2, minute=30), "2026-10-25T02:30:00+01:00"],
        [5, "10000-01-01", "10000-01-01T00:00:00", "10000-01-01T13:00:00+01:00"],
        [6, "infinity", "-infinity", "infinity"],
        [7, noon, noon.replace(hour=3), noon.replace(hour=3)],
        [8, noon, datetime(2026, 10, 25, 1, 59, 59, 500000), datetime(2026, 10, 25, 1, 59, 59, 500000)],
    ]


def test_a_time_with_a_fraction_is_shown_with_it(paris: Client) -> None:
    response = paris.post("/api/v1/interfaces/moment/xlsx", {})
    page = openpyxl.load_workbook(io.BytesIO(response.get_data())).worksheets[0]
    assert [page.cell(row, 3).number_format for row in (2, 4)] == ["yyyy-mm-dd hh:mm:ss.000", "yyyy-mm-dd hh:mm:ss"]


def test_a_local_csv_loses_no_moment(paris: Client) -> None:
    written = file(paris, "moment", ";", decimal=",", dates="locale", locale="fr")

    head, *rows = csv.reader(io.StringIO(written), delimiter=";")
    assert head == ["Id", "D", "Ts", "Tz (Europe/Paris)"]
    assert rows == [
        ["1", "25/10/2026", "25/10/2026 23:59:59,999999", "25/10/2026 23:59:59,999999"],
        ["2", "0044-03-15 BC", "0044-03-15 12:00:00.5 BC", "0044-03-15 12:09:21.5+00:09:21 BC"],
        ["3", "25/10/2026", "25/10/2026 02:30:00", "25/10/2026 02:30:00 +02:00"],
        ["4", "25/10/2026", "25/10/2026 02:30:00", "25/10/2026 02:30:00 +01:00"],
        ["5", "10000-01-01", "10000-01-01 00:00:00", "10000-01-01 13:00:00+01"],
        ["6", "infinity", "-infinity", "infinity"],
        ["7", "25/10/2026", "25/10/2026 03:00:00", "25/10/2026 03:00:00"],
        ["8", "25/10/2026", "25/10/2026 01:59:59,5", "25/10/2026 01:59:59,5"],
    ]


def test_half_an_hour_that_is_passed_twice_is_told_apart_too(portal: Portal) -> None:
    """Lord Howe Island puts its clocks back by half an hour only."""
    zone = portal.client(TIME_ZONE="Australia/Lord_Howe")
    moment = "timestamptz '2026-04-04 14:15+00' + g * interval '30 min'"
    portal.write(
        "howe.yaml",
        definition(f"(SELECT g AS id, {moment} AS tz FROM generate_series(0, 3) g) h"),
    )

    cells = [row[1] for row in csv.reader(io.StringIO(file(zone, "howe", dates="locale", locale="fr")))]

    assert cells == [
        "Tz (Australia/Lord_Howe)",
        "05/04/2026 01:15:00",
        "05/04/2026 01:45:00 +11:00",
        "05/04/2026 01:45:00 +10:30",
        "05/04/2026 02:15:00",
    ]
    assert [str(row[1]) for row in sheet(zone, "howe")[2:4]] == [
        "2026-04-05T01:45:00+11:00",
        "2026-04-05T01:45:00+10:30",
    ]


def test_an_iso_csv_has_the_offset_in_each_cell(paris: Client) -> None:
    assert "3,2026-10-25,2026-10-25 02:30:00,2026-10-25 02:30:00+02\n" in file(paris, "moment")


def test_a_few_outliers_are_counted_apart(paris: Client) -> None:
    found = paris.post("/api/v1/interfaces/typo/summary", {"columns": ["d", "n", "tz"]}).json["columns"]

    d, n, tz = found
    assert (d["kind"], sum(one["count"] for one in d["buckets"]), d["other"]) == ("histogram", 500, 3)
    assert (d["buckets"][0]["from"], len(d["buckets"])) == ("2026-01-02", 20)
    assert (sum(one["count"] for one in n["buckets"]), n["other"], n["buckets"][-1]["to"]) == (500, 3, 750)
    assert (sum(one["count"] for one in tz["buckets"]), tz["other"]) == (500, 3)


def test_ends_of_the_calendar_have_a_histogram(portal: Portal) -> None:
    portal.write("ends.yaml", definition("(VALUES (1, date '0001-01-01'), (2, '9999-12-31')) AS v (id, d)"))

    (found,) = portal.client().post("/api/v1/interfaces/ends/summary", {"columns": ["d"]}).json["columns"]

    assert [one["count"] for one in found["buckets"]] == [1, *[0] * 18, 1]
    assert found["buckets"][-1]["to"] == "9999-12-31"


CALLS: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "search": ({}, lambda answer: [answer.json["columns"][1]["type"], answer.json["rows"][0][1]]),
    "summary": (
        {"columns": ["a"]},
        lambda answer: [answer.json["columns"][0]["type"], answer.json["columns"][0]["values"][0]["value"]],
    ),
    "xlsx": ({}, lambda answer: ["text", openpyxl.load_workbook(io.BytesIO(answer.get_data())).active["B2"].value]),
    "csv": ({}, lambda answer: ["text", answer.get_data(as_text=True).split("\n")[1].split(",")[1]]),
    "rows": ({}, lambda answer: ["text", answer.json[0]["a"]]),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_type_that_was_altered_a_moment_ago_is_right_at_once(
    make_portal: Callable[..., Portal], make_database: Callable[..., str], call: str
) -> None:
    url = make_database(sql=MOMENTS)
    portal = make_portal(lab=url)
    portal.write("changing.yaml", definition("changing"))
    client, (body, read) = portal.client(), CALLS[call]
    assert client.post(f"/api/v1/interfaces/changing/{call}", body).status_code == 200
    run_sql(url, "ALTER TABLE changing ALTER a TYPE text USING 'x' || a")

    answer = client.post(f"/api/v1/interfaces/changing/{call}", body)

    assert answer.status_code == 200, answer.json
    assert read(answer) == ["text", "x1"]


@pytest.mark.parametrize("written_with", [",", ";", "|", "\t"])
@pytest.mark.parametrize("read_with", [",", ";", "|", "\t"])
def test_no_cell_is_a_formula_whatever_separates_for_the_reader(
    portal: Portal, written_with: str, read_with: str
) -> None:
    written = file(portal.client(), "note", written_with)

    cells = [cell.lstrip('"') for row in csv.reader(io.StringIO(written), delimiter=read_with) for cell in row]

    suspects = [cell for cell in cells if cell.startswith(STARTS)]
    harmless = re.compile(r"""- (one|two)|[+-]5|[+-]5".*|-[56]}.*""", re.DOTALL)
    assert [one for one in suspects if not harmless.fullmatch(one)] == []


def test_what_is_harmless_stays_as_it_is(portal: Portal) -> None:
    rows = list(csv.reader(io.StringIO(file(portal.client(), "note")), strict=True))
    assert [row[7] for row in rows[1:]] == ["{1,-5}", "{-5,-6}", "{}"]
    assert rows[3][2] == "a list:\n- one\n- two\nat 5;-5;+5"
    assert [row[1] for row in rows[1:]] == ["'=r/postgres", "", ""]


def test_a_spreadsheet_computes_none_of_them(portal: Portal) -> None:
    response = portal.client().post("/api/v1/interfaces/note/xlsx", {})
    page = openpyxl.load_workbook(io.BytesIO(response.get_data())).worksheets[0]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"n", "s"}
    assert page["B2"].value == "=r/postgres"


TITLES = [
    "😀" * 20,
    "bell \\a and \\x01",
    "History",
    "'",
    "a/b: [c]",
    "\\uFFFF",
    "x" * 24 + "😀",
    "\\t.",
    "e\\u0301" * 30,
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_file_that_opens(portal: Portal, title: str) -> None:
    sql = f"SELECT U&'\\FFFF' || repeat(U&'\\+01F600', 20000) AS {'x' * 40}, U&'a\\0001' AS bell"
    portal.write("odd.yaml", f'title: "{title}"\nsource: lab\nsql: {sql}\n')

    response = portal.client().post("/api/v1/interfaces/odd/xlsx", {})

    assert response.status_code == 200, response.json
    book = openpyxl.load_workbook(io.BytesIO(response.get_data()))
    (name,) = book.sheetnames
    assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
    assert name.lower() != "history"
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
        assert "\uffff" not in archive.read("xl/worksheets/sheet1.xml").decode()
    cell = book.worksheets[0]["A2"].value
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("😀…")
