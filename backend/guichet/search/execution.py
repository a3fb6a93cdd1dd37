"""Searches, run: a count, an estimate, the rows of a light result or the first of a heavy one.

Whatever is asked, the same composed statement is behind it. Each function takes `watch`, which is told the session
so that somebody who notices that nobody waits any more can cancel it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from guichet import errors
from guichet.interfaces.interface import Interface
from guichet.search import arrangement, cells, compose, matched_values, value_list_binding
from guichet.search.arrangement import SortKey
from guichet.search.criteria import Criteria
from guichet.search.value_list_binding import LookedFor, PastedList, UsedList
from guichet.sources.columns import Column
from guichet.sources.protocol import Session, Source, TemporaryTable
from guichet.sql.dialect import Dialect
from guichet.sql.statement import FoundPlace, Listed, Sort, Statement

Watch = Callable[[Session], AbstractContextManager[None]]

# How long the first rows of a result that takes too long are waited for, and the planner.
PREVIEW_SECONDS = 5

# So long an estimate counts for real; what it can't count by then is left to the planner, whose guess may be far off.
COUNTING_SECONDS = 0.15
GUESSED_DIGITS = 2


def watch_nothing(session: Session) -> AbstractContextManager[None]:
    """Be the `watch` for callers whose answer somebody surely waits for."""
    return nullcontext()


@dataclass(frozen=True)
class Search:
    """One search, ready to be run: an interface, checked criteria, and the source that it reads.

    :param lists: the value lists that criteria are filled by, and `placed`: where the statement has their values.
    :param pasted: the values that criteria are filled by where they are several, bound as all others are.
    """

    interface: Interface
    criteria: Criteria
    source: Source
    columns: Sequence[Column]
    lists: Mapping[str, UsedList] = field(default_factory=dict)
    placed: Mapping[str, Listed] = field(default_factory=dict)
    pasted: Mapping[str, PastedList] = field(default_factory=dict)

    @property
    def dialect(self) -> Dialect:
        return self.interface.dialect

    @property
    def statement(self) -> Statement:
        return compose.search(self.interface, self.criteria, self.placed)

    @property
    def looked_for(self) -> Mapping[str, LookedFor]:
        """All of which some may not be found."""
        return {**self.lists, **self.pasted}

    @property
    def places(self) -> Mapping[str, FoundPlace]:
        """Where the found values of each list stand."""
        return matched_values.places(self.interface, self.criteria, self.looked_for, self.columns)

    def confirm_columns(self, session: Session) -> None:
        """Ask the database whether the result still has the columns that are known of it.

        What is asked in the same session afterwards sees the same ones: no table that it reads can be altered now.

        :raises ColumnsChangedError: if it has others.
        """
        statement = self.dialect.describe(compose.search(self.interface, {}))
        if session.describe(statement.sql, statement.parameters) != list(self.columns):
            raise errors.ColumnsChangedError(self.source.name, "the columns of the result changed meanwhile")

    def only(self, names: Collection[str]) -> Self:
        """Return the search by some of its criteria alone."""
        return replace(
            self,
            criteria={name: value for name, value in self.criteria.items() if name in names},
            lists={name: used for name, used in self.lists.items() if name in names},
            placed={name: place for name, place in self.placed.items() if name in names},
            pasted={name: used for name, used in self.pasted.items() if name in names},
        )

    @property
    def can_estimate(self) -> bool:
        """Whether its database can tell how many rows there might be, without looking."""
        return self.source.capabilities.estimate

    @property
    def sees_one_moment(self) -> bool:
        """Whether several of its statements can see the database as it is at one moment."""
        return self.source.capabilities.snapshot

    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> AbstractContextManager[Session]:
        """Open a session in which the statement can be run: its lists are tables there.

        :param tables: others that are wanted.
        :param snapshot: whether all statements see the database as it is at the first, where it can show that.
        """
        wanted = [*value_list_binding.list_tables(self.lists, self.placed), *tables]
        return self.source.session(timeout_seconds, wanted, snapshot=snapshot and self.sees_one_moment)


@dataclass(frozen=True)
class Count:
    """How many rows there are: counted, or guessed by the planner.

    :param estimate: whether it is a guess, which is rounded.
    :param matched: how many values of each list were found, by criterion, where that can be known.
    """

    count: int
    elapsed_ms: int
    estimate: bool = False
    matched: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchResult:
    """The rows of a search.

    :param count: how many there are; None when the result is heavy and they were not counted in a moment.
    :param reason: why it is heavy: more rows than are shown, or more time than a page waits. None when it is light.
    :param estimated_count: the planner's guess, where they were not counted and the planner answered.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    elapsed_ms: int
    count: int | None = None
    reason: Literal["rows", "time"] | None = None
    estimated_count: int | None = None
    matched: Mapping[str, int] = field(default_factory=dict)

    @property
    def expected(self) -> int | None:
        """How many there are, as far as anybody knows."""
        return self.estimated_count if self.count is None else self.count


