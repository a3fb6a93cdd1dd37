"""The types of MariaDB and MySQL in the words of the API, as the protocol numbers them and as SQL names them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guichet.sources.columns import WORDLESS, Column, Type

# The protocol's numbers of types (enum_field_types), which never change.
TINY, BIT, VAR_STRING, STRING = 1, 16, 253, 254
BLOBS = (249, 250, 251, 252)
NUMBERED: Mapping[int, Type] = {
    0: "decimal",
    TINY: "integer",
    2: "integer",
    3: "integer",
    4: "float",
    5: "float",
    7: "timestamptz",
    8: "integer",
    9: "integer",
    10: "date",
    11: "time",
    12: "timestamp",
    13: "integer",
    14: "date",
    15: "text",
    BIT: "other",
    245: "json",
    246: "decimal",
    247: "text",
    248: "text",
    **dict.fromkeys((*BLOBS, VAR_STRING, STRING), "text"),
}
# Of a character set that is none: bytes.
BINARY = 63

WORDS: Mapping[str, Type] = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), "integer"),
    "decimal": "decimal",
    **dict.fromkeys(("float", "double"), "float"),
    "date": "date",
    "datetime": "timestamp",
    "timestamp": "timestamptz",
    "time": "time",
    "json": "json",
    "uuid": "uuid",
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), "bytes"),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"), "text"),
    **dict.fromkeys(("inet4", "inet6"), "text"),
}


def make_column(name: str, number: int, length: int, charset: int) -> Column:
    """Return the column that the protocol tells of.

    :param length: its greatest one, by which TINYINT(1) and BIT(1) are told: they are booleans.
    """
    kind = NUMBERED.get(number, "other")
    if number in (TINY, BIT) and length == 1:
        kind = "boolean"
    elif kind == "text" and charset == BINARY:
        kind = "bytes"
    return Column(name, kind, free_text=kind not in WORDLESS and number != BIT)


def type_of(declared: str) -> Type:
    """Return the type of a declaration, such as `int(10) unsigned`."""
    if re.match(r"(tinyint|bit)\(1\)", declared):
        return "boolean"
    word = re.match(r"\w*", declared)
    return WORDS.get(word[0] if word else "", "other")
