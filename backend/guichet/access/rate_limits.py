"""How much one user may ask: requests at once, and per minute. Exact across the processes of one server."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence

from guichet import errors
from guichet.access.shared_table import KeySlot, SharedTable, make_key
from guichet.messages import say

WINDOW_SECONDS = 60.0
# A request is not counted as running for longer, so that a process that was killed leaves nothing behind for ever.
LONGEST_SECONDS = 3600.0

# One who finds no place is let in, which takes thousands of users in a minute.
PLACES = 4096

# Of a place: when all that a user asked would have been asked, at the pace that is allowed. What follows is when each
# of their running requests began, 0 for none, and the process that runs it.
AHEAD = 0
FIRST, SIZE = 1, 2


class RateLimits:
    """The requests of all users.

    :param at_once: how many of one user may run at once; 0 for any number.
    :param per_minute: how many one user may send in a minute; 0 for any number.
    :param refusal: says that so many run already.
    """

    def __init__(
        self,
        at_once: int,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        refusal: Callable[[int], str] = lambda count: say("{count} of your requests are running already.", count=count),
        retry_after: int = 1,
    ) -> None:
        self._refusal = refusal
        self._retry_after = retry_after
        self._at_once = at_once
        self._pause = WINDOW_SECONDS / per_minute if per_minute else 0.0
        self._clock = clock
        self._table = SharedTable(FIRST + SIZE * at_once, PLACES) if at_once or per_minute else None

    def enter(self, name: str) -> Callable[[], None]:
        """Take note of a request that begins.

        :returns: what to call when it has ended.
        :raises TooManyRequestsError: if it is one too many; with the seconds after which it is not.
        """
        table = self._table
        if table is None:
            return _do_nothing
        now = self._clock()

        def worth(numbers: Sequence[float]) -> float:
            return (
                0
                if numbers[AHEAD] <= now and not any(_is_running(begun, now) for begun in numbers[FIRST::SIZE])
                else math.inf
            )

        with table.lock():
            user = table.find_or_take(make_key(name), worth)
            if user is None:
                return _do_nothing
            user.numbers[AHEAD] = self._advance_pace(user, now)
            place = self._begin(user, now)
            table.write(user)
        return _do_nothing if place is None else lambda: _end(table, user, place, now)

    def _advance_pace(self, user: KeySlot, now: float) -> float:
        ahead = max(user.numbers[AHEAD], now) + self._pause
        too_early = ahead - now - WINDOW_SECONDS
        if too_early > 1e-6:
            raise errors.TooManyRequestsError(
                say("You sent more than {most} requests within a minute.", most=round(WINDOW_SECONDS / self._pause)),
                max(1, math.ceil(too_early)),
            )
        return ahead

    def _begin(self, user: KeySlot, now: float) -> int | None:
        if not self._at_once:
            return None
        places = range(FIRST, len(user.numbers), SIZE)
        free = next((place for place in places if not _is_running(user.numbers[place], now)), None)
        if free is None:  # unless its process was killed
            free = next((place for place in places if not _is_alive(int(user.numbers[place + 1]))), None)
        if free is None:
            raise errors.TooManyRequestsError(self._refusal(self._at_once), self._retry_after)
        user.numbers[free : free + SIZE] = [now, float(os.getpid())]
        return free


def _end(table: SharedTable, user: KeySlot, place: int, begun: float) -> None:
    with table.lock():
        known = table.read(user.at)
        if known.key == user.key and known.numbers[place] == begun:
            known.numbers[place] = 0.0
            table.write(known)


def _is_running(begun: float, now: float) -> bool:
    return begun > now - LONGEST_SECONDS and begun > 0


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _do_nothing() -> None:
    """Take nothing back."""