@dataclass
class Stopwatch:
    """Milliseconds since it was made."""

    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self.started) * 1000)


def count(search: Search, watch: Watch = watch_nothing) -> Count:
    """Count the rows.

    :raises QueryTimeoutError: if it takes longer than the interface's `interactive_seconds`.
    """
    stopwatch, places = Stopwatch(), search.places
    with search.session(search.interface.limits.interactive_seconds) as session, watch(session):
        if len(places) == 1 and all(place.exact for place in places.values()):
            ((name, place),) = places.items()
            counted = search.dialect.count_with_matched(search.statement, place)
            (rows, values), *_ = session.fetch(counted.sql, counted.parameters).rows
            return Count(int(rows), stopwatch.elapsed_ms, matched={name: int(values)})
        statement = search.dialect.count(search.statement)
        number = session.fetch_value(statement.sql, statement.parameters)
        matched = {name: _count_matched(search, session, name, place) for name, place in places.items()}
    return Count(int(number), stopwatch.elapsed_ms, matched=matched)


def _count_matched(search: Search, session: Session, name: str, place: FoundPlace) -> int:
    listed, shape = search.placed.get(name, Listed(None)), value_list_binding.shape_of(search.looked_for[name])
    statement = search.dialect.count_matched(search.statement, shape, listed, place)
    return int(session.fetch_value(statement.sql, statement.parameters))


def estimate(search: Search, watch: Watch = watch_nothing) -> Count:
    """Count the rows if that takes no longer than a moment, and ask the planner if it does.

    No long list is sent for it. Where the database has no guess, the count may take longer; where it has no time limit,
    nothing is counted.

    :raises QueryTimeoutError: if nobody can tell so soon.
    """
    stopwatch = Stopwatch()
    if search.source.capabilities.time_limit and not any(place.rows for place in search.placed.values()):
        statement = search.dialect.count(search.statement)
        seconds = COUNTING_SECONDS if search.can_estimate else PREVIEW_SECONDS
        try:
            with search.source.session(seconds) as session, watch(session):
                return Count(int(session.fetch_value(statement.sql, statement.parameters)), stopwatch.elapsed_ms)
        except errors.QueryTimeoutError:
            pass
    return replace(guess(search, watch), elapsed_ms=stopwatch.elapsed_ms)


def guess(search: Search, watch: Watch = watch_nothing) -> Count:
    """Ask the planner how many rows there might be, without running the query.

    For a long list it is asked about a few of its values, and no more are sent.

    :raises QueryTimeoutError: if there is no planner that could tell.
    """
    stopwatch = Stopwatch()
    if not search.can_estimate:
        raise _unknown(search)
    long = {name for name, place in search.placed.items() if place.rows}
    with search.source.session(PREVIEW_SECONDS) as session, watch(session):
        least = _estimate(session, _without(search, long))
        wanted = {name for name in long if not search.criteria[name].negated}
        if wanted:
            sampled = {name: value_list_binding.sample_list(search.lists[name]) for name in wanted}
            kept = _without(search, long - wanted)
            times = math.prod(
                max(1.0, search.lists[name].values / value_list_binding.SAMPLED_VALUES) for name in wanted
            )
            least = min(least, round(times * _estimate(session, replace(kept, placed={**kept.placed, **sampled}))))
    return Count(_round_guess(least), stopwatch.elapsed_ms, estimate=True)


