"""Declared types of SQLite in the words of the API. They bind nobody: any column may hold any value."""

from __future__ import annotations

import re
from collections.abc import Collection

from guichet.sources.columns import Column, Type

# By the whole declared type, without its length.
NAMED: dict[str, Type] = {
    "BOOLEAN": "boolean",
    "BOOL": "boolean",
    "DATE": "date",
    "DATETIME": "timestamp",
    "TIMESTAMP": "timestamp",
    "TIME": "time",
    "DECIMAL": "decimal",
    "NUMERIC": "decimal",
    "MONEY": "decimal",
    "JSON": "json",
    "JSONB": "json",
    "UUID": "uuid",
    "GUID": "uuid",
}
# By a part of it, in SQLite's own order.
PARTS: tuple[tuple[str, Type], ...] = (
    ("INT", "integer"),
    ("CHAR", "text"),
    ("CLOB", "text"),
    ("TEXT", "text"),
    ("BLOB", "bytes"),
    ("REAL", "float"),
    ("FLOA", "float"),
    ("DOUB", "float"),
)
# What newer versions declare an expression as that is a number of some kind.
UNTOLD = ("", "NUM", "ANY")
BY_VALUES: dict[frozenset[str], Type] = {
    frozenset(): "text",
    frozenset({"text"}): "text",
    frozenset({"integer"}): "integer",
    frozenset({"real"}): "float",
    frozenset({"integer", "real"}): "float",
    frozenset({"blob"}): "bytes",
}
LENGTH = re.compile(r"\s*\(.*\)")


def strip_length(declared: str) -> str:
    """Return a declared type without its length, in capitals."""
    return LENGTH.sub("", declared).strip().upper()


def find_type(declared: str) -> Type | None:
    """Return the type that a column was declared as; None where that says nothing."""
    name = strip_length(declared)
    if name in UNTOLD:
        return None
    return NAMED.get(name) or next((type_ for part, type_ in PARTS if part in name), "other")


def find_affinity(declared: str) -> str:
    """Return what SQLite makes of values of a declared type: INTEGER, TEXT, BLOB, REAL or NUMERIC; "" for nothing."""
    name = strip_length(declared)
    if not name:
        return ""
    by_part = {"integer": "INTEGER", "text": "TEXT", "bytes": "BLOB", "float": "REAL"}
    return next((by_part[type_] for part, type_ in PARTS if part in name), "NUMERIC")


def make_column(name: str, declared: str, seen: Collection[str]) -> Column:
    """Return a column by its declared type, and where that says nothing by the kinds of its values."""
    kind = find_type(declared) or BY_VALUES.get(frozenset(seen) - {"null"}, "other")
    return Column(name, kind, free_text=True)
