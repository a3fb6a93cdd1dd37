"""Cells and lines: one expression each. Any column may hold any value, whatever its type was declared as.

What SQLite would print otherwise than PostgreSQL, a float or bytes, a function of the session writes; texts and whole
numbers, which are nearly all, don't leave SQLite for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql.formats import CsvFormat, Shape
from guichet.sql.sqlite.quoting import concatenate, name_column

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
MOMENTS = ("timestamp", "timestamptz")
DAY_PARTS = {"en": (6, 9, 1), "fr": (9, 6, 1), "es": (9, 6, 1)}


def json_cells(columns: Sequence[Column], *, arrays_as_json: bool = False) -> list[str]:
    """Make one SQL expression per column of an answer."""
    return [_json_cell(column) for column in columns]


def text_cells(columns: Sequence[Column]) -> list[str]:
    """Make the SQL expression of each column as text, which can be bound again without a loss."""
    return [_text(name_column(column)) for column in columns]


def csv_cells(columns: Sequence[Column], style: CsvFormat) -> list[str]:
    """Make one SQL expression per column of a CSV. What writes the rows prints floats and bytes itself."""
    return [_csv_cell(column, style) for column in columns]


def json_line(columns: Sequence[Column], shape: Shape) -> str:
    """Make the SQL expression of a row's line of JSON."""
    cells = [_json_value(column) for column in columns]
    if shape == "arrays":
        return concatenate(["'['", *_separate(cells, "', '"), "']'"])
    named = [f"{_literal(column.name)} || {cell}" for column, cell in zip(columns, cells, strict=True)]
    return concatenate(["'{'", *_separate(named, "','"), "'}'"])


def key_cell(key: Sequence[Column]) -> str:
    """Make the SQL expression of a row's key: a JSON array of texts, in hex so that no delimiter is in it."""
    return f"lower(hex(json_array({', '.join(text_cells(key))})))"


def _text(name: str) -> str:
    return f"CASE WHEN typeof({name}) IN ('text', 'null') THEN {name} ELSE guichet_text({name}) END"


def _json_cell(column: Column) -> str:
    name = name_column(column)
    if column.type in ("integer", "float", "boolean", "other"):
        return f"CASE WHEN typeof({name}) = 'blob' THEN guichet_text({name}) ELSE {name} END"
    return _join_moment(name, "T") if column.type in MOMENTS else _text(name)


def _join_moment(name: str, mark: str) -> str:
    """Write a moment with a mark between its day and its clock."""
    other = "T" if mark == " " else " "
    joined = f"substr({name}, 1, 10) || '{mark}' || substr({name}, 12)"
    return f"CASE WHEN {name} GLOB '{DAY}{other}*' THEN {joined} ELSE {_text(name)} END"


def _csv_cell(column: Column, style: CsvFormat) -> str:
    name = name_column(column)
    if column.type in ("decimal", "float") and style.decimal == ",":
        return f"CASE WHEN typeof({name}) = 'real' THEN replace(guichet_text({name}), '.', ',') ELSE {name} END"
    if column.type == "boolean":
        return f"CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {name} END"
    if style.dates == "locale" and column.type in ("date", *MOMENTS):
        return _local(name, style)
    return _join_moment(name, " ") if column.type in MOMENTS else name


def _local(name: str, style: CsvFormat) -> str:
    day = " || '/' || ".join(f"substr({name}, {start}, {4 if start == 1 else 2})" for start in DAY_PARTS[style.locale])
    clock = f"replace(substr({name}, 12), '.', '{style.decimal}')"
    return (
        f"CASE WHEN {name} GLOB '{DAY}' THEN {day} WHEN {name} GLOB '{DAY}[ T]*' THEN {day} || ' ' || {clock}"
        f" ELSE {name} END"
    )


def _json_value(column: Column) -> str:
    name = name_column(column)
    if column.type in ("integer", "float", "other"):
        return f"CASE WHEN typeof({name}) = 'text' THEN json_quote({name}) ELSE guichet_json({name}) END"
    if column.type == "boolean":
        other = f"CASE WHEN typeof({name}) = 'text' THEN json_quote({name}) ELSE guichet_json({name}) END"
        return f"CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {other} END"
    return f"json_quote({_json_cell(column)})"


def _literal(name: str) -> str:
    return "json_quote('" + name.replace("'", "''").replace("%", "%%") + "') || ':'"


def _separate(parts: Sequence[str], separator: str) -> list[str]:
    separated: list[str] = []
    for part in parts:
        separated += [separator, f"({part})"]
    return separated[1:]
