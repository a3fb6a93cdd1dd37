"""A whole result on its way to a client, however large: a thread copies it from the database, another sends it on.

COPY pushes and a web server pulls, so there are two threads, with a few pieces between them: a client that reads
slowly slows the database down, and memory never grows. Whoever takes the pieces closes the stream, which cancels the
query if it still runs.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guichet import errors
from guichet.messages import say
from guichet.results import formula_guard
from guichet.results.formula_guard import Guard
from guichet.results.row_formats import RowFormat
from guichet.search.execution import Search, Stopwatch, Watch, watch_nothing
from guichet.sources import csv_rows
from guichet.sources.protocol import Session
from guichet.sql.statement import Statement

PIECE_BYTES = 1 << 16
# The first rows of a slow query are sent before a whole piece of them is there.
PIECE_SECONDS = 0.5
PIECES = 4
# A client that takes nothing for so long holds a connection to the source for nobody.
STALLED_SECONDS = 60


class AbandonedError(Exception):
    """Nobody takes what is streamed any more; nobody is told either."""


class Stream(Iterator[bytes]):
    """The pieces of a result, as they come. Use `start` to begin, and `close` in any case.

    `rows` tells how many were written so far.

    :param opening: goes before the first line.
    :param guard: makes lines harmless.
    :param stalled_seconds: how long the thread waits for somebody to take a piece.
    :param on_stalled: called by the thread if nobody did.
    """

    def __init__(
        self,
        on_stalled: Callable[[], None],
        opening: bytes = b"",
        guard: Guard = formula_guard.none,
        stalled_seconds: float = STALLED_SECONDS,
    ) -> None:
        self._on_stalled = on_stalled
        self._opening = opening
        self._guard = guard
        self._stalled_seconds = stalled_seconds
        self._changed = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._put_at = time.monotonic()
        self._session: Session | None = None
        self._ended = False
        self._closed = False
        self._error: BaseException | None = None
        self._stopwatch = Stopwatch()
        self.rows = 0

    @property
    def elapsed_ms(self) -> int:
        return self._stopwatch.elapsed_ms

    def start(self, produce: Callable[[Stream], None]) -> None:
        """Have a thread produce lines, and return when the first piece is there, or all of them.

        :raises GuichetError: if it fails before.
        """
        thread = threading.Thread(target=self._run, args=(produce,), name="stream", daemon=True)
        thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._ended)
            if self._error and not self._pieces:
                raise self._error

    def __next__(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._ended)
            if self._pieces:
                self._changed.notify_all()
                return self._pieces.popleft()
        if self._error:
            raise self._error
        raise StopIteration

    def close(self) -> None:
        """End it: a query that still runs is cancelled."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            running = None if self._ended else self._session
        if running:
            running.cancel()

    def begin(self, session: Session) -> None:
        """Is told the session that the thread reads in."""
        with self._changed:
            self._session = session
            if self._closed:
                raise AbandonedError("The client left before the query began.")

    def write(self, line: bytes) -> None:
        """Take a line, in the thread."""
        self._gathered.append(line)
        self._gathered_bytes += len(line)
        if self._gathered_bytes >= PIECE_BYTES or time.monotonic() - self._put_at > PIECE_SECONDS:
            self._put()

    def write_rows(self, lines: bytes, count: int) -> None:
        """Take many lines, in the thread."""
        self.write(lines)

    def _run(self, produce: Callable[[Stream], None]) -> None:
        error: BaseException | None = None
        try:
            produce(self)
            self._put()
        except BaseException as raised:
            error = raised
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def _put(self) -> None:
        piece = self._opening + self._guard(b"".join(self._gathered))
        self._opening, self._gathered, self._gathered_bytes, self._put_at = b"", [], 0, time.monotonic()
        if not piece:  # would be the end of an answer in chunks
            return
        with self._changed:
            free = self._changed.wait_for(
                lambda: self._closed or len(self._pieces) < PIECES, timeout=self._stalled_seconds
            )
            if free and not self._closed:
                self._pieces.append(piece)
                self._changed.notify_all()
        if not free:
            self._on_stalled()
        if not free or self._closed:
            self._abandon()

    def _abandon(self) -> None:
        # COPY can't be left but by its end; the cancelled session closes its connection.
        if self._session:
            self._session.cancel()
        raise AbandonedError("The client takes no rows any more.")


@dataclass(frozen=True)
class Terms:
    """What a stream is bound to.

    :param seconds: that its query may take, with all that the client takes to read.
    """

    seconds: float
    watch: Watch = watch_nothing
    on_stalled: Callable[[], None] = lambda: None


def rows(search: Search, style: RowFormat, selected: Statement, terms: Terms) -> Stream:
    """Stream the lines of a statement that asks for at most one row more than may be extracted.

    :raises TooLargeError: from the stream, when that row comes: what was sent is not the whole result.
    :raises SourceError: at once if the query fails at its beginning, else from the stream.
    """
    most = search.interface.limits.extract_rows

    def produce(output: Stream) -> None:
        with search.session(terms.seconds) as session, terms.watch(session):
            output.begin(session)
            search.confirm_columns(session)
            copied = style.write(session, selected, _Bounded(output, most, quoted=style.csv_delimiter is not None))
        if copied > most:
            raise errors.TooLargeError(
                say("The result has more than {most} rows, which is all that this form may extract.", most=most)
            )

    stream = Stream(terms.on_stalled, style.opening, style.guard)
    try:
        stream.start(produce)
    except BaseException:
        stream.close()
        raise
    return stream


class _Bounded:
    """Passes on so many lines.

    :param quoted: whether one may have a line's end in quotes.
    """

    def __init__(self, output: Stream, most: int, *, quoted: bool) -> None:
        self._output = output
        self._left = most
        self._quoted = quoted

    def write(self, line: bytes) -> None:
        if self._left > 0:
            self._left -= 1
            self._output.rows += 1
            self._output.write(line)

    def write_rows(self, lines: bytes, count: int) -> None:
        if count > self._left:
            lines = b"".join(csv_rows.split_rows(lines, quoted=self._quoted)[: self._left])
        taken = min(count, self._left)
        self._left -= taken
        self._output.rows += taken
        if taken:
            self._output.write(lines)
