"""How a CSV is written: the SQL expressions of its columns, the options of its COPY, its header, its formula guard.

There is one writer, PostgreSQL's COPY; the page's download and an archive's file are made by the same expressions.
Pure: it makes SQL text from columns and a dialect.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guichet.results import formula_guard, moments
from guichet.results.formula_guard import Guard
from guichet.search import compose
from guichet.sources.columns import Column

BYTE_ORDER_MARK = "\ufeff"

DAY_PATTERNS = {"en": "MM/DD/YYYY", "fr": "DD/MM/YYYY", "es": "DD/MM/YYYY"}


@dataclass(frozen=True)
class CsvFormat:
    """What a spreadsheet wants of a CSV.

    :param dates: "iso" as PostgreSQL writes them, "locale" in the order of day and month that `locale` has.
    :param formula_guard: whether text that a spreadsheet would run is made harmless by a leading apostrophe.
    """

    delimiter: Literal[",", ";", "|", "\t"] = ","
    decimal: Literal[".", ","] = "."
    dates: Literal["iso", "locale"] = "iso"
    locale: Literal["en", "fr", "es"] = "en"
    bom: bool = False
    formula_guard: bool = True


def headings(labels: Sequence[str], columns: Sequence[Column], dialect: CsvFormat, time_zone: str) -> list[str]:
    """Make the headings of the columns: the zone is named where the moments below don't tell their own."""
    if dialect.dates == "iso":
        return list(labels)
    return [moments.heading(label, column, time_zone) for label, column in zip(labels, columns, strict=True)]


def expressions(columns: Sequence[Column], dialect: CsvFormat) -> list[str]:
    """Make one SQL expression per column of the file."""
    return [_expression(column, dialect) for column in columns]


def make_guard(columns: Sequence[Column], dialect: CsvFormat) -> Guard:
    """Make what joins the lines of the file: through the formula guard, where it is wanted."""
    return formula_guard.for_columns(columns, dialect.delimiter) if dialect.formula_guard else formula_guard.none


def header(labels: Sequence[str], dialect: CsvFormat) -> bytes:
    """Write the first line, byte-order mark included, quoted as COPY quotes."""
    line = io.StringIO()
    # Python quotes what has a character of the line's end in it; COPY quotes both kinds, and ends lines with one.
    csv.writer(line, delimiter=dialect.delimiter, lineterminator="\r\n").writerow(labels)
    return ((BYTE_ORDER_MARK if dialect.bom else "") + line.getvalue().removesuffix("\r\n") + "\n").encode()


def _expression(column: Column, dialect: CsvFormat) -> str:
    name = compose.quoted(column.name)
    if column.type in ("decimal", "float") and dialect.decimal == ",":
        return f"replace({name}::text, '.', ',')"
    if column.type in ("boolean", "text"):
        return f"{name}::text"  # true rather than t; a char(n) without its padding
    if dialect.dates == "locale" and column.type in ("date", "timestamp", "timestamptz"):
        return moments.clock(name, column, DAY_PATTERNS[dialect.locale], dialect.decimal)
    return name
