"""Searches, run: a count, an estimate, the rows of a light result or the first of a heavy one.

Whatever is asked, the same composed statement is behind it. Each function takes `watch`, which is told the session
so that somebody who notices that nobody waits any more can cancel it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal

from guichet import errors
from guichet.interfaces.interface import Interface
from guichet.search import arrangement, cells, compose
from guichet.search.arrangement import SortKey
from guichet.search.compose import Sort, Statement
from guichet.search.criteria import Criteria
from guichet.sources.columns import Column
from guichet.sources.source import Session, Source

Watch = Callable[[Session], AbstractContextManager[None]]

# How long the first rows of a result that takes too long are waited for, and the planner.
PREVIEW_SECONDS = 5


def unwatched(session: Session) -> AbstractContextManager[None]:
    """A `watch` for callers whose answer somebody surely waits for."""
    return nullcontext()


@dataclass(frozen=True)
class Search:
    """One search, ready to be run: an interface, checked criteria, and the source that it reads."""

    interface: Interface
    criteria: Criteria
    source: Source
    columns: Sequence[Column]

    @property
    def statement(self) -> Statement:
        return compose.search(self.interface, self.criteria)


@dataclass(frozen=True)
class Count:
    """How many rows there are: counted, or estimated by the planner."""

    count: int
    elapsed_ms: int
    estimate: bool = False


@dataclass(frozen=True)
class Result:
    """The rows of a search.

    :param count: how many there are; None when the result is heavy.
    :param reason: why it is heavy: more rows than are shown, or more time than a page waits. None when it is light.
    :param estimated_count: the planner's estimate, when the result is heavy and the planner answered.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    elapsed_ms: int
    count: int | None = None
    reason: Literal["rows", "time"] | None = None
    estimated_count: int | None = None


@dataclass
class Stopwatch:
    """Milliseconds since it was made."""

    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self.started) * 1000)


def count(search: Search, watch: Watch = unwatched) -> Count:
    """Counts the rows.

    :raises QueryTimeoutError: if it takes longer than the interface's `interactive_seconds`.
    """
    stopwatch = Stopwatch()
    statement = compose.count(search.statement)
    with search.source.session(search.interface.limits.interactive_seconds) as session, watch(session):
        counted = session.fetch_value(statement.sql, statement.parameters)
    return Count(int(counted), stopwatch.elapsed_ms)


def estimate(search: Search, watch: Watch = unwatched) -> Count:
    """Asks the planner how many rows there might be, without running the query."""
    stopwatch = Stopwatch()
    with search.source.session(PREVIEW_SECONDS) as session, watch(session):
        estimated = session.estimate(search.statement.sql, search.statement.parameters)
    return Count(estimated, stopwatch.elapsed_ms, estimate=True)


def rows(search: Search, sort: Sequence[SortKey], preview_rows: int, watch: Watch = unwatched) -> Result:
    """Returns all rows of a light result, or the first `preview_rows` of a heavy one.

    Whether it is light is found out by asking for one row more than are shown, never by counting first.

    :raises CriteriaError: if `sort` names a column that the result doesn't have.
    """
    stopwatch, limits = Stopwatch(), search.interface.limits
    keys = arrangement.sorts(search.columns, sort)
    try:
        found = _fetch(search, keys, limits.display_rows + 1, limits.interactive_seconds, watch)
    except errors.QueryTimeoutError:
        return _slow(search, keys, preview_rows, stopwatch, watch)
    if len(found) <= limits.display_rows:
        exact = cells.made_exact(search.columns, found)
        return Result(search.columns, exact, stopwatch.elapsed_ms, count=len(found))
    return _heavy(search, found[:preview_rows], "rows", stopwatch, watch)


def _slow(search: Search, keys: Sequence[Sort], preview_rows: int, stopwatch: Stopwatch, watch: Watch) -> Result:
    seconds = min(PREVIEW_SECONDS, search.interface.limits.interactive_seconds)
    try:
        found = _fetch(search, keys, preview_rows, seconds, watch)
    except errors.QueryTimeoutError:
        found = []
    return _heavy(search, found, "time", stopwatch, watch)


def _heavy(
    search: Search,
    found: list[tuple[Any, ...]],
    reason: Literal["rows", "time"],
    stopwatch: Stopwatch,
    watch: Watch,
) -> Result:
    try:
        estimated = estimate(search, watch).count
    except errors.QueryTimeoutError:
        estimated = None
    exact = cells.made_exact(search.columns, found)
    return Result(search.columns, exact, stopwatch.elapsed_ms, reason=reason, estimated_count=estimated)


def _fetch(
    search: Search, keys: Sequence[Sort], limit: int, timeout_seconds: float, watch: Watch
) -> list[tuple[Any, ...]]:
    expressions = cells.expressions(search.columns)
    statement = compose.selection(search.statement, expressions, keys, limit)
    with search.source.session(timeout_seconds) as session, watch(session):
        return session.fetch(statement.sql, statement.parameters).rows
