"""The types that PostgreSQL compares values as: what each can read, and how a number is bound for it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

# Whole numbers are compared with fractions as numbers; all other types read a number from its text.
WHOLE = ("smallint", "integer", "bigint")
# What a `real` can hold.
SMALLEST_REAL, LARGEST_REAL = Decimal("1.1754944e-38"), Decimal("3.4028234e38")

# How values of a type look, as `guichet.value_lists.value_types` names it; those of all others are text to us.
VALUE_KINDS: Mapping[str, str] = {
    **{name: name for name in (*WHOLE, "numeric", "uuid", "date", "boolean")},
    "real": "double precision",
    "double precision": "double precision",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp",
}


def get_value_kind(type_: str) -> str:
    """Return how values must look that are compared as a type."""
    return VALUE_KINDS.get(type_, "text")


def is_text(type_: str) -> bool:
    """Tell whether every text can be read as a type."""
    return type_ == "text"


def fit_number(value: int | Decimal, type_: str | None) -> int | Decimal | str:
    """Write a number as text, which takes the type that it is compared with, where that type can hold it.

    :param type_: None where it is not known.
    """
    if type_ is None or type_ in WHOLE:
        return value
    if type_ == "real" and value and not SMALLEST_REAL <= abs(Decimal(value)) <= LARGEST_REAL:
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
