"""The two statements of a summary: ends and NULLs of each column, then the commonest values and every bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from guichet.sources.columns import Column
from guichet.sql.postgresql.quoting import quote
from guichet.sql.statement import BUCKETS, DATES, HISTOGRAMS, NUMBERS, VALUES, Bounds, Span, Statement

# A day outside of these has no name in ISO 8601.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


def measure(
    statement: Statement, columns: Sequence[Column], bounds: Mapping[int, Bounds] = MappingProxyType({})
) -> Statement:
    """Compose the first statement: the rows, and of each column how many have a value, least, most and sum."""
    selected = ["count(*)"]
    for index, column in enumerate(columns):
        name = _name(column)
        selected.append(f"count({name})")
        if column.type in HISTOGRAMS:
            finite = f"FILTER (WHERE {_is_drawn(column, bounds.get(index))})"
            cast = "::date" if column.type in DATES else ""
            selected += [f"(min({name}) {finite}){cast}::text", f"(max({name}) {finite}){cast}::text"]
        else:
            selected += ["NULL", "NULL"]
        selected.append(_add_up(column) if column.type in NUMBERS else "NULL")
    return Statement(f"SELECT {', '.join(selected)} FROM (\n{statement.sql}\n) AS result", statement.parameters)


def count_values(
    statement: Statement,
    columns: Sequence[Column],
    spans: Sequence[Span | None],
    bounds: Mapping[int, Bounds] = MappingProxyType({}),
) -> Statement | None:
    """Compose the second statement: the commonest values and every bucket of each column, in one pass."""
    keys = [
        (index, _key(column, span, bounds.get(index)))
        for index, (column, span) in enumerate(zip(columns, spans, strict=True))
    ]
    pairs = [f"({index}, {key})" for index, key in keys if key]
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
    return f"result.{quote(column.name)}"


def _add_up(column: Column) -> str:
    """Return the expression of a sum: exact, but for floats."""
    name = _name(column)
    return f"sum({name}{'::float8' if column.type == 'float' else ''})::text"


def _is_drawn(column: Column, bounds: Bounds | None) -> str:
    """Make the condition of a value that has a place in the histogram. A NULL has none."""
    name = f"{_name(column)}::date" if column.type in DATES else _name(column)
    if bounds:
        return f"{name} >= {bounds.low} AND {name} {'<=' if bounds.includes_high else '<'} {bounds.high}"
    if column.type in DATES:
        return f"{name} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'"
    if column.type == "integer":
        return f"{name} IS NOT NULL"
    return f"{name} > '-Infinity' AND {name} < 'Infinity'"  # NaN is the greatest of all


def _key(column: Column, span: Span | None, bounds: Bounds | None) -> str | None:
    name = _name(column)
    if column.type in VALUES:
        return f"left({name}::text, 200)"
    if span is None:
        return None
    if column.type in DATES:
        place = f"({name}::date - '{span.start.isoformat()}'::date) / {int(span.width)}"
        return f"CASE WHEN {_is_drawn(column, bounds)} THEN ({place})::text END"
    place = f"floor(({name}::numeric - ({span.start:f})) / {span.width:f})"
    return f"CASE WHEN {_is_drawn(column, bounds)} THEN least({place}, {span.count - 1})::int::text END"
