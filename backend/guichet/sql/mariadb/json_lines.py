"""How rows become lines of JSON in the server: one array or one object per row, spaced as PostgreSQL does it.

The cells are those of an answer (`cells`): an integer that JavaScript would round is a text here as there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.formats import SAFE_INTEGER, Shape
from guichet.sql.mariadb import texts
from guichet.sql.mariadb.quoting import quote, quote_text


def expression(columns: Sequence[Column], shape: Shape) -> str:
    """Make the SQL expression of a row's line."""
    if shape == "arrays":
        return f"CONCAT('[', CONCAT_WS(', ', {', '.join(map(_cell, columns))}), ']')"
    named = (
        f"CONCAT({quote_text(json.dumps(column.name, ensure_ascii=False) + ':')}, {_cell(column)})"
        for column in columns
    )
    return f"CONCAT('{{', CONCAT_WS(',', {', '.join(named)}), '}}')"


def key_expression(key: Sequence[Column]) -> str:
    """Make the SQL expression of a row's key: a JSON array of texts, in hex so that no delimiter is in it."""
    cells = ", ".join(f"IFNULL(JSON_QUOTE({text(column, f'result.{quote(column.name)}')}), 'null')" for column in key)
    return f"LOWER(HEX(CONCAT('[', CONCAT_WS(', ', {cells}), ']')))"


def text(column: Column, name: str) -> str:
    """Make the expression of a value as a text that can be bound again without a loss."""
    return f"CONVERT({name} USING utf8mb4)" if column.type == "text" else f"CAST({name} AS CHAR)"


def _cell(column: Column) -> str:
    name = f"result.{quote(column.name)}"
    if column.type == "integer":
        safe = f"{name} BETWEEN -{SAFE_INTEGER} AND {SAFE_INTEGER}"
        written = f"CASE WHEN {safe} THEN {name} ELSE CONCAT('\"', {name}, '\"') END"
    elif column.type in ("float", "boolean"):
        written = texts.write(column, name)
    elif column.type in ("timestamp", "timestamptz"):
        written = f"JSON_QUOTE({texts.write_moment(column, name)})"
    else:
        written = f"JSON_QUOTE({texts.write(column, name)})"
    return f"IFNULL({written}, 'null')"
