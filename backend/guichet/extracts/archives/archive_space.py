"""How much room archives may take: of the budget that they share, and of the disk of their folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from guichet import errors
from guichet.extracts.archives.archive_store import DiskFullError, find_folder_fault


@dataclass(frozen=True)
class ArchiveSpace:
    """The folder that archives are written in, and its bounds.

    :param budget_bytes: what all archives may take together.
    :param spare_bytes: left free on the folder's disk.
    :param count_bytes_beside: counts what archives take beside that of an extract, by its id.
    """

    folder: Path
    budget_bytes: int
    spare_bytes: int
    count_bytes_beside: Callable[[str], int]

    def find_obstacle(self) -> str | None:
        """Tell why no archive can be begun now, or return None."""
        fault = find_folder_fault(self.folder, os.R_OK | os.W_OK | os.X_OK)
        if fault:
            return fault
        return f"{self.folder}: less than ARCHIVE_SPARE_MB is free on its disk" if self._is_disk_full() else None

    def check(self, extract_id: str, size: int) -> None:
        """Make sure that the archive of an extract may grow.

        :param size: in bytes, as it is now.
        :raises DiskFullError: if it may not, for as long as other archives are there.
        :raises TooLargeError: if it never may.
        """
        if size >= self.budget_bytes:
            raise errors.TooLargeError("The archive would take all the space that archives may (ARCHIVE_MAX_GB).")
        with suppress(errors.PortalDatabaseError):  # it is away: the disk alone tells until it is back
            if size >= self.budget_bytes - self.count_bytes_beside(extract_id):
                raise DiskFullError("The archives take all the space that they may (ARCHIVE_MAX_GB).")
        if self._is_disk_full():
            raise DiskFullError("The disk of the archives is full.")

    def _is_disk_full(self) -> bool:
        return shutil.disk_usage(self.folder).free < self.spare_bytes
