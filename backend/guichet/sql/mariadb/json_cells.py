"""How cells travel as JSON: the SQL expressions that make them.

Everything but integers, floats and booleans travels as text, as PostgreSQL prints it; moments get their `T`.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.mariadb import json_lines, texts
from guichet.sql.mariadb.quoting import quote


def expressions(columns: Sequence[Column], *, arrays_as_json: bool = False) -> list[str]:
    """Make one SQL expression per column of the answer. There are no arrays here."""
    return [_expression(column) for column in columns]


def text_cells(columns: Sequence[Column]) -> list[str]:
    """Make the SQL expression of each column as a text that can be bound again without a loss."""
    return [json_lines.text(column, quote(column.name)) for column in columns]


def _expression(column: Column) -> str:
    name = quote(column.name)
    if column.type in ("integer", "float", "text"):
        return name
    if column.type == "boolean":
        return f"({name} + 0)"
    if column.type in ("timestamp", "timestamptz"):
        return texts.write_moment(column, name)
    return texts.write(column, name)
