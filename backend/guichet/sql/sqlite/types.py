"""The types that SQLite compares values as: how those of a list must look, and how a number is bound."""

from __future__ import annotations

from decimal import Decimal

# By a part of the declared type, in SQLite's own order; all others are text to us.
VALUE_KINDS = (
    ("INT", "bigint"),
    ("CHAR", "text"),
    ("CLOB", "text"),
    ("TEXT", "text"),
    ("BLOB", "text"),
    ("REAL", "double precision"),
    ("FLOA", "double precision"),
    ("DOUB", "double precision"),
    ("NUMERIC", "numeric"),
    ("DECIMAL", "numeric"),
    ("DATETIME", "timestamp"),
    ("TIMESTAMP", "timestamp"),
    ("DATE", "date"),
)


def get_value_kind(type_: str) -> str:
    """Return how values must look that are compared as a declared type."""
    return next((kind for part, kind in VALUE_KINDS if part in type_.upper()), "text")


def is_text(type_: str) -> bool:
    """Tell whether every text can be read as a type: any column may hold any text."""
    return True


def fit_number(value: int | Decimal, type_: str | None) -> int | Decimal | str:
    """Return a number as it is; the session binds it as SQLite stores its like."""
    return value


def make_list_column(type_: str) -> str:
    """Return what a column of a list's values is declared as; nothing where no type is known."""
    kind = get_value_kind(type_)
    if not type_ or kind == "text":
        return " TEXT" if type_ else ""
    return {"bigint": " INTEGER", "double precision": " REAL", "numeric": " NUMERIC"}.get(kind, " TEXT")
