"""Reading one MariaDB or MySQL database: sessions that are read-only and limited in time."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from guichet import errors
from guichet.sources import csv_rows, row_writer
from guichet.sources.catalogue import Origin
from guichet.sources.columns import Column, ValueType
from guichet.sources.mariadb import connections, error_numbers, filling, statements, types
from guichet.sources.mariadb.advice import ADVICE
from guichet.sources.mariadb.catalogue import MariaDBCatalogue, find_origins
from guichet.sources.mariadb.connections import PROBES, Connection, Opening, RowStream
from guichet.sources.mariadb.literals import Raw, quote_text, render
from guichet.sources.mariadb.pool import ConnectionPool
from guichet.sources.protocol import (
    LINE_DELIMITER,
    Advice,
    ByteSink,
    Capabilities,
    Parameters,
    Row,
    Rows,
    TemporaryTable,
)

logger = logging.getLogger(__name__)

# The planner knows how many rows a table has, but not how many of them a condition leaves: without histograms it takes
# all for it. Nothing should be refused, or shown to anybody, by that.
CAPABILITIES = Capabilities(
    cancel=True,
    time_limit=True,
    read_only=True,
    estimate=False,
    temporary_tables=True,
    snapshot=True,
    writes=True,
    catalogue=True,
)

# How much longer a statement is waited for than the server should take for it: then it is the server that hangs.
SLACK_SECONDS = 2
# How long a cancelled statement may take to end.
CANCEL_SECONDS = 2
# How long it is remembered that temporary tables can't be made.
REFUSAL_SECONDS = 600
# So many rows are taken from the driver at once.
BATCH_ROWS = 1000

# A column of this name has finished lines of CSV (`sql.mariadb.csv_cells`).
FINISHED = "guichet_csv"

# For authors, as the server's own messages are.
NO_TYPES = "MySQL does not tell what a value is compared with, so that no value list can be searched by"
TOO_LONG = "a row is longer than the server sends as one text: raise its max_allowed_packet"

# The operand that a value is compared with can't be compared with a row: its type stands in the error.
ROW = Raw("ROW(1, 1)")
TYPED = re.compile(r"data types (.+?) and row for operation")
COLLATED = re.compile(r"\((\w+),\w+\) and \(\w+,\w+\) for operation")
UNLIKE_TYPES, NO_ROW, MIXED_COLLATIONS = 4078, 1241, 1267
TEXTS = ("varchar", "char", "blob", "tinyblob", "mediumblob", "longblob", "json", "text", "hex")
# The longest text that a key may have whole.
KEY_CHARACTERS = 768


class MariaDBSession:
    """One read-only transaction. `cancel` alone may be called from another thread.

    :param seconds: how long each statement may take by the server's clock.
    """

    holds_every_character = True

    def __init__(self, source: str, pool: ConnectionPool, connection: Connection, seconds: float) -> None:
        self.source = source
        self._pool = pool
        self._connection = connection
        self._seconds = seconds
        self._cancelling = threading.Lock()
        self._over = threading.Event()
        self.cancelled = False

    def fetch(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query and return all of its rows."""
        with self._asking():
            result = self._connection.fetch(self._read_only(sql, parameters))
            return Rows(result.names, result.rows)

    def stream(self, sql: str, parameters: Parameters, batch: int = BATCH_ROWS) -> Iterator[Row]:
        """Run a query and yield its rows, so many at a time in memory."""
        with self._streaming(sql, parameters) as stream:
            while not stream.ended:
                with self._asking():
                    rows = stream.take(batch)
                yield from rows

    def fetch_value(self, sql: str, parameters: Parameters) -> Any:
        """Run a query and return the first value of its first row."""
        return self.fetch(sql, parameters).rows[0][0]

    def write_csv(self, sql: str, parameters: Parameters, delimiter: str, output: ByteSink) -> int:
        """Run a query and write its rows as CSV in UTF-8, without a header, a row a call; return how many.

        Lines that the server has finished are passed on as they are, and what stands beside them.
        """
        separator = delimiter.encode()
        with self._streaming(sql, parameters, as_bytes=True) as stream:
            if stream.names[:1] == [FINISHED]:
                return self._pass_on(stream, separator, output)
            rows = (map(_text, row) for batch in self._batches(stream) for row in batch)
            return row_writer.write_csv((list(row) for row in rows), delimiter, output)

    def write_lines(self, sql: str, parameters: Parameters, output: ByteSink) -> int:
        """Run a query whose columns are JSON or hex and write each row as a line, as it is; return how many."""
        with self._streaming(sql, parameters, as_bytes=True) as stream:
            return self._pass_on(stream, LINE_DELIMITER, output)

    def _pass_on(self, stream: RowStream, separator: bytes, output: ByteSink) -> int:
        count, several = 0, len(stream.names) > 1
        for rows in self._batches(stream):
            firsts = [row[0] for row in rows]
            if None in firsts:
                raise errors.QueryFailedError(self.source, TOO_LONG)
            if rows:
                lines = b"\n".join(map(separator.join, rows) if several else firsts) + b"\n"
                csv_rows.pass_on(output, lines, len(rows), quoted=separator != LINE_DELIMITER)
            count += len(rows)
        return count

    def _batches(self, stream: RowStream) -> Iterator[Sequence[Row]]:
        while not stream.ended:
            with self._asking():
                rows = stream.take(BATCH_ROWS)
            yield rows

    @contextmanager
    def _streaming(self, sql: str, parameters: Parameters, *, as_bytes: bool = False) -> Iterator[RowStream]:
        """Run a query whose rows are taken one by one; whoever takes no more leaves the connection useless."""
        with self._asking():
            stream = self._connection.stream(self._read_only(sql, parameters), as_bytes=as_bytes)
        try:
            yield stream
        finally:
            if not stream.ended:
                stream.abandon()
                self._kill_quietly()
                self._connection.close()

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have the server read a statement and check it, its rights included, without running it."""
        if not statements.is_change(sql):
            self.explain(sql, parameters)
            return
        with self._asking():
            self._connection.fetch(f"EXPLAIN {render(sql, parameters)}")

    def explain(self, sql: str, parameters: Parameters) -> list[str]:
        """Return how the server would run a statement, a line for each table."""
        answer = self.fetch(f"EXPLAIN {sql}", parameters)
        return [
            ", ".join(f"{name}: {cell}" for name, cell in zip(answer.names, row, strict=True) if cell is not None)
            for row in answer.rows
        ]

    def estimate(self, sql: str, parameters: Parameters) -> None:
        """Tell nothing: see `CAPABILITIES`."""

    def describe(self, sql: str, parameters: Parameters) -> list[Column]:
        """Return the columns of a query that returns no rows (it should say LIMIT 0)."""
        with self._asking():
            fields = self._connection.fetch(self._read_only(sql, parameters)).fields
        return [types.make_column(field.name, field.type_code, field.length, field.charsetnr) for field in fields]

    def origins(self, sql: str, parameters: Parameters) -> Mapping[str, Origin]:
        """Return the columns of tables behind those of a query, by their names in it; none for computed ones.

        The server forgets where columns come from in brackets. So the query is run as it is, for none of its rows.
        """
        with self._asking():
            fields = self._connection.fetch_nothing(self._read_only(sql, parameters))
        places = {
            field.name: (field.db.decode(), field.org_table, field.org_name) for field in fields if field.org_table
        }
        return find_origins(self, places)

    def value_type(self, sql: str, parameters: Parameters, name: str) -> ValueType:
        """Return the type that a value is compared with.

        Placeholders have none here. So the server is asked to plan a comparison with a row, which nothing can be
        compared with: the error names the type of the other side. Of texts it is asked for the collation likewise, by
        a text of another one. What tells nothing is taken for a text.
        """
        said = self._refusal(sql, {**parameters, name: ROW}, UNLIKE_TYPES, NO_ROW)
        typed = TYPED.search(said)
        if not typed and not self._connection.is_mariadb:
            raise errors.QueryFailedError(self.source, NO_TYPES)
        written = typed[1] if typed else "varchar"
        word, _, json = written.removesuffix(" unsigned").partition("/")
        if json or word in TEXTS:
            return ValueType(f"varchar({KEY_CHARACTERS}) {self._collation(sql, parameters, name)}", "text")
        return ValueType(written, types.type_of(word))

    def _collation(self, sql: str, parameters: Parameters, name: str) -> str:
        for charset in PROBES:
            said = self._refusal(sql, {**parameters, name: Raw(f"@guichet_{charset}")}, MIXED_COLLATIONS)
            if collated := COLLATED.search(said):
                return f"CHARACTER SET {collated[1].partition('_')[0]} COLLATE {collated[1]}"
        return "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"

    def _refusal(self, sql: str, parameters: Parameters, *numbers: int) -> str:
        """Return why the server can't plan a statement, where it is for one of these errors; else ""."""
        with self._asking():
            try:
                self._connection.fetch(f"EXPLAIN {self._read_only(sql, parameters)}")
            except connections.DriverError as error:
                if error_numbers.number_of(error) not in numbers:
                    raise
                return error_numbers.message_of(error)
        return ""

    def render(self, sql: str, parameters: Parameters) -> str:
        """Return a statement as it is sent, its values in their places."""
        return render(sql, parameters)

    def find_unreadable_text(self, sql: str, parameters: Parameters) -> None:
        """Find nothing: the server knows the character set of each text, and sends all in UTF-8."""

    def missing_characters(self, texts: Sequence[str]) -> frozenset[str]:
        """Find nothing: a column of few characters is compared with any."""
        return frozenset()

    def malformed_values(self, values: Sequence[str], type_: str) -> frozenset[str]:
        """Return the values that the server can't read as a type."""
        if not filling.CASTS.get(type_):
            return frozenset()
        sql = f"SELECT {', '.join(f'CAST({quote_text(value)} AS {filling.CASTS[type_]}) IS NULL' for value in values)}"
        (told,) = self.fetch(sql.replace("%", "%%"), {}).rows
        return frozenset(value for value, wrong in zip(values, told, strict=True) if wrong)

    def load_lists(self, tables: Sequence[TemporaryTable], *, snapshot: bool) -> None:
        """Make and fill temporary tables, and begin the transaction that only reads."""
        with self._asking():
            for table in tables:
                try:
                    self._connection.make_table(f"CREATE TEMPORARY TABLE {table.name} ({table.columns}) ENGINE=InnoDB")
                except connections.DriverError as error:
                    if error_numbers.number_of(error) in error_numbers.TABLES_REFUSED:
                        raise errors.TablesRefusedError(self.source, "No temporary table can be made here.") from error
                    raise
        for table in tables:
            for insert in filling.inserts(table.name, table.rows()):
                with self._asking():
                    self._connection.fetch(insert)
        with self._asking():
            self._connection.forbid_writing()
            self._connection.start(snapshot=snapshot)

    def cancel(self) -> None:
        """Have the server end what runs, without waiting for it. Do nothing once the session is over.

        A server that doesn't obey soon is left: its connection is shut down.
        """
        with self._cancelling:
            if self._over.is_set() or self.cancelled:
                return
            self.cancelled = True
            threading.Thread(target=self._end_by_force, name="cancel", daemon=True).start()

    def _end_by_force(self) -> None:
        self._kill_quietly()
        if not self._over.wait(CANCEL_SECONDS):
            with self._cancelling:
                if not self._over.is_set():
                    self._connection.shut_down()

    def _kill_quietly(self) -> None:
        if self._over.is_set() or self._connection.broken:
            return
        try:
            self._pool.kill(self._connection, CANCEL_SECONDS)
        except connections.FAILURES as error:
            logger.warning("a query in the database “%s” could not be killed: %s", self.source, type(error).__name__)

    def close(self) -> None:
        """End the session: after this nothing can be cancelled by it any more."""
        with self._cancelling:
            self._over.set()

    def _read_only(self, sql: str, parameters: Parameters) -> str:
        statements.check_query(sql)
        return render(sql, parameters)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Translate what the driver raises, and drop a connection that is lost."""
        self._connection.patience = CANCEL_SECONDS if self.cancelled else self._seconds + SLACK_SECONDS
        try:
            yield
        except statements.StatementError as error:
            raise errors.QueryFailedError(self.source, str(error), "", "syntax") from error
        except UnicodeEncodeError as error:
            raise errors.InvalidValueError(self.source, str(error)) from error
        except UnicodeDecodeError as error:
            self._connection.close()
            raise errors.UnreadableTextError(self.source) from error
        except connections.FAILURES as error:
            translated = error_numbers.translate(error, self.source, self._pool.url)
            lost = isinstance(translated, errors.SourceUnavailableError)
            if lost:
                self._connection.close()
            if self.cancelled and (lost or isinstance(translated, errors.QueryTimeoutError)):
                translated = errors.QueryCancelledError(self.source, "The query was cancelled.")
            raise translated from error


def _text(cell: Any) -> Any:
    return cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else cell


class MariaDBSource:
    """A database that interfaces read.

    :param time_zone: where a day begins, and how timestamps with a zone are written.
    """

    def __init__(self, pool: ConnectionPool, time_zone: str) -> None:
        self._pool = pool
        self._time_zone = time_zone
        self._takes_tables = False
        self._asked_again_at = 0.0

    @property
    def name(self) -> str:
        return self._pool.name

    @property
    def time_zone(self) -> str:
        return self._time_zone

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @property
    def catalogue(self) -> MariaDBCatalogue:
        return MariaDBCatalogue(self)

    @property
    def advice(self) -> Advice:
        return ADVICE

    @contextmanager
    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> Iterator[MariaDBSession]:
        """Open a read-only transaction in which no statement may take longer than `timeout_seconds`.

        :param tables: temporary ones of its own, made before it can only read, and gone with it.
        :param snapshot: whether all its statements see the database as it is at the first.
        :raises SourceError: any of its kinds, also from within the block.
        """
        with self._pool.connection(Opening(timeout_seconds, snapshot, bool(tables))) as connection:
            session = MariaDBSession(self.name, self._pool, connection, timeout_seconds)
            try:
                if tables:
                    self._make(session, tables, snapshot=snapshot)
                yield session
            finally:
                session.close()
                end(connection, [table.name for table in tables], cancelled=session.cancelled)

    def _make(self, session: MariaDBSession, tables: Sequence[TemporaryTable], *, snapshot: bool) -> None:
        try:
            session.load_lists(tables, snapshot=snapshot)
        except errors.TablesRefusedError:
            self._takes_tables, self._asked_again_at = False, time.monotonic() + REFUSAL_SECONDS
            raise

    def takes_tables(self) -> bool:
        """Tell whether temporary tables can be made in it: not by a user without that privilege."""
        if not self._takes_tables and time.monotonic() >= self._asked_again_at:
            self._takes_tables = self._can_make_a_table()
            self._asked_again_at = time.monotonic() + REFUSAL_SECONDS
        return self._takes_tables

    def _can_make_a_table(self) -> bool:
        try:
            with self.session(5, [TemporaryTable("guichet_probe", "one int", lambda: iter(()))]):
                return True
        except errors.TablesRefusedError:
            return False

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""
        self._pool.close_idle()

    def ping(self) -> None:
        """Ask the server for a sign of life.

        :raises SourceError: if there is none.
        """
        with self.session(timeout_seconds=5) as session:
            session.fetch_value("SELECT 1", {})


def end(connection: Connection, tables: Sequence[str], *, cancelled: bool) -> None:
    """End the transaction, as far as the connection has not broken.

    One that was cancelled is closed: the cancellation may still be on its way, and would hit whatever runs on it then.
    """
    if connection.broken:
        return
    if cancelled:
        connection.close()
        return
    connection.patience = SLACK_SECONDS
    try:
        connection.roll_back(tables)
    except connections.FAILURES:
        connection.close()
