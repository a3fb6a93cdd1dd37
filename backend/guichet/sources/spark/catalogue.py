"""What a Spark has: the tables and views of its catalogue, and their columns. It knows no keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any, Protocol

from guichet.sources.catalogue import Relation, TableColumn
from guichet.sources.spark.types import get_type, name_type

CATALOGUE_SECONDS = 30
MOST_DATABASES = 200
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ID = re.compile(r"(_id|(?<=[a-z])I[dD])$")
UNSEARCHABLE = ("json", "array", "bytes", "interval", "other")
# Words that stand for themselves in backquotes alone, by the SQL standard, which a session may be told to hold to.
WORDS = """
    all alter and anti any array as at authorization between both by case cast check collate column commit constraint
    create cross cube current current_date current_time current_timestamp current_user delete describe distinct drop
    else end escape except exists external extract false fetch filter for foreign from full function global grant group
    grouping having in inner insert intersect interval into is join lateral leading left like local map minus natural
    no not null of offset on only or order out outer overlaps partition position primary range references revoke right
    rollback rollup row rows select semi session_user set some start table tablesample then time to trailing true
    truncate union unique unknown update user using values when where window with
"""
KEYWORDS = frozenset(WORDS.split())


class CatalogueSession(Protocol):
    """A session that can ask Spark for its catalogue."""

    def list_catalogue(self, **wanted: Any) -> list[dict[str, Any]]: ...

    def describe_table(self, name: str) -> list[tuple[str, Any]]: ...


Sessions = Callable[[float], AbstractContextManager[CatalogueSession]]


class SparkCatalogue:
    """A `Catalogue` of one source; a relation's id is its name as SQL has it.

    :param sessions: opens a session that takes so many seconds at most.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def tables(self) -> list[Relation]:
        """Return every table and view; those of the source's own database have no prefix."""
        relations = []
        with self._sessions(CATALOGUE_SECONDS) as session:
            ((_, current),) = (row.popitem() for row in session.list_catalogue(current_database={}))
            databases = [row["name"] for row in session.list_catalogue(list_databases={})]
            for database in sorted(databases, key=lambda name: (name != current, name))[:MOST_DATABASES]:
                listed = session.list_catalogue(list_tables={"db_name": database})
                for table in sorted(listed, key=lambda row: str(row["name"])):
                    if not table["isTemporary"]:
                        relations.append(_relation(database, table, is_own=database == current))
        return relations

    def columns(self, table: str | int) -> tuple[list[TableColumn], list[str]]:
        """Return the columns of a table, in order; whoever may not read one may read none."""
        with self._sessions(CATALOGUE_SECONDS) as session:
            described = session.describe_table(str(table))
        return [_column(name, name_type(data_type)) for name, data_type in described], []

    def constraint_names(self, tables: Collection[str]) -> frozenset[str]:
        """Return nothing: no record is written to Spark."""
        return frozenset()

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return nothing: no record is written to Spark."""
        return []


def quote(name: str) -> str:
    """Write a name as SQL has it, in backquotes where it needs them."""
    is_plain = PLAIN.fullmatch(name) and name.lower() not in KEYWORDS
    return name if is_plain else "`" + name.replace("`", "``") + "`"


def _relation(database: str, table: dict[str, Any], *, is_own: bool) -> Relation:
    name = str(table["name"])
    written = quote(name) if is_own else f"{quote(database)}.{quote(name)}"
    return Relation(written, database, name, written, "view" if table["tableType"] == "VIEW" else "table")


def _column(name: str, type_name: str) -> TableColumn:
    kind = get_type(type_name)
    return TableColumn(
        name,
        quote(name),
        quote(ID.sub("", name) or name),
        type_name,
        kind,
        is_searchable=kind not in UNSEARCHABLE,
    )
