"""Reading a SQLite file: each session is a connection of its own, which can only read and sees one moment."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from guichet import errors, metrics
from guichet.messages import say
from guichet.sources import list_rows, placeholders, row_writer
from guichet.sources.catalogue import Origin
from guichet.sources.columns import Column, ValueType
from guichet.sources.kinds import SourceConfig
from guichet.sources.protocol import Advice, ByteSink, Capabilities, Parameters, Row, Rows, TemporaryTable
from guichet.sources.sqlite import connection as connections
from guichet.sources.sqlite import errors_by_code, types
from guichet.sources.sqlite.advice import ADVICE
from guichet.sources.sqlite.catalogue import SqliteCatalogue

logger = logging.getLogger(__name__)

CAPABILITIES = Capabilities(
    cancel=True,
    time_limit=True,
    read_only=True,
    estimate=False,
    temporary_tables=True,
    snapshot=True,
    writes=False,
    catalogue=True,
)

# So many steps of SQLite's machine lie between two looks at the clock: less than a millisecond.
STEPS = 20_000
# Rows whose values tell the types that no declaration tells, and how long they are waited for.
SAMPLED_ROWS, SAMPLE_SECONDS = 50, 1.0
# How long these types are remembered.
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 1000
# Statements whose names were looked at.
MOST_CONFIRMED = 100_000
SMALLEST, LARGEST = -(2**63), 2**63 - 1

# Strings and comments are skipped; what stands in double quotes may be taken for a text where no name is meant.
QUOTED = re.compile(r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|`(?:[^`]|``)*`|\[[^\]]*\]|(?P<name>"(?:[^"]|"")*")""", re.S)
EXPLAINED = re.compile(r"^EXPLAIN (QUERY PLAN )?")
UNKNOWN_COLUMN = re.compile(r"no such column: (?P<name>.+)")
# What stands before the place of a value, as the dialect compares: a column by its name.
COMPARED = (
    r"""(?:[\w$]+\.|"[^"]+"\.)*(?P<column>[\w$]+|"[^"]+")\s*"""
    r"""(?:IN \((?:SELECT value FROM json_each\()?|[<>]=?|IS NOT|=)\s*"""
)


