"""Reading by a Spark Connect server: sessions of its own, which run queries and nothing else, and end in time."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from guichet import errors, metrics
from guichet.messages import say
from guichet.sources import csv_rows, list_rows, row_writer
from guichet.sources.catalogue import Origin
from guichet.sources.columns import Column, ValueType
from guichet.sources.kinds import SourceConfig
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
from guichet.sources.spark import failures, statements
from guichet.sources.spark.advice import ADVICE
from guichet.sources.spark.catalogue import SparkCatalogue, quote
from guichet.sources.spark.failures import ConnectError
from guichet.sources.spark.statements import FINISHED, BoundValues, InlineSql, ShortFloat
from guichet.sources.spark.types import get_type, make_column

if TYPE_CHECKING:
    from guichet.sources.spark.client import Call, ConnectClient, Execution, ServerSession

logger = logging.getLogger(__name__)

# A session runs queries alone, but what a function of somebody's does in the cluster is only held by grants. Statistics
# are no estimate, and each statement sees its files as they are when it begins.
CAPABILITIES = Capabilities(
    cancel=True,
    time_limit=True,
    read_only=False,
    estimate=False,
    temporary_tables=True,
    snapshot=False,
    writes=False,
    catalogue=True,
)

# What a session is told when it begins.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
}
# How long a session that nobody uses is kept; the server itself forgets it after an hour.
IDLE_SECONDS = 300
OPENING_SECONDS = 60
# A session that was used so lately is taken without asking whether the server still knows it.
FRESH_SECONDS = 1.0
# How long the type of what a text is compared with is remembered.
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 1000
# A part of a list that is sent at once.
PART_ROWS = 500_000

# What a value's type is asked by: nothing can be compared with it, and the refusal names the other side.
UNLIKE = InlineSql("named_struct('guichet', 1)")
MISMATCH = "DATATYPE_MISMATCH"
COMPARED = re.compile(
    r"(?:types \(|same type, but it's \[)(?P<types>.+?)[\])]\. SQLSTATE|types \((?P<more>.+)\)", re.DOTALL
)
TYPE = re.compile(r'"((?:[^"])+)"')
# A text that may be meant as a number: a DECIMAL would be compared with it as a float, a FLOAT as a double.
NUMERIC = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")


@dataclass(frozen=True)
class ConnectOptions:
    """What the URL of a source says.

    :param database: whose tables need no prefix; "" for the server's own choice.
    :param ca_file: by which the server's certificate is checked; "" for those that gRPC knows.
    :param is_adaptive: whether plans change while they run. Then stages begin in threads of the server's own, and one
        that begins a moment after its statement was interrupted runs on, and nobody knows its job.
    """

    address: str
    user: str
    token: str
    uses_tls: bool
    database: str
    ca_file: str = ""
    is_adaptive: bool = False


class SparkConnectSession:
    """One session of the server's, in which a statement runs at a time. `cancel` alone is for other threads.

    :param seconds: how long each statement may take.
    """

    holds_every_character = True

    def __init__(self, source: SparkSource, server: ServerSession, seconds: float) -> None:
        self._source = source
        self._server = server
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open = True
        self._call: Call | None = None
        self._is_used = False
        self.has_views = False
        self.is_lost = False
        self.cancelled = False

    @property
    def server(self) -> ServerSession:
        return self._server

    def fetch(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query and return all of its rows."""
        names: list[str] = []
        rows: list[Row] = []
        for batch in self._run(sql, parameters):
            names = names or batch.schema.names
            rows += self._read(batch)
        return Rows(names, rows)

    def stream(self, sql: str, parameters: Parameters, batch: int = 1000) -> Iterator[Row]:
        """Run a query and yield its rows; memory holds those that the server sends at once."""
        for rows in self._run(sql, parameters):
            for start in range(0, rows.num_rows, batch):
                yield from self._read(rows.slice(start, batch))

    def fetch_value(self, sql: str, parameters: Parameters) -> Any:
        """Run a query and return the first value of its first row."""
        return self.fetch(sql, parameters).rows[0][0]

    def write_csv(self, sql: str, parameters: Parameters, delimiter: str, output: ByteSink) -> int:
        """Run a query and write its rows as CSV in UTF-8, without a header; return how many.

        Lines that the cluster has finished are passed on as they are.
        """
        count = 0
        for batch in self._run(sql, parameters):
            if batch.schema.names == [FINISHED]:
                csv_rows.pass_on(output, self._join(batch.column(0)), batch.num_rows)
            else:
                row_writer.write_csv(self._read(batch), delimiter, output, ZoneInfo(self._source.time_zone))
            count += batch.num_rows
        return count

    def write_lines(self, sql: str, parameters: Parameters, output: ByteSink) -> int:
        """Run a query whose columns are JSON or hex and write each row as a line, as it is; return how many."""
        count = 0
        for batch in self._run(sql, parameters):
            lines = map(LINE_DELIMITER.decode().join, self._read(batch))
            csv_rows.pass_on(output, ("\n".join(lines) + "\n").encode(), batch.num_rows, quoted=False)
            count += batch.num_rows
        return count

    def _read(self, batch: Any) -> list[Row]:
        """Return the rows of a batch."""
        try:
            return list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        except UnicodeDecodeError as error:
            raise errors.UnreadableTextError(self._source.name) from error

    def _join(self, column: Any) -> bytes:
        """Return the lines of a column: they lie behind each other in memory."""
        _, offsets, data = column.buffers()
        places = memoryview(offsets).cast("i")
        begin, end = places[column.offset], places[column.offset + len(column)]
        lines = bytes(memoryview(data)[begin:end])
        try:
            lines.decode()
        except UnicodeDecodeError as error:
            raise errors.UnreadableTextError(self._source.name) from error
        return lines

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have the server read a statement and check it, without running it. EXPLAIN would tell faults as rows."""
        self._describe(sql, parameters)

    def explain(self, sql: str, parameters: Parameters) -> list[str]:
        """Return how the server would run a statement, line by line."""
        with self._asking(sql, parameters) as (relation, call):
            return self._server.explain(relation, self._seconds, call).strip().splitlines()

    def estimate(self, sql: str, parameters: Parameters) -> None:
        """Tell nothing: few tables have statistics, and files have none."""

    def describe(self, sql: str, parameters: Parameters) -> list[Column]:
        """Return the columns of a query, which is not run."""
        return [make_column(name, data_type) for name, data_type in self._describe(sql, parameters)]

    def _describe(self, sql: str, parameters: Parameters) -> list[tuple[str, Any]]:
        with self._asking(sql, parameters) as (relation, call):
            return self._server.describe(relation, self._seconds, call)

    def origins(self, sql: str, parameters: Parameters) -> dict[str, Origin]:
        """Return nothing: no record is written to Spark."""
        return {}

    def value_type(self, sql: str, parameters: Parameters, name: str) -> ValueType:
        """Return the type that a value is compared with; a text where nothing tells.

        Spark has no word for it. So it is asked to compare with what is like nothing, and says what it can't.
        """
        asked = {**{bind: None if not isinstance(value, BoundValues) else value for bind, value in parameters.items()}}
        written = statements.enclose(sql)
        text, values = statements.bind(written, {**asked, name: UNLIKE})
        try:
            with self._calling(text, values) as (relation, call):
                self._server.describe(relation, self._seconds, call)
        except _MismatchError as error:
            compared = COMPARED.search(error.message)
            told = TYPE.findall((compared["types"] or compared["more"]) if compared else "")
            for type_ in told:
                if not type_.startswith("STRUCT<guichet"):
                    return ValueType(type_, get_type(type_))
        return ValueType("STRING", "text")

    def render(self, sql: str, parameters: Parameters) -> str:
        """Return a statement with its values in their places."""
        return statements.render(sql, parameters)

    def find_unreadable_text(self, sql: str, parameters: Parameters) -> tuple[int, str] | None:
        """Return where the first text of a query is that is none in UTF-8: its row, from 1, and its column's name."""
        before = 0
        for batch in self._run(sql, parameters):
            unreadable = []
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                texts = column.view("binary").to_pylist() if str(column.type) == "string" else []
                unreadable += [
                    (before + number, name) for number, text in enumerate(texts, 1) if text and not _is_utf_8(text)
                ]
            if unreadable:
                return min(unreadable)
            before += batch.num_rows
        return None

    def missing_characters(self, texts: Sequence[str]) -> frozenset[str]:
        """Return the characters of texts that can't stand in the database: halves of surrogate pairs."""
        return frozenset(
            character for text in texts if not text.isascii() for character in text if "\ud800" <= character <= "\udfff"
        )

    def malformed_values(self, values: Sequence[str], type_: str) -> frozenset[str]:
        """Return the values that the server can't read as a type."""
        listed = "SELECT explode(%(values:array)s) AS value"
        sql = f"SELECT value FROM ({listed}) WHERE try_cast(value AS {type_}) IS NULL"
        return frozenset(str(value) for (value,) in self.fetch(sql, {"values": BoundValues(values)}).rows)

    def list_catalogue(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return rows of the server's catalogue, by a message of Connect's `Catalog`."""
        from guichet.sources.spark import client

        with self._calling("", {}) as (_, call):
            rows = self._server.run(client.make_plan(client.make_catalog(**wanted)), self._seconds, call)
        return rows.to_pylist() if rows else []

    def describe_table(self, name: str) -> list[tuple[str, Any]]:
        """Return the names and types of a table's columns.

        :param name: as SQL has it.
        """
        return self._describe(f"SELECT * FROM {name}".replace("%", "%%"), {})

    def load_lists(self, tables: Sequence[TemporaryTable]) -> None:
        """Make views of lists in the server's session, which nobody else sees."""
        from guichet.sources.spark import client

        self.has_views = True
        for table in tables:
            columns = [column.split(" ", 1) for column in table.columns.split(", ")]
            names = [name for name, _ in columns]
            parts = []
            for number, rows in enumerate(_parts(table)):
                parts.append(f"{table.name}_{number}")
                with self._calling("", {}) as (_, call):
                    self._server.make_view(parts[-1], client.make_local(names, rows), self._seconds, call)
            cells = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in columns)
            text = " UNION ALL ".join(f"SELECT {cells} FROM {part}" for part in parts)
            with self._calling(text, {}) as (relation, call):
                self._server.make_view(table.name, relation, self._seconds, call)

    def cancel(self) -> None:
        """Have the server end what runs, without waiting for it. Do nothing once the session is over."""
        with self._lock:
            if self._open:
                self.cancelled = True
                if self._call:
                    self._call.cancel()

    def close(self) -> None:
        """End the session: after this nothing can be cancelled by it any more."""
        with self._lock:
            self._open = False

    def _run(self, sql: str, parameters: Parameters) -> Iterator[Any]:
        """Run a query and yield its rows, as batches of Arrow."""
        from guichet.sources.spark import client

        taken = statements.TAKEN_ROWS.search(sql)
        left = int(taken[1]) if taken else sys.maxsize
        with self._asking(sql, parameters) as (relation, call):
            execution: Execution = self._server.begin(client.make_plan(relation), self._seconds)
            call.execution = execution
            if self.cancelled:
                execution.cancel()
            try:
                for batch in execution:
                    yield batch.slice(0, left)
                    left -= batch.num_rows
                    if left <= 0:
                        return
            finally:
                execution.close()

    @contextmanager
    def _asking(self, sql: str, parameters: Parameters) -> Iterator[tuple[Any, Call]]:
        """Make a query ready to be sent, its texts as what they are compared with."""
        try:
            written = statements.enclose(sql)
        except statements.NotQueryError as error:
            raise errors.QueryFailedError(self._source.name, str(error), "", "syntax") from error
        text, values = statements.bind(written, self._fit(sql, parameters))
        with self._calling(text, values) as ready:
            yield ready

    @contextmanager
    def _calling(self, text: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, Call]]:
        from guichet.sources.spark import client

        call = client.Call()
        with self._lock:  # so that a cancellation is before it or within it
            if self.cancelled:
                raise self._build_cancelled()
            self._call = call
        try:
            yield client.make_relation(text, values), call
        except ConnectError as error:
            raise self._translate(error, text) from error
        except UnicodeEncodeError as error:  # a half of a surrogate pair is no text
            raise errors.InvalidValueError(self._source.name, str(error)) from error
        finally:
            self._call = None

    def _translate(self, error: ConnectError, text: str) -> errors.SourceError:
        if self.cancelled:
            return self._build_cancelled()
        if error.error_class.startswith(MISMATCH):
            return _MismatchError(self._source.name, error)
        translated = failures.translate(error, self._source.name, text)
        self.is_lost = self.is_lost or isinstance(translated, errors.SourceUnavailableError)
        return translated

    def _build_cancelled(self) -> errors.QueryCancelledError:
        return errors.QueryCancelledError(self._source.name, "The query was cancelled.")

    def _fit(self, sql: str, parameters: Parameters) -> dict[str, Any]:
        """Return the values of a statement, numbers that are written as texts by the type of what they stand beside.

        Beside a text, Spark turns a DECIMAL into a float, so that long numbers would equal their neighbours.
        """
        fitted = dict(parameters)
        for name, value in parameters.items():
            some = value if isinstance(value, BoundValues) else (value,)
            if f"%({name})s" not in sql or not any(isinstance(item, str) and NUMERIC.fullmatch(item) for item in some):
                continue
            type_ = self._source.remember((sql, name), lambda name=name: self._ask_type(sql, parameters, name))
            fitted[name] = (
                BoundValues(_fit_value(item, type_) for item in some)
                if isinstance(value, BoundValues)
                else _fit_value(value, type_)
            )
        return fitted

    def _ask_type(self, sql: str, parameters: Parameters, name: str) -> str:
        try:
            return self.value_type(sql, parameters, name).name
        except errors.QueryFailedError:  # the statement itself will say it
            return ""


