"""Pages of a result: so many rows from an offset, or beyond a cursor, written by the database into a temporary file.

A cursor follows the order of the interface's key, and so stays true while rows come and go. An offset counts rows
anew each time.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from guichet import errors
from guichet.interfaces import faults
from guichet.results.cursor import Cursor
from guichet.results.downloads import SPOOL_BYTES
from guichet.results.row_formats import RowFormat
from guichet.search import arrangement
from guichet.search.arrangement import SortKey
from guichet.search.execution import Search, Stopwatch, Watch, watch_nothing
from guichet.sources.columns import ORDERED, Column
from guichet.sql.statement import Boundary, Sort, Statement


@dataclass(frozen=True)
class RowPage:
    """A page, written.

    :param file: its lines, rewound; the caller closes it.
    :param more: whether there are rows after it, or before it when it was asked for from its end.
    :param first: the cursor of its first row; None where there is none, or the page goes by offset.
    """

    file: IO[bytes]
    rows: int
    more: bool
    elapsed_ms: int
    first: Cursor | None = None
    last: Cursor | None = None


def key_of(search: Search) -> Sequence[Column]:
    """Return the columns of an interface's key; none if it has no key.

    :raises InterfaceBrokenError: if the result has no such columns, or they have no order.
    """
    by_name = {column.name: column for column in search.columns}
    names = search.interface.definition.key or ()
    wrong = [name for name in names if name not in by_name or by_name[name].type not in ORDERED]
    if wrong:
        near = faults.suggest_nearest(wrong[0], by_name)
        raise errors.InterfaceBrokenError(search.interface.id, [f"`key` names no usable column `{wrong[0]}`{near}"])
    return [by_name[name] for name in names]


def order(search: Search, sort: Sequence[SortKey]) -> list[Sort]:
    """Look up the order of rows: what is asked for, and then the key, so that it is the same every time.

    :raises CriteriaError: for names that are no column's.
    """
    wanted = arrangement.sorts(search.columns, sort)
    named = {sort_by.column.name for sort_by in wanted}
    return [*wanted, *(Sort(column) for column in key_of(search) if column.name not in named)]


def whole(search: Search, style: RowFormat, sort: Sequence[SortKey], offset: int, cursor: Cursor | None) -> Statement:
    """Compose the statement of all rows from an offset on or after a cursor, and one more than may be extracted.

    :raises CriteriaError: for names that are no column's.
    """
    limit = search.interface.limits.extract_rows + 1
    rows, keys = search.statement, order(search, sort)
    if cursor:
        rows = search.dialect.select_beyond(rows, Boundary(cursor.values), key_of(search), limit)
    return search.dialect.select_page(rows, style.expressions, keys, limit, offset)


def by_offset(
    search: Search, style: RowFormat, sort: Sequence[SortKey], limit: int, offset: int, watch: Watch = watch_nothing
) -> RowPage:
    """Write the rows from an offset on.

    :raises CriteriaError: for names that are no column's.
    :raises QueryTimeoutError: if it takes longer than the interface's `interactive_seconds`.
    """
    keys = order(search, sort)
    return _write_page(
        search,
        style,
        search.dialect.select_page(search.statement, style.expressions, keys, limit + 1, offset),
        limit,
        watch,
    )


def by_cursor(
    search: Search, style: RowFormat, limit: int, cursor: Cursor | None, before: bool, watch: Watch = watch_nothing
) -> RowPage:
    """Write the rows after a cursor, or before it; the first ones without any.

    :raises CursorError: if the database can't read it.
    :raises QueryTimeoutError: if it takes longer than the interface's `interactive_seconds`.
    """
    key = key_of(search)
    boundary = Boundary(cursor.values, before) if cursor else None
    rows = search.dialect.select_beyond(search.statement, boundary, key, limit + (not before))
    expressions = [*style.expressions, search.dialect.key_cell(key)]
    selected = search.dialect.select(rows, expressions, [Sort(column) for column in key], limit + 1)
    try:
        return _write_page(search, style, selected, limit, watch, key)
    except errors.InvalidValueError as error:
        if cursor and any(f'"{value}"' in str(error) for value in cursor.values):
            raise errors.CursorError("This cursor is none that this call gave.") from error
        raise


def _write_page(
    search: Search, style: RowFormat, selected: Statement, limit: int, watch: Watch, key: Sequence[Column] = ()
) -> RowPage:
    file = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 -- the caller reads and closes it
    stopwatch = Stopwatch()
    lines = _Lines(file, style, limit, keyed=bool(key))
    try:
        file.write(style.opening)
        with search.session(search.interface.limits.interactive_seconds) as session, watch(session):
            search.confirm_columns(session)
            style.write(session, selected, lines)
        file.write(style.closing)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    first, last = (_cursor(search, key, written) for written in (lines.first, lines.last))
    return RowPage(file, lines.rows, lines.more, stopwatch.elapsed_ms, first, last)


def _cursor(search: Search, key: Sequence[Column], written: bytes) -> Cursor | None:
    if not written:
        return None
    values = json.loads(bytes.fromhex(written.decode()))
    if None in values:
        raise errors.InterfaceBrokenError(search.interface.id, ["`key` has a column that is NULL in some rows"])
    return Cursor(tuple(column.name for column in key), tuple(values))


class _Lines:
    """Takes the lines of a page from the database, and its rows' keys off their ends."""

    def __init__(self, file: IO[bytes], style: RowFormat, limit: int, *, keyed: bool) -> None:
        self._file = file
        self._style = style
        self._limit = limit
        self._keyed = keyed
        self.rows = 0
        self.more = False
        self.first = self.last = b""

    def write(self, line: bytes) -> None:
        if self.rows == self._limit:
            self.more = True
            return
        if self._keyed:
            line, _, self.last = line.rstrip(b"\n").rpartition(self._style.delimiter)
            self.first = self.first or self.last
            line += b"\n"
        line = self._style.guard(line)
        self._file.write(self._style.separator + line if self.rows else line)
        self.rows += 1
