"""Reading one source: sessions that are read-only and limited in time, and what can be asked in them."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, cast

import psycopg2
import psycopg2.extensions

from guichet import errors
from guichet.sources.catalogue import Origin
from guichet.sources.columns import Column, ValueType
from guichet.sources.postgresql import deadlines, libpq, sqlstates, value_checks
from guichet.sources.postgresql.advice import ADVICE
from guichet.sources.postgresql.catalogue import PostgreSQLCatalogue, find_origins
from guichet.sources.postgresql.copy_reader import Reader
from guichet.sources.postgresql.deadlines import Deadline
from guichet.sources.postgresql.pool import Connection, Pool
from guichet.sources.postgresql.types import BUILT_IN, make_column
from guichet.sources.protocol import Advice, ByteSink, Capabilities, Parameters, Row, Rows, TemporaryTable

CAPABILITIES = Capabilities(
    cancel=True,
    time_limit=True,
    read_only=True,
    estimate=True,
    temporary_tables=True,
    snapshot=True,
    writes=True,
    catalogue=True,
)

# Set in every transaction rather than when connecting, so that a connection pooler in between does no harm.
FORMATS = {
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}


# How much longer a statement is waited for than the database should take for it: then it is the database that hangs.
SLACK_SECONDS = 2
# How long a cancelled statement may take to end.
CANCEL_SECONDS = 2

# What a connection is when no transaction of ours says so: no more than what is needed in one.
READS_ONLY = "SET default_transaction_read_only = on; SET statement_timeout = '60s'"

# The type of `guichet_typed`: as it is written, and which one it is; of an array, that of its elements.
VALUE_TYPE = """
SELECT format_type(given.oid, -1), one.oid::bigint, one.typcategory
FROM pg_prepared_statements AS typed
JOIN pg_type AS given ON given.oid = typed.parameter_types[1]
JOIN pg_type AS one ON one.oid = CASE WHEN given.typcategory = 'A' THEN given.typelem ELSE given.oid END
WHERE typed.name = 'guichet_typed'
"""
# Stands for a value whose type is asked for.
PARAMETER = psycopg2.extensions.AsIs("$1")

# How long it is remembered that temporary tables can't be made: a standby may be promoted.
REFUSAL_SECONDS = 600
# Such a transaction can only read, or its role may make nothing.
REFUSALS = ("25006", "42501", "0A000")


# How many processes the server's settings leave to one statement, and nobody uses now: none while other statements of
# ours, which people wait for, run longer than a moment.
SPARE_PROCESSES = """
SELECT CASE WHEN count(*) FILTER (WHERE state = 'active' AND backend_type = 'client backend'
                                    AND application_name = 'guichet' AND left(query, 5) <> 'COPY '
                                    AND clock_timestamp() - query_start > interval '200 ms') > 0 THEN 0
            ELSE least(current_setting('max_parallel_workers_per_gather')::int,
                       least(current_setting('max_parallel_workers')::int,
                             current_setting('max_worker_processes')::int)
                         - count(*) FILTER (WHERE backend_type = 'parallel worker')) END
