"""How rows become lines of JSON in the database: one array or one object per row.

The cells are those of an answer (`cells`): an integer that JavaScript would round is a text here as there.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.formats import SAFE_INTEGER, Shape
from guichet.sql.postgresql.quoting import quote

# PostgreSQL's functions take at most a hundred arguments.
MOST_ARGUMENTS = 100


def expression(columns: Sequence[Column], shape: Shape) -> str:
    """Make the SQL expression of a row's line."""
    return _object(columns) if shape == "objects" else _array(columns)


def key_expression(key: Sequence[Column]) -> str:
    """Make the SQL expression of a row's key: a JSON array of texts, in hex so that no delimiter is in it."""
    texts = ", ".join(f"result.{quote(column.name)}::text" for column in key)
    return f"encode(convert_to(json_build_array({texts})::text, 'UTF8'), 'hex')"


def _object(columns: Sequence[Column]) -> str:
    cells = ", ".join(f"{_cell(column)} AS {quote(column.name)}" for column in columns)
    return f"(SELECT row_to_json(line) FROM (SELECT {cells}) AS line)::text"


def _array(columns: Sequence[Column]) -> str:
    cells = [_cell(column) for column in columns]
    parts = [cells[start : start + MOST_ARGUMENTS] for start in range(0, len(cells), MOST_ARGUMENTS)]
    arrays = [f"json_build_array({', '.join(part)})::text" for part in parts]
    joined = " || ', ' || ".join(f"left(substr({array}, 2), -1)" for array in arrays)
    return arrays[0] if len(arrays) == 1 else f"'[' || {joined} || ']'"


def _cell(column: Column) -> str:
    name = f"result.{quote(column.name)}"
    if column.type == "integer":
        number = f"{name}::bigint"
        safe = f"{number} BETWEEN -{SAFE_INTEGER} AND {SAFE_INTEGER}"
        return f"CASE WHEN {safe} THEN to_json({number}) ELSE to_json({name}::text) END"
    if column.type in ("float", "boolean", "timestamp", "timestamptz"):
        return name
    if column.type == "other":
        # What its own output function prints, which a cast may not: inet's adds a mask.
        return f"CASE WHEN {name} IS DISTINCT FROM NULL THEN format('%%s', {name}) END"
    return f"{name}::text"
