"""The formula guard: text that a spreadsheet would run as a formula gets an apostrophe in front.

So does a part of a text, where a spreadsheet that reads the file by another separator would begin a cell with it.

It works on the rows that COPY wrote, a piece of many rows at a time. An automaton looks through the piece for a field
that could be a formula; only a row in which it finds one is read field by field. Why not in SQL:
`docs/decisions/0035-where-the-formula-guard-works.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import re2

from guichet.sources import csv_rows
from guichet.sources.columns import Column
from guichet.sources.protocol import ByteSink

# What spreadsheets begin a formula with (OWASP, "CSV Injection"), full-width forms included.
WIDE_STARTS = "＝＋－＠"
FORMULA_STARTS = "=+-@\t\r\n" + WIDE_STARTS

# No formulas: a signed number, an international phone number.
HARMLESS = r"(?:[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?|[+][0-9][0-9 ().-]{4,}[0-9])"

# Whatever separator a file was written with, some spreadsheet reads it by one of these.
SEPARATORS = ",;|\t"

# A bullet within a text is no formula either, where it is no call and no reference.
BULLET = r"[+-] [^=(|!,;\t\r\n]*"

_FORMULA = re.compile("|".join(re.escape(start) for start in FORMULA_STARTS).encode())
_NO_FORMULA = re.compile(rf'{HARMLESS}"?[,;|\t\n]\Z'.encode())

Guard = Callable[[bytes], bytes]

# Rows are gathered to pieces of about this size.
PIECE_BYTES = 1 << 17


def none(rows: bytes) -> bytes:
    """Guard nothing."""
    return rows


def for_columns(columns: Sequence[Column], delimiter: str) -> Guard:
    """Make the guard of a CSV: a function that makes whole rows, as COPY writes them, harmless.

    Only columns of free text are changed, and nothing of their quoting: an apostrophe never needs any.
    """
    guarded = frozenset(index for index, column in enumerate(columns) if column.free_text)
    if not guarded:
        return none
    suspicious, field, inner = _suspicious(delimiter), _field(delimiter), _inner(delimiter)

    def guard(rows: bytes) -> bytes:
        harmless, done, formula = [], 0, suspicious.search(rows)
        while formula:
            begin, end = csv_rows.find_row(rows, done, formula.end() - 1)
            harmless += [rows[done:begin], _line(rows[begin:end], field, inner, guarded)]
            done = end
            formula = suspicious.search(rows, done - 1)  # the line's end tells where a field begins
        return b"".join([*harmless, rows[done:]]) if harmless else rows

    return guard


class Guarded:
    """A `RowsSink` whose rows reach `output` through a guard, in pieces. To be closed at the end."""

    def __init__(self, output: ByteSink, guard: Guard) -> None:
        self._output = output
        self._guard = guard
        self._rows: list[bytes] = []
        self._bytes = 0

    def write(self, row: bytes) -> None:
        """Take one row."""
        self._rows.append(row)
        self._bytes += len(row)
        if self._bytes >= PIECE_BYTES:
            self.close()

    def write_rows(self, rows: bytes, count: int) -> None:
        """Take many rows."""
        self.write(rows)

    def close(self) -> None:
        """Pass on what is left."""
        self._output.write(self._guard(b"".join(self._rows)))
        self._rows, self._bytes = [], 0


def _suspicious(delimiter: str) -> re.Pattern[bytes]:
    """Make the pattern of a field that may be a formula: it finds too many rather than one too few.

    Quotes stand around what has a delimiter or a line's end in it, so that a bare field ends with the first of these.
    Two quotes before a line's end are an empty field, or a quote within one, and begin nothing.
    The plus of a phone number and the minus of a number are let pass here, because whole columns begin with them.
    """
    end = rf"[{delimiter}\n]"
    begin = rf"[{SEPARATORS}\r\n]"
    wide = "|".join(WIDE_STARTS)
    plus = rf"[+](?:[^0-9]|[0-9 ().-]{{0,5}}{end}|[0-9 ().-]*(?:[^0-9 ().{delimiter}\n-]|[ ().-]{end}))"
    minus = rf"-(?:[^0-9]|[0-9]+(?:[.,][0-9]+)*(?:[^0-9.,{delimiter}\n]|[.,][^0-9]))"
    tab = "" if delimiter == "\t" else "|\t"
    bare = rf"(?:[=@]{tab}|{wide}|{plus}|{minus})"
    quoted = rf'"(?:[\t\r\n]|"*(?:[=+@-]|{wide}))'
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes, whatever they mean
    pattern: re.Pattern[bytes] = re2.compile(rf"(?:^|{begin})(?:{bare}|{quoted})".encode(), options)
    return pattern


def _field(delimiter: str) -> re.Pattern[bytes]:
    """Make the pattern of one field of a line, with the delimiter or line's end behind it."""
    return re.compile(rf'(?:"(?:[^"]|"")*"|[^{delimiter}\n]*)[{delimiter}\n]'.encode())


def _inner(delimiter: str) -> re.Pattern[bytes]:
    """Make the pattern of what another reader takes for a separator, with a formula behind it and any quotes.

    A number at the end of a bare field is no number for that reader, to whom the field goes on behind the delimiter.
    """
    others = SEPARATORS.replace(delimiter, "")
    start = f"[=+@-]|{'|'.join(WIDE_STARTS)}"
    harmless = rf'(?:{HARMLESS}[)\]}}]+|(?:{HARMLESS}|{BULLET})[{others}\r\n"])'
    return re.compile(rf'([{others}\r\n])(?="*(?:{start}))(?!"*{harmless})'.encode())


def _line(line: bytes, field: re.Pattern[bytes], inner: re.Pattern[bytes], guarded: frozenset[int]) -> bytes:
    return b"".join(
        _harmless(cell, inner) if index in guarded else cell for index, cell in enumerate(field.findall(line))
    )


def _harmless(field: bytes, inner: re.Pattern[bytes]) -> bytes:
    field = inner.sub(rb"\1'", field)
    quote, text = (field[:1], field[1:]) if field[:1] == b'"' else (b"", field)
    return quote + b"'" + text if _FORMULA.match(text[:-1]) and not _NO_FORMULA.match(text) else field
