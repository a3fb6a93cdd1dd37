"""Wrong passwords, counted per user and address, so that guessing is slow and everybody else is not."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60
KEYS = 10_000


class Attempts:
    """Counts failures in a sliding minute.

    :param limit: how many failures a key may have in it.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, user: str, address: str) -> int:
        """Returns how long to wait before the next try; 0 if it may be made now."""
        now = self._clock()
        with self._lock:
            times = self._failures.get((user, address))
            if not times:
                return 0
            while times and times[0] <= now - WINDOW_SECONDS:
                times.popleft()
            if len(times) < self._limit:
                return 0
            return max(1, int(times[0] + WINDOW_SECONDS - now) + 1)

    def failed(self, user: str, address: str) -> None:
        """Takes note of a wrong password. The oldest keys are forgotten when there are very many."""
        key = (user, address)
        with self._lock:
            self._failures.setdefault(key, deque(maxlen=self._limit)).append(self._clock())
            self._failures.move_to_end(key)
            while len(self._failures) > KEYS:
                self._failures.popitem(last=False)
