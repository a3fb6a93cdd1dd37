"""Cells as JSON carries them: the two kinds of number that it or JavaScript would change travel as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from guichet.sources.columns import Column
from guichet.sql.formats import SAFE_INTEGER


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
