"""Cells as JSON carries them: the two kinds of number that it or JavaScript would change travel as text.

A database may hand over 0 and 1 for booleans, and, where columns have no types, any value in any column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from guichet.sources.columns import Column
from guichet.sql.formats import SAFE_INTEGER


def make_exact(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    """Turn the numbers that JavaScript would round or JSON can't write into text.

    Rows are returned as they came where no column holds such a number, which is nearly always.
    """
    risky = [index for index, column in enumerate(columns) if _is_risky(column, index, rows)]
    if not risky:
        return rows
    changed = [list(row) for row in rows]
    for row in changed:
        for index in risky:
            row[index] = exact_of(columns[index], row[index])
    return changed


def exact_of(column: Column, value: Any) -> Any:
    """Return the cell of a column as JSON carries it; not every database has booleans, and some write 0 and 1."""
    if column.type == "boolean":
        return bool(value) if type(value) is int and value in (0, 1) else value
    return exact(value)


def _is_risky(column: Column, index: int, rows: Sequence[tuple[Any, ...]]) -> bool:
    if column.type not in ("integer", "float", "boolean", "other"):
        return False
    cells = [row[index] for row in rows]
    kinds = set(map(type, cells))
    if column.type == "boolean":
        return int in kinds
    whole = [cell for cell in cells if type(cell) is int] if int in kinds else []
    if whole and not -SAFE_INTEGER <= min(whole) <= max(whole) <= SAFE_INTEGER:
        return True
    return float in kinds and not all(math.isfinite(cell) for cell in cells if type(cell) is float)


def exact(value: Any) -> Any:
    """Return a number as it is, or as text if JSON or JavaScript would change it."""
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    return value
