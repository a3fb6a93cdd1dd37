"""Statements wrapped around another one wherever SQL is standard: its rows counted, described, skipped."""

from __future__ import annotations

from guichet.sql.statement import Statement


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
