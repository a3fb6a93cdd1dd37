"""Statements wrapped around another one wherever SQL is standard: its rows counted, described, sorted, skipped.

A kind writes its columns, and what it orders and compares them by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from guichet.sql.statement import Boundary, Statement

# Writes the condition of rows beyond a boundary, of a key's columns, the boundary's values, and `<` or `>`.
WriteBeyond = Callable[[Sequence[str], Sequence[str], str], str]


def count(statement: Statement) -> Statement:
    """Wrap a statement to count its rows."""
    return Statement(f"SELECT count(*) FROM (\n{statement.sql}\n) AS result", statement.parameters)


def describe(statement: Statement) -> Statement:
    """Wrap a statement to return its columns and no rows."""
    return Statement(f"SELECT * FROM (\n{statement.sql}\n) AS result LIMIT 0", statement.parameters)


def select_all(statement: Statement) -> Statement:
    """Wrap a statement to return all of its columns and rows."""
    return Statement(f"SELECT * FROM (\n{statement.sql}\n) AS result", statement.parameters)


def skip(selected: Statement, offset: int) -> Statement:
    """Leave out the first rows of a statement that ends with its LIMIT."""
    return Statement(f"{selected.sql} OFFSET {int(offset)}", selected.parameters)


def select(statement: Statement, expressions: Iterable[str], order: Iterable[str], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows."""
    joined = ", ".join(order)
    ordered = f"\nORDER BY {joined}" if joined else ""
    sql = f"SELECT {', '.join(expressions)} FROM (\n{statement.sql}\n) AS result{ordered}\nLIMIT {int(limit)}"
    return Statement(sql, statement.parameters)


def select_beyond(
    statement: Statement, boundary: Boundary | None, key: Sequence[str], limit: int, write_beyond: WriteBeyond
) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them."""
    parameters, condition, before = dict(statement.parameters), "", boundary is not None and boundary.before
    if boundary is not None:
        # No `:bind` can have such a name.
        names = [f"key:{index}" for index in range(len(boundary.values))]
        parameters |= dict(zip(names, boundary.values, strict=True))
        condition = f"\nWHERE {write_beyond(key, [f'%({name})s' for name in names], '<' if before else '>')}"
    order = ", ".join(f"{column}{' DESC' * before}" for column in key)
    sql = f"SELECT * FROM (\n{statement.sql}\n) AS result{condition}\nORDER BY {order}\nLIMIT {int(limit)}"
    return Statement(sql, parameters)


def compare_rows(columns: Sequence[str], values: Sequence[str], sign: str) -> str:
    """Compare whole rows, so that an index on the columns answers it."""
    return f"({', '.join(columns)}) {sign} ({', '.join(values)})"


def compare_columns(columns: Sequence[str], values: Sequence[str], sign: str) -> str:
    """Compare each value with its own column, and so as its type: of a whole row at once it might stay a text."""
    column, value = columns[0], values[0]
    if len(columns) == 1:
        return f"{column} {sign} {value}"
    further = compare_columns(columns[1:], values[1:], sign)
    return f"({column} {sign} {value} OR ({column} = {value} AND {further}))"


def find_repeated_key(statement: Statement, key: Sequence[str], texts: Iterable[str]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many.

    :param texts: the key's columns as texts.
    """
    null = " OR ".join(f"{column} IS NULL" for column in key)
    sql = f"SELECT count(*), {', '.join(texts)} FROM (\n{statement.sql}\n) AS result\nGROUP BY {', '.join(key)}"
    return Statement(f"{sql}\nHAVING count(*) > 1 OR ({null})\nLIMIT 1", statement.parameters)
