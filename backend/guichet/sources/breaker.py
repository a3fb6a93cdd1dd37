"""Whether a database is worth waiting for: one that did not answer in time is not asked again for a few seconds.

A database that refuses connections answers at once. One that is frozen holds each thread that asks it until a time
limit, so a few requests a second for it would leave none for the others.
"""

from __future__ import annotations

import logging
import mmap
import struct
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

# How long nobody asks a database that did not answer.
PAUSE_SECONDS = 3.0


class Breaker:
    """Who may ask one database; known to all processes that were forked since it was made.

    Once it did not answer, nobody may for `PAUSE_SECONDS`. Then one may, and the others wait for what that one finds.

    :param name: of the database, for the log.
    :param probe_seconds: how long whoever asks first may take at most.
    """

    def __init__(self, name: str, probe_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._probe_seconds = probe_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._until = mmap.mmap(-1, mmap.PAGESIZE)  # 0: it answered when it was last asked

    @property
    def is_open(self) -> bool:
        """Whether nobody may ask at the moment."""
        return self._clock() < self._read()

    def admit(self) -> bool:
        """Tell whether this caller may ask. The first after a pause may, and keeps the others off meanwhile."""
        with self._lock:
            if self.is_open:
                return False
            if self._read():
                self._write(self._clock() + self._probe_seconds)
            return True

    def record_silence(self, seconds: float) -> None:
        """Note that the database did not answer for so many seconds."""
        self._write(self._clock() + PAUSE_SECONDS)
        logger.warning(
            "the database “%s” did not answer for %.0f s: it is not asked for %.0f s",
            self._name,
            seconds,
            PAUSE_SECONDS,
        )

    def record_answer(self) -> None:
        """Note that the database answered, whatever it said."""
        if self._read():
            self._write(0.0)
            logger.warning("the database “%s” answers again", self._name)

    def _read(self) -> float:
        (until,) = struct.unpack_from("d", self._until)
        return float(until)

    def _write(self, until: float) -> None:
        struct.pack_into("d", self._until, 0, until)
