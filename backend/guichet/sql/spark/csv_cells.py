"""The lines of a CSV: one SQL expression that makes a whole line with its end, as PostgreSQL's COPY would write it.

NULL is empty, an empty text has quotes, and so has what holds a delimiter, a quote or a line's end.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sources.spark.statements import FINISHED
from guichet.sql.formats import CsvFormat
from guichet.sql.spark import texts
from guichet.sql.spark.quoting import literal, quote

DAY_PATTERNS = {"en": "MM/dd/yyyy", "fr": "dd/MM/yyyy", "es": "dd/MM/yyyy"}
CLOCK = "HH:mm:ss"
# Years that a day written as 31/01/2026 has room for.
FIRST_YEAR, LAST_YEAR = 1, 9999
# What lies around the putting back of a clock; no zone ever put it back by more.
AROUND = "INTERVAL 3 HOURS"
# Types whose texts never hold a delimiter, unless it stands in their numbers.
PLAIN = ("integer", "decimal", "float", "boolean", "date", "time", "timestamp", "timestamptz", "bytes", "uuid")


def expressions(columns: Sequence[Column], style: CsvFormat) -> list[str]:
    """Make the SQL expression of a line."""
    return [line([_write(column, style) for column in columns], style.delimiter)]


def line(cells: Sequence[tuple[str, bool]], delimiter: str) -> str:
    """Make the expression of a line.

    :param cells: expressions of texts, and whether they may hold anything.
    """
    alone = len(cells) == 1
    written = [_quote(cell, delimiter, alone) if anything else f"coalesce({cell}, '')" for cell, anything in cells]
    # The line's end is a part of the last cell, so that the line is made in one go.
    written[-1] = f"concat({written[-1]}, '\\n')"
    return f"concat_ws({literal(delimiter)}, {', '.join(written)}) AS {FINISHED}"


def _quote(cell: str, delimiter: str, alone: bool) -> str:
    marks = [literal(delimiter), literal('"'), "'\\n'", "'\\r'"]
    needed = " OR ".join([f"{cell} = ''", *(f"contains({cell}, {mark})" for mark in marks)])
    if alone:
        needed += f" OR {cell} = '\\\\.'"  # COPY's own end of data
    quoted = f"concat('\"', replace({cell}, '\"', '\"\"'), '\"')"
    return f"CASE WHEN {cell} IS NULL THEN '' WHEN {needed} THEN {quoted} ELSE {cell} END"


def _write(column: Column, style: CsvFormat) -> tuple[str, bool]:
    name = quote(column.name)
    if column.type in ("decimal", "float") and style.decimal == ",":
        return f"replace({texts.write(column, name)}, '.', ',')", style.delimiter == ","
    if style.dates == "locale" and column.type in ("date", "timestamp", "timestamptz"):
        return _write_clock(column, name, style), style.decimal == style.delimiter
    return texts.write(column, name), column.type not in PLAIN


def _write_clock(column: Column, name: str, style: CsvFormat) -> str:
    """Make the expression of a day or a moment in the order of a language.

    A day after the year 9999 is written as ever. A moment gets its fraction where it has one, and its offset where its
    clock passed that hour twice.
    """
    pattern = DAY_PATTERNS[style.locale]
    written = f"date_format({name}, '{pattern}')"
    if column.type != "date":
        fraction = f"rtrim('0', date_format({name}, '{style.decimal}SSSSSS'))"
        fraction = f"CASE WHEN date_trunc('second', {name}) = {name} THEN '' ELSE {fraction} END"
        written = f"concat(date_format({name}, '{pattern} {CLOCK}'), {fraction}{_twice(column, name)})"
    usual = f"year({name}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    return f"CASE WHEN {usual} THEN {written} ELSE {texts.write(column, name)} END"


def _twice(column: Column, name: str) -> str:
    """Make the expression of an offset where the clock was put back within some hours, so that it is shown twice."""
    if column.type != "timestamptz":
        return ""
    seconds = [f"({_clock(f'({name} {sign} {AROUND})')})" for sign in "-+"]
    back = f"({seconds[0]} - {seconds[1]})"
    same = " OR ".join(
        f"CAST(timestamp_seconds(unix_micros({name}) / 1000000 {sign} {back}) AS TIMESTAMP_NTZ)"
        f" = CAST({name} AS TIMESTAMP_NTZ)"
        for sign in "+-"
    )
    return f", CASE WHEN {back} > 0 AND ({same}) THEN concat(' ', date_format({name}, 'xxx')) ELSE '' END"


def _clock(moment: str) -> str:
    """Make the expression of how many seconds a moment's clock is before that of UTC."""
    utc = f"CAST(to_utc_timestamp({moment}, current_timezone()) AS TIMESTAMP)"
    return f"unix_seconds({moment}) - unix_seconds({utc})"
