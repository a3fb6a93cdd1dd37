"""The two statements of a summary: ends and NULLs of each column, then the commonest values and every bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from guichet.sources.columns import Column
from guichet.sql.duckdb import cells
from guichet.sql.duckdb.quoting import quote
from guichet.sql.statement import BUCKETS, DATES, HISTOGRAMS, NUMBERS, VALUES, Bounds, Span, Statement

# A day outside of these has no name in ISO 8601.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
MOST_CHARACTERS = 200


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
            cast = "::DATE" if column.type in DATES else ""
            selected += [f"(min({name}) {finite}){cast}::VARCHAR", f"(max({name}) {finite}){cast}::VARCHAR"]
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
    places, drawn = [index for index, key in keys if key], [key for _, key in keys if key]
    if not drawn:
        return None
    pairs = f"unnest({places}) AS place_of, unnest([{', '.join(drawn)}]) AS value"
    sql = (
        "SELECT place_of, value, frequency, different FROM (\n"
        "SELECT place_of, value, count(*) AS frequency, count(*) OVER (PARTITION BY place_of) AS different,"
        " row_number() OVER (PARTITION BY place_of ORDER BY count(*) DESC, value) AS rank\n"
        f"FROM (SELECT {pairs} FROM (\n{statement.sql}\n) AS result) AS cell\n"
        "WHERE value IS NOT NULL GROUP BY place_of, value\n"
        f") AS counted WHERE rank <= {BUCKETS} ORDER BY place_of, rank"
    )
    return Statement(sql, statement.parameters)


def _name(column: Column) -> str:
    return f"result.{quote(column.name)}"


def _add_up(column: Column) -> str:
    """Return the expression of a sum: exact, but for floats."""
    return f"sum({_name(column)})::VARCHAR"


def _is_drawn(column: Column, bounds: Bounds | None) -> str:
    """Make the condition of a value that has a place in the histogram. A NULL has none."""
    name = f"{_name(column)}::DATE" if column.type in DATES else _name(column)
    if bounds:
        return f"{name} >= {bounds.low} AND {name} {'<=' if bounds.includes_high else '<'} {bounds.high}"
    if column.type in DATES:
        return f"{name} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'"
    return f"isfinite({name})" if column.type == "float" else f"{name} IS NOT NULL"


def _key(column: Column, span: Span | None, bounds: Bounds | None) -> str | None:
    name = _name(column)
    if column.type in VALUES:
        return f"left({cells.text(column, name)}, {MOST_CHARACTERS})"
    if span is None:
        return None
    if column.type in DATES:
        place = f"({name}::DATE - DATE '{span.start.isoformat()}') // {int(span.width)}"
        return f"CASE WHEN {_is_drawn(column, bounds)} THEN ({place})::VARCHAR END"
    if column.type == "integer":
        place = f"({name}::HUGEINT - ({span.start:f})) // {span.width:f}"
    else:
        place = f"floor(({name}::DOUBLE - ({span.start:f})) / {span.width:f})"
    return f"CASE WHEN {_is_drawn(column, bounds)} THEN least({place}, {span.count - 1})::INTEGER::VARCHAR END"