FROM pg_stat_activity WHERE pid <> pg_backend_pid()
"""
# A row that another process has found costs as much as one's own: what is heavy is worth it.
SPREAD = (
    "SET LOCAL max_parallel_workers_per_gather = {spare}; SET LOCAL parallel_setup_cost = 0;"
    " SET LOCAL parallel_tuple_cost = 0"
)
PLANNED = re.compile(r"^\s*Workers Planned: (\d+)")

# Fingerprints of SQL that the database took for one statement.
SINGLE_STATEMENTS: set[bytes] = set()
MOST_KNOWN = 100_000
SYNTAX_ERROR, NO_CHARACTER = "42601", "22021"
UTF_8 = "utf_8"
# Errors of what is asked: that it can't be read, needs rights, or is more than the database can do.
STATEMENTS_OWN = ("0A", "22", "25", "42", "54", "XX")
# JSON and hex have neither of these characters, so that COPY, as CSV with them, writes each line as it is.
AS_IT_IS = "DELIMITER E'\\x02', QUOTE E'\\x01'"


class PostgreSQLSession:
    """One read-only transaction. Made by `PostgreSQLSource.session`; `cancel` alone may be called from another thread.

    :param seconds: how long each statement may take by the database's clock.
    :param parallel: how many processes a statement that is spread may use beside its own.
    """

    def __init__(self, source: str, connection: Connection, seconds: float, parallel: int = 0) -> None:
        self.source = source
        self._connection = connection
        self._seconds = seconds
        self._parallel = parallel
        self._deadline: Deadline | None = None
        self._cancelling = threading.Lock()
        self._open = True
        self.cancelled = False

    def fetch(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query and return all of its rows."""
        self._refuse_several(sql, parameters)
        return self._rows(sql, parameters)

    def _rows(self, sql: str, parameters: Parameters) -> Rows:
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            return Rows([column.name for column in cursor.description or ()], cursor.fetchall())

    def render(self, sql: str, parameters: Parameters) -> str:
        """Return a statement as it is sent, its values in their places."""
        with self._cursor() as cursor:
            return str(cursor.mogrify(sql, parameters).decode())

    def stream(self, sql: str, parameters: Parameters, batch: int = 1000) -> Iterator[Row]:
        """Run a query and yields its rows, so many at a time in memory."""
        declared = f"DECLARE streamed NO SCROLL CURSOR FOR {sql}"
        self._refuse_several(declared, parameters)
        with self._cursor() as cursor:
            cursor.execute(declared, parameters)
        while True:
            rows = self._rows(f"FETCH FORWARD {int(batch)} FROM streamed", {}).rows
            yield from rows
            if len(rows) < batch:
                return

    def fetch_value(self, sql: str, parameters: Parameters) -> Any:
        """Run a query and return the first value of its first row."""
        return self.fetch(sql, parameters).rows[0][0]

    def write_csv(self, sql: str, parameters: Parameters, delimiter: str, output: ByteSink) -> int:
        """Run a query and write its rows as CSV in UTF-8, without a header, a row a call; return how many."""
        written = "E'\\t'" if delimiter == "\t" else f"'{delimiter}'"
        return self._copy(sql, parameters, f"DELIMITER {written}", output)

    def write_lines(self, sql: str, parameters: Parameters, output: ByteSink) -> int:
        """Run a query whose columns are JSON or hex and write each row as a line, as it is; return how many."""
        return self._copy(sql, parameters, AS_IT_IS, output)

    def _copy(self, sql: str, parameters: Parameters, options: str, output: ByteSink) -> int:
        copy = f"COPY (\n{sql}\n) TO STDOUT (FORMAT csv, {options}, ENCODING '{self._connection.encoding}')"
        self._refuse_several(copy, parameters)
        with self._cursor() as cursor:
            text = cursor.mogrify(copy, parameters).decode(self._codec)
            if self._codec != UTF_8:  # which the database does not know: it passes on bytes as they are
                output = _Recoded(output, self._codec)
            # The driver's types ask for a whole file; it calls `write` alone.
            cursor.copy_expert(text, cast(IO[bytes], output), size=1 << 20)
            return int(cursor.rowcount)

    @property
    def _codec(self) -> str:
        return str(psycopg2.extensions.encodings[self._connection.encoding])

    def find_unreadable_text(self, sql: str, parameters: Parameters) -> tuple[int, str] | None:
        """Return where the first text of a query is that is none in UTF-8: its row, from 1, and its column's name."""
        with self._cursor() as cursor:
            self._connection.set_client_encoding("LATIN1")  # which takes every byte for a character
            try:
                cursor.execute(sql, {name: _in_latin1(value) for name, value in parameters.items()})
                for number, row in enumerate(cursor, 1):
                    for column, value in zip(cursor.description or (), row, strict=True):
                        if isinstance(value, str) and not _is_utf_8(value.encode("latin-1")):
                            return number, column.name
            finally:
                self._connection.set_client_encoding("UTF8")
        return None

    def spread(self, sql: str, parameters: Parameters) -> int | None:
        """Let a heavy statement use more processes, as far as the database has some to spare.

        The plan is the planner's: a statement with a function that must not run in parallel has no part that could be
        shared out, and a list's temporary table is read by one process. Rows come in any order, unless they are sorted.

        :returns: how many processes the planner takes; None where none may be used now.
        """
        spare = min(self._parallel, int(self.fetch_value(SPARE_PROCESSES, {}))) if self._parallel else 0
        if spare <= 0:
            return None
        with self._cursor() as cursor:
            cursor.execute(SPREAD.format(spare=spare))
        return sum(int(count) for line in self.explain(sql, parameters) for count in PLANNED.findall(line))

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have the database read a statement and check it, its rights included, without running it."""
        self.explain(sql, parameters)

    def explain(self, sql: str, parameters: Parameters) -> list[str]:
        """Return the planner's plan of a statement, line by line."""
        return [str(line) for (line,) in self.fetch(f"EXPLAIN {sql}", parameters).rows]

    def estimate(self, sql: str, parameters: Parameters) -> int:
        """Ask the planner how many rows a query would return, without running it."""
        plan = self.fetch_value(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])

    def describe(self, sql: str, parameters: Parameters) -> list[Column]:
        """Ask for the columns of a query that returns no rows (it should say LIMIT 0)."""
        self._refuse_several(sql, parameters)
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            described = [(column.name, column.type_code) for column in cursor.description or ()]
            unknown = [oid for _, oid in described if oid not in BUILT_IN]
            categories: dict[int, str] = {}
            if unknown:
                cursor.execute("SELECT oid, typcategory FROM pg_type WHERE oid = ANY(%s::oid[])", (unknown,))
                categories = {int(oid): category for oid, category in cursor.fetchall()}
            return [make_column(name, oid, categories) for name, oid in described]

    def origins(self, sql: str, parameters: Parameters) -> dict[str, Origin]:
        """Return the columns of tables behind those of a query, by their names in it; none for computed ones."""
        sql = f"SELECT * FROM (\n{sql}\n) AS result LIMIT 0"
        self._refuse_several(sql, parameters)
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            places = [
                (column.name, column.table_oid or 0, column.table_column or 0) for column in cursor.description or ()
            ]
        return find_origins(self, places)

    def value_type(self, sql: str, parameters: Parameters, name: str) -> ValueType:
        """Ask for which type the database takes the value of a parameter.

        :returns: with a name that means the type at any length: `character` alone would be one character.
        """
        prepared, bound = f"PREPARE guichet_typed AS {sql}", {**parameters, name: PARAMETER}
        self._refuse_several(prepared, bound)
        with self._cursor() as cursor:
            cursor.execute(prepared, bound)
            cursor.execute(VALUE_TYPE)
            ((written, oid, category),) = cursor.fetchall()
            cursor.execute("DEALLOCATE guichet_typed")
        kind = make_column(name, oid, {oid: category}).type
        return ValueType(str(written).removesuffix("[]"), kind, is_array=str(written).endswith("[]"))

    def missing_characters(self, texts: Sequence[str]) -> frozenset[str]:
        """Return the characters of texts that can't stand in the database, whose encoding may have few."""
        return value_checks.missing_characters(self, texts)

    def malformed_values(self, values: Sequence[str], type_: str) -> frozenset[str]:
        """Return the values that the database can't read as a type.

        :param type_: as the database writes it, such as `inet`.
        :raises QueryFailedError: if it knows no such type.
        """
        return value_checks.find_malformed(self, values, type_)

    def _refuse_several(self, sql: str, parameters: Parameters) -> None:
        """Have the database itself see that this is one statement, the first time that it is run.

        The driver sends SQL in the way that takes several statements, and a second one could leave the transaction. So
        it is prepared first, which takes one alone and runs nothing. What the database can't read at all, it refuses
        when it is run, and says where.

        :param sql: the whole statement, as it will be sent.
        :raises QueryFailedError: if there are several.
        """
        mark = hashlib.sha256(sql.encode(errors="surrogatepass")).digest()
        if mark in SINGLE_STATEMENTS:
            return
        with self._cursor() as cursor:
            query = cursor.mogrify(sql, dict.fromkeys(parameters))
            cursor.execute("SAVEPOINT guichet_single")
            refusal = libpq.prepare(self._connection, query)
            if refusal:
                # An error of the grammar has a position, and stops the whole text; that there are several has none.
                several = refusal.sqlstate == SYNTAX_ERROR and not refusal.has_position
                if several or not refusal.sqlstate.startswith(STATEMENTS_OWN):
                    raise refusal
                cursor.execute("ROLLBACK TO SAVEPOINT guichet_single")
                return
            cursor.execute("RELEASE SAVEPOINT guichet_single")
        if len(SINGLE_STATEMENTS) >= MOST_KNOWN:
            SINGLE_STATEMENTS.clear()
        SINGLE_STATEMENTS.add(mark)

    @property
    def holds_every_character(self) -> bool:
        """Whether any text can stand in the database: one in Unicode, or one that looks at no byte."""
        stored = self._connection.info.parameter_status("server_encoding")
        return stored == "UTF8" or (self._stores_bytes and self._codec == UTF_8)

    @property
    def _stores_bytes(self) -> bool:
        """Whether the database does not know the encoding of its own texts."""
        return bool(self._connection.info.parameter_status("server_encoding") == "SQL_ASCII")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Run a part of the transaction that may fail without ending it.

        :raises SourceError: what failed; the transaction goes on as if the part had not been.
        """
        with self._cursor() as cursor:
            cursor.execute("SAVEPOINT guichet_attempt")
        try:
            yield
        except (errors.InvalidValueError, errors.QueryFailedError):
            with self._cursor() as cursor:
                cursor.execute("ROLLBACK TO SAVEPOINT guichet_attempt")
            raise
        with self._cursor() as cursor:
            cursor.execute("RELEASE SAVEPOINT guichet_attempt")

    def load_lists(self, tables: Sequence[TemporaryTable]) -> None:
        """Make and fills temporary tables, and let the transaction only read from then on."""
        with self._cursor() as cursor:
            self._create(cursor, tables)
        for table in tables:
            with self._cursor() as cursor:
                rows = table.rows()
                reader = Reader(rows if self._codec == UTF_8 else (row.decode().encode(self._codec) for row in rows))
                try:
                    cursor.copy_expert(f"COPY pg_temp.{table.name} FROM STDIN", cast(IO[bytes], reader), size=1 << 18)
                except psycopg2.Error as error:
                    raise (reader.error or error) from None
                cursor.execute(f"ANALYZE pg_temp.{table.name}")
        with self._cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")

    def _create(self, cursor: psycopg2.extensions.cursor, tables: Sequence[TemporaryTable]) -> None:
        try:
            cursor.execute("SET TRANSACTION READ WRITE")
            for table in tables:
                cursor.execute(f"CREATE TEMP TABLE {table.name} ({table.columns}) ON COMMIT DROP")
        except psycopg2.Error as error:
            if error.pgcode in REFUSALS:
                raise errors.TablesRefusedError(self.source, "No temporary table can be made here.") from error
            raise

    def cancel(self) -> None:
        """Cancel the running query in the database, without waiting for it. Do nothing once the session is over.

        A database that doesn't obey soon is left: its connection is shut down.
        """
        with self._cancelling:
            if not self._open:
                return
            self.cancelled = True
            if self._deadline:
                self._deadline.hasten(CANCEL_SECONDS)
            if not self._connection.closed:
                libpq.cancel(self._connection)

    @property
    def has_left(self) -> bool:
        """Whether a statement ended the transaction: nobody knows what else it did to the connection."""
        return bool(self._connection.info.transaction_status == psycopg2.extensions.TRANSACTION_STATUS_IDLE)

    def close(self) -> None:
        """End the session: after this nothing can be cancelled by it any more."""
        with self._cancelling:
            self._open = False

    @contextmanager
    def _cursor(self) -> Iterator[psycopg2.extensions.cursor]:
        deadline = None
        try:
            with self._connection.cursor() as cursor, deadlines.within(self._connection, self._patience()) as deadline:
                self._deadline = deadline
                yield cursor
        except UnicodeDecodeError as error:
            raise errors.UnreadableTextError(self.source) from error
        except UnicodeEncodeError as error:
            raise errors.InvalidValueError(self.source, str(error)) from error
        except psycopg2.Error as error:
            if error.pgcode == NO_CHARACTER and self._stores_bytes:
                raise errors.UnreadableTextError(self.source) from error
            translated = sqlstates.translate(error, self.source)
            hung = deadline is not None and deadline.passed
            if self.cancelled and (hung or isinstance(translated, errors.QueryTimeoutError)):
                translated = errors.QueryCancelledError(self.source, "The query was cancelled.")
            raise translated from error

    def _patience(self) -> float:
        return CANCEL_SECONDS if self.cancelled else self._seconds + SLACK_SECONDS


def _in_latin1(value: Any) -> Any:
    return value.encode().decode("latin-1") if isinstance(value, str) else value


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Recoded:
    """Passes on rows in UTF-8 that come in another encoding."""

    def __init__(self, output: ByteSink, codec: str) -> None:
        self._output = output
        self._codec = codec

    def write(self, row: bytes) -> None:
        self._output.write(bytes(row).decode(self._codec).encode())


def _beginning(*, reads_only: bool, snapshot: bool) -> str:
    return f"BEGIN{' ISOLATION LEVEL REPEATABLE READ' * snapshot}{' READ ONLY' * reads_only}"


def opening_of(begin: str, time_zone: str) -> str:
    """Make the beginning of a transaction in which values are written as everywhere in Guichet."""
    settings = {**FORMATS, "timezone": time_zone}
    return "; ".join([begin, *(f"SET LOCAL {name} = '{value}'" for name, value in settings.items())])


class PostgreSQLSource:
    """A database that interfaces read.

    :param time_zone: where a day begins, and how timestamps with a zone are written.
    :param parallel: how many processes a statement that is spread may use beside its own.
    """

    def __init__(self, pool: Pool, time_zone: str, parallel: int = 0) -> None:
        self._pool = pool
        self._time_zone = time_zone
        self._parallel = parallel
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
    def catalogue(self) -> PostgreSQLCatalogue:
        return PostgreSQLCatalogue(self)

    @property
    def advice(self) -> Advice:
        return ADVICE

    @contextmanager
    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> Iterator[PostgreSQLSession]:
        """Open a read-only transaction in which no statement may take longer than `timeout_seconds`.

        :param tables: temporary ones of its own, made before it can only read, and gone with it.
        :param snapshot: whether all its statements see the database as it is at the first.
        :raises SourceError: any of its kinds, also from within the block.
        """
        milliseconds = max(1, int(timeout_seconds * 1000))
        begin = opening_of(_beginning(reads_only=not tables, snapshot=snapshot), self._time_zone)
        opening = f"{begin}; SET LOCAL statement_timeout = {milliseconds}"
        with self._pool.connection(opening) as connection:
            session = PostgreSQLSession(self.name, connection, timeout_seconds, self._parallel)
            try:
                if tables:
                    self._make(session, tables)
                yield session
            finally:
                session.close()
                end(connection, cancelled=session.cancelled or session.has_left)

    def _make(self, session: PostgreSQLSession, tables: Sequence[TemporaryTable]) -> None:
        try:
            session.load_lists(tables)
        except errors.TablesRefusedError:
            self._takes_tables, self._asked_again_at = False, time.monotonic() + REFUSAL_SECONDS
            raise

    def takes_tables(self) -> bool:
        """Tell whether temporary tables can be made in it: not in a standby, nor by a role without the privilege."""
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
        """Ask the database for a sign of life.

        :raises SourceError: if there is none.
        """
        with self.session(timeout_seconds=5) as session:
            session.fetch_value("SELECT 1", {})


def end(connection: Connection, *, cancelled: bool) -> None:
    """End the transaction, as far as it hasn't ended.

    A connection that was cancelled is closed: the cancellation may still be on its way, and would hit whatever runs on
    it then.
    """
    try:
        if cancelled:
            connection.close()
        else:
            with deadlines.within(connection, SLACK_SECONDS), connection.cursor() as cursor:
                cursor.execute("ROLLBACK")  # only warns where the block has committed
            if connection.info.transaction_status != psycopg2.extensions.TRANSACTION_STATUS_IDLE:
                connection.close()
    except psycopg2.Error:
        connection.close()
