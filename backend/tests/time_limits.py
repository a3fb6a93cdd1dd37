"""Limits of time that know how busy the machine is: strict where nothing else runs, lenient beside other work."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer on a machine that has nothing else to do."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds * slowness()


def slowness() -> float:
    """Return how many times longer things take than on an idle machine: by what wants a core, for each core."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
