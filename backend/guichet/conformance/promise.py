"""What one promise is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guichet.conformance.bench import Bench


@dataclass(frozen=True)
class Promise:
    """Something that a kind keeps, or says that it can't.

    :param run: raises whatever stands against it.
    :param needs: the capability without which it is absent.
    """

    name: str
    run: Callable[[Bench], None]
    needs: str = ""
