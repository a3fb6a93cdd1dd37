"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guichet.sources.columns import ORDERED, Column
from guichet.sql.postgresql.quoting import quote
from guichet.sql.statement import Boundary, Sort, Statement


def select(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows.

    :param expressions: SQL made from quoted column names (see `quoting.quote`).
    """
    order = f"\nORDER BY {', '.join(_order(key) for key in sort)}" if sort else ""
    listed = ", ".join(expressions)
    sql = f"SELECT {listed} FROM (\n{statement.sql}\n) AS result{order}\nLIMIT {int(limit)}"
    return Statement(sql, statement.parameters)


def select_beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them.

    The comparison is one of whole rows, so that an index on the key answers it, however far the boundary.
    """
    parameters = dict(statement.parameters)
    before = boundary is not None and boundary.before
    condition = ""
    if boundary is not None:
        # No `:bind` can have such a name.
        names = [f"key:{index}" for index in range(len(boundary.values))]
        parameters |= dict(zip(names, boundary.values, strict=True))
        binds = ", ".join(f"%({name})s" for name in names)
        condition = f"\nWHERE ({_key(key)}) {'<' if before else '>'} ({binds})"
    order = _key(key, " DESC" if before else "")
    sql = f"SELECT * FROM (\n{statement.sql}\n) AS result{condition}\nORDER BY {order}\nLIMIT {int(limit)}"
    return Statement(sql, parameters)


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names, null = _key(key), " OR ".join(f"result.{quote(column.name)} IS NULL" for column in key)
    listed = ", ".join(f"result.{quote(column.name)}::text" for column in key)
    sql = f"SELECT count(*), {listed} FROM (\n{statement.sql}\n) AS result\nGROUP BY {names}"
    return Statement(f"{sql}\nHAVING count(*) > 1 OR ({null})\nLIMIT 1", statement.parameters)


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    return Statement(f"SELECT count(result) FROM (\n{statement.sql}\n) AS result", statement.parameters)


def _key(columns: Sequence[Column], direction: str = "") -> str:
    return ", ".join(f"result.{quote(column.name)}{direction}" for column in columns)


def _order(sort: Sort) -> str:
    # Qualified, because a bare name would mean the expression of that name that is returned, such as its text.
    name = f"result.{quote(sort.column.name)}"
    key = name if sort.column.type in ORDERED else f"{name}::text"
    return f"{key} {'DESC' if sort.descending else 'ASC'} NULLS LAST"
