"""Connections that nobody uses at the moment: kept for a while, then closed, so that others may have them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

# Shorter than anybody waits for a connection by default (SOURCE_WAIT_SECONDS).
IDLE_SECONDS = 3.0
SWEEP_SECONDS = 0.5

C = TypeVar("C")


class IdleConnections(Generic[C]):
    """The idle connections of one pool. A thread closes what lies too long, and ends when there is none left.

    :param name: of the pool's source.
    :param close: closes a connection.
    :param is_scarce: tells whether the database has no connections left: then none is kept.
    """

    def __init__(self, name: str, close: Callable[[C], None], is_scarce: Callable[[], bool] = lambda: False) -> None:
        self._name = name
        self._close = close
        self._is_scarce = is_scarce
        self._idle: list[tuple[C, float]] = []
        self._lock = threading.Lock()
        self._sweeper: threading.Thread | None = None

    def take(self) -> C | None:
        """Return the one that was used last; None where there is none."""
        with self._lock:
            return self._idle.pop()[0] if self._idle else None

    def keep(self, connection: C) -> None:
        """Keep one that is whole."""
        if self._is_scarce():
            self._close(connection)
            return
        with self._lock:
            self._idle.append((connection, time.monotonic()))
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name=f"idle-{self._name}", daemon=True)
                self._sweeper.start()

    def close(self, seconds: float = 0.0) -> None:
        """Close those that nobody has used for so many seconds: every one, where none are given."""
        latest = time.monotonic() - seconds
        with self._lock:
            closing = [connection for connection, since in self._idle if since <= latest]
            self._idle = [(connection, since) for connection, since in self._idle if since > latest]
        for connection in closing:
            self._close(connection)

    def _sweep(self) -> None:
        while True:
            time.sleep(SWEEP_SECONDS)
            self.close(0.0 if self._is_scarce() else IDLE_SECONDS)
            with self._lock:
                if not self._idle:
                    self._sweeper = None
                    return
