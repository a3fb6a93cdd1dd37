"""How much one user may ask: requests at once, and per minute. Exact across the processes of one server.

The table lies in memory that is shared by the processes which are forked after it was made, guarded by a lock that the
system releases when its holder ends. Asking takes some microseconds. Other machines have tables of their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
import os
import struct
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from guichet import errors
from guichet.sentences import say

WINDOW_SECONDS = 60.0
# A request is not counted as running for longer, so that a process that was killed leaves nothing behind for ever.
LONGEST_SECONDS = 3600.0

PLACES = 4096
# How many places are looked at for a user; one who finds none is let in, which takes thousands of users in a minute.
TRIES = 32
NOBODY = bytes(16)


@dataclass
class _User:
    """What is known of one user.

    :param ahead: when all that they asked would have been asked, at the pace that is allowed.
    :param begun: when each of their running requests began; 0 for none.
    """

    place: int
    key: bytes
    ahead: float
    begun: list[float]

    def is_idle(self, now: float) -> bool:
        return self.ahead <= now and not any(_runs(one, now) for one in self.begun)


class Quotas:
    """The requests of all users.

    :param at_once: how many of one user may run at once; 0 for any number.
    :param per_minute: how many one user may send in a minute; 0 for any number.
    """

    def __init__(self, at_once: int, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._pause = WINDOW_SECONDS / per_minute if per_minute else 0.0
        self._clock = clock
        self._record = struct.Struct(f"16s{1 + at_once}d")
        self._limited = bool(at_once or per_minute)
        self._lock = threading.Lock()
        if self._limited:
            self._file = _nameless_file(PLACES * self._record.size)
            weakref.finalize(self, os.close, self._file)
            self._table = mmap.mmap(self._file, PLACES * self._record.size)

    def enter(self, name: str) -> Callable[[], None]:
        """Takes note of a request that begins.

        :returns: what to call when it has ended.
        :raises TooManyRequestsError: if it is one too many; with the seconds after which it is not.
        """
        if not self._limited:
            return _nothing
        now = self._clock()
        with self._alone():
            user = self._find(hashlib.blake2b(name.encode(), digest_size=16).digest(), now)
            if user is None:
                return _nothing
            user.ahead = self._next(user, now)
            at = self._begin(user, now)
            self._write(user)
        return _nothing if at is None else lambda: self._end(user, at, now)

    def _next(self, user: _User, now: float) -> float:
        ahead = max(user.ahead, now) + self._pause
        too_early = ahead - now - WINDOW_SECONDS
        if too_early > 1e-6:
            raise errors.TooManyRequestsError(
                say("You sent more than {most} requests within a minute.", most=round(WINDOW_SECONDS / self._pause)),
                max(1, math.ceil(too_early)),
            )
        return ahead

    def _begin(self, user: _User, now: float) -> int | None:
        if not self._at_once:
            return None
        at = next((at for at, begun in enumerate(user.begun) if not _runs(begun, now)), None)
        if at is None:
            raise errors.TooManyRequestsError(
                say("{count} of your requests are running already.", count=self._at_once), 1
            )
        user.begun[at] = now
        return at

    def _end(self, user: _User, at: int, begun: float) -> None:
        with self._alone():
            known = self._read(user.place)
            if known.key == user.key and known.begun[at] == begun:
                known.begun[at] = 0.0
                self._write(known)

    def _find(self, key: bytes, now: float) -> _User | None:
        """Finds a user's place, or makes them one where nobody is, or nobody has asked for a while."""
        first, free = int.from_bytes(key[:4], "big"), None
        for step in range(TRIES):
            user = self._read((first + step) % PLACES)
            if user.key == key:
                return user
            if free is None and user.is_idle(now):
                free = _User(user.place, key, 0.0, [0.0] * self._at_once)
            if user.key == NOBODY:
                break
        return free

    def _read(self, place: int) -> _User:
        key, ahead, *begun = self._record.unpack_from(self._table, place * self._record.size)
        return _User(place, key, ahead, begun)

    def _write(self, user: _User) -> None:
        self._record.pack_into(self._table, user.place * self._record.size, user.key, user.ahead, *user.begun)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Alone among the threads of this process, and among the processes."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _nameless_file(size: int) -> int:
    """Makes a file of zeros that is gone with the last process that has it open."""
    file, path = tempfile.mkstemp(prefix="guichet-quotas-")
    os.unlink(path)
    os.ftruncate(file, size)
    return file


def _runs(begun: float, now: float) -> bool:
    return begun > now - LONGEST_SECONDS and begun > 0


def _nothing() -> None:
    """There is nothing to take back."""
