"""A result as XLSX: typed cells, text that stays text, a frozen header, fitted widths; as many sheets as it takes.

A cell of text is never a formula, whatever it begins with. Numbers of more than 15 digits, which a spreadsheet would
round, and days that it has no name for are written as text. So are moments of the hour that a clock put back passes
twice: a cell has no offset to tell one from the other. A cell's time goes to the millisecond, and is never rounded up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from guichet.results import moments
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

DAY, SECOND, MILLISECOND = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm:ss.000"
TEMPORAL = ("date", "timestamp", "timestamptz")

TITLE_UNITS = 25  # of the 31 that a sheet's name may have: a number comes behind it
RESERVED_TITLES = ("history",)  # spreadsheets keep it for themselves
NO_CHARACTERS = re.compile("[\ufffe\uffff]")  # an XLSX with one of these can't be opened


class Spreadsheet:
    """An XLSX being written, row by row, in constant memory.

    :param file: where it goes when it is closed.
    :param labels: the headings, one per column.
    :param time_zone: of the moments that have one.
    :param sheet_rows: how many rows a sheet may have, the header not counted.
    """

    def __init__(
        self,
        file: IO[bytes],
        title: str,
        columns: Sequence[Column],
        labels: Sequence[str],
        time_zone: str = "UTC",
        sheet_rows: int = SHEET_ROWS,
    ) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
        self._title = sheet_title(title)
        self._columns = columns
        self._labels = [
            _text(moments.heading(label, column, time_zone)) for label, column in zip(labels, columns, strict=True)
        ]
        self._zone = ZoneInfo(time_zone)
        self._sheet_rows = sheet_rows
        self._bold = self._book.add_format({"bold": True})
        self._formats = {code: self._book.add_format({"num_format": code}) for code in (DAY, SECOND, MILLISECOND)}
        self._sheets = 0
        self.rows = 0
        self._sheet = self._begin_sheet()

    def add(self, row: Sequence[Any]) -> None:
        """Write one row of cells, as `guichet.search.cells` has them."""
        if self._row > self._sheet_rows:
            self._end_sheet()
            self._sheet = self._begin_sheet()
        for index, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            if value is not None:
                self._write(index, column, value)
        self._row += 1
        self.rows += 1

    def close(self) -> None:
        """End the last sheet and write the file."""
        self._end_sheet()
        self._book.close()

    def _begin_sheet(self) -> Worksheet:
        self._sheets += 1
        name = self._title if self._sheets == 1 else f"{self._title} ({self._sheets})"
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        self._widths = [len(label) + 2 for label in self._labels]
        for index, label in enumerate(self._labels):
            sheet.write_string(0, index, label, self._bold)
        self._row = 1
        return sheet

    def _end_sheet(self) -> None:
        for index, width in enumerate(self._widths):
            self._sheet.set_column(index, index, min(max(width, NARROWEST), WIDEST))
        if self._labels:
            self._sheet.autofilter(0, 0, self._row - 1, len(self._labels) - 1)

    def _write(self, index: int, column: Column, value: Any) -> None:
        typed = cell(column, value, self._zone)
        if self._row <= FITTED_ROWS:
            self._widths[index] = max(self._widths[index], len(str(value)) + 1)
        if isinstance(typed, bool):
            self._sheet.write_boolean(self._row, index, typed)
        elif isinstance(typed, int | float | Decimal):
            self._sheet.write_number(self._row, index, typed)
        elif isinstance(typed, date):
            self._sheet.write_datetime(self._row, index, typed, self._formats[_format(typed)])
        else:
            self._sheet.write_string(self._row, index, typed)


def sheet_title(title: str) -> str:
    """Make a sheet's name of a title: without what no name may have, and short enough for a number behind it."""
    readable = "".join(
        character if character.isprintable() and character not in "[]:*?/\\'" else " " for character in title
    )
    short = _cut(readable.strip(), TITLE_UNITS).strip()
    return f"{short} " if short.lower() in RESERVED_TITLES else short or "Sheet"


def cell(column: Column, value: Any, zone: ZoneInfo) -> bool | int | float | Decimal | date | str:
    """Types a cell, where a spreadsheet can hold its value exactly; else it is text."""
    if column.type in ("integer", "decimal", "float"):
        return _number(value)
    if column.type in TEMPORAL:
        return _moment(str(value), zone)
    typed = cells.exact_of(column, value)
    return typed if isinstance(typed, bool) else _text(str(typed))


def _text(text: str) -> str:
    cleaned = NO_CHARACTERS.sub("\ufffd", text)
    short = _cut(cleaned, CELL_CHARACTERS)
    return cleaned if short == cleaned else _cut(cleaned, CELL_CHARACTERS - 1) + "…"


def _cut(text: str, units: int) -> str:
    """Cut a text to so many UTF-16 units, which are what spreadsheets count, and never through a character."""
    if len(text) * 2 <= units:
        return text
    return text.encode("utf-16-le", "replace")[: units * 2].decode("utf-16-le", "ignore")


def _number(value: Any) -> int | float | Decimal | str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:  # not every database holds its columns to their types
        return _text(str(value))
    if not number.is_finite():
        return str(cells.exact(value))
    if isinstance(value, float):
        return value
    digits = len(number.normalize().as_tuple().digits)
    return number if digits <= EXACT_DIGITS and abs(number.adjusted()) < 300 else str(value)


def _moment(text: str, zone: ZoneInfo) -> date | str:
    try:
        moment = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:  # infinity, a year before Christ or beyond 9999
        return text
    day = moment.date() if isinstance(moment, datetime) else moment
    if not FIRST_DAY <= day < LAST_DAY:
        return text
    if not isinstance(moment, datetime):
        return moment
    clock = moment.replace(tzinfo=None)
    if moment.tzinfo and _is_passed_twice(clock, zone):
        return text
    return clock.replace(microsecond=clock.microsecond // 1000 * 1000)


def _is_passed_twice(clock: datetime, zone: ZoneInfo) -> bool:
    return clock.replace(tzinfo=zone, fold=0).utcoffset() != clock.replace(tzinfo=zone, fold=1).utcoffset()


def _format(typed: date) -> str:
    if not isinstance(typed, datetime):
        return DAY
    return MILLISECOND if typed.microsecond else SECOND
