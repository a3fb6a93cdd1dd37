"""The two statements of a summary: ends and NULLs of each column, then the commonest values and every bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from guichet.sources.columns import Column
from guichet.sql.sqlite.cells import DAY, text_cells
from guichet.sql.sqlite.quoting import name_column
from guichet.sql.statement import BUCKETS, DATES, HISTOGRAMS, NUMBERS, VALUES, Bounds, Span, Statement

# Sums of parts as small as this can't overflow, and a whole one below that does not.
PART, SAFE_SUM = 1_000_000_000, "9e18"


def measure(
    statement: Statement, columns: Sequence[Column], bounds: Mapping[int, Bounds] = MappingProxyType({})
) -> Statement:
    """Compose the first statement: the rows, and of each column how many have a value, least, most and sum."""
    selected = ["count(*)"]
    for index, column in enumerate(columns):
        selected.append(f"count({name_column(column)})")
        if column.type in HISTOGRAMS:
            drawn = f"FILTER (WHERE {_is_drawn(column, bounds.get(index))})"
            selected += [f"min({_draw(column)}) {drawn}", f"max({_draw(column)}) {drawn}"]
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
    """Compose the second statement: the commonest values and every bucket of each column; the result is made once."""
    keys = [
        (index, _key(column, span, bounds.get(index)))
        for index, (column, span) in enumerate(zip(columns, spans, strict=True))
    ]
    counted = "\nUNION ALL ".join(
        f"SELECT {index} AS at, key, count(*) AS rows FROM (SELECT {key} AS key FROM result)"
        " WHERE key IS NOT NULL GROUP BY key"
        for index, key in keys
        if key
    )
    if not counted:
        return None
    sql = (
        f"WITH result AS MATERIALIZED (\n{statement.sql}\n), counted AS (\n{counted}\n)\n"
        "SELECT at, key, rows, groups FROM (SELECT at, key, rows, count(*) OVER (PARTITION BY at) AS groups,"
        " row_number() OVER (PARTITION BY at ORDER BY rows DESC, key) AS place FROM counted)\n"
        f"WHERE place <= {BUCKETS} ORDER BY at, place"
    )
    return Statement(sql, statement.parameters)


def _draw(column: Column) -> str:
    """Return the expression of a value on its axis: a number, or a day."""
    name = name_column(column)
    return f"CASE WHEN {name} GLOB '{DAY}*' THEN date({name}) END" if column.type in DATES else name


def _add_up(column: Column) -> str:
    """Return the expression of a sum: exact for whole numbers; NULL where it doesn't fit, or a value is no number.

    SQLite's own sum ends the statement where it overflows: quotients and remainders are added up apart.
    """
    name = name_column(column)
    if column.type == "integer":
        fits = f"abs(total({name})) < {SAFE_SUM} AND {_count_others(name, 'integer')} = 0"
        return f"CASE WHEN {fits} THEN sum({name} / {PART}) * {PART} + sum({name} % {PART}) END"
    return f"CASE WHEN {_count_others(name, 'integer', 'real')} = 0 THEN total({name}) END"


def _count_others(name: str, *types: str) -> str:
    """Count the values of other types: a column of SQLite may hold any."""
    kinds = ", ".join(f"'{kind}'" for kind in (*types, "null"))
    return f"count(*) FILTER (WHERE typeof({name}) NOT IN ({kinds}))"


def _is_drawn(column: Column, bounds: Bounds | None) -> str:
    """Make the condition of a value that has a place in the histogram."""
    value = _draw(column)
    if column.type in DATES:
        able = f"({value}) IS NOT NULL"
    else:
        able = f"typeof({value}) IN ('integer', 'real') AND abs({value}) < 9e999"
    if bounds is None:
        return able
    return f"{able} AND ({value}) >= {bounds.low} AND ({value}) {'<=' if bounds.includes_high else '<'} {bounds.high}"


def _key(column: Column, span: Span | None, bounds: Bounds | None) -> str | None:
    if column.type in VALUES:
        return f"substr({_label(column)}, 1, 200)"
    if span is None:
        return None
    value = _draw(column)
    if column.type in DATES:
        place = f"(julianday({value}) - julianday('{span.start.isoformat()}')) / {int(span.width)}"
    elif column.type == "integer":
        place = f"({value} - ({span.start:f})) / {span.width:f}"
    else:
        place = f"(CAST({value} AS REAL) - ({span.start:f})) / CAST({span.width:f} AS REAL)"
    return f"CASE WHEN {_is_drawn(column, bounds)} THEN min(CAST({place} AS INTEGER), {span.count - 1}) END"


def _label(column: Column) -> str:
    (text,) = text_cells([column])
    if column.type == "boolean":
        return f"CASE {name_column(column)} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {text} END"
    return text
