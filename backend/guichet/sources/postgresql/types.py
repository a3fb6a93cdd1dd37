"""The types of PostgreSQL in the words of the API, by their object identifiers and categories."""

from __future__ import annotations

from collections.abc import Mapping

from guichet.sources.columns import WORDLESS, Column, Type

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

# The values of pg_type.typcategory in which nobody's own words stand: booleans, dates, points, addresses, numbers,
# spans, bits.
WORDLESS_CATEGORIES = frozenset("BDGINTV")


def make_column(name: str, oid: int, categories: Mapping[int, str]) -> Column:
    """Return the column that the driver tells of.

    :param categories: pg_type.typcategory of the types that are not built in here.
    """
    category = categories.get(oid, "")
    kind = BUILT_IN.get(oid) or CATEGORIES.get(category, "other")
    return Column(name, kind, free_text=kind not in WORDLESS and category not in WORDLESS_CATEGORIES)