class SqliteSession:
    """One connection, in one read transaction. Made by `SqliteSource.session`.

    :param seconds: how long each statement may take.
    """

    holds_every_character = True

    def __init__(self, source: SqliteSource, connection: sqlite3.Connection, seconds: float) -> None:
        self._source = source
        self._connection = connection
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._cancelling = threading.Lock()
        self._open = True
        self._cancelled = False
        connection.set_progress_handler(self._must_stop, STEPS)
        with self._translate_errors():
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()  # from here on it sees one moment
        connections.guard(connection)

    def _must_stop(self) -> bool:
        return self._cancelled or time.monotonic() >= self._until

    def fetch(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query and return all of its rows."""
        with self._run(sql, parameters) as cursor:
            rows = cursor.fetchall()
            return Rows([column[0] for column in cursor.description or ()], rows)

    def stream(self, sql: str, parameters: Parameters, batch: int = 1000) -> Iterator[Row]:
        """Run a query and yield its rows; only one is in memory at a time."""
        with self._run(sql, parameters) as cursor:
            yield from cursor

    def fetch_value(self, sql: str, parameters: Parameters) -> Any:
        """Run a query and return the first value of its first row."""
        return self.fetch(sql, parameters).rows[0][0]

    def write_csv(self, sql: str, parameters: Parameters, delimiter: str, output: ByteSink) -> int:
        """Run a query and write its rows as CSV in UTF-8, without a header, a row a call; return how many."""
        with self._run(sql, parameters) as cursor:
            return row_writer.write_csv(cursor, delimiter, output, ZoneInfo(self._source.time_zone))

    def write_lines(self, sql: str, parameters: Parameters, output: ByteSink) -> int:
        """Run a query whose columns are JSON or hex and write each row as a line, as it is; return how many."""
        with self._run(sql, parameters) as cursor:
            return row_writer.write_lines(cursor, output)

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have SQLite read a statement and check it, without running it."""
        with self._run(f"EXPLAIN {sql}", parameters):
            pass

    def explain(self, sql: str, parameters: Parameters) -> list[str]:
        """Return how SQLite would run a statement, in its own words."""
        return [str(row[3]) for row in self.fetch(f"EXPLAIN QUERY PLAN {sql}", parameters).rows]

    def estimate(self, sql: str, parameters: Parameters) -> int | None:
        """Return None: SQLite can't tell how many rows a query would return."""
        return None

    def describe(self, sql: str, parameters: Parameters) -> list[Column]:
        """Return the columns of a query, by their declared types, and where these say nothing by some values."""
        written, _ = placeholders.rewrite(sql, parameters, lambda _: "NULL")
        key = (written, self._schema_version)
        return self._source.remember(key, lambda: self._describe(written))

    def _describe(self, sql: str) -> list[Column]:
        declared = self._describe_declared(sql)
        self._refuse_unknown_names(sql.replace("%", "%%"), {})
        untold = [index for index, (_, type_) in enumerate(declared) if types.find_type(type_) is None]
        seen = self._sample(sql, untold, len(declared)) if untold else {}
        return [types.make_column(name, type_, seen.get(index, ())) for index, (name, type_) in enumerate(declared)]

    def _describe_declared(self, sql: str) -> list[tuple[str, str]]:
        """Return the names and declared types of a query's columns: those of a view of it."""
        with self._execute(f"EXPLAIN {sql}".replace("%", "%%"), {}):  # under guard, before it is a view
            pass
        with self._lift_guard() as connection:
            connection.execute("DROP VIEW IF EXISTS temp.guichet_described")
            connection.execute(f"CREATE TEMP VIEW guichet_described AS {sql}")
            rows = connection.execute("PRAGMA temp.table_xinfo(guichet_described)").fetchall()
            connection.execute("DROP VIEW temp.guichet_described")
        return [(str(row[1]), str(row[2] or "")) for row in rows]

    def _sample(self, sql: str, untold: Sequence[int], width: int) -> Mapping[int, set[str]]:
        """Look at the first rows of a query that says LIMIT 0, for the kinds of their values."""
        some = re.sub(r"LIMIT 0\s*$", f"LIMIT {SAMPLED_ROWS}", sql).replace("%", "%%")
        seen: dict[int, set[str]] = {index: set() for index in untold}
        with suppress(errors.QueryTimeoutError), self._execute(some, {}, SAMPLE_SECONDS) as cursor:
            for row in cursor:
                for index in untold:
                    seen[index].add(STORED.get(type(row[index]), "text"))
        return seen

    @cached_property
    def _schema_version(self) -> int:
        ((version,),) = self.introspect("PRAGMA main.schema_version")
        return int(version)

    def _refuse_unknown_names(self, sql: str, parameters: Parameters) -> None:
        """Refuse a name in double quotes that SQLite would take for a text, as there is nothing of that name."""
        sql = EXPLAINED.sub("", sql)
        names = QUOTED.sub(_in_backticks, sql)
        if names == sql:
            return
        with self._execute(f"EXPLAIN {sql}", parameters):  # what is wrong with it otherwise comes first
            pass
        try:
            with self._execute(f"EXPLAIN {names}", parameters):
                pass
        except errors.QueryFailedError as error:
            unknown = UNKNOWN_COLUMN.match(str(error))
            if unknown is None:
                return  # it is no name that SQLite stumbles over
            name = unknown["name"]
            detail = f"no such column: \"{name}\". SQLite takes it for a text; write '{name}' if it is one"
            near = f'"{name}"'
            raise errors.QueryFailedError(self._source.name, detail, near) from error

    def origins(self, sql: str, parameters: Parameters) -> dict[str, Origin]:
        """Return nothing: no record is written to SQLite."""
        return {}

    def value_type(self, sql: str, parameters: Parameters, name: str) -> ValueType:
        """Return the declared type of the column that a parameter stands beside; a nameless one where there is none.

        SQLite has no types of parameters. The columns that a statement reads it tells itself, when it is prepared.
        """
        beside = re.search(COMPARED + re.escape(f"%({name})s"), sql)
        if beside is None:
            return ValueType("", "text")
        column = beside["column"].strip('"').lower()
        read = {
            (table, name_read)
            for table, name_read in self._read_columns(sql, parameters)
            if name_read.lower() == column
        }
        declared = {
            str(type_)
            for table, name_read in read
            for (type_,) in self.introspect("SELECT type FROM pragma_table_xinfo(?) WHERE name = ?", table, name_read)
        }
        if len(declared) != 1:
            return ValueType("", "text")
        (declared_type,) = declared
        return ValueType(types.find_affinity(declared_type) and declared_type, types.find_type(declared_type) or "text")

    def _read_columns(self, sql: str, parameters: Parameters) -> set[tuple[str, str]]:
        read: set[tuple[str, str]] = set()

        def note(action: int, table: str | None, column: str | None, *rest: Any) -> int:
            if action == sqlite3.SQLITE_READ and table and column:
                read.add((table, column))
            return connections.authorize(action, table, column, *rest)

        self._connection.set_authorizer(note)
        try:
            with self._execute(f"EXPLAIN {sql}", parameters):
                pass
        finally:
            connections.guard(self._connection)
        return read

    def introspect(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask SQLite about the file itself; no author's text may be in this SQL."""
        with self._lift_guard() as connection:
            return connection.execute(sql, values).fetchall()

    def render(self, sql: str, parameters: Parameters) -> str:
        """Return a statement with its values in their places."""
        with self._translate_errors():
            quoted = {
                name: self._connection.execute("SELECT quote(?)", (_adapt(value),)).fetchone()[0]
                for name, value in parameters.items()
            }
        return placeholders.MARK.sub(
            lambda placeholder: "%" if placeholder["name"] is None else str(quoted[placeholder["name"]]), sql
        )

    def find_unreadable_text(self, sql: str, parameters: Parameters) -> tuple[int, str] | None:
        """Return where the first text of a query is that is none in UTF-8: its row, from 1, and its column's name."""
        self._connection.text_factory = bytes
        try:
            with self._run(sql, parameters) as cursor:
                for number, row in enumerate(cursor, 1):
                    for column, value in zip(cursor.description or (), row, strict=True):
                        if isinstance(value, bytes) and not _is_utf_8(value):
                            return number, str(column[0])
        finally:
            self._connection.text_factory = str
        return None

    def missing_characters(self, texts: Sequence[str]) -> frozenset[str]:
        """Return the characters of texts that can't stand in the database: halves of surrogate pairs."""
        return frozenset(
            character for text in texts if not text.isascii() for character in text if "\ud800" <= character <= "\udfff"
        )

    def malformed_values(self, values: Sequence[str], type_: str) -> frozenset[str]:
        """Return nothing: a column of SQLite may hold any value."""
        return frozenset()

    def load_lists(self, tables: Sequence[TemporaryTable]) -> None:
        """Make and fill temporary tables.

        Where no type is known that values are compared as, a number stands in them both as a text and as a number:
        then SQLite, which takes no text for a number, finds either.
        """
        with self._lift_guard() as connection:
            for table in tables:
                columns = table.columns.split(", ")
                marks = ", ".join("?" * len(columns))
                connection.execute(f"CREATE TEMP TABLE {table.name} ({table.columns})")
                connection.executemany(
                    f"INSERT INTO temp.{table.name} VALUES ({marks})", list_rows.read_rows(table.rows())
                )
                if " " not in columns[-1]:
                    value, nothing = columns[-1], "NULL, " * (len(columns) - 1)
                    number = f"CAST({value} AS NUMERIC)"
                    connection.execute(
                        f"INSERT INTO temp.{table.name} SELECT {nothing}{number} FROM temp.{table.name}"
                        f" WHERE CAST({number} AS TEXT) = {value}"
                    )
                value = columns[-1].split(" ")[0]
                connection.execute(f"CREATE INDEX temp.{table.name}_values ON {table.name} ({value})")

    def cancel(self) -> None:
        """Cancel the running query, without waiting for it. Do nothing once the session is over."""
        with self._cancelling:
            if self._open:
                self._cancelled = True
                self._connection.interrupt()

    def close(self) -> None:
        """End the session: after this nothing can be cancelled by it any more."""
        with self._cancelling:
            self._open = False
            self._connection.close()

    @contextmanager
    def _run(self, sql: str, parameters: Parameters) -> Iterator[sqlite3.Cursor]:
        """Run a statement with an author's SQL in it, whose names were looked at when it was run for the first time."""
        if '"' in sql and self._source.is_unconfirmed(sql, self._schema_version):
            self._refuse_unknown_names(sql, parameters)
            self._source.confirm(sql, self._schema_version)
        with self._execute(sql, parameters) as cursor:
            yield cursor

    @contextmanager
    def _execute(self, sql: str, parameters: Parameters, seconds: float | None = None) -> Iterator[sqlite3.Cursor]:
        written, bound = placeholders.rewrite(sql, parameters)
        self._until = time.monotonic() + min(self._seconds, seconds or self._seconds)
        with self._translate_errors(), closing(self._connection.cursor()) as cursor:
            cursor.execute(written, {name: _adapt(value) for name, value in bound.items()})
            yield cursor

    @contextmanager
    def _lift_guard(self) -> Iterator[sqlite3.Connection]:
        self._until = time.monotonic() + self._seconds
        connections.unguard(self._connection)
        try:
            with self._translate_errors():
                yield self._connection
        finally:
            connections.guard(self._connection)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError, OverflowError) as error:
            raise self._translate(error) from error

    def _translate(self, error: Exception) -> errors.SourceError:
        name = self._source.name
        if self._cancelled:
            return errors.QueryCancelledError(name, "The query was cancelled.")
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return errors.QueryTimeoutError(name, "The query ran past its time limit.")
        return errors_by_code.translate(error, name)


STORED = {type(None): "null", int: "integer", float: "real", bytes: "blob"}


def _in_backticks(token: re.Match[str]) -> str:
    name = token["name"]
    return token[0] if name is None else "`" + name[1:-1].replace('""', '"').replace("`", "``") + "`"


def _adapt(value: Any) -> Any:
    """Return a value as SQLite stores its like."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and SMALLEST <= value <= LARGEST else float(value)
    if isinstance(value, int) and not SMALLEST <= value <= LARGEST:
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


class SqliteSource:
    """A file that interfaces read."""

    def __init__(self, config: SourceConfig, path: Path) -> None:
        self.name = config.name
        self.time_zone = config.time_zone
        self._config = config
        self._path = path
        self._places = threading.BoundedSemaphore(config.pool_size)
        self._remembered: dict[tuple[str, int], tuple[list[Column], float]] = {}
        self._confirmed: set[tuple[int, int]] = set()

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @property
    def catalogue(self) -> SqliteCatalogue:
        return SqliteCatalogue(self.session)

    @property
    def advice(self) -> Advice:
        return ADVICE

    @contextmanager
    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> Iterator[SqliteSession]:
        """Open a read-only transaction in which no statement may take longer than `timeout_seconds`.

        :param tables: temporary ones of its own, gone with it.
        :param snapshot: all statements see one moment in any case. Where the file is written over meanwhile, without
            regard to SQLite's locks, it fails with `OvertakenError`.
        :raises SourceError: any of its kinds, also from within the block.
        """
        if not self._places.acquire(timeout=self._config.wait_seconds):
            raise self._busy()
        metrics.pool_size.labels(self.name).set(self._config.pool_size)
        metrics.connections.labels(self.name).inc()
        try:
            session = self._open(timeout_seconds)
            try:
                if tables:
                    session.load_lists(tables)
                before = self._look(session) if snapshot else None
                yield session
                if before and self._look(session) != before:
                    sentence = "Others changed the same data at that moment, and nothing was done."
                    raise errors.OvertakenError(self.name, sentence)
            finally:
                session.close()
        finally:
            metrics.connections.labels(self.name).dec()
            self._places.release()

    def _look(self, session: SqliteSession) -> tuple[int, ...] | None:
        """Return what tells that the file was written; None where writers may: those of WAL write while others read."""
        ((mode,),) = session.introspect("PRAGMA main.journal_mode")
        try:
            state = os.stat(self._path)
        except OSError as error:
            raise errors_by_code.build_unavailable(self.name, f"{self._path}: {error}") from error
        return None if mode == "wal" else (state.st_ino, state.st_size, state.st_mtime_ns)

    def is_unconfirmed(self, sql: str, schema_version: int) -> bool:
        """Tell whether the names of a statement were never looked at."""
        return (hash(sql), schema_version) not in self._confirmed

    def confirm(self, sql: str, schema_version: int) -> None:
        """Note that the names of a statement are all known."""
        if len(self._confirmed) >= MOST_CONFIRMED:
            self._confirmed.clear()
        self._confirmed.add((hash(sql), schema_version))

    def remember(self, key: tuple[str, int], describe: Callable[[], list[Column]]) -> list[Column]:
        """Return the columns of a statement by its SQL and the version of the schema, for a minute."""
        columns, until = self._remembered.get(key, ([], 0.0))
        if until > time.monotonic():
            return columns
        described, now = describe(), time.monotonic()
        current = {other: kept for other, kept in self._remembered.items() if kept[1] > now}
        if len(current) < MOST_REMEMBERED:
            self._remembered = {**current, key: (described, now + REMEMBERED_SECONDS)}
        return described

    def _open(self, seconds: float) -> SqliteSession:
        try:
            connection = connections.connect(self._path, self._config.wait_seconds)
        except sqlite3.Error as error:
            raise errors_by_code.build_unavailable(self.name, f"{self._path}: {error}") from error
        try:
            return SqliteSession(self, connection, seconds)
        except BaseException:
            connection.close()
            raise

    def _busy(self) -> errors.SourceBusyError:
        metrics.connections_refused.labels(self.name).inc()
        message = say("Too many searches of “{source}” are running at once.", source=self.name)
        reason = f"all {self._config.pool_size} of this process are in use"
        return errors.SourceBusyError(self.name, message, reason)

    def takes_tables(self) -> bool:
        """Return True: temporary tables are in files of their own."""
        return True

    def close_idle(self) -> None:
        """Do nothing: every session closes its connection."""

    def ping(self) -> None:
        """Ask the file for a sign of life.

        :raises SourceError: if there is none.
        """
        with self.session(5) as session:
            session.fetch_value("SELECT 1", {})
