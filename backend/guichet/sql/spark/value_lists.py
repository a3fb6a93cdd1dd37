"""Value lists in a statement: where their values stand, which of them a result has, and which it has not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guichet.sources.spark.statements import ARRAY
from guichet.sql.spark import csv_cells
from guichet.sql.spark.quoting import literal, quote
from guichet.sql.statement import LISTED, LISTED_VALUE, FoundPlace, Listed, ListShape, Statement

NORMALIZED: Mapping[str, str] = {
    "lower": "lower({0})",
    "upper": "upper({0})",
    "digits": "regexp_replace({0}, '[^0-9]', '')",
}
FOUND = "found_value"
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
MOST_DIGITS = 38


def select_bound(shape: ListShape) -> str:
    """Return the rows of a list that is bound as one array of texts."""
    sent = f"SELECT explode(%({shape.name}{ARRAY})s) AS given"
    return f"(SELECT CAST(given AS {widen(shape.type)}) AS {LISTED_VALUE} FROM ({sent}) AS sent) AS {LISTED}"


def select_bound_lines(shape: ListShape) -> str:
    """Return the rows of a list whose lines, spellings and values are bound as `list:line`, `:spelling` and `:key`."""
    arrays = ", ".join(f"%(list:{name}{ARRAY})s" for name in ("line", "spelling", "key"))
    sent = f"SELECT inline(arrays_zip({arrays})) AS (line, spelling, given)"
    value = f"CAST(given AS {widen(shape.type)}) AS {LISTED_VALUE}"
    return f"(SELECT CAST(line AS BIGINT) AS line, spelling, {value} FROM ({sent}) AS sent) AS bound_lines"


def table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary view of a list's values."""
    return f"{LISTED_VALUE} {widen(shape.type)}"


def line_table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary view of a list's lines, spellings and values."""
    return f"line BIGINT, spelling STRING, {table_columns(shape)}"


def widen(type_: str) -> str:
    """Return the type as which values are compared with those of a type: one with room for all of their digits."""
    decimal = DECIMAL.fullmatch(type_)
    return f"DECIMAL({MOST_DIGITS},{MOST_DIGITS - int(decimal[1]) + int(decimal[2])})" if decimal else type_


def name_temporary(table: str) -> str:
    """Return the name of a temporary view, which hides any table of that name."""
    return table


def count_with_matched(statement: Statement, place: FoundPlace) -> Statement:
    """Count the rows of a statement, and the different values at an exact place, in one pass."""
    sql = (
        "SELECT coalesce(sum(counted), 0), count(value) FROM (\n"
        f"SELECT result.{quote(str(place.column))} AS value, count(*) AS counted FROM (\n{statement.sql}\n"
        ") AS result GROUP BY 1) AS found"
    )
    return Statement(sql, statement.parameters)


def count_matched(statement: Statement, shape: ListShape, listed: Listed, place: FoundPlace) -> Statement:
    """Count the values of a list that stand in a place."""
    rows = listed.rows or select_bound(shape)
    sql = (
        f"SELECT count(DISTINCT {LISTED_VALUE}) FROM {rows}\n"
        f"WHERE {LISTED_VALUE} IN (\n{_values(statement, shape, place)}\n)"
    )
    return Statement(sql, {shape.name: listed.literal, **statement.parameters})


def select_unmatched(statement: Statement, shape: ListShape, rows: str, place: FoundPlace) -> Statement:
    """Select line, spelling and what is wrong of each value that does not stand in a place, as finished lines.

    :param rows: what they are selected from, with `line` and `spelling`.
    """
    first = f"row_number() OVER (PARTITION BY {LISTED_VALUE} ORDER BY line)" if shape.merged else "1"
    problem = f"CASE WHEN {LISTED_VALUE} IS NULL THEN 'malformed' ELSE 'not found' END"
    cells = [("CAST(line AS STRING)", False), ("spelling", True), (problem, False)]
    sql = (
        f"SELECT {csv_cells.line(cells, ',')} FROM (\n"
        f"SELECT * FROM (SELECT *, {first} AS place FROM {rows}) AS {LISTED}\n"
        f"WHERE (place = 1 OR {LISTED_VALUE} IS NULL) AND NOT EXISTS (SELECT 1 FROM (\n"
        f"{_values(statement, shape, place)}\n) AS found ({FOUND}) WHERE {FOUND} = {LISTED}.{LISTED_VALUE})\n"
        ") AS missing ORDER BY line"
    )
    return Statement(sql, statement.parameters)


def _values(statement: Statement, shape: ListShape, place: FoundPlace) -> str:
    if place.sql is not None:
        return place.sql
    column = f"result.{quote(str(place.column))}"
    source = f"(\n{statement.sql}\n) AS result"
    if place.split:
        parts = f"split(CAST({column} AS STRING), {literal(re.escape(place.split))})"
        source += f" LATERAL VIEW explode({parts}) part AS cell"
        column = "trim(part.cell)"
    if not place.exact and shape.normalization:
        column = NORMALIZED[shape.normalization].format(column)
    return f"SELECT {f'CAST({column} AS {widen(shape.type)})' if place.split else column} AS {FOUND} FROM {source}"
