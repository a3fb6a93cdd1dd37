"""A result as XLSX: typed cells, text that stays text, a frozen header, fitted widths; as many sheets as it takes.

A cell of text is never a formula, whatever it begins with. Numbers of more than 15 digits, which a spreadsheet would
round, and days that it has no name for are written as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from guichet.search import cells
from guichet.sources.columns import Column

# A sheet has 1,048,576 rows; one is the header.
SHEET_ROWS = 1_048_575
CELL_CHARACTERS = 32_767
EXACT_DIGITS = 15
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree about the calendar
LAST_DAY = date(9999, 12, 31)  # its last second would be rounded up to a year that no spreadsheet has

NARROWEST, WIDEST = 8, 60
FITTED_ROWS = 500

NUMBER_FORMATS = {"date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm:ss", "timestamptz": "yyyy-mm-dd hh:mm:ss"}


class Spreadsheet:
    """An XLSX being written, row by row, in constant memory.

    :param file: where it goes when it is closed.
    :param labels: the headings, one per column.
    :param sheet_rows: how many rows a sheet may have, the header not counted.
    """

    def __init__(
        self,
        file: IO[bytes],
        title: str,
        columns: Sequence[Column],
        labels: Sequence[str],
        sheet_rows: int = SHEET_ROWS,
    ) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
        self._title = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:25] or "Sheet"
        self._columns = columns
        self._labels = labels
        self._sheet_rows = sheet_rows
        self._bold = self._book.add_format({"bold": True})
        self._formats = {kind: self._book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
        self._sheets = 0
        self.rows = 0
        self._sheet = self._begin_sheet()

    def add(self, row: Sequence[Any]) -> None:
        """Writes one row of cells, as `guichet.search.cells` has them."""
        if self._row > self._sheet_rows:
            self._end_sheet()
            self._sheet = self._begin_sheet()
        for at, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            if value is not None:
                self._write(at, column, value)
        self._row += 1
        self.rows += 1

    def close(self) -> None:
        """Ends the last sheet and writes the file."""
        self._end_sheet()
        self._book.close()

    def _begin_sheet(self) -> Worksheet:
        self._sheets += 1
        name = self._title if self._sheets == 1 else f"{self._title} ({self._sheets})"
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        self._widths = [len(label) + 2 for label in self._labels]
        for at, label in enumerate(self._labels):
            sheet.write_string(0, at, label, self._bold)
        self._row = 1
        return sheet

    def _end_sheet(self) -> None:
        for at, width in enumerate(self._widths):
            self._sheet.set_column(at, at, min(max(width, NARROWEST), WIDEST))
        if self._labels:
            self._sheet.autofilter(0, 0, self._row - 1, len(self._labels) - 1)

    def _write(self, at: int, column: Column, value: Any) -> None:
        typed = cell(column, value)
        if self._row <= FITTED_ROWS:
            self._widths[at] = max(self._widths[at], len(str(value)) + 1)
        if isinstance(typed, bool):
            self._sheet.write_boolean(self._row, at, typed)
        elif isinstance(typed, int | float | Decimal):
            self._sheet.write_number(self._row, at, typed)
        elif isinstance(typed, date):
            self._sheet.write_datetime(self._row, at, typed, self._formats[column.type])
        else:
            self._sheet.write_string(self._row, at, typed)


def cell(column: Column, value: Any) -> bool | int | float | Decimal | date | str:
    """Types a cell, where a spreadsheet can hold its value exactly; else it is text."""
    if column.type in ("integer", "decimal", "float"):
        return _number(value)
    if column.type in NUMBER_FORMATS:
        return _day(str(value))
    if isinstance(value, bool):
        return value
    text = str(value)
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - 1] + "…"


def _number(value: Any) -> int | float | Decimal | str:
    number = Decimal(str(value))
    if not number.is_finite():
        return str(cells.exact(value))
    if isinstance(value, float):
        return value
    digits = len(number.normalize().as_tuple().digits)
    return number if digits <= EXACT_DIGITS and abs(number.adjusted()) < 300 else str(value)


def _day(text: str) -> date | str:
    try:
        found = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:  # infinity, a year before Christ or beyond 9999
        return text
    day = found.date() if isinstance(found, datetime) else found
    if not FIRST_DAY <= day < LAST_DAY:
        return text
    return found.replace(tzinfo=None) if isinstance(found, datetime) else found
