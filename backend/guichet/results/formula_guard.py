"""The formula guard: text that a spreadsheet would run as a formula gets an apostrophe in front.

So does a part of a text, where a spreadsheet that reads the file by another separator would begin a cell with it.

It works on the lines that COPY wrote, a piece of many lines at a time. An automaton looks through the piece for a field
that could be a formula; only a line in which it finds one is read field by field. Why not in SQL:
`docs/decisions/0035-where-the-formula-guard-works.md`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

import re2

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

Guard = Callable[[Sequence[bytes]], bytes]

# Lines are gathered to pieces of about this size.
PIECE_BYTES = 1 << 20


def none(lines: Sequence[bytes]) -> bytes:
    """Guard nothing: join lines to a piece."""
    return b"".join(lines)


def for_columns(columns: Sequence[Column], delimiter: str) -> Guard:
    """Make the guard of a CSV: a function that joins whole lines, as COPY writes them, to a harmless piece.

    Only columns of free text are changed, and nothing of their quoting: an apostrophe never needs any.
    """
    guarded = frozenset(at for at, column in enumerate(columns) if column.free_text)
    if not guarded:
        return none
    suspicious, field, inner = _suspicious(delimiter), _field(delimiter), _inner(delimiter)

    def guard(lines: Sequence[bytes]) -> bytes:
        piece = b"".join(lines)
        found = suspicious.search(piece)
        if found is None:
            return piece
        harmless, starts = list(lines), list(accumulate(map(len, lines), initial=0))
        while found:
            at = bisect_right(starts, found.end() - 1) - 1
            harmless[at] = _line(lines[at], field, inner, guarded)
            found = suspicious.search(piece, starts[at + 1] - 1)  # the line's end tells where a field begins
        return b"".join(harmless)

    return guard


class Guarded:
    """A writer that COPY can write to: its lines reach `output` through a guard, in pieces. To be closed at the end."""

    def __init__(self, output: ByteSink, guard: Guard) -> None:
        self._output = output
        self._guard = guard
        self._lines: list[bytes] = []
        self._bytes = 0

    def write(self, line: bytes) -> None:
        """Take one line."""
        self._lines.append(line)
        self._bytes += len(line)
        if self._bytes >= PIECE_BYTES:
            self.close()

    def close(self) -> None:
        """Pass on what is left."""
        self._output.write(self._guard(self._lines))
        self._lines, self._bytes = [], 0


def _suspicious(delimiter: str) -> re.Pattern[bytes]:
    """Make the pattern of a field that may be a formula: it finds too many rather than one too few.

    Quotes stand around what has a delimiter or a line's end in it, so that a bare field ends with the first of these.
    The plus of a phone number and the minus of a number are let pass here, because whole columns begin with them.
    """
    end = rf"[{delimiter}\n]"
    begin = rf"[{SEPARATORS}\r\n]"
    wide = "|".join(WIDE_STARTS)
    plus = rf"[+](?:[^0-9]|[0-9 ().-]{{0,5}}{end}|[0-9 ().-]*(?:[^0-9 ().{delimiter}\n-]|[ ().-]{end}))"
    minus = rf"-(?:[^0-9]|[0-9]+(?:[.,][0-9]+)*(?:[^0-9.,{delimiter}\n]|[.,][^0-9]))"
    tab = "" if delimiter == "\t" else "|\t"
    bare = rf"(?:[=@]{tab}|{wide}|{plus}|{minus})"
    quoted = rf'"+(?:[=+@\t\r\n-]|{wide})'
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
    return b"".join(_harmless(one, inner) if at in guarded else one for at, one in enumerate(field.findall(line)))


def _harmless(field: bytes, inner: re.Pattern[bytes]) -> bytes:
    field = inner.sub(rb"\1'", field)
    quote, text = (field[:1], field[1:]) if field[:1] == b'"' else (b"", field)
    return quote + b"'" + text if _FORMULA.match(text[:-1]) and not _NO_FORMULA.match(text) else field
