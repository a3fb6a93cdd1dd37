"""The columns of a result, with their types in the words of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Type = Literal[
    "text",
    "integer",
    "decimal",
    "float",
    "boolean",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "interval",
    "json",
    "array",
    "range",
    "uuid",
    "bytes",
    "other",
]
TYPES: tuple[Type, ...] = get_args(Type)

# Types whose values are never somebody's own words: numbers, moments, bytes. All others may begin with `=` or have it
# behind a separator: xml, a label path, an array of texts, what an extension brings.
WORDLESS: frozenset[Type] = frozenset(
    {"integer", "decimal", "float", "boolean", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "bytes"}
)

# What ORDER BY takes as it is; the others have no order (json, xml, points) or none worth relying on.
ORDERED: frozenset[Type] = frozenset(TYPES) - {"json", "other"}


@dataclass(frozen=True)
class ValueType:
    """What a bound value is compared as.

    :param name: as the database writes it, of a single value.
    :param is_array: whether several of them are bound as one.
    """

    name: str
    type: Type
    is_array: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a result.

    :param free_text: whether somebody's own words may stand in it, so that a spreadsheet could take one for a formula.
    """

    name: str
    type: Type
    free_text: bool = False
