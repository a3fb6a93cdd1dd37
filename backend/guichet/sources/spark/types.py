"""The types of Spark, in its own words and in those of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guichet.sources.columns import WORDLESS, Column, Type

# By the names of Connect's kinds of types: as SQL writes them, and as the API does.
KINDS: Mapping[str, tuple[str, Type]] = {
    "byte": ("TINYINT", "integer"),
    "short": ("SMALLINT", "integer"),
    "integer": ("INT", "integer"),
    "long": ("BIGINT", "integer"),
    "float": ("FLOAT", "float"),
    "double": ("DOUBLE", "float"),
    "decimal": ("DECIMAL", "decimal"),
    "string": ("STRING", "text"),
    "char": ("CHAR", "text"),
    "var_char": ("VARCHAR", "text"),
    "null": ("STRING", "text"),
    "boolean": ("BOOLEAN", "boolean"),
    "date": ("DATE", "date"),
    "timestamp": ("TIMESTAMP", "timestamptz"),
    "timestamp_ntz": ("TIMESTAMP_NTZ", "timestamp"),
    "time": ("TIME", "time"),
    "binary": ("BINARY", "bytes"),
    "calendar_interval": ("INTERVAL", "interval"),
    "year_month_interval": ("INTERVAL YEAR TO MONTH", "interval"),
    "day_time_interval": ("INTERVAL DAY TO SECOND", "interval"),
    "array": ("ARRAY", "array"),
    "struct": ("STRUCT", "json"),
    "map": ("MAP", "json"),
    "variant": ("VARIANT", "json"),
}
BY_NAME: Mapping[str, Type] = dict(KINDS.values())


def name_type(data_type: Any) -> str:
    """Return a type of Connect's as SQL writes it."""
    ((field, told),) = data_type.ListFields()[:1] or [(None, None)]
    kind = field.name if field else ""
    if kind == "decimal":
        return f"DECIMAL({told.precision},{told.scale})"
    return KINDS.get(kind, ("OTHER", "other"))[0]


def get_type(name: str) -> Type:
    """Return what the API calls a type that SQL writes so."""
    word = name.partition("(")[0].partition("<")[0].partition(" COLLATE")[0].strip().upper()
    if word.startswith("INTERVAL"):
        return "interval"
    return BY_NAME.get(word.partition("(")[0], "other")


def make_column(name: str, data_type: Any) -> Column:
    """Return the column of a type."""
    kind = get_type(name_type(data_type))
    return Column(name, kind, free_text=kind not in WORDLESS)
