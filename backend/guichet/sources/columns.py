"""The columns of a result, with their types in the words of the API."""

from __future__ import annotations

from collections.abc import Mapping
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

# PostgreSQL's object identifiers of built-in types never change (pg_type.dat).
BUILT_IN: dict[int, Type] = {
    16: "boolean",
    17: "bytes",
    18: "text",
    19: "text",
    20: "integer",
    21: "integer",
    23: "integer",
    25: "text",
    26: "integer",
    114: "json",
    700: "float",
    701: "float",
    1042: "text",
    1043: "text",
    1082: "date",
    1083: "time",
    1114: "timestamp",
    1184: "timestamptz",
    1186: "interval",
    1266: "time",
    1700: "decimal",
    2950: "uuid",
    3802: "json",
}

# pg_type.typcategory of all others
CATEGORIES: dict[str, Type] = {"A": "array", "R": "range", "E": "text", "S": "text"}

# Types whose values are never somebody's own words: numbers, moments, bytes. All others may begin with `=` or have it
# behind a separator: xml, a label path, an array of texts, what an extension brings.
WORDLESS: frozenset[Type] = frozenset(
    {"integer", "decimal", "float", "boolean", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "bytes"}
)
# and of pg_type.typcategory: booleans, dates, points, addresses, numbers (and money), spans, bits
WORDLESS_CATEGORIES = frozenset("BDGINTV")

# What ORDER BY takes as it is; the others have no order (json, xml, points) or none worth relying on.
ORDERED: frozenset[Type] = frozenset(TYPES) - {"json", "other"}


@dataclass(frozen=True)
class Column:
    """One column of a result.

    :param free_text: whether somebody's own words may stand in it, so that a spreadsheet could take one for a formula.
    """

    name: str
    type: Type
    free_text: bool = False


def column(name: str, oid: int, categories: Mapping[int, str]) -> Column:
    """Makes a column of what the driver tells.

    :param categories: pg_type.typcategory of the types that are not built in here.
    """
    category = categories.get(oid, "")
    kind = BUILT_IN.get(oid) or CATEGORIES.get(category, "other")
    return Column(name, kind, free_text=kind not in WORDLESS and category not in WORDLESS_CATEGORIES)
