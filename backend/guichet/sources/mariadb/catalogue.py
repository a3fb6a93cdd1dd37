"""The catalogue of MariaDB and MySQL: the tables of its databases, their columns, keys and references."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any

from guichet.sources.catalogue import Origin, Reference, Relation, TableColumn
from guichet.sources.mariadb.reserved_words import RESERVED_WORDS
from guichet.sources.mariadb.types import type_of
from guichet.sources.protocol import Session, Source

CATALOGUE_SECONDS = 20

NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")
KINDS = {"VIEW": "view", "SYSTEM VIEW": "view"}
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
KEY_SUFFIX = re.compile(r"_id$|(?<=[a-z])I[dD]$")
# A line of SHOW CREATE TABLE: a condition with a name, or one behind the column that it is of.
CHECK = re.compile(r"\s*(?:CONSTRAINT )?`(?P<name>[^`]+)` .*?\bCHECK (?P<condition>\(.*\)),?$")
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
        """Return the names of the tables' constraints and unique indexes, and of what refers to them from others."""
        names: set[str] = set()
        for schema, _, name in (table.partition(".") for table in tables):
            rows = self._fetch("constraint_names", {"schema": schema, "name": name})
            names.update(str(row["name"]) for row in rows)
            names.update(self._checks(schema, name))
        return frozenset(names)

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return the columns that a constraint or a unique index is about, in order."""
        schema, _, name = table.partition(".")
        rows = self._fetch("constrained_columns", {"schema": schema, "name": name, "constraint": constraint})
        return [str(row["name"]) for row in rows] or self._checks(schema, name).get(constraint, [])

    def _checks(self, schema: str, name: str) -> dict[str, list[str]]:
        """Return the columns that stand in the conditions of a table, by the conditions' names.

        One of a column's own is called as its column. Only the statement that made the table tells them to whom may
        only read.
        """
        with self._source.session(CATALOGUE_SECONDS) as session:
            ((_, made),) = session.fetch(f"SHOW CREATE TABLE {_force_quote(schema)}.{_force_quote(name)}", {}).rows
        checks = (CHECK.match(line) for line in str(made).splitlines())
        return {check["name"]: re.findall(r"`([^`]+)`", check["condition"]) for check in checks if check}

    def _fetch(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._source.session(CATALOGUE_SECONDS) as session:
            answer = session.fetch(_queries()[query], parameters)
        return [dict(zip(answer.names, row, strict=True)) for row in answer.rows]


def find_origins(session: Session, places: Mapping[str, tuple[str, str, str]]) -> dict[str, Origin]:
    """Find the columns of tables behind those of a result.

    :param places: of each column of the result: the database, table and column that it comes from.
    """
    tables = {(schema, table) for schema, table, _ in places.values()}
    known: dict[tuple[str, str, str], Origin] = {}
    for schema, table in sorted(tables):
        answer = session.fetch(_queries()["origins"], {"schema": schema, "name": table})
        for row in (dict(zip(answer.names, cells, strict=True)) for cells in answer.rows):
            known[schema, table, row["name"]] = Origin(
                f"{schema}.{table}",
                row["name"],
                bool(row["not_null"]),
                bool(row["has_default"]),
                row["max_length"],
                _choices(row["column_type"]) if row["data_type"] == "enum" else (),
            )
    return {name: known[place] for name, place in places.items() if place in known}


def find_engine(session: Session, schema: str, table: str) -> tuple[str, bool]:
    """Return what keeps a table, and whether it can undo what a transaction wrote; of one that is not there, too."""
    for engine, undoes in session.fetch(_queries()["engine"], {"schema": schema, "name": table}).rows:
        return str(engine), bool(undoes)
    return "", True


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
        choices=_choices(declared) if is_enum else (),
        is_key=row["column_key"] == "PRI",
        is_unique=bool(row["is_unique"]),
        reference=reference,
    )


def _force_quote(name: str) -> str:
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def _choices(declared: str) -> tuple[str, ...]:
    return tuple(choice.replace("''", "'") for choice in CHOICE.findall(declared))
