"""Light results as files: CSV and XLSX, with the rows, order and columns of the table.

Both are written into a temporary file, because only when the last row is there is it known that the result is light.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from guichet import errors
from guichet.messages import say
from guichet.results import csv_format, spreadsheet
from guichet.results.formula_guard import Guarded
from guichet.search import arrangement
from guichet.search.arrangement import Arrangement
from guichet.search.execution import Search, Watch, watch_nothing
from guichet.sql.formats import CsvFormat

# A light result is small; one with very wide rows goes to disk rather than to memory.
SPOOL_BYTES = 8 << 20


@dataclass(frozen=True)
class Download:
    """A file, rewound, which the caller reads and closes."""

    file: IO[bytes]
    rows: int


def csv(search: Search, wanted: Arrangement, style: CsvFormat, watch: Watch = watch_nothing) -> Download:
    """Write the CSV of a light result.

    :raises TooLargeError: if the result is heavy.
    :raises CriteriaError: if a name is no column's.
    """
    columns = arrangement.choose(search.columns, wanted.columns)
    keys, limits = arrangement.sorts(search.columns, wanted.sort), search.interface.limits
    expressions = search.dialect.csv_cells(columns, style)
    selected = search.dialect.select(search.statement, expressions, keys, limits.display_rows + 1)

    def write(file: IO[bytes]) -> int:
        labels = [search.interface.column_label(column.name, wanted.language) for column in columns]
        file.write(csv_format.header(csv_format.headings(labels, columns, style, search.source.time_zone), style))
        guarded = Guarded(file, csv_format.make_guard(columns, style))
        with search.session(limits.interactive_seconds) as session, watch(session):
            search.confirm_columns(session)
            rows = session.write_csv(selected.sql, selected.parameters, style.delimiter, guarded)
        guarded.close()
        return rows

    return _write_download(search, write)


def xlsx(search: Search, wanted: Arrangement, watch: Watch = watch_nothing) -> Download:
    """Write the XLSX of a light result. Memory does not grow with its rows.

    :raises TooLargeError: if the result is heavy.
    :raises CriteriaError: if a name is no column's.
    """
    columns = arrangement.choose(search.columns, wanted.columns)
    keys, limits = arrangement.sorts(search.columns, wanted.sort), search.interface.limits
    selected = search.dialect.select(
        search.statement, search.dialect.json_cells(columns), keys, limits.display_rows + 1
    )
    labels = [search.interface.column_label(column.name, wanted.language) for column in columns]
    title, zone = search.interface.title(wanted.language), search.source.time_zone

    def write(file: IO[bytes]) -> int:
        book = spreadsheet.Spreadsheet(file, title, columns, labels, zone)
        with closing(book), search.session(limits.interactive_seconds) as session, watch(session):
            search.confirm_columns(session)
            for row in session.stream(selected.sql, selected.parameters):
                book.add(row)
        return book.rows

    return _write_download(search, write)


def _write_download(search: Search, write: Callable[[IO[bytes]], int]) -> Download:
    limit = search.interface.limits.display_rows
    file = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 -- the caller reads and closes it
    try:
        rows = write(file)
        if rows > limit:
            raise errors.TooLargeError(say("The result has more than {most} rows.", most=limit))
    except errors.QueryTimeoutError as error:
        file.close()
        raise errors.TooLargeError("The result takes too long to be written at once.") from error
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Download(file, rows)
