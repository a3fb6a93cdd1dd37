"""Rows written as PostgreSQL's COPY writes them, for kinds of databases that have nothing better.

What is asked of a session to be written goes through here a block of rows at a time, so that memory does not grow.
Within a block a column is looked at once: one of texts without a delimiter, or of small numbers, needs nothing more.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock
from decimal import Decimal
from itertools import islice
from types import NoneType
from typing import Any, cast

from guichet.sources import csv_rows
from guichet.sources.protocol import LINE_DELIMITER, ByteSink

NUMBERS = frozenset({int, float, NoneType})
TEXTS = frozenset({str, NoneType})
# Blocks are small: Python looks again and again through what there are many of.
BLOCK_ROWS = 128
# Rows that come more slowly are passed on one by one.
SLOW_SECONDS = 0.1
# From the 15th digit before the point on, and the fifth zero behind it, PostgreSQL writes an exponent.
LEAST_EXPONENT, MOST_EXPONENT = -4, 15
# Up to here, whatever has no exponent in Python has none in PostgreSQL.
PLAIN = 10.0**MOST_EXPONENT
# From here on not every whole number is a float.
FIRST_GAP = 2.0**53
DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS = 86_400, 3_600, 60


def write_csv(rows: Iterable[Sequence[Any]], delimiter: str, output: ByteSink, zone: tzinfo = UTC) -> int:
    """Write rows as CSV in UTF-8, without a header; return how many.

    :param zone: where moments that have one are told.
    """
    writer, count = _BlockWriter(delimiter, zone), 0
    for block in _gather(rows):
        csv_rows.pass_on(output, writer.write(block), len(block))
        count += len(block)
    return count


def write_lines(rows: Iterable[Sequence[Any]], output: ByteSink) -> int:
    """Write rows whose cells are JSON or hex, each as a line, as it is; return how many."""
    delimiter, count = LINE_DELIMITER.decode(), 0
    for block in _gather(rows):
        lines = [delimiter.join(["" if cell is None else str(cell) for cell in row]) for row in block]
        csv_rows.pass_on(output, ("\n".join(lines) + "\n").encode(), len(block), quoted=False)
        count += len(block)
    return count


def _gather(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """Yield blocks of rows, larger ones as long as they come quickly: nobody waits long for a row that is there."""
    source, most = iter(rows), 1
    while True:
        began = time.monotonic()
        block = list(islice(source, most))
        if not block:
            return
        most = min(2 * most, BLOCK_ROWS) if time.monotonic() - began < SLOW_SECONDS else 1
        yield block


class _BlockWriter:
    """Writes a block of rows by its columns: what all values of one are alike in is looked at once."""

    def __init__(self, delimiter: str, zone: tzinfo) -> None:
        self._delimiter = delimiter
        self._zone = zone
        self._needs_quotes = re.compile(rf'[{re.escape(delimiter)}"\r\n]').search

    def write(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Return the lines of a block."""
        columns = [self._write_column(values) for values in zip(*rows, strict=True)]
        if len(columns) == 1:  # a backslash and a point that are a whole line are COPY's own end of data
            columns = [['"\\."' if text == r"\." else text for text in columns[0]]]
        return ("\n".join(map(self._delimiter.join, zip(*columns, strict=True))) + "\n").encode()

    def _write_column(self, values: Sequence[Any]) -> Sequence[str]:
        kinds = set(map(type, values))
        if kinds <= NUMBERS:
            return _write_numbers(values)
        texts: Sequence[str | None] = values if kinds <= TEXTS else [self._write_value(value) for value in values]
        present = [text for text in texts if text is not None] if NoneType in kinds else cast(Sequence[str], texts)
        joined = "".join(present)
        if "" in present or any(special in joined for special in (self._delimiter, '"', "\n", "\r")):
            return ["" if text is None else self._quote(text) for text in texts]
        return present if len(present) == len(texts) else [text or "" for text in texts]

    def _write_value(self, value: Any) -> str | None:
        return None if value is None else write_text(value, self._zone)

    def _quote(self, text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if not text or self._needs_quotes(text) else text


def _write_numbers(values: Sequence[int | float | None]) -> Sequence[str]:
    """Write whole numbers and floats, at once where Python and PostgreSQL write them alike."""
    known = [value for value in values if value]
    is_alike = not known or (max(known) < PLAIN and min(known) > -PLAIN)
    joined = "\n".join(map(repr, values)).replace("None", "") + "\n"
    if is_alike and "e" not in joined and "n" not in joined:
        return joined.replace(".0\n", "\n").split("\n")[:-1]
    return ["" if value is None else write_text(value) for value in values]


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
        case clock():
            return _trim_fraction(value.replace(tzinfo=None)) + _write_offset(value.strftime("%z"))
        case date():
            return value.isoformat()
        case timedelta():
            return _write_interval(value)
        case bytes() | bytearray() | memoryview():
            return rf"\x{bytes(value).hex()}"
        case Mapping() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=lambda nested: write_text(nested, zone))
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
    return next(
        candidate for candidate in longer if float(candidate) == value and not _lies_between_floats(candidate, value)
    )


def _lies_between_floats(number: Decimal, value: float) -> bool:
    """Tell whether a number is as far from a float as from one beside it. Both are whole, so that this is exact."""
    distance = abs(int(number) - int(value))
    return distance > 0 and any(
        2 * distance == abs(int(beside) - int(value))
        for beside in (math.nextafter(value, math.inf), math.nextafter(value, -math.inf))
        if math.isfinite(beside)
    )


def _write_moment(value: datetime, zone: tzinfo) -> str:
    if value.tzinfo is None:
        return f"{value.date().isoformat()} {_trim_fraction(value.time())}"
    local = value.astimezone(zone)
    return _write_moment(local.replace(tzinfo=None), zone) + _write_offset(local.strftime("%z"))


def _trim_fraction(value: clock) -> str:
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
