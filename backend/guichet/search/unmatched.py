"""Which values of a search's lists were not found, as CSV: in the order and the spelling of the user's own file.

The same statement tells it as the rows. A session for both sees the database as it is at one moment, so that no value
is missing from the rows and from this file alike.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import IO

from guichet import errors
from guichet.search import value_list_binding
from guichet.search.execution import Search, Watch, watch_nothing
from guichet.search.value_list_binding import Lines, unmark
from guichet.sources.protocol import ByteSink, Session
from guichet.sql.statement import LISTED, Listed

# What was not found of most lists is little; of a long one it goes to disk rather than to memory.
SPOOL_BYTES = 8 << 20

COLUMNS = ("line", "value", "problem")


@dataclass(frozen=True)
class Lined:
    """A search some of whose lists stand with their lines and spellings.

    :param search: reads those lists where their lines are.
    """

    search: Search
    lines: Mapping[str, Lines]

    def session(self, timeout_seconds: float) -> AbstractContextManager[Session]:
        """Open a session whose statements, the rows and what was not found, all see the same moment if they can."""
        tables = [lines.table for lines in self.lines.values() if lines.table]
        return self.search.session(timeout_seconds, tables, snapshot=True)


def prepare_lines(search: Search, names: Collection[str]) -> Lined:
    """Prepare a search for `write`, by the names of the criteria whose lists it will be asked of."""
    lines = {
        name: value_list_binding.place_lines(search.looked_for[name], search.source, index)
        for index, name in enumerate(sorted(names))
    }
    # The search itself reads those tables too, so that a list is sent once.
    read = {name: Listed(f"{placed.rows} AS {LISTED}") for name, placed in lines.items() if placed.table}
    return Lined(replace(search, placed={**search.placed, **read}), lines)


def write(prepared: Lined, session: Session, criterion: str, output: ByteSink) -> int:
    """Write the CSV of the values of a list that the search does not find; returns its rows.

    Values that are malformed are among them.
    """
    search, lines = prepared.search, prepared.lines[criterion]
    statement = search.dialect.select_unmatched(
        search.statement,
        value_list_binding.shape_of(search.looked_for[criterion]),
        lines.rows,
        search.places[criterion],
    )
    output.write(f"{','.join(COLUMNS)}\n".encode())
    marked = search.looked_for[criterion].unfit.marked
    bound = {**statement.parameters, **lines.bound}
    return session.write_csv(statement.sql, bound, ",", _Unmarked(output) if marked else output)


class _Unmarked:
    """Passes on rows whose spellings were sent in ASCII, as they are written."""

    def __init__(self, output: ByteSink) -> None:
        self._output = output

    def write(self, row: bytes) -> None:
        """Take one row of line, marked spelling, and problem."""
        ((line, marked, problem),) = csv.reader([bytes(row).decode()])
        spelling, absent = unmark(marked)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([line, spelling, "not found" if absent else problem])
        self._output.write(text.getvalue().encode())


def file(search: Search, criterion: str, watch: Watch = watch_nothing) -> IO[bytes]:
    """Return the CSV of the values of a list that a search does not find, rewound; the caller closes it.

    :raises NotFoundError: if nobody can know where the found ones stand.
    """
    if criterion not in search.places:
        raise errors.NotFoundError("This form does not say where the values stand that were found (found_in).")
    prepared = prepare_lines(search, [criterion])
    made = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 -- the caller closes it
    try:
        with prepared.session(search.interface.limits.interactive_seconds) as session, watch(session):
            write(prepared, session, criterion, made)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made