def _round_guess(number: int) -> int:
    return round(number, min(0, GUESSED_DIGITS - len(str(number))))


def _without(search: Search, names: Collection[str]) -> Search:
    return replace(search, criteria={name: value for name, value in search.criteria.items() if name not in names})


def _estimate(session: Session, search: Search) -> int:
    estimated = session.estimate(search.statement.sql, search.statement.parameters)
    if estimated is None:
        raise _unknown(search)
    return estimated


def _unknown(search: Search) -> errors.QueryTimeoutError:
    return errors.QueryTimeoutError(search.source.name, "The query ran past its time limit.")


def rows(search: Search, sort: Sequence[SortKey], preview_rows: int, watch: Watch = watch_nothing) -> SearchResult:
    """Return all rows of a light result, or the first `preview_rows` of a heavy one.

    Whether it is light is found out by asking for one row more than are shown, never by counting first.

    :raises CriteriaError: if `sort` names a column that the result doesn't have.
    """
    stopwatch, limits = Stopwatch(), search.interface.limits
    if not search.columns:  # a table is locked: what it has takes as long to be told as to be read
        return SearchResult((), [], stopwatch.elapsed_ms, reason="time")
    keys = arrangement.sorts(search.columns, sort)
    try:
        fetched, matched = _fetch(search, keys, limits.display_rows + 1, limits.interactive_seconds, watch)
    except errors.QueryTimeoutError:
        return _slow(search, keys, preview_rows, stopwatch, watch)
    if len(fetched) <= limits.display_rows:
        exact = cells.make_exact(search.columns, fetched)
        return SearchResult(search.columns, exact, stopwatch.elapsed_ms, count=len(fetched), matched=matched)
    return _heavy(search, fetched[:preview_rows], "rows", stopwatch, watch)


def _slow(search: Search, keys: Sequence[Sort], preview_rows: int, stopwatch: Stopwatch, watch: Watch) -> SearchResult:
    seconds = min(PREVIEW_SECONDS, search.interface.limits.interactive_seconds)
    try:
        fetched, _ = _fetch(search, keys, preview_rows, seconds, watch)
    except errors.QueryTimeoutError:
        fetched = []
    return _heavy(search, fetched, "time", stopwatch, watch)


def _heavy(
    search: Search,
    fetched: list[tuple[Any, ...]],
    reason: Literal["rows", "time"],
    stopwatch: Stopwatch,
    watch: Watch,
) -> SearchResult:
    exact = cells.make_exact(search.columns, fetched)
    result = SearchResult(search.columns, exact, stopwatch.elapsed_ms, reason=reason)
    try:
        estimated = estimate(search, watch)
    except errors.QueryTimeoutError:
        return result
    return (
        replace(result, estimated_count=estimated.count)
        if estimated.estimate
        else replace(result, count=estimated.count)
    )


def _fetch(
    search: Search, keys: Sequence[Sort], limit: int, timeout_seconds: float, watch: Watch
) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
    """Fetch rows; if they are fewer than `limit`, they are all, and tell which values of lists were found."""
    expressions = search.dialect.json_cells(search.columns)
    statement = search.dialect.select(search.statement, expressions, keys, limit)
    matched: dict[str, int] = {}
    with search.session(timeout_seconds) as session, watch(session):
        search.confirm_columns(session)
        fetched = session.fetch(statement.sql, statement.parameters).rows
        if len(fetched) < limit:
            for name, place in search.places.items():
                seen = place.exact and search.dialect.compares_exactly
                exact = matched_values.in_rows(search.columns, fetched, place) if seen else None
                matched[name] = _count_matched(search, session, name, place) if exact is None else exact
    return fetched, matched
