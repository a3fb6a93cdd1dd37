"""The cells of a CSV as a spreadsheet wants them: SQL expressions, from columns and a format."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.duckdb import cells
from guichet.sql.duckdb.quoting import quote
from guichet.sql.formats import CsvFormat

DAY_PATTERNS = {"en": "%%m/%%d/%%Y", "fr": "%%d/%%m/%%Y", "es": "%%d/%%m/%%Y"}

# What lies around the putting back of a clock; no zone ever put it back by more.
AROUND = "INTERVAL 3 HOURS"

# Years that a day written as 31/01/2026 has room for.
FIRST_YEAR, LAST_YEAR = 1, 9999


def expressions(columns: Sequence[Column], style: CsvFormat) -> list[str]:
    """Make one SQL expression per column of the file."""
    return [_expression(column, style) for column in columns]


def _expression(column: Column, style: CsvFormat) -> str:
    name = quote(column.name)
    if column.type == "text":
        return name if column.free_text else f"{name}::VARCHAR"
    if style.dates == "locale" and column.type in ("date", "timestamp", "timestamptz"):
        return _clock(name, column, DAY_PATTERNS[style.locale], style.decimal)
    text = cells.text(column)
    if column.type in ("decimal", "float") and style.decimal == ",":
        return f"replace({text}, '.', ',')"
    return text


def _clock(name: str, column: Column, day_pattern: str, decimal: str) -> str:
    """Make the SQL expression of a day or a moment in the order of a language.

    A day before Christ, after the year 9999, or infinity is written as ever. A moment gets its fraction where it has
    one, and its offset where its clock passed that hour twice.
    """
    written = f"strftime({name}, '{day_pattern}')"
    if column.type != "date":
        written = f"strftime({name}, '{day_pattern} %%H:%%M:%%S') || {_fraction(name, decimal)}"
    if column.type == "timestamptz":
        written += f" || CASE WHEN {_is_passed_twice(name)} THEN {_offset(name)} ELSE '' END"
    usual = f"isfinite({name}) AND extract(year FROM {name}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    return f"CASE WHEN {usual} THEN {written} ELSE {cells.text(column)} END"


def _fraction(name: str, decimal: str) -> str:
    fraction = f"rtrim(strftime({name}, '{decimal}%%f'), '0')"
    return f"CASE WHEN date_trunc('second', {name}) = {name} THEN '' ELSE {fraction} END"


def _offset(name: str) -> str:
    """Make the expression of an offset as ` +02:00`."""
    seconds = f"extract(timezone FROM {name})"
    hours, minutes = f"abs({seconds}) // 3600", f"abs({seconds}) %% 3600 // 60"
    padded = " || ':' || ".join(f"lpad(({part})::VARCHAR, 2, '0')" for part in (hours, minutes))
    return f"CASE WHEN {seconds} < 0 THEN ' -' ELSE ' +' END || {padded}"


def _is_passed_twice(name: str) -> str:
    """Make the condition of a moment whose clock was put back within some hours of it, so that it is shown twice."""
    back = f"extract(timezone FROM {name} - {AROUND}) - extract(timezone FROM {name} + {AROUND})"
    seconds = f"to_seconds({back})"
    same = " OR ".join(f"({name} {sign} {seconds})::TIMESTAMP = {name}::TIMESTAMP" for sign in "+-")
    return f"{back} > 0 AND ({same})"
