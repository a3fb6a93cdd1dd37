"""The catalogue of MariaDB and MySQL: the tables of its databases, their columns, keys and references."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any

from guichet.sources.catalogue import Reference, Relation, TableColumn
from guichet.sources.mariadb.reserved_words import RESERVED_WORDS
from guichet.sources.mariadb.types import type_of
from guichet.sources.protocol import Source

CATALOGUE_SECONDS = 20

NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")
KINDS = {"VIEW": "view", "SYSTEM VIEW": "view"}
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
KEY_SUFFIX = re.compile(r"_id$|(?<=[a-z])I[dD]$")
CHOICE = re.compile(r"'((?:[^']|'')*)'")


class MariaDBCatalogue:
    """A `Catalogue` of one source."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def tables(self) -> list[Relation]:
        """Return every table and view, the system's own last; those of the source's own database have no prefix."""
        return [_relation(row) for row in self._fetch("tables", {})]

    def columns(self, table: str | int) -> tuple[list[TableColumn], list[str]]:
        """Return the columns of a table that may be read, in order, and the names of the others."""
        schema, _, name = str(table).partition("/")
        rows = self._fetch("columns", {"schema": schema, "name": name})
        readable = [_column(row) for row in rows if "select" in str(row["privileges"]).lower()]
        known = {column.name for column in readable}
        return readable, [row["name"] for row in rows if row["name"] not in known]

    def constraint_names(self, tables: Collection[str]) -> frozenset[str]:
        """Return nothing: records are not written here."""
        return frozenset()

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return nothing: records are not written here."""
        return []

    def _fetch(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._source.session(CATALOGUE_SECONDS) as session:
            found = session.fetch(_queries()[query], parameters)
        return [dict(zip(found.names, row, strict=True)) for row in found.rows]


@cache
def _queries() -> Mapping[str, str]:
    """Return the queries of `catalogue.sql` by their names."""
    text = resources.files(__package__).joinpath("catalogue.sql").read_text("utf-8")
    _, *pairs = NAME.split(text)
    return {name: body.strip().rstrip(";") for name, body in zip(pairs[::2], pairs[1::2], strict=True)}


def quote(name: str) -> str:
    """Quote a name where SQL may need it."""
    is_plain = PLAIN.fullmatch(name) and name.lower() not in RESERVED_WORDS
    return name if is_plain else "`" + name.replace("`", "``") + "`"


def _relation(row: Mapping[str, Any]) -> Relation:
    name, schema = row["name"], row["schema_name"]
    rows = None if row["table_rows"] is None else float(row["table_rows"])
    return Relation(
        f"{schema}/{name}",
        schema,
        name,
        quote(name) if row["is_own"] else f"{quote(schema)}.{quote(name)}",
        KINDS.get(row["table_type"], "table"),
        rows,
        is_system=schema.lower() in SYSTEM,
    )


def _column(row: Mapping[str, Any]) -> TableColumn:
    name, declared = row["name"], str(row["column_type"])
    is_enum = row["data_type"] == "enum"
    reference = None
    if row["referenced_table"]:
        schema, table = row["referenced_schema"], row["referenced_table"]
        written = quote(table) if row["is_own"] else f"{quote(schema)}.{quote(table)}"
        reference = Reference(f"{schema}/{table}", written, quote(row["referenced_column"]))
    return TableColumn(
        name,
        quote(name),
        quote(KEY_SUFFIX.sub("", name) or name),
        declared,
        type_of(declared),
        is_enum=is_enum,
        choices=tuple(one.replace("''", "'") for one in CHOICE.findall(declared)) if is_enum else (),
        is_key=row["column_key"] == "PRI",
        is_unique=bool(row["is_unique"]),
        reference=reference,
    )
