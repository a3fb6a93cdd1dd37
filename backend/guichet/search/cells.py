"""How cells travel as JSON: the SQL expressions that make them, and the two kinds of number JSON can't carry.

Everything but integers, floats and booleans travels as PostgreSQL's own text, so that nothing is rounded or lost;
timestamps get their ISO 8601 `T`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from guichet.search import compose
from guichet.sources.columns import Column

SAFE_INTEGER = 2**53 - 1

# The driver hands these over as they are: as Python's own values, or as the text that PostgreSQL prints.
AS_THEY_ARE = ("integer", "float", "boolean", "other")


def expressions(columns: Sequence[Column]) -> list[str]:
    """Make one SQL expression per column of the answer."""
    return [_expression(column) for column in columns]


def _expression(column: Column) -> str:
    name = compose.quoted(column.name)
    if column.type in AS_THEY_ARE:
        return name
    if column.type in ("timestamp", "timestamptz"):
        return f"to_json({name}) #>> '{{}}'"
    return f"{name}::text"


def made_exact(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    """Turn the numbers that JavaScript would round or JSON can't write into text.

    Rows are returned as they came where no column holds such a number, which is nearly always.
    """
    risky = [at for at, column in enumerate(columns) if _is_risky(column, at, rows)]
    if not risky:
        return rows
    changed = [list(row) for row in rows]
    for row in changed:
        for at in risky:
            row[at] = exact(row[at])
    return changed


def _is_risky(column: Column, at: int, rows: Sequence[tuple[Any, ...]]) -> bool:
    if column.type not in ("integer", "float"):
        return False
    return any(exact(row[at]) is not row[at] for row in rows)


def exact(value: Any) -> Any:
    """Return a number as it is, or as text if JSON or JavaScript would change it."""
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    return value
