"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guichet.sources.columns import ORDERED, Column
from guichet.sources.spark.statements import TAKEN
from guichet.sql import wrapping
from guichet.sql.spark.quoting import quote
from guichet.sql.statement import Boundary, Sort, Statement

# So many rows at most are limited by SQL.
MOST_LIMITED = 100_000


def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows.

    LIMIT brings all rows into one part of the cluster. So where there may be many, the session stops taking them.
    """
    selected = wrapping.select(statement, expressions, map(_order, sort), limit)
    if limit <= MOST_LIMITED:
        return selected
    return Statement(selected.sql.removesuffix(f"\nLIMIT {limit}") + TAKEN.format(limit), selected.parameters)


def select_beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them."""
    return wrapping.select_beyond(
        statement, boundary, [_name(column) for column in key], limit, wrapping.compare_columns
    )


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names = [_name(column) for column in key]
    return wrapping.find_repeated_key(statement, names, (f"CAST({name} AS STRING)" for name in names))


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    sql = f"SELECT max(xxhash64(to_json(struct(result.*)))) FROM (\n{statement.sql}\n) AS result"
    return Statement(sql, statement.parameters)


def _name(column: Column) -> str:
    return f"result.{quote(column.name)}"


def _order(sort: Sort) -> str:
    key = _name(sort.column) if sort.column.type in ORDERED else f"to_json(struct({_name(sort.column)}))"
    return f"{key} {'DESC' if sort.descending else 'ASC'} NULLS LAST"