class _MismatchError(errors.QueryFailedError):
    """Two types that can't be compared."""

    def __init__(self, source: str, error: ConnectError) -> None:
        self.message = error.message
        super().__init__(source, failures.clean(error.message))


class SparkSource:
    """A Spark Connect server that interfaces read.

    A session of the server's serves one session at a time, and the next one after it; one that had lists is let go.
    """

    def __init__(self, config: SourceConfig, opening: ConnectOptions) -> None:
        self._config = config
        self._opening = opening
        self._free = threading.BoundedSemaphore(config.pool_size)
        self._lock = threading.Lock()
        self._idle: list[tuple[ServerSession, float]] = []
        self._client: ConnectClient | None = None
        self._process = 0
        self._remembered: dict[tuple[str, str], tuple[str, float]] = {}

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def time_zone(self) -> str:
        return self._config.time_zone

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    @property
    def catalogue(self) -> SparkCatalogue:
        return SparkCatalogue(self.session)

    @property
    def advice(self) -> Advice:
        return ADVICE

    @contextmanager
    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> Iterator[SparkConnectSession]:
        """Open a session in which no statement may take longer than `timeout_seconds`.

        :param tables: views of its own, gone with it.
        :param snapshot: is not held: see `CAPABILITIES`.
        :raises SourceError: any of its kinds, also from within the block.
        """
        if not self._free.acquire(timeout=self._config.wait_seconds):
            metrics.connections_refused.labels(self.name).inc()
            message = say("Too many searches of “{source}” are running at once.", source=self.name)
            reason = f"all {self._config.pool_size} of this process are in use"
            raise errors.SourceBusyError(self.name, message, reason)
        metrics.pool_size.labels(self.name).set(self._config.pool_size)
        metrics.connections.labels(self.name).inc()
        try:
            session = SparkConnectSession(self, self._take(), timeout_seconds)
            try:
                if tables:
                    session.load_lists(tables)
                yield session
            finally:
                session.close()
                self._give_back(session)
        finally:
            metrics.connections.labels(self.name).dec()
            self._free.release()

    def takes_tables(self) -> bool:
        """Return True: a view is the session's own, and needs no rights."""
        return True

    def remember(self, key: tuple[str, str], ask: Any) -> str:
        """Return the type of what a value is compared with, by the statement and the value's name, for a minute."""
        type_, until = self._remembered.get(key, ("", 0.0))
        if until > time.monotonic():
            return type_
        type_told, now = str(ask()), time.monotonic()
        current = {other: kept for other, kept in self._remembered.items() if kept[1] > now}
        if len(current) < MOST_REMEMBERED:
            self._remembered = {**current, key: (type_told, now + REMEMBERED_SECONDS)}
        return type_told

    def close_idle(self) -> None:
        """Let go the server's sessions that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for session, _ in idle:
            session.release()

    def ping(self) -> None:
        """Ask the server for a sign of life.

        :raises SourceError: if there is none.
        """
        with self.session(timeout_seconds=OPENING_SECONDS) as session:
            session.fetch_value("SELECT 1", {})

    def _take(self) -> ServerSession:
        while True:
            with self._lock:
                self._forget_old()
                known, since = self._idle.pop() if self._idle else (None, 0.0)
                opened = self._connect()
            if known is None:
                break
            if since > time.monotonic() - FRESH_SECONDS or known.is_known(OPENING_SECONDS):
                return known
        try:
            try:
                return self._begin(opened)
            except ConnectError as error:
                if error.code != "UNAVAILABLE":
                    raise
                # A line that failed waits before it dials again, though the server may be there by now.
                return self._begin(self._connect_anew(opened))
        except ConnectError as error:
            raise failures.translate(error, self.name) from error

    def _begin(self, opened: ConnectClient) -> ServerSession:
        from guichet.sources.spark import client

        own = {
            "spark.sql.session.timeZone": self.time_zone,
            "spark.sql.adaptive.enabled": str(self._opening.is_adaptive).lower(),
        }
        session = client.ServerSession(opened, {**SETTINGS, **own}, OPENING_SECONDS)
        if self._opening.database:
            use = client.make_relation(f"USE {quote(self._opening.database)}", {})
            session.run(client.make_command(use), OPENING_SECONDS)
        return session

    def _connect(self) -> ConnectClient:
        from guichet.sources.spark import client

        # A line that was opened before the process was forked belongs to the other one.
        if self._client is None or self._process != os.getpid():
            opening = self._opening
            target = client.Target(
                opening.address,
                opening.user,
                opening.token,
                opening.uses_tls,
                self._config.connect_seconds,
                opening.ca_file,
            )
            self._client, self._process = client.ConnectClient(target), os.getpid()
        return self._client

    def _connect_anew(self, failed: ConnectClient) -> ConnectClient:
        """Return another line than one that failed; what still runs over that one ends by itself."""
        with self._lock:
            if self._client is failed:
                self._client = None
            return self._connect()

    def _forget_old(self) -> None:
        if self._process != os.getpid():
            self._idle = []
        since = time.monotonic() - IDLE_SECONDS
        for session, _ in [entry for entry in self._idle if entry[1] < since]:
            session.release()
        self._idle = [entry for entry in self._idle if entry[1] >= since]

    def _give_back(self, session: SparkConnectSession) -> None:
        if session.has_views or session.is_lost:
            session.server.release()
            return
        with self._lock:
            self._idle.append((session.server, time.monotonic()))


def _parts(table: TemporaryTable) -> Iterator[list[tuple[str | None, ...]]]:
    """Yield the rows of a table in parts that the server takes at once; one without rows where there are none."""
    waiting: list[tuple[str | None, ...]] = []
    is_first = True
    for row in list_rows.read_rows(table.rows()):
        waiting.append(row)
        if len(waiting) >= PART_ROWS:
            yield waiting
            waiting, is_first = [], False
    if waiting or is_first:
        yield waiting


def _fit_value(value: Any, type_: str) -> Any:
    """Return a text that is a number as what it is compared with."""
    if not isinstance(value, str) or not NUMERIC.fullmatch(value):
        return value
    if type_.startswith("DECIMAL"):
        return Decimal(value.strip())
    return ShortFloat(value) if type_ == "FLOAT" else value


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
