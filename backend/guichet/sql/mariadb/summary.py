"""The two statements of a summary: ends and NULLs of each column, then the commonest values and every bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from guichet.sources.columns import Column
from guichet.sql.mariadb import texts
from guichet.sql.mariadb.quoting import quote
from guichet.sql.statement import BUCKETS, DATES, HISTOGRAMS, NUMBERS, VALUES, Bounds, Span, Statement

# A day outside of these is none.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


def measure(
    statement: Statement, columns: Sequence[Column], bounds: Mapping[int, Bounds] = MappingProxyType({})
) -> Statement:
    """Compose the first statement: the rows, and of each column how many have a value, least, most and sum."""
    selected = ["count(*)"]
    for index, column in enumerate(columns):
        selected.append(f"count({_name(column)})")
        if column.type in HISTOGRAMS:
            drawn = f"CASE WHEN {_is_drawn(column, bounds.get(index))} THEN {_operand(column)} END"
            selected += [f"CAST(min({drawn}) AS CHAR)", f"CAST(max({drawn}) AS CHAR)"]
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
    present = [(index, key) for index, key in keys if key]
    if not present:
        return None
    places = " UNION ALL ".join(f"SELECT {index} AS at" for index, _ in present)
    cases = " ".join(f"WHEN {index} THEN {key}" for index, key in present)
    sql = (
        "SELECT at, cell, counted, parts FROM (\n"
        "SELECT at, cell, count(*) AS counted, count(*) OVER (PARTITION BY at) AS parts,"
        " row_number() OVER (PARTITION BY at ORDER BY count(*) DESC, cell) AS place\n"
        f"FROM (SELECT places.at, (CASE places.at {cases} END) COLLATE utf8mb4_bin AS cell\n"
        f"FROM (\n{statement.sql}\n) AS result CROSS JOIN ({places}) AS places) AS cells\n"
        "WHERE cell IS NOT NULL GROUP BY at, cell\n"
        f") AS ranked WHERE place <= {BUCKETS} ORDER BY at, place"
    )
    return Statement(sql, statement.parameters)


def _name(column: Column) -> str:
    return f"result.{quote(column.name)}"


def _operand(column: Column) -> str:
    return f"DATE({_name(column)})" if column.type in DATES else _name(column)


def _add_up(column: Column) -> str:
    """Return the expression of a sum: exact, but for floats."""
    return f"CAST(sum({_name(column)}) AS CHAR)"


def _is_drawn(column: Column, bounds: Bounds | None) -> str:
    """Make the condition of a value that has a place in the histogram. A NULL has none."""
    name = _operand(column)
    if bounds:
        return f"{name} >= {bounds.low} AND {name} {'<=' if bounds.includes_high else '<'} {bounds.high}"
    return f"{name} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'" if column.type in DATES else f"{name} IS NOT NULL"


def _key(column: Column, span: Span | None, bounds: Bounds | None) -> str | None:
    name = _operand(column)
    if column.type in VALUES:
        return f"CONVERT(LEFT({texts.write(column, name)}, 200) USING utf8mb4)"
    if span is None:
        return None
    if column.type in DATES:
        place = f"DATEDIFF({name}, '{span.start.isoformat()}') DIV {int(span.width)}"
    else:
        place = f"CAST(LEAST(FLOOR(({name} - ({span.start:f})) / {span.width:f}), {span.count - 1}) AS SIGNED)"
    return f"CONVERT(CASE WHEN {_is_drawn(column, bounds)} THEN {place} END USING utf8mb4)"
