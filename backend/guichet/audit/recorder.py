"""Writes entries down behind the user's back, who waits for an answer and not for the audit.

One thread per process takes what has gathered and writes it in one transaction, usually within milliseconds. While the
portal database is down entries wait in memory, so many at most; what is lost beyond that is said in the log, as a
number. The thread is started by the first entry, so after gunicorn's fork.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque

from guichet import errors
from guichet.audit import entries
from guichet.audit.entries import AuditEntry
from guichet.portal_db.database import PortalDatabase

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
MOST_AT_ONCE = 500
RETRY_SECONDS = 2.0
CLOSING_SECONDS = 5.0


class Recorder:
    """Entries on their way to the portal database.

    :param most: how many may wait.
    """

    def __init__(
        self, database: PortalDatabase, most: int = MOST_WAITING, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self._database = database
        self._most = most
        self._retry_seconds = retry_seconds
        self._waiting: deque[AuditEntry] = deque()
        self._writing = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._logged = 0
        self.lost = 0

    def record(self, entry: AuditEntry) -> None:
        """Take an entry; never waits, never fails."""
        with self._changed:
            if len(self._waiting) + self._writing >= self._most:
                self.lost += 1
                return
            self._waiting.append(entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
                self._thread.start()
                atexit.register(self.close)
            self._changed.notify_all()

    def close(self, seconds: float = CLOSING_SECONDS) -> None:
        """Wait until everything is written, but no longer than so; what is left is lost, and said to be."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._left, timeout=seconds)
            self.lost += self._left
        atexit.unregister(self.close)
        self._log_losses()

    @property
    def _left(self) -> int:
        return len(self._waiting) + self._writing

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
                self._writing = len(batch)
            self._write(batch)
            with self._changed:
                self._writing = 0
                self._changed.notify_all()
            self._log_losses()

    def _write(self, batch: list[AuditEntry]) -> None:
        """Write a batch down, however often it takes."""
        waited = False
        while not self._try_to_write(batch, logged=waited):
            waited = True
            with self._changed:
                self._changed.wait_for(lambda: self._closing, timeout=self._retry_seconds)
            time.sleep(0.1)

    def _try_to_write(self, batch: list[AuditEntry], *, logged: bool) -> bool:
        try:
            with self._database.transaction() as transaction:
                entries.record(transaction, *batch)
        except errors.PortalDatabaseError as error:
            if not logged:
                logger.warning("the audit waits for the portal database: %s", error)
            return False
        except Exception:
            logger.exception("%d entries of the audit could not be written", len(batch))
            self.lost += len(batch)
        return True

    def _log_losses(self) -> None:
        if self.lost > self._logged:
            logger.error("%d entries of the audit were lost", self.lost - self._logged)
            self._logged = self.lost
