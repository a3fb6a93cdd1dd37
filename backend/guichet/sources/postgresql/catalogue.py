"""The catalogue of PostgreSQL: tables, columns, constraints, and where the columns of a result come from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from guichet.sources.catalogue import Cast, Origin, Reference, Relation, TableColumn
from guichet.sources.postgresql.types import make_column
from guichet.sources.protocol import Session, Source

CATALOGUE_SECONDS = 20
LOOK_UP_SECONDS = 5

NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)

# Types that nobody fills in: numbers of the system's own, and a single byte.
UNSEARCHABLE = ("oid", '"char"')


class PostgreSQLCatalogue:
    """A `Catalogue` of one source."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def tables(self) -> list[Relation]:
        """Return every table and view, the system's own last."""
        with self._source.session(CATALOGUE_SECONDS) as session:
            return [Relation(*row) for row in session.fetch(_queries()["tables"], {}).rows]

    def columns(self, table: str | int) -> tuple[list[TableColumn], list[str]]:
        """Return the columns of a table that may be read, in order, and the names of the others."""
        with self._source.session(CATALOGUE_SECONDS) as session:
            answer = session.fetch(_queries()["columns"], {"oid": table})
        rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
        return [_column(row) for row in rows if row["is_readable"]], [
            row["name"] for row in rows if not row["is_readable"]
        ]

    def constraint_names(self, tables: Collection[str]) -> frozenset[str]:
        """Return the names of the tables' constraints and unique indexes, and of what refers to them from others."""
        with self._source.session(LOOK_UP_SECONDS) as session:
            rows = session.fetch(_queries()["constraint_names"], {"tables": sorted(tables)}).rows
        return frozenset(str(name) for (name,) in rows)

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return the columns that a constraint or a unique index is about, in order."""
        with self._source.session(LOOK_UP_SECONDS) as session:
            parameters = {"constraint": constraint, "table": table}
            return [str(row[0]) for row in session.fetch(_queries()["constrained_columns"], parameters).rows]


def find_origins(session: Session, places: Iterable[tuple[str, int, int]]) -> dict[str, Origin]:
    """Find the columns of tables behind those of a result.

    :param places: of each column of the result: its name, pg_class.oid and pg_attribute.attnum, 0 where it is computed.
    """
    real = {name: (table, number) for name, table, number in places if table and number > 0}
    if not real:
        return {}
    parameters = {
        "tables": [table for table, _ in real.values()],
        "numbers": [number for _, number in real.values()],
    }
    rows = session.fetch(_queries()["origins"], parameters).rows
    known = {(row[0], row[1]): Origin(row[2], row[3], row[4], row[5], row[6], tuple(row[7] or ())) for row in rows}
    return {name: known[place] for name, place in real.items() if place in known}


@cache
def _queries() -> Mapping[str, str]:
    """Return the queries of `catalogue.sql` by their names."""
    text = resources.files(__package__).joinpath("catalogue.sql").read_text("utf-8")
    _, *pairs = NAME.split(text)
    return {name: body.strip().rstrip(";") for name, body in zip(pairs[::2], pairs[1::2], strict=True)}


def _column(row: Mapping[str, Any]) -> TableColumn:
    name, type_name = row["name"], row["type"]
    has_reference = row["lookup_oid"] and row["lookup_key"]
    return TableColumn(
        name,
        row["quoted"],
        row["bare"],
        type_name,
        make_column(name, row["type_oid"], {row["type_oid"]: row["category"]}).type,
        is_enum=row["is_enum"],
        enum_sql=f"SELECT unnest(enum_range(NULL::{type_name})) AS value" if row["is_enum"] else "",
        is_exact=row["is_exact"],
        is_searchable=type_name not in UNSEARCHABLE,
        is_full_text=type_name == "tsvector",
        compared_as=_cast(row),
        is_key=row["is_key"],
        is_unique=row["is_unique"],
        reference=Reference(row["lookup_oid"], row["lookup_table"], row["lookup_key"]) if has_reference else None,
    )


def _cast(row: Mapping[str, Any]) -> Cast | None:
    if row["type"] == "money":
        return Cast("numeric", "decimal")
    return Cast(row["type"], "text") if row["is_enum"] and row["is_domain"] else None
