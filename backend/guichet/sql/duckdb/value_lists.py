"""Value lists in a statement: where their values stand, which of them a result has, and which it has not."""

from __future__ import annotations

from collections.abc import Mapping

from guichet.sql.duckdb.quoting import literal, quote
from guichet.sql.statement import LISTED, LISTED_VALUE, FoundPlace, Listed, ListShape, Statement

NORMALIZED: Mapping[str, str] = {
    "lower": "lower({0})",
    "upper": "upper({0})",
    "digits": "regexp_replace({0}, '[^0-9]', '', 'g')",
}


def select_bound(shape: ListShape) -> str:
    """Return the rows of a list that is bound as one value."""
    return f"unnest(%({shape.name})s::{shape.type}[]) AS {LISTED} ({LISTED_VALUE})"


def select_bound_lines(shape: ListShape) -> str:
    """Return the rows of a list whose lines, spellings and values are bound as three lists.

    They are bound as `list:line`, `list:spelling` and `list:key`.
    """
    return (
        "(SELECT unnest(%(list:line)s::BIGINT[]) AS line, unnest(%(list:spelling)s::VARCHAR[]) AS spelling,"
        f" unnest(%(list:key)s::{shape.type}[]) AS {LISTED_VALUE}) AS bound_lines"
    )


def table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary table of a list's values."""
    return f"{LISTED_VALUE} {shape.type}"


def line_table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary table of a list's lines, spellings and values."""
    return f"line BIGINT, spelling VARCHAR, {LISTED_VALUE} {shape.type}"


def name_temporary(table: str) -> str:
    """Return the name of a temporary table, which no table of the database can be taken for."""
    return f"temp.main.{table}"


def count_with_matched(statement: Statement, place: FoundPlace) -> Statement:
    """Count the rows of a statement, and the different values at an exact place, in one pass."""
    sql = (
        "SELECT coalesce(sum(rows), 0)::BIGINT, count(value) FROM (\n"
        f"SELECT result.{quote(str(place.column))} AS value, count(*) AS rows FROM (\n{statement.sql}\n"
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
    """Select line, spelling and what is wrong of each value that does not stand in a place, in the file's order.

    :param rows: what they are selected from, with `line` and `spelling`.
    """
    first = f"row_number() OVER (PARTITION BY {LISTED_VALUE} ORDER BY line)" if shape.merged else "1"
    sql = (
        f"SELECT line, spelling, CASE WHEN {LISTED_VALUE} IS NULL THEN 'malformed' ELSE 'not found' END\n"
        f"FROM (SELECT *, {first} AS place FROM {rows}) AS {LISTED}\n"
        f"WHERE (place = 1 OR {LISTED_VALUE} IS NULL) AND NOT EXISTS (SELECT 1 FROM (\n"
        f"{_values(statement, shape, place)}\n) AS found (found_value) WHERE found_value = {LISTED}.{LISTED_VALUE})\n"
        "ORDER BY line"
    )
    return Statement(sql, statement.parameters)


def _values(statement: Statement, shape: ListShape, place: FoundPlace) -> str:
    if place.sql is not None:
        return place.sql
    column = f"result.{quote(str(place.column))}"
    source = f"(\n{statement.sql}\n) AS result"
    if place.split:
        parts = f"string_split({column}::VARCHAR, {literal(place.split)})"
        source += f" CROSS JOIN LATERAL unnest({parts}) AS part (cell)"
        column = "trim(part.cell)"
    if not place.exact and shape.normalization:
        column = NORMALIZED[shape.normalization].format(column)
    return f"SELECT {column} FROM {source}" if not place.split else f"SELECT ({column})::{shape.type} FROM {source}"
