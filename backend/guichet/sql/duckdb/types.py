"""The types that DuckDB compares values as: what each can read, and how a number is bound for it."""

from __future__ import annotations

from decimal import Decimal

SMALL = ("TINYINT", "SMALLINT", "UTINYINT")
MIDDLE = ("INTEGER", "USMALLINT")
LARGE = ("BIGINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM")
# What a FLOAT can hold.
SMALLEST_FLOAT, LARGEST_FLOAT = Decimal("1.1754944e-38"), Decimal("3.4028234e38")


def get_value_kind(type_: str) -> str:
    """Return how values must look that are compared as a type, as `guichet.value_lists.value_types` names it."""
    if type_.startswith("DECIMAL("):
        return "numeric"
    if type_.startswith("TIMESTAMP"):
        return "timestamp"
    kinds = {
        **dict.fromkeys(SMALL, "smallint"),
        **dict.fromkeys(MIDDLE, "integer"),
        **dict.fromkeys(LARGE, "bigint"),
        **dict.fromkeys(("FLOAT", "DOUBLE"), "double precision"),
        **{name.upper(): name for name in ("uuid", "date", "boolean")},
    }
    return kinds.get(type_, "text")


def is_text(type_: str) -> bool:
    """Tell whether every text can be read as a type."""
    return type_ == "VARCHAR"


def fit_number(value: int | Decimal, type_: str | None) -> int | Decimal | str:
    """Write a number as text where it is compared with a FLOAT that can hold it: as a decimal, 0.1 is another one.

    All others are compared as they are: a text would be rounded to the digits of the column.
    """
    if type_ != "FLOAT" or (value and not SMALLEST_FLOAT <= abs(Decimal(value)) <= LARGEST_FLOAT):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
