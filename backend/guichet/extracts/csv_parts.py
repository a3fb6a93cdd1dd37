"""Rows on their way into an archive: gathered to pieces, split into files of so many rows, bounded by the disk.

COPY hands over one row a call, millions of them, so `Parts.write` does next to nothing, and everything else per piece.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from guichet import errors
from guichet.extracts.archive import Archive, Entry
from guichet.extracts.archive_store import DiskFullError
from guichet.results import csv_format
from guichet.results.csv_format import Dialect
from guichet.results.formula_guard import PIECE_BYTES, Guard

# How often it is looked whether there is room.
ROOM_EVERY_PIECES = 32


@dataclass
class Progress:
    """How far an extract is."""

    rows: int = 0
    bytes: int = 0
    zipped: int = 0


@dataclass(frozen=True)
class Room:
    """How much an archive may take.

    :param most_bytes: tells how large the zip may become, beside those that others write at the same time.
    :param budget_bytes: what all archives may take together.
    :param spare_bytes: left free on the folder's disk.
    """

    archive: Archive
    folder: Path
    most_bytes: Callable[[], int]
    budget_bytes: int
    spare_bytes: int

    def check(self) -> None:
        """Looks whether there is room for more.

        :raises DiskFullError: if there is not, for as long as other archives are there.
        :raises TooLargeError: if there never will be.
        """
        if self.archive.size >= self.budget_bytes:
            raise errors.TooLargeError("The archive would take all the space that archives may (ARCHIVE_MAX_GB).")
        with suppress(errors.PortalDatabaseError):  # it is away: the disk alone tells until it is back
            if self.archive.size >= self.most_bytes():
                raise DiskFullError("The archives take all the space that they may (ARCHIVE_MAX_GB).")
        if shutil.disk_usage(self.folder).free < self.spare_bytes:
            raise DiskFullError("The disk of the archives is full.")


class Gathered:
    """Gathers small writes to pieces."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._gathered = bytearray()

    def write(self, row: bytes) -> None:
        self._gathered += row
        if len(self._gathered) >= PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        self._entry.write(self._gathered)
        self._gathered = bytearray()


class Parts:
    """The CSV files of an archive, written row by row.

    :param labels: of the columns; each file begins with them.
    :param guard: joins lines to a harmless piece.
    :param most_rows: of each; None for one file of all rows.
    """

    def __init__(
        self,
        archive: Archive,
        name: str,
        labels: Sequence[str],
        style: Dialect,
        guard: Guard,
        progress: Progress,
        room: Room,
        most_rows: int | None,
    ) -> None:
        self._archive = archive
        self._name = name
        self._labels = tuple(labels)
        self._header = csv_format.header(labels, style)
        self._guard = guard
        self._progress = progress
        self._room = room
        self._most_rows = most_rows
        self._files = ExitStack()
        self._entry: Entry | None = None
        self._number = 0
        self._pieces_written = 0
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._left = most_rows or 0
        room.check()

    def write(self, row: bytes) -> None:
        """Takes one row, from the driver's COPY."""
        self._gathered.append(row)
        self._gathered_bytes += len(row)
        if self._gathered_bytes >= PIECE_BYTES:
            self._flush()
        self._left -= 1
        if self._left == 0:
            self._end_file()

    def close(self) -> None:
        """Ends the last file."""
        self._end_file()

    def _end_file(self) -> None:
        self._flush()
        self._files.close()
        self._entry = None
        self._left = self._most_rows or 0

    def _flush(self) -> None:
        if not self._gathered:
            return
        entry = self._entry or self._begin_file()
        piece = self._guard(self._gathered)
        entry.write(piece)
        entry.rows = (entry.rows or 0) + len(self._gathered)
        self._progress.rows += len(self._gathered)
        self._progress.bytes += len(piece)
        self._progress.zipped = self._archive.size
        self._gathered, self._gathered_bytes = [], 0
        self._pieces_written += 1
        if self._pieces_written % ROOM_EVERY_PIECES == 0:
            self._room.check()

    def _begin_file(self) -> Entry:
        self._number += 1
        name = f"{self._name}.csv" if self._most_rows is None else f"{self._name}_{self._number:03}.csv"
        self._entry = self._files.enter_context(self._archive.entry(name))
        self._entry.columns = self._labels
        self._entry.write(self._header)
        return self._entry
