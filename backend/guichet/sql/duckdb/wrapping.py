"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guichet.sources.columns import ORDERED, Column
from guichet.sql import wrapping
from guichet.sql.duckdb.quoting import quote
from guichet.sql.statement import Boundary, Sort, Statement


def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows."""
    return wrapping.select(statement, expressions, map(_order, sort), limit)


def select_beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them."""
    return wrapping.select_beyond(
        statement, boundary, [_name(column) for column in key], limit, wrapping.compare_columns
    )


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names = [_name(column) for column in key]
    return wrapping.find_repeated_key(statement, names, (f"{name}::VARCHAR" for name in names))


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    return Statement(f"SELECT max(hash(result)) FROM (\n{statement.sql}\n) AS result", statement.parameters)


def _name(column: Column) -> str:
    return f"result.{quote(column.name)}"


def _order(sort: Sort) -> str:
    # Qualified, because a bare name would mean the expression of that name that is returned, such as its text.
    key = _name(sort.column) if sort.column.type in ORDERED else f"{_name(sort.column)}::VARCHAR"
    return f"{key} {'DESC' if sort.descending else 'ASC'} NULLS LAST"
