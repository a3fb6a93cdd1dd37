"""Reading a folder of files, or a file of DuckDB's own: sessions in child processes, and what is asked in them."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from guichet import errors, metrics
from guichet.messages import say
from guichet.sources import placeholders
from guichet.sources.catalogue import Origin
from guichet.sources.columns import Column, ValueType
from guichet.sources.duckdb import failures
from guichet.sources.duckdb.advice import ADVICE
from guichet.sources.duckdb.catalogue import DuckDBCatalogue
from guichet.sources.duckdb.files import FileTable, Folder, literal, read_folder
from guichet.sources.duckdb.process import CrashedError, Process, ProcessOptions
from guichet.sources.duckdb.types import MOST_DIGITS, get_type, make_column, widen
from guichet.sources.kinds import SourceConfig
from guichet.sources.protocol import Advice, ByteSink, Capabilities, Parameters, Row, Rows, TemporaryTable

logger = logging.getLogger(__name__)

CAPABILITIES = Capabilities(
    cancel=True,
    time_limit=True,
    read_only=True,
    estimate=True,
    temporary_tables=True,
    snapshot=True,
    writes=False,
    catalogue=True,
)
# How long the files of a folder are taken to be what they were.
LOOKING_SECONDS = 2
# So many tables may crash DuckDB while they are opened, before the source is given up.
MOST_CRASHES = 20
# How long such a table is left out: somebody may have killed the process, and its files be sound.
LEFT_OUT_SECONDS = 300
BATCH_ROWS = 1_000
LARGEST_INTEGER = 2**127 - 1

# JSON and hex have neither of these characters.
AS_IT_IS = "DELIMITER '\x02', QUOTE '\x01', ESCAPE '\x01', NULLSTR ''"
CSV = "DELIMITER {delimiter}, QUOTE '\"', ESCAPE '\"', NULLSTR ''"
# The rows of lists, in COPY's text format, each cell as it is written there.
ROWS = (
    "read_csv({path}, columns = {{{columns}}}, delim = '\t', quote = '', escape = '', nullstr = '\\N', header = false,"
    " comment = '', auto_detect = false, null_padding = false, strict_mode = false, max_line_size = 16777216,"
    " buffer_size = 33554432, parallel = false)"
)
# What stands where a value's type is asked for: nothing is compared with it.
UNLIKE = "{'guichet': 1}"
COMPARED = re.compile(r"Cannot compare values of type (?P<type>.+) and STRUCT\(guichet INTEGER\)", re.DOTALL)


class DuckDBSession:
    """What is asked in one process. `cancel` alone may be called from another thread."""

    holds_every_character = True

    def __init__(self, source: DuckDBSource, process: Process, seconds: float) -> None:
        self._source = source
        self._process = process
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open = True
        self._sql = ""
        self.cancelled = False

    def fetch(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query and return all of its rows."""
        names, rows = self._ask("fetch", sql, parameters)
        return Rows(names, [tuple(row) for row in rows])

    def stream(self, sql: str, parameters: Parameters, batch: int = BATCH_ROWS) -> Iterator[Row]:
        """Run a query and yield its rows, so many at a time in memory."""
        self._ask("open", sql, parameters)
        while True:
            with self._translate_errors():
                rows = self._process.ask("next", rows=int(batch))
            yield from map(tuple, rows)
            if len(rows) < batch:
                return

    def fetch_value(self, sql: str, parameters: Parameters) -> Any:
        """Run a query and return the first value of its first row."""
        return self.fetch(sql, parameters).rows[0][0]

    def write_csv(self, sql: str, parameters: Parameters, delimiter: str, output: ByteSink) -> int:
        """Run a query and write its rows as CSV in UTF-8, without a header; return how many."""
        return self._copy(sql, parameters, CSV.format(delimiter=literal(delimiter)), output, quoted=True)

    def write_lines(self, sql: str, parameters: Parameters, output: ByteSink) -> int:
        """Run a query whose columns are JSON or hex and write each row as a line, as it is; return how many."""
        return self._copy(sql, parameters, AS_IT_IS, output, quoted=False)

    def _copy(self, sql: str, parameters: Parameters, options: str, output: ByteSink, *, quoted: bool) -> int:
        written, bound = _bind(sql, parameters)
        self._sql = sql
        with self._statement():
            return self._process.copy(output, quoted=quoted, sql=written, parameters=bound, options=options)

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have the database read a statement and check it, without running it."""
        self.explain(sql, parameters)

    def explain(self, sql: str, parameters: Parameters) -> list[str]:
        """Return the planner's plan of a statement, line by line."""
        rows = self.fetch(f"EXPLAIN {sql}", parameters).rows
        return [line for _, text in rows for line in str(text).splitlines()]

    def estimate(self, sql: str, parameters: Parameters) -> int | None:
        """Ask the planner how many rows a query would return, without running it."""
        _, plan = self.fetch(f"EXPLAIN (FORMAT JSON) {sql}", parameters).rows[0]
        return next(_find_cardinalities(json.loads(plan)), None)

    def describe(self, sql: str, parameters: Parameters) -> list[Column]:
        """Return the columns of a query that returns no rows (it should say LIMIT 0)."""
        return [make_column(name, type_name) for name, type_name in self._ask("describe", sql, parameters)]

    def origins(self, sql: str, parameters: Parameters) -> Mapping[str, Origin]:
        """Return nothing: records can't be written here."""
        return {}

    def value_type(self, sql: str, parameters: Parameters, name: str) -> ValueType:
        """Return the type that the value of a parameter is compared as: text where nothing tells.

        The database has no word for it. So it is asked to compare with what is like nothing, and says what it can't.
        """
        place = re.escape(f"%({name})s")
        several = re.sub(rf"\bANY\s*\(\s*{place}\s*\)", f"ANY([{UNLIKE}])", sql, flags=re.IGNORECASE)
        single = re.sub(rf"(?<=[=<>])\s*(?:ANY\(\[{place}\]\)|{place})", f" ANY([{UNLIKE}])", sql)
        kept = {key: value for key, value in parameters.items() if key != name}
        for asked, is_array in ((several, True), (single, False)):
            if asked == sql:
                continue
            try:
                self.plan(asked.replace(f"%({name})s", "NULL"), kept)
            except errors.QueryFailedError as error:
                if compared := COMPARED.search(str(error)):
                    return ValueType(widen(compared["type"]), get_type(compared["type"]), is_array=is_array)
                raise
        self.plan(sql, parameters)
        return ValueType("VARCHAR", "text")

    def render(self, sql: str, parameters: Parameters) -> str:
        """Return a statement with its values in their places."""
        return placeholders.MARK.sub(
            lambda placeholder: "%" if placeholder["name"] is None else _write(parameters[placeholder["name"]]), sql
        )

    def find_unreadable_text(self, sql: str, parameters: Parameters) -> tuple[int, str] | None:
        """Return nothing: every text is in UTF-8 here."""
        return None

    def missing_characters(self, texts: Sequence[str]) -> frozenset[str]:
        """Return nothing: every character can stand here."""
        return frozenset()

    def malformed_values(self, values: Sequence[str], type_: str) -> frozenset[str]:
        """Return the values that the database can't read as a type."""
        listed = "SELECT unnest(%(values)s::VARCHAR[]) AS value"
        sql = f"SELECT value FROM ({listed}) WHERE TRY_CAST(value AS {type_}) IS NULL"
        return frozenset(str(value) for (value,) in self.fetch(sql, {"values": list(values)}).rows)

    def load_lists(self, tables: Sequence[TemporaryTable]) -> None:
        """Make and fill temporary tables."""
        for table in tables:
            names = [column.split()[0] for column in table.columns.split(", ")]
            columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
            rows = ROWS.format(path=literal(self._process.lists_path), columns=columns)
            cells = ", ".join(_unescape(name) for name in names)
            made = f"CREATE TEMP TABLE {table.name} ({table.columns})"
            with self._statement():
                self._process.load([made, f"INSERT INTO {table.name} SELECT {cells} FROM {rows}"], table.rows())

    def cancel(self) -> None:
        """End the statement that runs, without waiting for it. Do nothing once the session is over."""
        with self._lock:
            if self._open:
                self.cancelled = True
                self._process.interrupt()

    def close(self) -> None:
        """End the session: after this nothing can be cancelled by it any more."""
        with self._lock:
            self._open = False

    def _ask(self, request: str, sql: str, parameters: Parameters) -> Any:
        written, bound = _bind(sql, parameters)
        self._sql = sql
        with self._statement():
            return self._process.ask(request, sql=written, parameters=bound)

    @contextmanager
    def _statement(self) -> Iterator[None]:
        """Run a statement from its beginning, with a deadline of its own."""
        with self._lock:  # so that a cancellation is before it or within it
            if self.cancelled:
                raise self._build_cancelled()
            self._process.begin(self._seconds)
        with self._translate_errors():
            yield

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except errors.QueryTimeoutError as error:
            raise (self._build_cancelled() if self.cancelled else error) from error
        except errors.QueryFailedError as error:
            raise self._source.explain(error, self._sql) from error

    def _build_cancelled(self) -> errors.QueryCancelledError:
        return errors.QueryCancelledError(self._source.name, "The query was cancelled.")


