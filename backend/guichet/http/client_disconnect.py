"""Notices that a client went away while its query runs, and cancels the query in the database.

One thread per process looks at the sockets of running queries a few times a second; it sleeps while there are none,
and is started by the first query, so after gunicorn's fork.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from flask import request

from guichet.search.execution import Watch, watch_nothing
from guichet.sources.protocol import Session

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.2


class DisconnectWatcher:
    """Looks after sockets, each with what is to be done when its other end has hung up."""

    def __init__(self) -> None:
        self._watched: dict[int, tuple[socket.socket, Callable[[], None]]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, client: socket.socket, on_hangup: Callable[[], None]) -> Iterator[None]:
        """Watch a socket during the block. `on_hangup` is called at most once, from the watcher's thread."""
        key = id(on_hangup)
        with self._changed:
            self._watched[key] = (client, on_hangup)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hangup-watcher", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._watched.pop(key, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._watched:
                    self._changed.wait()
                gone = [key for key, (client, _) in self._watched.items() if has_hung_up(client)]
                calls = [self._watched.pop(key)[1] for key in gone]
            for call in calls:
                try:
                    call()
                except Exception:
                    logger.exception("what was to be done for a client that hung up failed")
            time.sleep(INTERVAL_SECONDS)


def has_hung_up(client: socket.socket) -> bool:
    """Tell whether the other end has closed the connection, without reading what it may have sent."""
    if client.fileno() < 0:  # our own end was closed
        return True
    try:
        readable = select.poll()
        readable.register(client, select.POLLIN)
        # Asked first, because a socket with a time limit would be waited for.
        return bool(readable.poll(0)) and client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, ValueError):  # a ValueError: behind TLS nobody can tell without reading
        return False
    except OSError:
        return True


_watcher = DisconnectWatcher()


def watch(session: Session) -> AbstractContextManager[None]:
    """Cancel the session's query if the client of the current request goes away. For a `Watch` of a search."""
    return build_watch()(session)


def build_watch() -> Watch:
    """Make a `watch` for the client of the current request that another thread can use as well."""
    client = request.environ.get("gunicorn.socket")
    if client is None:
        return watch_nothing
    return lambda session: _watcher.watching(client, session.cancel)


def build_disconnect() -> Callable[[], None]:
    """Make what ends the connection of the current request's client, for another thread to call."""
    client = request.environ.get("gunicorn.socket")

    def drop() -> None:
        if client is not None:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    return drop
