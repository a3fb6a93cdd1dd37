"""Value lists in a statement: where their values stand, which of them a result has, and which it has not.

Values are compared as the result's own column compares, by its collation: it stands on the left.
"""

from __future__ import annotations

from collections.abc import Mapping

from guichet.sql.sqlite.quoting import list_values, quote, twin
from guichet.sql.sqlite.types import make_list_column
from guichet.sql.statement import LISTED, LISTED_VALUE, FoundPlace, Listed, ListShape, Statement

NORMALIZED: Mapping[str, str] = {
    "lower": "lower({0})",
    "upper": "upper({0})",
    "digits": "guichet_digits({0})",
}


def select_bound(shape: ListShape) -> str:
    """Return the rows of a list that is bound as one JSON text."""
    return f"(SELECT value AS {LISTED_VALUE} FROM ({list_values(shape.name)})) AS {LISTED}"


def select_bound_lines(shape: ListShape) -> str:
    """Return the rows of a list whose lines, spellings and values are bound as three JSON texts.

    They are bound as `list:line`, `list:spelling` and `list:key`. Behind them stand, without lines, the values' twins.
    """
    parts = ", ".join(
        f"{name} AS MATERIALIZED (SELECT key, value FROM json_each(%(list:{name})s))"
        for name in ("line", "spelling", "key")
    )
    joined = (
        f"SELECT line.value AS line, spelling.value AS spelling, key.value AS {LISTED_VALUE} FROM line"
        " JOIN spelling ON spelling.key = line.key JOIN key ON key.key = line.key"
    )
    return f"(WITH {parts} {joined} UNION ALL SELECT NULL, NULL, {twin('value')} FROM key WHERE value IS NOT NULL)"


def table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary table of a list's values."""
    return f"{LISTED_VALUE}{make_list_column(shape.type)}"


def line_table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary table of a list's lines, spellings and values."""
    return f"line INTEGER, spelling TEXT, {LISTED_VALUE}{make_list_column(shape.type)}"


def name_temporary(table: str) -> str:
    """Return the name of a temporary table, which no table of the database can be taken for."""
    return f"temp.{table}"


def count_with_matched(statement: Statement, place: FoundPlace) -> Statement:
    """Count the rows of a statement, and the different values at an exact place, in one pass."""
    sql = (
        "SELECT coalesce(sum(rows), 0), count(value) FROM (\n"
        f"SELECT result.{quote(str(place.column))} AS value, count(*) AS rows FROM (\n{statement.sql}\n"
        ") AS result GROUP BY 1) AS found"
    )
    return Statement(sql, statement.parameters)


def count_matched(statement: Statement, shape: ListShape, listed: Listed, place: FoundPlace) -> Statement:
    """Count the values of a list that stand in a place."""
    rows = listed.rows or select_bound(shape)
    sql = f"SELECT count(DISTINCT CAST({LISTED_VALUE} AS TEXT)) FROM {_select_found(statement, place, shape)}\n"
    sql += f"JOIN {rows} ON found_value = {LISTED}.{LISTED_VALUE}"
    return Statement(sql, {shape.name: listed.literal, **statement.parameters})


def select_unmatched(statement: Statement, shape: ListShape, rows: str, place: FoundPlace) -> Statement:
    """Select line, spelling and what is wrong of each value that does not stand in a place, in the file's order.

    :param rows: what they are selected from, with `line` and `spelling`.
    """
    first = f"row_number() OVER (PARTITION BY {LISTED_VALUE} ORDER BY line)" if shape.merged else "1"
    text = f"CAST({LISTED_VALUE} AS TEXT)"
    sql = (
        f"WITH listed AS MATERIALIZED (SELECT * FROM {rows}), seen AS MATERIALIZED (\n"
        f"SELECT DISTINCT {text} AS value FROM {_select_found(statement, place, shape)}\n"
        f"JOIN listed ON found_value = listed.{LISTED_VALUE})\n"
        f"SELECT line, spelling, CASE WHEN {LISTED_VALUE} IS NULL THEN 'malformed' ELSE 'not found' END\n"
        f"FROM (SELECT *, {first} AS place FROM listed WHERE line IS NOT NULL) AS {LISTED}\n"
        f"WHERE {LISTED_VALUE} IS NULL OR (place = 1 AND {text} NOT IN (SELECT value FROM seen))\n"
        "ORDER BY line"
    )
    return Statement(sql, statement.parameters)


def _select_found(statement: Statement, place: FoundPlace, shape: ListShape) -> str:
    return f"(SELECT DISTINCT found_value FROM (\n{_values(statement, place, shape)}\n)) AS found"


def _values(statement: Statement, place: FoundPlace, shape: ListShape) -> str:
    if place.sql is not None:
        # The name of its column is the author's; the first part of a union gives it ours.
        return f"SELECT NULL AS found_value WHERE FALSE UNION ALL SELECT * FROM (\n{place.sql}\n)"
    column, source = f"result.{quote(str(place.column))}", f"(\n{statement.sql}\n) AS result"
    if place.split:
        separator = place.split.replace("'", "''").replace("%", "%%")
        quoted = f"json_quote(CAST({column} AS TEXT))"
        inner = f"""substr(json_quote('{separator}'), 2, length(json_quote('{separator}')) - 2)"""
        source += f""" JOIN json_each('[' || replace({quoted}, {inner}, '","') || ']') AS part"""
        column = "trim(part.value)"
    if not place.exact and shape.normalization:
        column = NORMALIZED[shape.normalization].format(column)
    return f"SELECT {column} AS found_value FROM {source}"
