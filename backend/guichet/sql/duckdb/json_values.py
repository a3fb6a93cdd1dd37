"""How cells travel as JSON: the SQL expressions that make them.

Everything but integers, floats and booleans travels as text, as PostgreSQL prints it; timestamps get their `T`.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.duckdb import cells
from guichet.sql.duckdb.quoting import quote
from guichet.sql.formats import SAFE_INTEGER, Shape

AS_THEY_ARE = ("integer", "float", "boolean")


def expressions(columns: Sequence[Column], *, arrays_as_json: bool = False) -> list[str]:
    """Make one SQL expression per column of the answer. Arrays are JSON in any case."""
    return [_expression(column) for column in columns]


def texts(columns: Sequence[Column]) -> list[str]:
    """Make the SQL expression of each column as a text that can be bound again without a loss."""
    return [f"{quote(column.name)}::VARCHAR" for column in columns]


def line(columns: Sequence[Column], shape: Shape) -> str:
    """Make the SQL expression of a row's line: one object, or one array."""
    written = [_json(column) for column in columns]
    if shape == "arrays":
        return f"json_array({', '.join(written)})::VARCHAR"
    pairs = ", ".join(f"{_name_literal(column.name)}, {cell}" for column, cell in zip(columns, written, strict=True))
    return f"json_object({pairs})::VARCHAR"


def key_cell(key: Sequence[Column]) -> str:
    """Make the SQL expression of a row's key: a JSON array of texts, in hex so that no delimiter is in it."""
    listed = ", ".join(f"result.{quote(column.name)}::VARCHAR" for column in key)
    return f"lower(hex(json_array({listed})::VARCHAR))"


def _name_literal(name: str) -> str:
    return "'" + name.replace("'", "''").replace("%", "%%") + "'"


def _expression(column: Column, name: str | None = None) -> str:
    name = name or quote(column.name)
    if column.type in AS_THEY_ARE:
        return name
    if column.type in ("timestamp", "timestamptz"):
        return _iso(column, name)
    return cells.text(column, name)


def _iso(column: Column, name: str) -> str:
    """Write a moment with a `T`, and its offset as `+02:00`."""
    text = f"regexp_replace({cells.text(column, name)}, '^(-?[0-9]+-[0-9]+-[0-9]+) ', '\\1T')"
    return f"regexp_replace({text}, '([+-][0-9][0-9])$', '\\1:00')" if column.type == "timestamptz" else text


def _json(column: Column) -> str:
    name = f"result.{quote(column.name)}"
    if column.type == "integer":
        safe = f"{name} BETWEEN -{SAFE_INTEGER} AND {SAFE_INTEGER}"
        return f"CASE WHEN {safe} THEN to_json({name}) ELSE to_json({name}::VARCHAR) END"
    if column.type == "float":
        return f"CASE WHEN isfinite({name}) THEN to_json({name}) ELSE to_json({cells.text(column, name)}) END"
    return _expression(column, name)
