"""Rows on their way into an archive: gathered to pieces, split into files of so many rows, bounded by the disk.

Some sources hand over one row a call, millions of them, so `CsvParts.write` does next to nothing; the rest is done by
the piece. Others hand over many at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from guichet.extracts.archives.archive import Archive, ArchiveEntry
from guichet.extracts.progress import Progress
from guichet.results import csv_format
from guichet.results.formula_guard import PIECE_BYTES, Guard
from guichet.sources import csv_rows
from guichet.sql.formats import CsvFormat

# How often it is looked whether there is room.
ROOM_EVERY_BYTES = 32 << 20
# Rows that come one a call are gathered to as much: each piece keeps their source waiting.
GATHERED_BYTES = 1 << 20


class BufferedEntry:
    """Gathers small writes to pieces."""

    def __init__(self, entry: ArchiveEntry) -> None:
        self._entry = entry
        self._buffer = bytearray()

    def write(self, row: bytes) -> None:
        """Take some bytes, such as a row."""
        self._buffer += row
        if len(self._buffer) >= PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        self._entry.write(self._buffer)
        self._buffer = bytearray()


@dataclass(frozen=True)
class CsvTable:
    """How rows are written as CSV.

    :param name: of its files, without what they end with.
    :param labels: of the columns; each file begins with them.
    :param guard: makes rows harmless.
    :param part_rows: the most rows of a file; None for one file of all rows.
    """

    name: str
    labels: tuple[str, ...]
    format: CsvFormat
    guard: Guard
    part_rows: int | None


class CsvParts:
    """The CSV files of an archive, written row by row.

    :param check_space: raises if there is no room for more.
    :param cancels: whether the database ends the query of an extract that is cancelled; else it is left here.
    """

    def __init__(
        self,
        archive: Archive,
        table: CsvTable,
        progress: Progress,
        check_space: Callable[[], None],
        *,
        cancels: bool = True,
    ) -> None:
        self._archive = archive
        self._table = table
        self._progress = progress
        self._check_space = check_space
        self._cancels = cancels
        self._header = csv_format.header(table.labels, table.format)
        self._files = ExitStack()
        self._entry: ArchiveEntry | None = None
        self._number = 0
        self._unchecked_bytes = 0
        self._rows: list[bytes] = []
        self._row_bytes = 0
        self._more = 0  # rows than calls
        self._left = table.part_rows or 0
        check_space()

    def write(self, row: bytes) -> None:
        """Take one row, from the driver's COPY."""
        self._rows.append(row)
        self._row_bytes += len(row)
        if self._row_bytes >= GATHERED_BYTES:
            self._flush()
        self._left -= 1
        if self._left == 0:
            self._end_file()

    def write_rows(self, rows: bytes, count: int) -> None:
        """Take many rows."""
        if 0 < self._left <= count:
            for row in csv_rows.split_rows(rows):
                self.write(row)
            return
        self._left -= count - 1
        self._more += count - 1
        self.write(rows)
        if self._row_bytes >= PIECE_BYTES:
            self._flush()

    def close(self) -> None:
        """End the last file."""
        self._end_file()

    def _end_file(self) -> None:
        self._flush()
        self._files.close()
        self._entry = None
        self._left = self._table.part_rows or 0

    def _flush(self) -> None:
        if not self._rows:
            return
        entry = self._entry or self._begin_file()
        piece = self._table.guard(b"".join(self._rows))
        entry.write(piece, beside=self._more > 0)
        count = len(self._rows) + self._more
        entry.rows = (entry.rows or 0) + count
        self._progress.rows += count
        self._progress.bytes += len(piece)
        self._progress.zipped = self._archive.size
        self._rows, self._row_bytes, self._more = [], 0, 0
        self._unchecked_bytes += len(piece)
        if not self._cancels:
            self._progress.begin_step()
        if self._unchecked_bytes >= ROOM_EVERY_BYTES:
            self._unchecked_bytes = 0
            self._check_space()

    def _begin_file(self) -> ArchiveEntry:
        self._number += 1
        table = self._table
        name = f"{table.name}.csv" if table.part_rows is None else f"{table.name}_{self._number:03}.csv"
        self._entry = self._files.enter_context(self._archive.open_entry(name))
        self._entry.columns = table.labels
        self._entry.write(self._header)
        return self._entry
