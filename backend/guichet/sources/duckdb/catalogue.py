"""What a source of DuckDB has: the tables that its files are, or those of a file of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from guichet import errors
from guichet.sources.catalogue import Relation, TableColumn
from guichet.sources.duckdb.files import FileTable
from guichet.sources.duckdb.types import get_type
from guichet.sources.protocol import Session, Source

CATALOGUE_SECONDS = 30
SYSTEM = ("information_schema", "pg_catalog")
PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
UNSEARCHABLE = ("json", "array", "bytes", "interval", "other")

TABLES = """
SELECT schema_name, table_name, 'table', estimated_size FROM duckdb_tables()
WHERE NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, view_name, 'view', NULL FROM duckdb_views() WHERE NOT internal AND NOT temporary
ORDER BY 1, 2
"""
COLUMNS = """
SELECT column_name, data_type FROM duckdb_columns()
WHERE schema_name = %(schema)s AND table_name = %(table)s AND NOT internal ORDER BY column_index
"""
KEYS = """
SELECT constraint_type, constraint_column_names FROM duckdb_constraints()
WHERE schema_name = %(schema)s AND table_name = %(table)s AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')
"""
ROWS = "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(%(pattern)s)"
KEYWORDS = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"


class DuckDBCatalogue:
    """A `Catalogue`; a relation's id is its schema and its name, with a tab between.

    :param find_files: returns the files that a table is.
    :param list_refused: returns why files are no tables, by the names that these would have.
    """

    def __init__(
        self,
        source: Source,
        find_files: Callable[[str], FileTable | None],
        list_refused: Callable[[], Mapping[str, str]],
    ) -> None:
        self._source = source
        self._find_files = find_files
        self._list_refused = list_refused

    def tables(self) -> list[Relation]:
        """Return every table and view, and last what is none, though its file's name says so."""
        with self._source.session(CATALOGUE_SECONDS) as session:
            relations = session.fetch(TABLES, {}).rows
            keywords = _keywords(session.fetch(KEYWORDS, {}).rows)
            made = []
            for schema, name, kind, rows in relations:
                file = self._find_files(name) if schema == "main" else None
                if file and file.reader == "read_parquet":
                    rows = self._count_rows(session, file.pattern)
                written = (
                    quote(name, keywords) if schema == "main" else f"{quote(schema, keywords)}.{quote(name, keywords)}"
                )
                made.append(Relation(f"{schema}\t{name}", schema, name, written, "files" if file else kind, rows))
        refused = sorted(self._list_refused())
        return made + [
            Relation(f"main\t{name}", "main", name, quote(name, keywords), "files", is_readable=False)
            for name in refused
        ]

    def _count_rows(self, session: Session, pattern: str) -> float | None:
        """Ask the files of a table how many rows they have; None where one can't be read."""
        try:
            counted = session.fetch_value(ROWS, {"pattern": pattern})
        except (errors.QueryFailedError, errors.InvalidValueError, errors.QueryTimeoutError):
            return None
        return None if counted is None else float(counted)

    def columns(self, table: str | int) -> tuple[list[TableColumn], list[str]]:
        """Return the columns of a table, in order; all may be read."""
        schema, _, name = str(table).partition("\t")
        place = {"schema": schema, "table": name}
        with self._source.session(CATALOGUE_SECONDS) as session:
            rows = session.fetch(COLUMNS, place).rows
            constraints = session.fetch(KEYS, place).rows
            keywords = _keywords(session.fetch(KEYWORDS, {}).rows)
        alone = {
            kind: [names[0] for constraint, names in constraints if constraint == kind and len(names) == 1]
            for kind in KINDS
        }
        return [
            _column(column, type_name, keywords, is_key=column in alone[KEY], is_unique=column in alone[UNIQUE])
            for column, type_name in rows
        ], []

    def constraint_names(self, tables: Collection[str]) -> frozenset[str]:
        """Return nothing: records can't be written here."""
        return frozenset()

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return nothing: records can't be written here."""
        return []


KINDS = KEY, UNIQUE = "PRIMARY KEY", "UNIQUE"


def quote(name: str, keywords: frozenset[str]) -> str:
    """Write a name as SQL has it, with quotes where they are needed."""
    return name if PLAIN.fullmatch(name) and name not in keywords else '"' + name.replace('"', '""') + '"'


def _keywords(rows: list[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(str(word).lower() for (word,) in rows)


def _column(name: str, type_name: str, keywords: frozenset[str], *, is_key: bool, is_unique: bool) -> TableColumn:
    kind = get_type(type_name)
    is_enum = type_name.startswith("ENUM(")
    return TableColumn(
        name,
        quote(name, keywords),
        quote(re.sub(r"_id\Z", "", name), keywords),
        type_name,
        kind,
        is_enum=is_enum,
        enum_sql=f"SELECT unnest(enum_range(NULL::{type_name})) AS value" if is_enum else "",
        is_searchable=kind not in UNSEARCHABLE,
        is_key=is_key,
        is_unique=is_unique or is_key,
    )
