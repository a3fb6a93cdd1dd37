"""The types that Spark compares values as: what each can read, and how a number is bound for it."""

from __future__ import annotations

from decimal import Decimal

from guichet.sources.spark.statements import ShortFloat

KINDS = {
    **dict.fromkeys(("TINYINT", "SMALLINT"), "smallint"),
    "INT": "integer",
    "BIGINT": "bigint",
    **dict.fromkeys(("FLOAT", "DOUBLE"), "double precision"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_NTZ"), "timestamp"),
    "DATE": "date",
    "BOOLEAN": "boolean",
    "DECIMAL": "numeric",
}


def get_value_kind(type_: str) -> str:
    """Return how values must look that are compared as a type, as `guichet.value_lists.value_types` names it."""
    return KINDS.get(type_.partition("(")[0], "text")


def is_text(type_: str) -> bool:
    """Tell whether every text can be read as a type."""
    return type_.startswith("STRING")


def fit_number(value: int | Decimal, type_: str | None) -> int | Decimal | str:
    """Write a number as the type has it that it is compared with: beside a DECIMAL 0.1 is no FLOAT's 0.1.

    :param type_: None where it is not known.
    """
    if type_ == "FLOAT":
        return ShortFloat(value)
    if type_ is None or get_value_kind(type_) != "text":
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
