"""How cells travel as JSON, alone and in whole lines: the SQL expressions that make them.

Everything but integers, floats and booleans travels as text, as PostgreSQL prints it; moments get their `T`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.formats import SAFE_INTEGER, Shape
from guichet.sql.spark import texts
from guichet.sql.spark.quoting import literal, quote


def expressions(columns: Sequence[Column], *, arrays_as_json: bool = False) -> list[str]:
    """Make one SQL expression per column of the answer. Arrays are JSON in any case."""
    return [_expression(column) for column in columns]


def text_cells(columns: Sequence[Column]) -> list[str]:
    """Make the SQL expression of each column as a text that can be bound again without a loss."""
    return [_text(column, quote(column.name)) for column in columns]


def line(columns: Sequence[Column], shape: Shape) -> str:
    """Make the SQL expression of a row's line: one object, or one array, spaced as PostgreSQL does it."""
    if shape == "arrays":
        return f"concat('[', concat_ws(', ', {', '.join(map(_cell, columns))}), ']')"
    named = (
        f"concat({literal(json.dumps(column.name, ensure_ascii=False) + ':')}, {_cell(column)})" for column in columns
    )
    return f"concat('{{', concat_ws(',', {', '.join(named)}), '}}')"


def key_cell(key: Sequence[Column]) -> str:
    """Make the SQL expression of a row's key: a JSON array of texts, in hex so that no delimiter is in it."""
    cells = ", ".join(f"coalesce({_quote(_text(column, f'result.{quote(column.name)}'))}, 'null')" for column in key)
    return f"lower(hex(concat('[', concat_ws(', ', {cells}), ']')))"


def _text(column: Column, name: str) -> str:
    return texts.write(column, name) if column.type in ("json", "array", "timestamptz") else f"CAST({name} AS STRING)"


def _expression(column: Column) -> str:
    name = quote(column.name)
    if column.type in ("integer", "boolean", "text"):
        return name
    if column.type == "float":
        return f"CAST(CAST({name} AS STRING) AS DOUBLE)"  # the digits of a FLOAT, and no more
    if column.type in ("timestamp", "timestamptz"):
        return texts.write_moment(column, name)
    return texts.write(column, name)


def _cell(column: Column) -> str:
    name = f"result.{quote(column.name)}"
    if column.type == "integer":
        text = f"CAST({name} AS STRING)"
        safe = f"{name} BETWEEN -{SAFE_INTEGER} AND {SAFE_INTEGER}"
        written = f"CASE WHEN {safe} THEN {text} ELSE concat('\"', {text}, '\"') END"
    elif column.type == "float":
        text = texts.write_float(name)
        finite = f"abs({name}) < CAST('Infinity' AS DOUBLE)"
        written = f"CASE WHEN {finite} THEN {text} ELSE concat('\"', {text}, '\"') END"
    elif column.type == "boolean":
        written = f"CAST({name} AS STRING)"
    elif column.type in ("timestamp", "timestamptz"):
        written = _quote(texts.write_moment(column, name))
    else:
        written = _quote(texts.write(column, name))
    return f"coalesce({written}, 'null')"


def _quote(text: str) -> str:
    """Make the expression of a text as JSON; NULL stays NULL."""
    listed = f"to_json(array({text}))"
    return f"CASE WHEN {text} IS NOT NULL THEN substr({listed}, 2, length({listed}) - 2) END"
