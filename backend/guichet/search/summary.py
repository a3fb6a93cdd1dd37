"""The summary of a whole result, made by SQL: top values with counts, histograms, how many NULLs.

Two statements whatever the number of columns: one finds how many rows and NULLs there are and between which ends the
numbers and dates lie, the other counts values and buckets of all columns in one pass. Where a few outliers, such as a
year mistyped, would press all others into one bucket or two, both are asked again without them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from guichet.search.execution import Search, Stopwatch, Watch, watch_nothing
from guichet.sources.columns import Column
from guichet.sources.protocol import Session
from guichet.sql.statement import BUCKETS, DATES, VALUES, Bounds, Span

TOP_VALUES = 12
# Four figures of each are selected at once.
MOST_COLUMNS = 400

# A histogram is drawn anew where at most so large a part of the rows takes all but so many of its buckets.
OUTLIERS, CROWDED_BUCKETS = Decimal("0.01"), 2
FEWEST_ROWS = 10
MOST_ROUNDS = 4  # outliers may hide others


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
    :param other: rows with a value that is not among those listed: of a histogram, outliers and infinity.
    :param sum: of numbers, as text; None of other types, and where there is none: no values, infinity, NaN.
    """

    column: Column
    kind: Literal["values", "histogram", "none"]
    nulls: int
    distinct: int | None = None
    values: Sequence[tuple[str, int]] = ()
    buckets: Sequence[Bucket] = ()
    other: int = 0
    sum: str | None = None


@dataclass(frozen=True)
class Summary:
    """The summary of a result of `total` rows."""

    total: int
    columns: Sequence[ColumnSummary]
    elapsed_ms: int


def summarize(search: Search, columns: Sequence[Column], watch: Watch = watch_nothing) -> Summary:
    """Summarize columns over every row of a search.

    :raises QueryTimeoutError: if it takes longer than the interface's `interactive_seconds`.
    """
    stopwatch = Stopwatch()
    with search.session(search.interface.limits.interactive_seconds) as session, watch(session):
        search.confirm_columns(session)
        total, present, spans, sums, counted = _measure(session, search, columns, {})
        bounds: dict[int, Bounds] = {}
        for _ in range(MOST_ROUNDS):
            crowded = {
                index: _crowd(columns[index], span, counted.get(index, ())) for index, span in enumerate(spans) if span
            }
            closer = {index: bound for index, bound in crowded.items() if bound}
            if not closer:
                break
            bounds |= closer
            again = [columns[index] for index in closer]
            renamed = {place: bounds[index] for place, index in enumerate(closer)}
            _, _, narrowed, _, recounted = _measure(session, search, again, renamed)
            for place, index in enumerate(closer):
                spans[index] = narrowed[place]
                counted[index] = recounted.get(place, ())
    made = [
        replace(_column(column, total, present[index], spans[index], counted.get(index, ())), sum=sums[index])
        for index, column in enumerate(columns)
    ]
    return Summary(total, made, stopwatch.elapsed_ms)


def _measure(
    session: Session, search: Search, columns: Sequence[Column], bounds: Mapping[int, Bounds]
) -> tuple[int, list[int], list[Span | None], list[str | None], dict[int, Sequence[Sequence[Any]]]]:
    """Run both statements.

    :param bounds: of columns that are looked at between two values alone, by their place.
    :returns: the rows; of each column how many have a value, and the span of its histogram, and the
        sum; what was counted.
    """
    first = search.dialect.measure(search.statement, columns, bounds)
    (row,) = session.fetch(first.sql, first.parameters).rows
    measured = [row[1 + 4 * index : 5 + 4 * index] for index in range(len(columns))]
    spans = [_span(column, low, high) for column, (_, low, high, _) in zip(columns, measured, strict=True)]
    sums = [_sum(cells[3]) for cells in measured]
    second = search.dialect.count_values(search.statement, columns, spans, bounds)
    counted: dict[int, list[Sequence[Any]]] = {}
    for index, *cells in session.fetch(second.sql, second.parameters).rows if second else ():
        counted.setdefault(int(index), []).append(cells)
    return int(row[0]), [int(cells[0]) for cells in measured], spans, sums, dict(counted)


def _sum(value: Any) -> str | None:
    """Read a sum; None where it is no number."""
    text = "" if value is None else str(value)
    return text if text and Decimal(text).is_finite() else None


def _crowd(column: Column, span: Span, counted: Sequence[Sequence[Any]]) -> Bounds | None:
    """Find the bucket or two that hold all rows but a few outliers; None where there are none."""
    rows_of = {int(key): int(rows) for key, rows, _ in counted}
    rows = sum(rows_of.values())
    if rows < FEWEST_ROWS or span.count <= 2 * CROWDED_BUCKETS:
        return None
    most = max(rows_of, key=lambda bucket: rows_of[bucket] + rows_of.get(bucket + 1, 0))
    outside = rows - rows_of[most] - rows_of.get(most + 1, 0)
    if not 0 < outside <= max(1, int(rows * OUTLIERS)):
        return None
    last = most + CROWDED_BUCKETS
    low, high = span.begin(most), span.begin(min(last, span.count))
    begin, end = (
        f"'{end_of_bounds.isoformat()}'" if column.type in DATES else f"{end_of_bounds:f}"
        for end_of_bounds in (low, high)
    )
    return Bounds(begin, end, includes_high=last >= span.count)


def _span(column: Column, low: Any, high: Any) -> Span | None:
    if low is None or high is None:
        return None
    if column.type in DATES:
        first, last = date.fromisoformat(str(low)), date.fromisoformat(str(high))
        days = (last - first).days + 1
        width = math.ceil(days / BUCKETS)
        return Span(first, Decimal(width), math.ceil(days / width))
    start, end = Decimal(str(low)), Decimal(str(high))
    if column.type == "integer":
        whole = math.ceil((end - start + 1) / BUCKETS)
        return Span(start, Decimal(whole), math.ceil((end - start + 1) / whole))
    return Span(start, (end - start) / BUCKETS, BUCKETS) if end > start else Span(start, Decimal(1), 1)


def _column(
    column: Column, total: int, present: int, span: Span | None, counted: Sequence[Sequence[Any]]
) -> ColumnSummary:
    nulls = total - present
    if column.type in VALUES:
        values = [(str(key), int(rows)) for key, rows, _ in counted[:TOP_VALUES]]
        distinct = int(counted[0][2]) if counted else 0
        return ColumnSummary(column, "values", nulls, distinct, values, (), present - sum(rows for _, rows in values))
    if span is None:
        return ColumnSummary(column, "none", nulls, other=present)
    rows_of = {int(key): int(rows) for key, rows, _ in counted}
    buckets = [_bucket(column, span, number, rows_of.get(number, 0)) for number in range(span.count)]
    return ColumnSummary(column, "histogram", nulls, None, (), buckets, present - sum(rows_of.values()))


def _bucket(column: Column, span: Span, number: int, rows: int) -> Bucket:
    start = span.begin(number)
    if column.type in DATES:
        last = min(start.toordinal() + int(span.width) - 1, date.max.toordinal())
        return Bucket(start.isoformat(), date.fromordinal(last).isoformat(), rows)
    if column.type == "integer":
        return Bucket(int(start), int(start + span.width - 1), rows)
    return Bucket(float(start), float(start + span.width), rows)
