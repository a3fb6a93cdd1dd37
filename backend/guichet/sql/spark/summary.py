"""The two statements of a summary: ends and NULLs of each column, then the commonest values and every bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from guichet.sources.columns import Column
from guichet.sql.spark import texts
from guichet.sql.spark.quoting import quote
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
        selected.append(f"count({_name(column)})")
        if column.type in HISTOGRAMS:
            drawn = f"CASE WHEN {_is_drawn(column, bounds.get(index))} THEN {_operand(column)} END"
            selected += [f"CAST({end}({drawn}) AS STRING)" for end in ("min", "max")]
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
    drawn = [f"named_struct('place_of', {index}, 'value', {key})" for index, key in keys if key]
    if not drawn:
        return None
    sql = (
        "SELECT place_of, value, frequency, different FROM (\n"
        "SELECT place_of, value, count(*) AS frequency, count(*) OVER (PARTITION BY place_of) AS different,"
        " row_number() OVER (PARTITION BY place_of ORDER BY count(*) DESC, value) AS rank\n"
        f"FROM (SELECT inline(array({', '.join(drawn)})) FROM (\n{statement.sql}\n) AS result) AS cell\n"
        "WHERE value IS NOT NULL GROUP BY place_of, value\n"
        f") AS counted WHERE rank <= {BUCKETS} ORDER BY place_of, rank"
    )
    return Statement(sql, statement.parameters)


def _name(column: Column) -> str:
    return f"result.{quote(column.name)}"


def _operand(column: Column) -> str:
    return f"CAST({_name(column)} AS DATE)" if column.type in DATES else _name(column)


def _add_up(column: Column) -> str:
    """Return the expression of a sum: exact, but for floats; NULL where it has more digits than Spark keeps."""
    cast = "DECIMAL(38,0)" if column.type == "integer" else None
    return f"CAST(try_sum({f'CAST({_name(column)} AS {cast})' if cast else _name(column)}) AS STRING)"


def _is_drawn(column: Column, bounds: Bounds | None) -> str:
    """Make the condition of a value that has a place in the histogram. A NULL has none."""
    name = _operand(column)
    if bounds:
        return f"{name} >= {bounds.low} AND {name} {'<=' if bounds.includes_high else '<'} {bounds.high}"
    if column.type in DATES:
        return f"{name} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}'"
    return f"abs({name}) < CAST('Infinity' AS DOUBLE)" if column.type == "float" else f"{name} IS NOT NULL"


def _key(column: Column, span: Span | None, bounds: Bounds | None) -> str | None:
    name = _operand(column)
    if column.type in VALUES:
        return f"left({texts.write(column, name)}, {MOST_CHARACTERS})"
    if span is None:
        return None
    if column.type in DATES:
        place = f"datediff({name}, DATE '{span.start.isoformat()}') div {int(span.width)}"
    elif column.type == "integer":
        place = f"floor((CAST({name} AS DECIMAL(38,0)) - ({span.start:f})) / {span.width:f})"
    else:
        place = f"floor((CAST({name} AS DOUBLE) - ({span.start:f})) / {span.width:f})"
    place = f"CAST(CAST(least({place}, {span.count - 1}) AS INT) AS STRING)"
    return f"CASE WHEN {_is_drawn(column, bounds)} THEN {place} END"
