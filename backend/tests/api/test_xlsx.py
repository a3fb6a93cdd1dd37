"""XLSX: what a spreadsheet program finds in the file."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from guichet.results.spreadsheet import Spreadsheet, cell
from guichet.sources.columns import Column
from tests.conftest import Client


def sheets(client: Client, interface: str, **body: Any) -> list[Worksheet]:
    response = client.post(f"/api/v1/interfaces/{interface}/xlsx", body)
    assert response.status_code == 200, response.json
    return openpyxl.load_workbook(io.BytesIO(response.get_data())).worksheets


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [[one.value for one in row] for row in sheet.iter_rows()]


def test_its_cells_are_typed_and_its_text_is_text(client: Client) -> None:
    columns = ["id", "name", "domain", "balance", "joined_on", "seen_at", "vip"]
    (sheet,) = sheets(client, "customers", columns=columns, criteria={"country": {"not": [3]}})
    assert sheet.title == "Customers"
    assert sheet.freeze_panes == "A2"
    assert rows(sheet) == [
        ["Customer id", "Name", "Domain", "Balance", "Joined on", "Seen at (UTC)", "Vip"],
        [1, "Acme Labs", "acme.example", 1.1, day(1, 1), datetime(2026, 1, 31, 23, 59, 59, 999000), True],
        [2, "Éclair & Fils", "eclair.example", -5, day(1, 31), day(2, 1), False],
        [3, "100% Labs", "percent.example", None, day(2, 1), None, None],
        [4, "100_Labs", "underscore.example", "12345678901234567890.123456789", None, day(3, 1, 12), True],
        [6, "", None, None, None, None, None],
        [7, "+33 1 23 45 67 89", "+SUM(1;2)", 7, "infinity", "-infinity", True],
        [8, 'two\nlines "quoted"; ¤ 王伟 🦔', "@handle", 8, day(5, 1), datetime(2026, 5, 1, 8, 0, 0, 123000), False],
    ]


def day(month: int, number: int, hour: int = 0) -> datetime:
    return datetime(2026, month, number, hour)


def test_no_cell_is_a_formula(client: Client) -> None:
    (sheet,) = sheets(client, "customers")
    assert {one.data_type for row in sheet.iter_rows() for one in row} <= {"n", "s", "b", "d"}
    assert [row[2] for row in rows(sheet)][5] == "=cmd|' /C calc'!A0"


def test_every_type_of_postgresql_can_be_written(client: Client) -> None:
    (sheet,) = sheets(client, "every_type")
    found = dict(zip(rows(sheet)[0], zip(*rows(sheet)[1:], strict=True), strict=True))
    assert found["Big"] == (42, "9223372036854775807", None, "9007199254740993")
    assert found["Double"] == (0.1, "-Infinity", None, 1e308)
    assert found["Place code"] == ("01234", "=1+1", None, 'a\nb,"c";d¤é🦔')


def test_it_has_the_tables_order(client: Client) -> None:
    sort = [{"column": "id", "descending": True}]
    (sheet,) = sheets(client, "customers", columns=["id"], sort=sort, criteria={"country": [1, 2]})
    assert rows(sheet) == [["Customer id"], [4], [3], [2], [1]]


def test_a_heavy_result_is_answered_413(client: Client) -> None:
    assert client.post("/api/v1/interfaces/numbers/xlsx", {}).status_code == 413


def test_beyond_a_sheets_rows_there_is_another_sheet() -> None:
    file = io.BytesIO()
    book = Spreadsheet(file, "Numbers: all [of] them", [Column("n", "integer")], ["N"], sheet_rows=2)
    for number in range(5):
        book.add([number])
    book.close()
    found = openpyxl.load_workbook(file).worksheets
    assert [sheet.title for sheet in found] == [
        "Numbers  all  of  them",
        "Numbers  all  of  them (2)",
        "Numbers  all  of  them (3)",
    ]
    assert [rows(sheet) for sheet in found] == [[["N"], [0], [1]], [["N"], [2], [3]], [["N"], [4]]]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "00123", "00123"),
        ("text", "x" * 40_000, "x" * 32_766 + "…"),
        ("integer", 999_999_999_999_999, 999_999_999_999_999),
        ("integer", 1_234_567_890_123_456, "1234567890123456"),
        ("date", "1900-02-28", "1900-02-28"),
        ("date", "0044-03-15 BC", "0044-03-15 BC"),
        ("json", '{"a": 1}', '{"a": 1}'),
        ("interval", "1 day", "1 day"),
        ("decimal", "none", "none"),
        ("boolean", 1, True),
        ("boolean", "perhaps", "perhaps"),
    ],
)
def test_what_a_spreadsheet_cant_hold_exactly_is_text(kind: Any, value: Any, expected: Any) -> None:
    assert cell(Column("c", kind), value, ZoneInfo("UTC")) == expected
