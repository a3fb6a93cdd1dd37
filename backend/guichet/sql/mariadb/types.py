"""The types that values are compared as: what each can read, how a number is bound for it, and a list's column."""

from __future__ import annotations

import re
from decimal import Decimal

from guichet.sources.mariadb.literals import Single

TEXT = re.compile(r"varchar\(\d+\) CHARACTER SET (\w+) COLLATE (\w+)")
# How values look, as `guichet.value_lists.value_types` names it, and the column that holds them, by the first word.
KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit"), ("bigint", "BIGINT")),
    "decimal": ("numeric", "DECIMAL(65,30)"),
    **dict.fromkeys(("float", "double"), ("double precision", "DOUBLE")),
    "date": ("date", "DATE"),
    **dict.fromkeys(("datetime", "timestamp"), ("timestamp", "DATETIME(6)")),
    "uuid": ("uuid", "UUID"),
    "time": ("text", "TIME(6)"),
    "inet6": ("text", "INET6"),
    "inet4": ("text", "INET4"),
}
CASTS = {"BIGINT": "SIGNED"}


def get_value_kind(type_: str) -> str:
    """Return how values must look that are compared as a type."""
    return KINDS.get(type_.partition(" ")[0], ("text", ""))[0]


def is_text(type_: str) -> bool:
    """Tell whether every text can be read as a type."""
    return type_.partition(" ")[0] not in KINDS


def fit_number(value: int | Decimal, type_: str | None) -> int | Decimal | str:
    """Write a number as the type has it that it is compared with.

    :param type_: None where it is not known.
    """
    if type_ and type_.startswith("float"):
        return Single(value)
    if type_ is None or get_value_kind(type_) in ("bigint", "numeric", "double precision"):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def column_type(type_: str) -> str:
    """Return the type of a column that holds values of a list."""
    return KINDS.get(type_.partition(" ")[0], ("", type_))[1]


def convert(expression: str, type_: str) -> str:
    """Return a text as a value of a type, in the collation of the column that it is compared with."""
    if text := TEXT.fullmatch(type_):
        return f"CONVERT({expression} USING {text[1]}) COLLATE {text[2]}"
    column = column_type(type_)
    return f"CAST({expression} AS {CASTS.get(column, column)})"
