"""Promises one by one, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from guichet.conformance import criteria, limits, lists, results, structure
from guichet.conformance.bench import Bench, NotKeptError
from guichet.conformance.promise import Promise

GROUPS: tuple[tuple[str, tuple[Promise, ...]], ...] = (
    ("criteria", criteria.PROMISES),
    ("results", results.PROMISES),
    ("lists", lists.PROMISES),
    ("limits", limits.PROMISES),
    ("structure", structure.PROMISES),
)


@dataclass(frozen=True)
class PromiseOutcome:
    """What came of one promise.

    :param reason: why it is absent or fails; "" where it holds.
    """

    group: str
    promise: str
    state: Literal["holds", "absent", "fails"]
    reason: str = ""


def try_all(bench: Bench, told: Callable[[PromiseOutcome], None] = lambda _: None) -> list[PromiseOutcome]:
    """Try every promise.

    :param told: is told each outcome as it comes.
    """
    outcomes = []
    for outcome in _try(bench, GROUPS):
        told(outcome)
        outcomes.append(outcome)
    return outcomes


def _try(bench: Bench, groups: Iterable[tuple[str, Iterable[Promise]]]) -> Iterator[PromiseOutcome]:
    for group, promises in groups:
        for promise in promises:
            yield _try_one(bench, group, promise)


def _try_one(bench: Bench, group: str, promise: Promise) -> PromiseOutcome:
    if promise.needs and not getattr(bench.source.capabilities, promise.needs):
        return PromiseOutcome(group, promise.name, "absent", f"the kind has no {promise.needs.replace('_', ' ')}")
    try:
        promise.run(bench)
    except NotKeptError as error:
        return PromiseOutcome(group, promise.name, "fails", str(error))
    except Exception as error:  # whatever a kind raises is its answer
        return PromiseOutcome(group, promise.name, "fails", f"{type(error).__name__}: {error}")
    return PromiseOutcome(group, promise.name, "holds")
