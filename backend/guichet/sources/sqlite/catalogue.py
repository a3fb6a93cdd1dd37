"""The catalogue of SQLite: tables, columns, keys, references."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from guichet import errors
from guichet.sources.catalogue import Reference, Relation, TableColumn
from guichet.sources.sqlite import types

CATALOGUE_SECONDS = 20
# Of so many tables at most it is looked how many rows they may have.
MEASURED_TABLES = 500

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ID = re.compile(r"(_id|(?<=[a-z])I[dD])$")
# Names that stand for themselves in quotes alone.
WORDS = """
    abort action add after all alter always analyze and as asc attach autoincrement before begin between by
    cascade case cast check collate column commit conflict constraint create cross current current_date
    current_time current_timestamp database default deferrable deferred delete desc detach distinct do drop
    each else end escape except exclude exclusive exists explain fail filter first following for foreign from
    full generated glob group groups having if ignore immediate in index indexed initially inner insert
    instead intersect into is isnull join key last left like limit match materialized natural no not nothing
    notnull null nulls of offset on or order others outer over partition plan pragma preceding primary query
    raise range recursive references regexp reindex release rename replace restrict returning right rollback
    row rows savepoint select set table temp temporary then ties to transaction trigger unbounded union unique
    update using vacuum values view virtual when where window with without
"""
KEYWORDS = frozenset(WORDS.split())


class Introspection(Protocol):
    """A session that can ask SQLite about a file, which no author's statement may."""

    def introspect(self, sql: str, *values: Any) -> list[tuple[Any, ...]]: ...


Sessions = Callable[[float], AbstractContextManager[Introspection]]


class SqliteCatalogue:
    """A `Catalogue` of one source.

    :param sessions: opens a session that takes so many seconds at most.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def tables(self) -> list[Relation]:
        """Return every table and view, the system's own last."""
        with self._sessions(CATALOGUE_SECONDS) as session:
            listed = session.introspect(
                "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'"
                " ORDER BY name LIKE 'sqlite^_%' ESCAPE '^' OR type = 'shadow', name"
            )
            return [
                Relation(
                    id=name,
                    schema="main",
                    name=name,
                    sql_name=quote(name),
                    kind="view" if type_ == "view" else "table",
                    rows=_measure(session, name)
                    if type_ == "table" and not without and index < MEASURED_TABLES
                    else None,
                    is_system=name.lower().startswith("sqlite_") or type_ == "shadow",
                )
                for index, (name, type_, without) in enumerate(listed)
            ]

    def columns(self, table: str | int) -> tuple[list[TableColumn], list[str]]:
        """Return the columns of a table, in order; everything in a file may be read."""
        with self._sessions(CATALOGUE_SECONDS) as session:
            rows = session.introspect("SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1", table)
            unique = _find_unique(session, table)
            references = _find_references(session, table)
        return [
            TableColumn(
                name,
                quote(name),
                quote(ID.sub("", name) or name),
                declared,
                types.find_type(declared) or "text",
                is_searchable=types.find_type(declared) != "bytes",
                is_key=pk > 0,
                is_unique=name in unique or (pk > 0 and sum(row[2] > 0 for row in rows) == 1),
                reference=references.get(name),
            )
            for name, declared, pk in rows
        ], []

    def constraint_names(self, tables: Collection[str]) -> frozenset[str]:
        """Return nothing: no record is written to SQLite."""
        return frozenset()

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return nothing: no record is written to SQLite."""
        return []


def quote(name: str) -> str:
    """Write a name as SQL has it, in quotes where it needs them."""
    if PLAIN.fullmatch(name) and name.lower() not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def _measure(session: Introspection, table: str) -> float | None:
    """Return the highest number of a row, which is about how many there are: it is found at once."""
    try:
        ((most,),) = session.introspect(f"SELECT max(rowid) FROM main.{quote(table)}")
    except errors.QueryFailedError:
        return None
    return float(most or 0)


def _find_unique(session: Introspection, table: str | int) -> frozenset[str]:
    sql = (
        "SELECT min(i.name) FROM pragma_index_list(?) AS l JOIN pragma_index_info(l.name) AS i"
        ' WHERE l."unique" AND NOT l.partial GROUP BY l.name HAVING count(*) = 1'
    )
    return frozenset(str(name) for (name,) in session.introspect(sql, table) if name)


def _find_references(session: Introspection, table: str | int) -> dict[str, Reference]:
    sql = 'SELECT id, min("table"), min("from"), min("to"), count(*) FROM pragma_foreign_key_list(?) GROUP BY id'
    rows = session.introspect(sql, table)
    references = {}
    for _, parent, column, key, columns in rows:
        key = key or _find_key(session, parent)
        if columns == 1 and key:
            references[str(column)] = Reference(parent, quote(parent), quote(key))
    return references


def _find_key(session: Introspection, table: str) -> str | None:
    rows: Sequence[tuple[Any, ...]] = session.introspect("SELECT name FROM pragma_table_info(?) WHERE pk > 0", table)
    return str(rows[0][0]) if len(rows) == 1 else None
