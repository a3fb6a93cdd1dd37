"""Rows on their way into a database by COPY, made while they are read: nothing is gathered."""

from __future__ import annotations

from collections.abc import Iterator


class Reader:
    """What the driver takes for a file: it asks for so many bytes, and gets them from an iterator."""

    def __init__(self, rows: Iterator[bytes]) -> None:
        self._rows = rows
        self._rest = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, and none only at the end."""
        while not self._rest:
            following = self._next()
            if following is None:
                return b""
            self._rest = memoryview(following)
        piece = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(piece) :]
        return bytes(piece)

    def _next(self) -> bytes | None:
        """Keep what goes wrong: the driver tells of it in its own words only."""
        try:
            return next(self._rows, None)
        except BaseException as error:
            self.error = error
            raise
