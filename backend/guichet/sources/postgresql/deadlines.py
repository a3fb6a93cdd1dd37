"""Deadlines of our own for what a database is asked: for one that neither answers nor hangs up.

PostgreSQL stops a query by its own clock, and TCP notices a machine that is gone. Neither helps against a server that
was paused, or is so busy that its clocks don't run: the driver would wait for ever. So one thread per process looks at
all that is waited for, and shuts down the connections that took too long; the driver then raises what it raises for
any connection that broke.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg2
import psycopg2.extensions

INTERVAL_SECONDS = 0.1


@dataclass
class Deadline:
    """When a connection is shut down unless it has answered, in seconds of the monotonic clock."""

    at: float
    passed: bool = False

    def hasten(self, seconds: float) -> None:
        """Leave no more than so many seconds from now."""
        self.at = min(self.at, time.monotonic() + seconds)


class Deadlines:
    """Shuts down connections whose deadline has passed. The thread is started by the first, so after a fork."""

    def __init__(self) -> None:
        self._waited_for: dict[int, tuple[Deadline, socket.socket]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def within(self, connection: psycopg2.extensions.connection, seconds: float) -> Iterator[Deadline]:
        """Shut the connection down if the block takes longer than `seconds`.

        :raises psycopg2.Error: if the connection is closed already.
        """
        deadline = Deadline(time.monotonic() + seconds)
        with _own_end(connection) as end:
            self._add(deadline, end)
            try:
                yield deadline
            finally:
                with self._changed:
                    self._waited_for.pop(id(deadline), None)

    def _add(self, deadline: Deadline, end: socket.socket) -> None:
        with self._changed:
            self._waited_for[id(deadline)] = (deadline, end)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waited_for:
                    self._changed.wait()
                now = time.monotonic()
                for key, (deadline, end) in list(self._waited_for.items()):
                    if deadline.at <= now:
                        del self._waited_for[key]
                        deadline.passed = True
                        with suppress(OSError):  # the other end was quicker
                            end.shutdown(socket.SHUT_RDWR)
            time.sleep(INTERVAL_SECONDS)


def _own_end(connection: psycopg2.extensions.connection) -> socket.socket:
    """Return the socket by a descriptor of its own: the driver's number may be another file's by then."""
    try:
        return socket.socket(fileno=os.dup(connection.fileno()))
    except OSError as error:
        raise psycopg2.OperationalError("the connection is gone") from error


_deadlines = Deadlines()
within = _deadlines.within
