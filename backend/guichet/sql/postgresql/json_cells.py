"""How cells travel as JSON: the SQL expressions that make them.

Everything but integers, floats and booleans travels as PostgreSQL's own text, so that nothing is rounded or lost;
timestamps get their ISO 8601 `T`.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.postgresql.quoting import quote

# The driver hands these over as they are: as Python's own values, or as the text that PostgreSQL prints.
AS_THEY_ARE = ("integer", "float", "boolean", "other")


def expressions(columns: Sequence[Column], *, arrays_as_json: bool = False) -> list[str]:
    """Make one SQL expression per column of the answer.

    :param arrays_as_json: whether an array is a list of the driver's, rather than PostgreSQL's text.
    """
    return [_expression(column, arrays_as_json=arrays_as_json) for column in columns]


def texts(columns: Sequence[Column]) -> list[str]:
    """Make the SQL expression of each column as PostgreSQL's own text, which can be bound again without a loss."""
    return [f"{quote(column.name)}::text" for column in columns]


def _expression(column: Column, *, arrays_as_json: bool) -> str:
    name = quote(column.name)
    if column.type in AS_THEY_ARE:
        return name
    if column.type == "array" and arrays_as_json:
        return f"to_json({name})"
    if column.type in ("timestamp", "timestamptz"):
        return f"to_json({name}) #>> '{{}}'"
    return f"{name}::text"
