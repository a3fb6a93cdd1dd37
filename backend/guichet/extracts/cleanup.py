"""Files of archives that the portal database doesn't count: found, counted for the budget, deleted when they are idle.

Such are left by a worker that was killed (`.partial`), by an upload that failed for good, and by a portal database that
was restored from an older backup. A whole archive that no extract is known for is kept as long as archives are, since
another backup may know it. Names that are no extract's are somebody else's files, and are left alone.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from guichet.extracts.archives.archive import PARTIAL
from guichet.extracts.archives.archive_store import Store, StoredFile
from guichet.extracts.extract import Extract
from guichet.portal_db.database import PortalDatabase

logger = logging.getLogger(__name__)

# Longer than any pause in the writing of a file.
IDLE = timedelta(hours=1)
BATCH = 1000


@dataclass
class Sweeper:
    """Sweeps a store.

    :param archive_days: how long archives are kept.
    :ivar stray_bytes: what the last sweep found and left.
    """

    database: PortalDatabase
    store: Store
    archive_days: int
    stray_bytes: int = 0

    def sweep(self, now: datetime | None = None) -> None:
        """Delete the strays that are idle for long enough, and count the others.

        :raises StoreError: if the store can't be used.
        :raises PortalDatabaseError: if nothing can be known of extracts; then nothing is deleted.
        """
        now, left = now or datetime.now(UTC), 0
        for file, extract in self._find_strays():
            if now - file.modified < self._decide_idle_time(file, extract):
                left += file.bytes
                continue
            self.store.discard(file)
            logger.warning("%s is deleted: no extract is known to have it (%d bytes)", file.name, file.bytes)
        self.stray_bytes = left

    def count_bytes_beside(self, extract_id: str) -> int:
        """Count the bytes that archives and strays take beside the archive of an extract.

        :raises PortalDatabaseError: if that can't be known.
        """
        with self.database.transaction() as transaction:
            stored = transaction.find("extracts.stored_bytes", beside=extract_id)
        return self.stray_bytes + (int(stored["bytes"]) if stored else 0)

    def _find_strays(self) -> Iterator[tuple[StoredFile, Extract | None]]:
        kept = [
            file for file in self.store.list_files() if _read_extract_id(file)
        ]  # before extracts are looked at, which go on
        for start in range(0, len(kept), BATCH):
            batch = kept[start : start + BATCH]
            extracts = self._find_extracts(batch)
            for file in batch:
                extract = extracts.get(_read_extract_id(file))
                counted = extract is not None and (extract.state == "running" or extract.archive == file.name)
                if not counted:
                    yield file, extract

    def _find_extracts(self, files: Sequence[StoredFile]) -> dict[str, Extract]:
        ids = sorted({_read_extract_id(file) for file in files})
        with self.database.transaction() as transaction:
            return {extract.id: extract for extract in transaction.fetch_as(Extract, "extracts.kept", ids=ids)}

    def _decide_idle_time(self, file: StoredFile, extract: Extract | None) -> timedelta:
        """Tell how long a stray is left alone after it was written."""
        if not file.name.endswith(PARTIAL) and (extract is None or extract.state == "queued"):
            return timedelta(days=self.archive_days)
        return IDLE


def _read_extract_id(file: StoredFile) -> str:
    """Return the extract that a file is named for; "" for a name that is none's."""
    parts = PurePosixPath(file.name).parts
    try:
        return str(uuid.UUID(parts[0])) if len(parts) == 2 else ""
    except ValueError:
        return ""
