"""A table of numbers by key, in memory that a server's processes share. Reading and writing take some microseconds.

It is shared by the processes that are forked after it was made, and guarded by a lock that the system releases when its
holder ends. Other machines have tables of their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

# How many places are looked at for a key.
TRIES = 32
NOBODY = bytes(16)


@dataclass
class KeySlot:
    """What is known of one key. All its numbers are 0 where nothing is."""

    at: int
    key: bytes
    numbers: list[float]


class SharedTable:
    """A table with room for so many keys.

    :param numbers: how many a key has.
    :param places: how many keys there may be.
    """

    def __init__(self, numbers: int, places: int) -> None:
        self._places = places
        self._record = struct.Struct(f"16s{numbers}d")
        self._none = [0.0] * numbers
        self._lock = threading.Lock()
        self._file = _make_nameless_file(places * self._record.size)
        weakref.finalize(self, os.close, self._file)
        self._table = mmap.mmap(self._file, places * self._record.size)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold its lock, alone among the threads of this process and among the processes."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def find(self, key: bytes) -> KeySlot | None:
        """Find a key's place, if it has one."""
        return next((place for place in self._probe(key) if place.key == key), None)

    def find_or_take(self, key: bytes, worth: Callable[[Sequence[float]], float]) -> KeySlot | None:
        """Find a key's place, or take another's that is worth nothing any more, else the one that is worth least.

        :param worth: says what a place's numbers are worth: 0 for nothing; infinite where it must not be taken.
        :returns: None if there is none to be had.
        """
        least: KeySlot | None = None
        for place in self._probe(key):
            if place.key == key:
                return place
            if least is None or worth(place.numbers) < worth(least.numbers):
                least = place
        if least is None or worth(least.numbers) == float("inf"):
            return None
        return KeySlot(least.at, key, list(self._none))

    def read(self, index: int) -> KeySlot:
        """Read a place."""
        key, *numbers = self._record.unpack_from(self._table, index * self._record.size)
        return KeySlot(index, key, numbers)

    def write(self, place: KeySlot) -> None:
        """Write a place."""
        self._record.pack_into(self._table, place.at * self._record.size, place.key, *place.numbers)

    def _probe(self, key: bytes) -> Iterator[KeySlot]:
        first = int.from_bytes(key[:4], "big")
        for step in range(TRIES):
            place = self.read((first + step) % self._places)
            yield place
            if place.key == NOBODY:  # nobody ever went further
                return


def make_key(*parts: str) -> bytes:
    """Make a key of texts."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.digest()


def _make_nameless_file(size: int) -> int:
    """Make a file of zeros that is gone with the last process that has it open."""
    file, path = tempfile.mkstemp(prefix="guichet-shared-")
    os.unlink(path)
    os.ftruncate(file, size)
    return file
