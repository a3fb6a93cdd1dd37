"""Statements wrapped around another one: its rows counted, described, sorted, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guichet.sources.columns import ORDERED, Column
from guichet.sql.spark.quoting import quote
from guichet.sql.statement import Boundary, Sort, Statement


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
        # No `:bind` can have such a name.
        names = [f"key:{index}" for index in range(len(boundary.values))]
        parameters |= dict(zip(names, boundary.values, strict=True))
        condition = f"\nWHERE {_is_beyond([_name(column) for column in key], names, '<' if before else '>')}"
    order = ", ".join(f"{_name(column)}{' DESC' * before}" for column in key)
    sql = f"SELECT * FROM (\n{statement.sql}\n) AS result{condition}\nORDER BY {order}\nLIMIT {int(limit)}"
    return Statement(sql, parameters)


def _is_beyond(columns: Sequence[str], names: Sequence[str], sign: str) -> str:
    column, bind = columns[0], f"%({names[0]})s"
    if len(columns) == 1:
        return f"{column} {sign} {bind}"
    return f"({column} {sign} {bind} OR ({column} = {bind} AND {_is_beyond(columns[1:], names[1:], sign)}))"


def find_repeated_key(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names, null = ", ".join(map(_name, key)), " OR ".join(f"{_name(column)} IS NULL" for column in key)
    listed = ", ".join(f"CAST({_name(column)} AS STRING)" for column in key)
    sql = f"SELECT count(*), {listed} FROM (\n{statement.sql}\n) AS result\nGROUP BY {names}"
    return Statement(f"{sql}\nHAVING count(*) > 1 OR ({null})\nLIMIT 1", statement.parameters)


def compute_all(statement: Statement) -> Statement:
    """Wrap a statement to run it, every column of it: what is only counted might not be computed."""
    sql = f"SELECT max(xxhash64(to_json(struct(result.*)))) FROM (\n{statement.sql}\n) AS result"
    return Statement(sql, statement.parameters)


def _name(column: Column) -> str:
    return f"result.{quote(column.name)}"


def _order(sort: Sort) -> str:
    key = _name(sort.column) if sort.column.type in ORDERED else f"to_json(struct({_name(sort.column)}))"
    return f"{key} {'DESC' if sort.descending else 'ASC'} NULLS LAST"
