"""The summary of a whole result, made by SQL: top values with counts, histograms, how many NULLs.

Two statements whatever the number of columns: one finds how many rows and NULLs there are and between which ends the
numbers and dates lie, the other counts values and buckets of all columns in one pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from guichet.search import compose
from guichet.search.compose import Statement
from guichet.search.searches import Search, Stopwatch, Watch, unwatched
from guichet.sources.columns import Column

TOP_VALUES = 12
BUCKETS = 20

HISTOGRAMS = ("integer", "decimal", "float", "date", "timestamp", "timestamptz")
DATES = ("date", "timestamp", "timestamptz")
VALUES = ("text", "boolean", "uuid", "other", "time", "array", "range", "interval")


@dataclass(frozen=True)
class Bucket:
    """How many rows lie between two ends, both included; of fractions, the end belongs to the next one."""

    from_: Any
    to: Any
    count: int


@dataclass(frozen=True)
class ColumnSummary:
    """What one column of the result holds.

    :param distinct: how many different values there are; None for a histogram.
    :param other: rows with a value that is not among those listed.
    """

    column: Column
    kind: Literal["values", "histogram", "none"]
    nulls: int
    distinct: int | None = None
    values: Sequence[tuple[str, int]] = ()
    buckets: Sequence[Bucket] = ()
    other: int = 0


@dataclass(frozen=True)
class Summary:
    """The summary of a result of `total` rows."""

    total: int
    columns: Sequence[ColumnSummary]
    elapsed_ms: int


@dataclass(frozen=True)
class _Span:
    """Where a histogram begins, how wide its buckets are, how many there are. Days count from the first one."""

    start: Any
    width: Decimal
    count: int


def summarize(search: Search, columns: Sequence[Column], watch: Watch = unwatched) -> Summary:
    """Summarizes columns over every row of a search.

    :raises QueryTimeoutError: if it takes longer than the interface's `interactive_seconds`.
    """
    stopwatch, statement = Stopwatch(), search.statement
    with search.session(search.interface.limits.interactive_seconds) as session, watch(session):
        first = extremes(statement, columns)
        (row,) = session.fetch(first.sql, first.parameters).rows
        found = [row[1 + 3 * at : 4 + 3 * at] for at in range(len(columns))]
        spans = [_span(column, low, high) for column, (_, low, high) in zip(columns, found, strict=True)]
        second = counts(statement, columns, spans)
        counted = session.fetch(second.sql, second.parameters).rows if second else []
    total = int(row[0])
    made = [
        _column(column, total, int(present), span, [one[1:] for one in counted if one[0] == at])
        for at, (column, (present, _, _), span) in enumerate(zip(columns, found, spans, strict=True))
    ]
    return Summary(total, made, stopwatch.elapsed_ms)


def extremes(statement: Statement, columns: Sequence[Column]) -> Statement:
    """Composes the first statement: the rows, and of each column how many have a value, the least and the most."""
    selected = ["count(*)"]
    for column in columns:
        name = _name(column)
        selected.append(f"count({name})")
        if column.type in HISTOGRAMS:
            finite = f"FILTER (WHERE {_is_finite(column)})"
            cast = "::date" if column.type in DATES else ""
            selected += [f"(min({name}) {finite}){cast}::text", f"(max({name}) {finite}){cast}::text"]
        else:
            selected += ["NULL", "NULL"]
    return Statement(f"SELECT {', '.join(selected)} FROM (\n{statement.sql}\n) AS result", statement.parameters)


def counts(statement: Statement, columns: Sequence[Column], spans: Sequence[_Span | None]) -> Statement | None:
    """Composes the second statement: the commonest values and every bucket of each column, in one pass."""
    keys = [(at, _key(column, span)) for at, (column, span) in enumerate(zip(columns, spans, strict=True))]
    pairs = [f"({at}, {key})" for at, key in keys if key]
    if not pairs:
        return None
    sql = (
        "SELECT at, key, rows, groups FROM (\n"
        "SELECT at, key, count(*) AS rows, count(*) OVER (PARTITION BY at) AS groups,"
        " row_number() OVER (PARTITION BY at ORDER BY count(*) DESC, key) AS place\n"
        f"FROM (\n{statement.sql}\n) AS result CROSS JOIN LATERAL (VALUES {', '.join(pairs)}) AS cell (at, key)\n"
        "WHERE key IS NOT NULL GROUP BY at, key\n"
        f") AS counted WHERE place <= {BUCKETS} ORDER BY at, place"
    )
    return Statement(sql, statement.parameters)


def _name(column: Column) -> str:
    return f"result.{compose.quoted(column.name)}"


def _is_finite(column: Column) -> str:
    name = _name(column)
    if column.type in DATES:
        return f"isfinite({name})"
    if column.type == "integer":
        return "TRUE"
    return f"{name} > '-Infinity' AND {name} < 'Infinity'"  # NaN is the greatest of all


def _span(column: Column, low: str | None, high: str | None) -> _Span | None:
    if low is None or high is None:
        return None
    if column.type in DATES:
        first, last = _day(low), _day(high)
        if first is None or last is None:
            return None
        days = (last - first).days + 1
        width = math.ceil(days / BUCKETS)
        return _Span(first, Decimal(width), math.ceil(days / width))
    start, end = Decimal(low), Decimal(high)
    if column.type == "integer":
        whole = math.ceil((end - start + 1) / BUCKETS)
        return _Span(start, Decimal(whole), math.ceil((end - start + 1) / whole))
    return _Span(start, (end - start) / BUCKETS, BUCKETS) if end > start else _Span(start, Decimal(1), 1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # before Christ or beyond the year 9999
        return None


def _key(column: Column, span: _Span | None) -> str | None:
    name = _name(column)
    if column.type in VALUES:
        return f"left({name}::text, 200)"
    if span is None:
        return None
    if column.type in DATES:
        place = f"({name}::date - '{span.start.isoformat()}'::date) / {int(span.width)}"
        return f"CASE WHEN isfinite({name}) THEN ({place})::text END"
    # A NULL is no bucket's: without the condition, least() would put it into the last.
    place = f"floor(({name}::numeric - ({span.start:f})) / {span.width:f})"
    return f"CASE WHEN {name} IS NOT NULL AND {_is_finite(column)} THEN least({place}, {span.count - 1})::int::text END"


def _column(
    column: Column, total: int, present: int, span: _Span | None, counted: Sequence[Sequence[Any]]
) -> ColumnSummary:
    nulls = total - present
    if column.type in VALUES:
        values = [(str(key), int(rows)) for key, rows, _ in counted[:TOP_VALUES]]
        distinct = int(counted[0][2]) if counted else 0
        return ColumnSummary(column, "values", nulls, distinct, values, (), present - sum(rows for _, rows in values))
    if span is None:
        return ColumnSummary(column, "none", nulls, other=present)
    rows_of = {int(key): int(rows) for key, rows, _ in counted}
    buckets = [_bucket(column, span, at, rows_of.get(at, 0)) for at in range(span.count)]
    return ColumnSummary(column, "histogram", nulls, None, (), buckets, present - sum(rows_of.values()))


def _bucket(column: Column, span: _Span, at: int, rows: int) -> Bucket:
    if column.type in DATES:
        first = span.start + timedelta(days=at * int(span.width))
        return Bucket(first.isoformat(), (first + timedelta(days=int(span.width) - 1)).isoformat(), rows)
    start = span.start + at * span.width
    if column.type == "integer":
        return Bucket(int(start), int(start + span.width - 1), rows)
    return Bucket(float(start), float(start + span.width), rows)
