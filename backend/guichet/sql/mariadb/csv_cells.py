"""The lines of a CSV: one SQL expression that makes a whole line, as PostgreSQL's COPY would write it.

NULL is empty, an empty text has quotes, and so has what holds a delimiter, a quote or a line's end.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.formats import CsvFormat
from guichet.sql.mariadb import texts
from guichet.sql.mariadb.quoting import quote, quote_text

# By this name the session knows a finished line (`sources.mariadb.source`).
LINE = "guichet_csv"
DAY_PATTERNS = {"en": "%%m/%%d/%%Y", "fr": "%%d/%%m/%%Y", "es": "%%d/%%m/%%Y"}
CLOCK = "%%H:%%i:%%s"
# What lies around the putting back of a clock, in seconds; no zone ever put it back by more.
AROUND = 3 * 3600
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
    written = [_quote(cell, delimiter, alone) if anything else f"IFNULL({cell}, '')" for cell, anything in cells]
    # One collation that is named wins over those of the columns, whose texts need not be converted one by one.
    return f"CONCAT_WS({quote_text(delimiter)} COLLATE utf8mb4_bin, {', '.join(written)}) AS {LINE}"


def _quote(cell: str, delimiter: str, alone: bool) -> str:
    marks = rf"""'["{delimiter}\r\n]'"""
    end_of_data = f" OR {cell} = '\\\\.'" if alone else ""  # COPY's own
    quoted = f"CONCAT('\"', REPLACE({cell}, '\"', '\"\"'), '\"')"
    return (
        f"CASE WHEN {cell} IS NULL THEN '' WHEN LENGTH({cell}) = 0 OR {cell} REGEXP {marks}{end_of_data}"
        f" THEN {quoted} ELSE {cell} END"
    )


def _write(column: Column, style: CsvFormat) -> tuple[str, bool]:
    name = quote(column.name)
    if column.type in ("decimal", "float") and style.decimal == ",":
        return f"REPLACE({texts.write(column, name)}, '.', ',')", style.delimiter == ","
    if style.dates == "locale" and column.type in ("date", "timestamp", "timestamptz"):
        return _write_clock(column, name, style), style.decimal == style.delimiter
    if column.type in ("integer", "decimal", "date", "text"):
        return name, column.type == "text"  # the server writes them itself
    return texts.write(column, name), column.type not in PLAIN


def _write_clock(column: Column, name: str, style: CsvFormat) -> str:
    """Make the expression of a day or a moment in the order of a language.

    A day of the year 0, which is none, is written as it is. A moment gets its fraction where it has one, and its offset
    where its clock passed that hour twice.
    """
    day = DAY_PATTERNS[style.locale]
    written = f"DATE_FORMAT({name}, '{day}')"
    if column.type != "date":
        fraction = f"TRIM(TRAILING '0' FROM DATE_FORMAT({name}, '{style.decimal}%%f'))"
        fraction = f"IF(MICROSECOND({name}) = 0, '', {fraction})"
        written = f"CONCAT(DATE_FORMAT({name}, '{day} {CLOCK}'), {fraction}{_twice(column, name)})"
    return f"IF(YEAR({name}) = 0, CAST({name} AS CHAR), {written})"


def _twice(column: Column, name: str) -> str:
    if column.type != "timestamptz":
        return ""
    epoch = f"FLOOR(UNIX_TIMESTAMP({name}))"
    back = f"({texts.offset_seconds(f'{epoch} - {AROUND}')} - {texts.offset_seconds(f'{epoch} + {AROUND}')})"
    same = " OR ".join(f"FROM_UNIXTIME({epoch} {sign} {back}) = FROM_UNIXTIME({epoch})" for sign in "+-")
    passed = f"{back} > 0 AND ({same})"
    offset = f"CONCAT(' ', {texts.write_offset(name, short=False)})"
    return f", IF({texts.IN_UTC}, '', IF({passed}, {offset}, ''))"
