"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guichet.sources.columns import Column
from guichet.sql import wrapping
from guichet.sql.sqlite.quoting import name_column
from guichet.sql.statement import Boundary, Sort, Statement

# What a key's value, which is bound as text, is read as.
CASTS = {"integer": "INTEGER", "float": "REAL", "decimal": "NUMERIC", "boolean": "INTEGER"}


def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows."""
    return wrapping.select(statement, expressions, map(_order, sort), limit)


def select_beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them."""

    def compare(names: Sequence[str], values: Sequence[str], sign: str) -> str:
        return wrapping.compare_rows(names, list(map(_read, values, key)), sign)

    return wrapping.select_beyond(statement, boundary, [name_column(column) for column in key], limit, compare)


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names = [name_column(column) for column in key]
    return wrapping.find_repeated_key(statement, names, (f"guichet_text({name})" for name in names))


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    sql = f"SELECT count(*) FROM (SELECT DISTINCT * FROM (\n{statement.sql}\n) AS result)"
    return Statement(sql, statement.parameters)


def _read(bound: str, column: Column) -> str:
    return f"CAST({bound} AS {CASTS[column.type]})" if column.type in CASTS else bound


def _order(sort: Sort) -> str:
    return f"{name_column(sort.column)} {'DESC' if sort.descending else 'ASC'} NULLS LAST"
