"""Rows written as PostgreSQL's COPY writes them, for kinds of databases that have nothing better.

What is asked of a session to be written goes through here a row at a time, so that memory does not grow. Texts, whole
numbers and NULL, which are nearly all, are written by the csv module; a dialect that casts to text what it can is fast.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from types import NoneType
from typing import Any

from guichet.sources.protocol import LINE_DELIMITER, ByteSink

# What the csv module writes as COPY does.
SIMPLE = frozenset({str, int, NoneType})
# From the 15th digit before the point on, and the fifth zero behind it, PostgreSQL writes an exponent.
LEAST_EXPONENT, MOST_EXPONENT = -4, 15
# Up to here, whatever has no exponent in Python has none in PostgreSQL.
PLAIN = 10.0**MOST_EXPONENT
# From here on not every whole number is a float.
FIRST_GAP = 2.0**53
DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS = 86_400, 3_600, 60


def write_csv(rows: Iterable[Sequence[Any]], delimiter: str, output: ByteSink, zone: tzinfo = UTC) -> int:
    """Write rows as CSV in UTF-8, without a header, a row a call; return how many.

    :param zone: where moments that have one are told.
    """
    # Python quotes what has a character of the line's end in it; COPY quotes both kinds, and ends lines with one.
    writer = csv.writer(_LineSink(output), delimiter=delimiter, lineterminator="\r\n")
    quoted = re.compile(rf'[{re.escape(delimiter)}"\r\n]')
    count = 0
    for row in rows:
        if not SIMPLE.issuperset(map(type, row)):
            row = [
                value
                if type(value) in SIMPLE
                else write_float(value)
                if type(value) is float
                else write_text(value, zone)
                for value in row
            ]
        if "" in row or len(row) == 1:
            output.write((delimiter.join([_quote(value, quoted, len(row)) for value in row]) + "\n").encode())
        else:
            writer.writerow(row)
        count += 1
    return count


def write_lines(rows: Iterable[Sequence[Any]], output: ByteSink) -> int:
    """Write rows whose cells are JSON or hex, each as a line, as it is; return how many."""
    delimiter, count = LINE_DELIMITER.decode(), 0
    for row in rows:
        output.write((delimiter.join(["" if cell is None else str(cell) for cell in row]) + "\n").encode())
        count += 1
    return count


def write_text(value: Any, zone: tzinfo = UTC) -> str:
    """Write a value that is not NULL as PostgreSQL prints it."""
    if type(value) is float:
        return write_float(value)
    match value:
        case str():
            return value
        case bool():
            return "t" if value else "f"
        case float():
            return write_float(value)
        case Decimal():
            return f"{value:f}" if value.is_finite() else write_float(float(value))
        case datetime():
            return _write_moment(value, zone)
        case time():
            return _trim_fraction(value.replace(tzinfo=None)) + _write_offset(value.strftime("%z"))
        case date():
            return value.isoformat()
        case timedelta():
            return _write_interval(value)
        case bytes() | bytearray() | memoryview():
            return rf"\x{bytes(value).hex()}"
        case Mapping() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=lambda one: write_text(one, zone))
    return str(value)


def write_float(value: float) -> str:
    """Write the shortest text that is read as the same number again."""
    text = repr(value)
    if -PLAIN < value < PLAIN and "e" not in text:
        return text.removesuffix(".0")
    if not math.isfinite(value):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(text, "NaN")
    sign, digits, exponent = _find_shortest(value).normalize().as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, digits))
    place = exponent + len(digits) - 1  # of the first digit
    minus = "-" if sign else ""
    if not LEAST_EXPONENT <= place < MOST_EXPONENT:
        fraction = f".{written[1:]}" if len(written) > 1 else ""
        return f"{minus}{written[0]}{fraction}e{'-' if place < 0 else '+'}{abs(place):02}"
    return minus + f"{Decimal((0, digits, exponent)):f}"


def _find_shortest(value: float) -> Decimal:
    """Return the shortest number that is nearer to a float than to any other.

    Python also takes one that is as near to the next float, where rounding decides; PostgreSQL does not.
    """
    shortest = Decimal(repr(value))
    if abs(value) < FIRST_GAP or not _lies_between_floats(shortest, value):
        return shortest
    longer = (Decimal(f"{value:.{digits}e}") for digits in range(len(shortest.as_tuple().digits), 17))
    return next(one for one in longer if float(one) == value and not _lies_between_floats(one, value))


def _lies_between_floats(number: Decimal, value: float) -> bool:
    """Tell whether a number is as far from a float as from one beside it. Both are whole, so that this is exact."""
    distance = abs(int(number) - int(value))
    return distance > 0 and any(
        2 * distance == abs(int(beside) - int(value))
        for beside in (math.nextafter(value, math.inf), math.nextafter(value, -math.inf))
        if math.isfinite(beside)
    )


class _LineSink:
    """Takes the lines of the csv module, and passes them on as COPY ends them."""

    def __init__(self, output: ByteSink) -> None:
        self._output = output

    def write(self, line: str) -> None:
        self._output.write((line[:-2] + "\n").encode())


def _quote(value: Any, quoted: re.Pattern[str], columns: int) -> str:
    if value is None:
        return ""
    text = str(value)
    # A backslash and a point that are a whole line are COPY's own end of data.
    if not text or quoted.search(text) or (columns == 1 and text == r"\."):
        return '"' + text.replace('"', '""') + '"'
    return text


def _write_moment(value: datetime, zone: tzinfo) -> str:
    if value.tzinfo is None:
        return f"{value.date().isoformat()} {_trim_fraction(value.time())}"
    local = value.astimezone(zone)
    return _write_moment(local.replace(tzinfo=None), zone) + _write_offset(local.strftime("%z"))


def _trim_fraction(value: time) -> str:
    text = value.isoformat()
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_offset(offset: str) -> str:
    """Write `+0530` as PostgreSQL does: the minutes, and the seconds, where there are some."""
    sign, parts = offset[:1], [offset[1:3], offset[3:5], offset[5:7]]
    while len(parts) > 1 and parts[-1] in ("", "00"):
        parts.pop()
    return sign + ":".join(parts)


def _write_interval(value: timedelta) -> str:
    """Write a span of time in PostgreSQL's own style: `1 day 02:03:04.5`, `-00:00:01`."""
    microseconds = value // timedelta(microseconds=1)
    seconds, fraction = divmod(abs(microseconds), 1_000_000)
    days, seconds = divmod(seconds, DAY_SECONDS)
    hours, minutes, seconds = seconds // HOUR_SECONDS, seconds // MINUTE_SECONDS % 60, seconds % 60
    clock = f"{hours:02}:{minutes:02}:{seconds:02}" + (f".{fraction:06}".rstrip("0") if fraction else "")
    minus = "-" if microseconds < 0 else ""
    named = f"{minus}{days} day{'' if days == 1 and not minus else 's'}" if days else ""
    return " ".join(part for part in (named, minus + clock if clock.strip("0:.") or not days else "") if part)
