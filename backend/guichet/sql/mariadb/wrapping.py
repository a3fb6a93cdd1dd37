"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from guichet.sources.columns import ORDERED, Column
from guichet.sql import wrapping
from guichet.sql.mariadb import json_lines
from guichet.sql.mariadb.lexer import LEXER
from guichet.sql.mariadb.quoting import quote
from guichet.sql.statement import Boundary, Sort, Statement

# More rows than any table has. A table in brackets loses its order unless it has a limit.
ALL_ROWS = 2**64 - 1
ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
LIMIT = re.compile(r"\b(?:LIMIT|FETCH\s+(?:FIRST|NEXT))\b", re.IGNORECASE)


def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows."""
    inner = statement if sort else Statement(keep_order(statement.sql), statement.parameters)
    return wrapping.select(inner, expressions, map(_order, sort), limit)


def select_beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them."""
    columns = [f"result.{quote(column.name)}" for column in key]
    return wrapping.select_beyond(statement, boundary, columns, limit, _compare)


def _compare(columns: Sequence[str], values: Sequence[str], sign: str) -> str:
    """Compare with the first column, too: whole rows are not compared by an index here."""
    ways = []
    for index, column in enumerate(columns):
        same = [f"{equal} = {value}" for equal, value in zip(columns[:index], values[:index], strict=True)]
        ways.append(" AND ".join([*same, f"{column} {sign} {values[index]}"]))
    return f"{columns[0]} {sign}= {values[0]} AND ({' OR '.join(f'({way})' for way in ways)})"


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names = ", ".join(f"result.{quote(column.name)}" for column in key)
    null = " OR ".join(f"result.{quote(column.name)} IS NULL" for column in key)
    listed = ", ".join(json_lines.text(column, f"result.{quote(column.name)}") for column in key)
    sql = f"SELECT count(*), {listed} FROM (\n{statement.sql}\n) AS result\nGROUP BY {names}"
    return Statement(f"{sql}\nHAVING count(*) > 1 OR max({null}) = 1\nLIMIT 1", statement.parameters)


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    computed = f"SELECT * FROM (\n{statement.sql}\n) AS result LIMIT {ALL_ROWS}"
    return Statement(f"SELECT count(*) FROM (\n{computed}\n) AS computed", statement.parameters)


def keep_order(sql: str) -> str:
    """Return a statement that has its order within brackets, too."""
    plain = LEXER.blank_out(sql)
    orders = list(ORDER.finditer(plain))
    return f"{sql}\nLIMIT {ALL_ROWS}" if orders and not LIMIT.search(plain, orders[-1].end()) else sql


def _order(sort: Sort) -> str:
    name = f"result.{quote(sort.column.name)}"
    key = name if sort.column.type in ORDERED else f"CONCAT({name})"
    return f"{name} IS NULL, {key} {'DESC' if sort.descending else 'ASC'}"
