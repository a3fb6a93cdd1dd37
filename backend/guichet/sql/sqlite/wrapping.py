"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guichet.sources.columns import Column
from guichet.sql.sqlite.quoting import name_column
from guichet.sql.statement import Boundary, Sort, Statement

# What a key's value, which is bound as text, is read as.
CASTS = {"integer": "INTEGER", "float": "REAL", "decimal": "NUMERIC", "boolean": "INTEGER"}


def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows."""
    order = f"\nORDER BY {', '.join(_order(key) for key in sort)}" if sort else ""
    listed = ", ".join(expressions)
    sql = f"SELECT {listed} FROM (\n{statement.sql}\n) AS result{order}\nLIMIT {int(limit)}"
    return Statement(sql, statement.parameters)


def select_beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them."""
    parameters = dict(statement.parameters)
    before = boundary is not None and boundary.before
    condition = ""
    if boundary is not None:
        names = [f"key:{index}" for index in range(len(boundary.values))]
        parameters |= dict(zip(names, boundary.values, strict=True))
        bound = ", ".join(_read(f"%({name})s", column) for name, column in zip(names, key, strict=True))
        condition = f"\nWHERE ({_key(key)}) {'<' if before else '>'} ({bound})"
    order = _key(key, " DESC" if before else "")
    sql = f"SELECT * FROM (\n{statement.sql}\n) AS result{condition}\nORDER BY {order}\nLIMIT {int(limit)}"
    return Statement(sql, parameters)


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names, null = _key(key), " OR ".join(f"{name_column(column)} IS NULL" for column in key)
    listed = ", ".join(f"guichet_text({name_column(column)})" for column in key)
    sql = f"SELECT count(*), {listed} FROM (\n{statement.sql}\n) AS result\nGROUP BY {names}"
    return Statement(f"{sql}\nHAVING count(*) > 1 OR ({null})\nLIMIT 1", statement.parameters)


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    sql = f"SELECT count(*) FROM (SELECT DISTINCT * FROM (\n{statement.sql}\n) AS result)"
    return Statement(sql, statement.parameters)


def _key(columns: Sequence[Column], direction: str = "") -> str:
    return ", ".join(f"{name_column(column)}{direction}" for column in columns)


def _read(bound: str, column: Column) -> str:
    return f"CAST({bound} AS {CASTS[column.type]})" if column.type in CASTS else bound


def _order(sort: Sort) -> str:
    return f"{name_column(sort.column)} {'DESC' if sort.descending else 'ASC'} NULLS LAST"
