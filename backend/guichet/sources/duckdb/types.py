"""The types of DuckDB in the words of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guichet.sources.columns import WORDLESS, Column, Type

SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
INTEGERS = (*SIGNED, "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM")
TYPES: Mapping[str, Type] = {
    **dict.fromkeys(INTEGERS, "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    **dict.fromkeys(("TIME", "TIME WITH TIME ZONE", "TIME_NS"), "time"),
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "BLOB": "bytes",
    "JSON": "json",
}
ARRAY = re.compile(r"\[\d*\]\Z")
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
MOST_DIGITS = 38
NESTED = ("STRUCT(", "MAP(", "UNION(", "VARIANT")


def get_type(name: str) -> Type:
    """Return what the API calls a type."""
    if ARRAY.search(name):
        return "array"
    if name.startswith("DECIMAL("):
        return "decimal"
    if name.startswith("ENUM("):
        return "text"
    if name.startswith(NESTED):
        return "json"
    return TYPES.get(name, "other")


def make_column(name: str, type_name: str) -> Column:
    """Return the column of a type."""
    kind = get_type(type_name)
    return Column(name, kind, free_text=kind not in WORDLESS and type_name != "BIT")


def widen(type_: str) -> str:
    """Return the type as which values are compared with those of a type: one with room for all of their digits.

    As `DECIMAL(10,2)` 2.005 would be another number.
    """
    decimal = DECIMAL.fullmatch(type_)
    return f"DECIMAL({MOST_DIGITS},{MOST_DIGITS - int(decimal[1]) + int(decimal[2])})" if decimal else type_