class DuckDBSource:
    """A folder, or a file, that interfaces read.

    A process serves one session at a time, and the next one after it; there are as many as a pool has connections.
    """

    def __init__(self, config: SourceConfig, opening: ProcessOptions) -> None:
        self._config = config
        self._opening = opening
        self._free = threading.BoundedSemaphore(config.pool_size)
        self._lock = threading.Lock()
        self._idle: list[tuple[tuple[int, frozenset[str]], Process]] = []
        self._folder = Folder()
        self._looked_at = 0.0
        self._crashed_at: dict[str, float] = {}
        self._refused: dict[str, str] = {}
        self._has_warned = False

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
    def catalogue(self) -> DuckDBCatalogue:
        return DuckDBCatalogue(self, self.find_files, lambda: self.refused)

    @property
    def advice(self) -> Advice:
        return ADVICE

    @property
    def refused(self) -> Mapping[str, str]:
        """Why files are no tables, by the names that these would have."""
        return {**self._folder.refused, **self._refused}

    def find_files(self, name: str) -> FileTable | None:
        """Return the files of a table; None where it stands in a file of DuckDB's own."""
        return next((table for table in self._folder.tables if table.name == name), None)

    @contextmanager
    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> Iterator[DuckDBSession]:
        """Open a session in which no statement may take longer than `timeout_seconds`.

        :param tables: temporary ones of its own, gone with it.
        :param snapshot: whether all its statements see the files as they are at the first. If one changes meanwhile, it
            fails with `OvertakenError`.
        :raises SourceError: any of its kinds, also from within the block.
        """
        if not self._free.acquire(timeout=self._config.wait_seconds):
            metrics.connections_refused.labels(self.name).inc()
            message = say("Too many searches of “{source}” are running at once.", source=self.name)
            reason = f"all {self._config.pool_size} of this process are in use"
            raise errors.SourceBusyError(self.name, message, reason)
        try:
            state, process = self._take()
            session = DuckDBSession(self, process, timeout_seconds)
            is_clean = False
            try:
                session.load_lists(tables)
                yield session
                if snapshot and self._look(at_once=True) != state[0]:
                    sentence = "Others changed the same data at that moment, and nothing was done."
                    raise errors.OvertakenError(self.name, sentence)
                is_clean = True
            except (errors.QueryFailedError, errors.InvalidValueError, errors.QueryTimeoutError):
                is_clean = True
                raise
            finally:
                session.close()
                # What held lists, or was interrupted by others, starts anew: so nothing of it is left.
                self._give_back(state, process, reuse=is_clean and not tables and not session.cancelled)
        finally:
            self._free.release()

    def takes_tables(self) -> bool:
        """Tell whether temporary tables can be made in it: always."""
        return True

    def close_idle(self) -> None:
        """End the processes that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, process in idle:
            process.stop()

    def ping(self) -> None:
        """Ask for a sign of life.

        :raises SourceError: if there is none.
        """
        with self.session(timeout_seconds=5) as session:
            session.fetch_value("SELECT 1", {})

    def explain(self, error: errors.QueryFailedError, sql: str) -> errors.QueryFailedError:
        """Say of a table that is missing why its files are none, and which files could not be read."""
        if isinstance(error, failures.ReadingError):
            read = [table.name for table in self._folder.tables if re.search(rf"\b{re.escape(table.name)}\b", sql)]
            named = ", ".join(f"`{name}`" for name in read) or "the file"
            message = f"while {named} was read: {error}"
            return errors.QueryFailedError(error.source, message, error.near, error.kind)
        missing = failures.MISSING.search(str(error))
        reason = missing and self.refused.get(missing["name"])
        if not missing or not reason:
            return error
        message = f"`{missing['name']}` is no table: {reason}"
        return errors.QueryFailedError(error.source, message, error.near, error.kind)

    def _take(self) -> tuple[tuple[int, frozenset[str]], Process]:
        """Return a process, and what tells whether its tables are those of now: their files, and what is left out."""
        signature = self._look()
        while True:
            with self._lock:
                known = self._idle.pop() if self._idle else None
            if known is None:
                process = self._start()
                return (signature, self._find_left_out()), process
            if known[0] == (signature, self._find_left_out()) and known[1].is_alive:
                return known
            known[1].stop()

    def _give_back(self, state: tuple[int, frozenset[str]], process: Process, *, reuse: bool) -> None:
        if reuse and process.is_alive:
            with self._lock:
                self._idle.append((state, process))
        else:
            process.stop()

    def _look(self, *, at_once: bool = False) -> int:
        """Look whether files have come, gone or changed; return what tells one state from another."""
        with self._lock:
            if not at_once and time.monotonic() < self._looked_at + LOOKING_SECONDS:
                return self._folder.signature
        try:
            folder = self._read()
        except OSError as error:
            logger.warning("the database “%s” can't be used: %s", self.name, error)
            raise failures.build_unavailable(self.name, str(error)) from error
        with self._lock:
            if folder.signature != self._folder.signature:
                self._crashed_at.clear()
                for name, reason in folder.refused.items():
                    logger.warning("source `%s`: `%s` is no table: %s", self.name, name, reason)
            self._folder, self._looked_at = folder, time.monotonic()
        return folder.signature

    def _read(self) -> Folder:
        if self._opening.file is None:
            return read_folder(Path(self._opening.folder))
        state = os.stat(self._opening.file)
        return Folder(signature=hash((state.st_mtime_ns, state.st_size, state.st_ino)))

    def _start(self) -> Process:
        """Start a process; a table that crashes it is left out for a while."""
        for _ in range(MOST_CRASHES):
            left_out = self._find_left_out()
            tables = [table for table in self._folder.tables if table.name not in left_out]
            try:
                process = Process(self._opening, tables, max(self._config.connect_seconds, 30))
            except CrashedError as error:
                if not error.table:
                    raise failures.build_unavailable(self.name, "DuckDB's process ended at once") from error
                logger.warning("source `%s`: DuckDB crashed while it opened `%s`", self.name, error.table)
                self._crashed_at[error.table] = time.monotonic()
                continue
            self._note(process)
            return process
        raise failures.build_unavailable(self.name, "too many of its files crash DuckDB")

    def _find_left_out(self) -> frozenset[str]:
        """Return the tables that crashed a process not long ago."""
        soon = time.monotonic() - LEFT_OUT_SECONDS
        return frozenset(name for name, crashed_at in list(self._crashed_at.items()) if crashed_at > soon)

    def _note(self, process: Process) -> None:
        refused = {**dict.fromkeys(self._find_left_out(), "DuckDB crashed while it opened the file"), **process.refused}
        for name, reason in refused.items():
            if name not in self._refused:
                logger.warning("source `%s`: `%s` is no table: %s", self.name, name, reason)
        self._refused = refused
        if not process.is_confined and not self._has_warned:
            self._has_warned = True
            logger.warning("this kernel has no Landlock: mount the folder of source `%s` read-only", self.name)


def _bind(sql: str, parameters: Parameters) -> tuple[str, dict[str, Any]]:
    """Write a statement as it is sent, with its values as JSON has them."""
    written, bound = placeholders.rewrite(sql, parameters, mark=lambda name: f"${name}")
    return written, {name: _encode(value) for name, value in bound.items()}


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal):
        fits = value.is_finite() and len(value.as_tuple().digits) <= MOST_DIGITS and abs(value.adjusted()) < MOST_DIGITS
        return {"decimal": f"{value:f}"} if fits else float(value)
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return float(value)
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _write(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_write, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float | Decimal) else literal(str(value))


def _unescape(cell: str) -> str:
    """Write the SQL that reads a cell of COPY's text format."""
    text = f"replace({cell}, '\\\\', chr(0))"
    for escape, character in (("\\n", 10), ("\\r", 13), ("\\t", 9)):
        text = f"replace({text}, '{escape}', chr({character}))"
    return f"CASE WHEN contains({cell}, '\\') THEN replace({text}, chr(0), '\\') ELSE {cell} END"


def _find_cardinalities(plan: Any) -> Iterator[int]:
    """Yield how many rows each part of a plan is expected to give, the whole first."""
    for node in plan if isinstance(plan, list) else [plan]:
        told = node.get("extra_info", {}).get("Estimated Cardinality")
        if told is not None:
            yield int(told)
        yield from _find_cardinalities(node.get("children", []))
