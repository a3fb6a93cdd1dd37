"""Numbers by key in memory that processes share: each key has a place of its own, and one process at a time writes."""

from __future__ import annotations

import fcntl
import os
import struct

import pytest

from guichet.access.shared_table import TRIES, SharedTable


def count(table: SharedTable, key: bytes, number: float) -> bool:
    place = table.find_or_take(key, lambda numbers: numbers[0])
    if place is None:
        return False
    place.numbers[0] = number
    table.write(place)
    return True


def make_key(number: int) -> bytes:
    """Make keys that are all looked for at the same place first."""
    return struct.pack("!IIQ", 7, 0, number)


def test_keys_that_belong_to_one_place_are_all_found() -> None:
    table = SharedTable(1, 64)
    for number in range(1, TRIES + 1):
        assert count(table, make_key(number), number)

    found = [table.find(make_key(number)) for number in range(1, TRIES + 2)]

    assert [place and place.numbers for place in found] == [*([float(number)] for number in range(1, TRIES + 1)), None]
    assert count(table, make_key(TRIES + 1), 1000)
    assert table.find(make_key(1)) is None, "the one that was worth least gave way"


def test_what_must_not_be_taken_is_not() -> None:
    table = SharedTable(1, 1)
    assert count(table, make_key(1), float("inf"))
    assert not count(table, make_key(2), 1)


def test_its_lock_holds_among_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process, which would wait, is told at once that it has to."""
    table = SharedTable(1, 1)
    (asked, ask), (told, tell) = os.pipe(), os.pipe()
    if (child := os.fork()) == 0:
        monkeypatch.setattr(fcntl, "LOCK_EX", fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(ask)
        while os.read(asked, 1):
            try:
                with table.lock():
                    os.write(tell, b"y")
            except BlockingIOError:
                os.write(tell, b"n")
        os._exit(0)
    os.close(tell)
    with table.lock():
        os.write(ask, b"?")
        assert os.read(told, 1) == b"n"
    os.write(ask, b"?")
    assert os.read(told, 1) == b"y"
    os.close(ask)
    os.waitpid(child, 0)
    os.close(asked)
    os.close(told)
