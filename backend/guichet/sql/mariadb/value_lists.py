"""Value lists in a statement: where their values stand, which of them a result has, and which it has not.

Values are compared in the collation of the column that they are looked for in, so that what is found by it is not
listed as missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from guichet.sources.mariadb.literals import JSON, LISTED_ROWS
from guichet.sql.mariadb import csv_cells
from guichet.sql.mariadb.quoting import quote, quote_text
from guichet.sql.mariadb.types import column_type, convert
from guichet.sql.statement import LISTED, LISTED_VALUE, FoundPlace, Listed, ListShape, Statement

NORMALIZED: Mapping[str, str] = {
    "lower": "LOWER({0})",
    "upper": "UPPER({0})",
    "digits": "REGEXP_REPLACE({0}, '[^0-9]', '')",
}
FOUND = "found_value"


def select_bound(shape: ListShape) -> str:
    """Return the rows of a list that is bound as JSON."""
    rows = f"JSON_TABLE(%({shape.name}{JSON})s, '$[*]' COLUMNS (given LONGTEXT PATH '$[0]')) AS sent"
    return f"(SELECT {convert('given', shape.type)} AS {LISTED_VALUE} FROM {rows}) AS {LISTED}"


def select_bound_lines(shape: ListShape) -> str:
    """Return the rows of a list whose lines, spellings and values are bound as `list:line`, `:spelling` and `:key`."""
    columns = "line BIGINT PATH '$[0]', spelling LONGTEXT PATH '$[1]', given LONGTEXT PATH '$[2]'"
    rows = f"JSON_TABLE(%({LISTED_ROWS})s, '$[*]' COLUMNS ({columns})) AS sent"
    return f"(SELECT line, spelling, {convert('given', shape.type)} AS {LISTED_VALUE} FROM {rows}) AS listed"


def table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary table of a list's values."""
    return f"{LISTED_VALUE} {column_type(shape.type)}, KEY ({LISTED_VALUE})"


def line_table_columns(shape: ListShape) -> str:
    """Return the columns of a temporary table of a list's lines, spellings and values."""
    return f"line BIGINT, spelling LONGTEXT, {table_columns(shape)}"


def name_temporary(table: str) -> str:
    """Return the name of a temporary table, which hides any table of that name."""
    return table


def count_with_matched(statement: Statement, place: FoundPlace) -> Statement:
    """Count the rows of a statement, and the different values at an exact place, in one pass.

    Groups of them would be made in a table of all columns, which takes five times as long.
    """
    value = f"result.{quote(str(place.column))}"
    return Statement(
        f"SELECT count(*), count(DISTINCT {value}) FROM (\n{statement.sql}\n) AS result", statement.parameters
    )


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
    same = f"PARTITION BY CAST({LISTED_VALUE} AS BINARY) ORDER BY line"
    first = f"row_number() OVER ({same})" if shape.merged else "1"
    problem = f"CASE WHEN {LISTED_VALUE} IS NULL THEN 'malformed' ELSE 'not found' END"
    spelling = "CONVERT(spelling USING utf8mb4)"
    there = f"WITH found ({FOUND}) AS (\n{_values(statement, shape, place)}\n) SELECT {FOUND} FROM found"
    sql = (
        f"SELECT {csv_cells.line([('line', False), (spelling, True), (problem, False)], ',')}\n"
        f"FROM (SELECT given.*, {first} AS place FROM (SELECT * FROM {rows}) AS given) AS {LISTED}\n"
        f"WHERE line IS NOT NULL AND (place = 1 OR {LISTED_VALUE} IS NULL) AND NOT EXISTS (SELECT 1 FROM (\n{there}\n"
        f") AS found WHERE {FOUND} = {LISTED}.{LISTED_VALUE})\n"
        "ORDER BY line"
    )
    return Statement(sql, statement.parameters)


def _values(statement: Statement, shape: ListShape, place: FoundPlace) -> str:
    if place.sql is not None:
        return place.sql
    column = f"result.{quote(str(place.column))}"
    source = f"(\n{statement.sql}\n) AS result"
    if place.split:
        separator = quote_text(json.dumps(place.split, ensure_ascii=False)[1:-1])
        parts = f"REPLACE(JSON_QUOTE(CONVERT({column} USING utf8mb4)), {separator}, '\",\"')"
        cells = f"JSON_TABLE(CONCAT('[', {parts}, ']'), '$[*]' COLUMNS (cell LONGTEXT PATH '$'))"
        source += f" CROSS JOIN {cells} AS part"
        column = "TRIM(part.cell)"
    if not place.exact and shape.normalization:
        column = NORMALIZED[shape.normalization].format(column)
    return f"SELECT {convert(column, shape.type) if place.split else column} AS {FOUND} FROM {source}"
