"""Wrong passwords, counted once for all processes of a server, so that guessing is slow and everybody else is not.

Three are counted: those of a user from an address, those of a user from anywhere, and those of an address whatever the
user. Whether a try is let in is said before the password is looked at and without it, so that a refusal tells nothing.
A user who has signed in from an address is known there: what others do from it, or to the user from elsewhere, doesn't
keep them out.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guichet.access.shared_table import KeySlot, SharedTable, make_key

PLACES = 16_384

# A user's failures from one address, within which a new count begins; and those of a user or an address in all.
WINDOW_SECONDS = 60.0
WIDE_WINDOW_SECONDS = 600.0
# How many times as many failures a user, or an address, may have in all.
WIDE = 5
KNOWN_SECONDS = 30 * 24 * 3600.0

# Of a place: failures, when the first of them was, and until when a user is known at an address.
FAILURES, BEGAN, KNOWN = range(3)


@dataclass(frozen=True)
class _Counter:
    key: bytes
    limit: int
    seconds: float


class LoginThrottle:
    """The wrong passwords of all users.

    :param limit: how many a user may enter from one address in a minute.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._table = SharedTable(3, PLACES)

    def wait_seconds(self, user: str, address: str) -> int:
        """Return how long to wait before the next try; 0 if it may be made now."""
        with self._table.lock():
            return self._find_wait(user, address)

    def begin(self, user: str, address: str) -> int:
        """Count a try as failed until `record_success` says otherwise, unless it must wait.

        :returns: as `wait_seconds`.
        """
        with self._table.lock():
            wait = self._find_wait(user, address)
            if wait == 0:
                for counter in self._make_counters(user, address):
                    self._count(counter, 1)
        return wait

    def record_success(self, user: str, address: str) -> None:
        """Take back what `begin` counted: the password was right. The user is known at the address from now on."""
        now = self._clock()
        with self._table.lock():
            pair, *wide = self._make_counters(user, address)
            for counter in (pair, *wide):
                self._count(counter, -1)
            place = self._table.find_or_take(pair.key, self._compute_worth)
            if place:
                place.numbers[KNOWN] = now + KNOWN_SECONDS
                self._table.write(place)

    def _find_wait(self, user: str, address: str) -> int:
        pair, *wide = self._make_counters(user, address)
        place = self._table.find(pair.key)
        is_known = place is not None and place.numbers[KNOWN] > self._clock()
        waits = [self._compute_wait(pair, place)]
        if not is_known:
            waits += [self._compute_wait(counter, self._table.find(counter.key)) for counter in wide]
        return max(waits)

    def _compute_wait(self, counter: _Counter, place: KeySlot | None) -> int:
        if place is None or place.numbers[FAILURES] < counter.limit:
            return 0
        return max(0, math.ceil(place.numbers[BEGAN] + counter.seconds - self._clock()))

    def _count(self, counter: _Counter, number: int) -> None:
        now = self._clock()
        place = self._table.find(counter.key)
        if place is None and number > 0:
            place = self._table.find_or_take(counter.key, self._compute_worth)
        if place is None:
            return
        if place.numbers[FAILURES] == 0 or place.numbers[BEGAN] + counter.seconds <= now:
            place.numbers[FAILURES], place.numbers[BEGAN] = 0, now
        place.numbers[FAILURES] = max(0, place.numbers[FAILURES] + number)
        self._table.write(place)

    def _make_counters(self, user: str, address: str) -> tuple[_Counter, _Counter, _Counter]:
        where = find_network(address)
        return (
            _Counter(make_key("user at", user, where), self._limit, WINDOW_SECONDS),
            _Counter(make_key("user", user), self._limit * WIDE, WIDE_WINDOW_SECONDS),
            _Counter(make_key("address", where), self._limit * WIDE, WIDE_WINDOW_SECONDS),
        )

    def _compute_worth(self, numbers: Sequence[float]) -> float:
        """Tell what there is to lose with a place: nothing once it is old, and most where a user is known."""
        now = self._clock()
        failures = numbers[FAILURES] if numbers[BEGAN] + WIDE_WINDOW_SECONDS > now else 0
        return failures + (2 * WIDE * self._limit if numbers[KNOWN] > now else 0)


def find_network(address: str) -> str:
    """Return what of an address stands for one subscriber: of IPv6 the first 64 bits, whose others they choose."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
