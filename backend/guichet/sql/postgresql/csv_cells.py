"""The cells of a CSV as a spreadsheet wants them: SQL expressions, from columns and a format.

A moment is written by the clock of the portal's zone. Such a clock loses two things that are written all the same:
fractions of a second, and which of two moments it is when a clock that was put back passes the same hour twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.formats import CsvFormat
from guichet.sql.postgresql.quoting import quote

DAY_PATTERNS = {"en": "MM/DD/YYYY", "fr": "DD/MM/YYYY", "es": "DD/MM/YYYY"}

# What lies around the putting back of a clock; no zone ever put it back by more.
AROUND = "interval '3 hours'"

# Years that a day written as 31/01/2026 has room for.
FIRST_YEAR, LAST_YEAR = 1, 9999


def expressions(columns: Sequence[Column], style: CsvFormat) -> list[str]:
    """Make one SQL expression per column of the file."""
    return [_expression(column, style) for column in columns]


def clock(name: str, column: Column, day_pattern: str, decimal: str) -> str:
    """Make the SQL expression of a day or a moment by a pattern of to_char.

    A day before Christ, after the year 9999, or infinity is written as PostgreSQL writes it. A moment gets its fraction
    where it has one, and its offset where its clock passed that hour twice.
    """
    written = f"to_char({name}, '{day_pattern}')"
    if column.type != "date":
        written = f"to_char({name}, '{day_pattern} HH24:MI:SS') || {_fraction(name, decimal)}"
    if column.type == "timestamptz":
        written += f" || CASE WHEN {_is_passed_twice(name)} THEN to_char({name}, ' TZH:TZM') ELSE '' END"
    usual = f"isfinite({name}) AND extract(year FROM {name}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    return f"CASE WHEN {usual} THEN {written} ELSE {name}::text END"


def _expression(column: Column, style: CsvFormat) -> str:
    name = quote(column.name)
    if column.type in ("decimal", "float") and style.decimal == ",":
        return f"replace({name}::text, '.', ',')"
    if column.type in ("boolean", "text"):
        return f"{name}::text"  # true rather than t; a char(n) without its padding
    if style.dates == "locale" and column.type in ("date", "timestamp", "timestamptz"):
        return clock(name, column, DAY_PATTERNS[style.locale], style.decimal)
    return name


def _fraction(name: str, decimal: str) -> str:
    fraction = f"rtrim(to_char({name}, '\"{decimal}\"US'), '0')"
    return f"CASE WHEN date_trunc('second', {name}) = {name} THEN '' ELSE {fraction} END"


def _is_passed_twice(name: str) -> str:
    """Make the condition of a moment whose clock was put back within some hours of it, so that it is shown twice."""
    back = f"extract(timezone FROM {name} - {AROUND}) - extract(timezone FROM {name} + {AROUND})"
    seconds = f"({back}) * interval '1 second'"
    same = " OR ".join(f"({name} {sign} {seconds})::timestamp = {name}::timestamp" for sign in "+-")
    return f"{back} > 0 AND ({same})"
