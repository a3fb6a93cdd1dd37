"""How far an extract is, and how to stop it: what its own thread and the worker's heartbeats share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from guichet import errors
from guichet.sources.protocol import Session


@dataclass
class Progress:
    """How far an extract is.

    :param bytes: of CSV that are written.
    :param zipped: bytes of the archive so far.
    :param session: what its query runs in at the moment.
    """

    rows: int = 0
    bytes: int = 0
    zipped: int = 0
    session: Session | None = None
    stopped: bool = False

    def stop(self) -> None:
        """Cancel the query in the database, now or as soon as it begins."""
        self.stopped = True
        if self.session:
            self.session.cancel()

    def begin_step(self) -> None:
        """Say that another step begins.

        :raises QueryCancelledError: if it shall not.
        """
        if self.stopped:
            raise errors.QueryCancelledError("", "The extract was cancelled.")

    @contextmanager
    def watch(self, session: Session) -> Iterator[None]:
        """Let the worker's other thread cancel what runs in a session."""
        self.session = session
        try:
            self.begin_step()
            yield
        finally:
            self.session = None
