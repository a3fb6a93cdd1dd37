"""The process in which DuckDB runs: it answers requests of a parent, one at a time, until the parent hangs up.

Run as `python -m guichet.sources.duckdb.child`. A frame is a length in four bytes and JSON. Requests come by the
standard input, answers go by the standard output; rows as CSV go by a pipe of their own, and those of temporary tables
come by another.

Three walls stand around the SQL of definitions: it must be one statement that reads, seen in the text and in the plan;
DuckDB is locked to the source's folder; and so is the process, by the kernel.
"""

from __future__ import annotations

import json
import os
import queue
import re
import struct
import sys
import threading
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, BinaryIO

import duckdb

from guichet.sources.duckdb.confinement import confine
from guichet.sources.duckdb.types import INTEGERS, widen

LENGTH = struct.Struct(">I")
# Where Python and what it loads may stand, and what the C library looks at.
SYSTEM = ("/usr", "/lib", "/lib64", "/etc/localtime", "/etc/timezone", "/proc", "/sys/fs/cgroup", "/dev/null")

# What no plan of a query has: parts that write, change settings, or run a text as SQL.
WRITING = re.compile(
    r"COPY|INSERT|UPDATE|DELETE|MERGE|CREATE|ATTACH|DETACH|DROP|ALTER|EXPORT|IMPORT|\bSET\b|RESET|PRAGMA|VACUUM|LOAD"
    r"|TRANSACTION|EXECUTE|CHECKPOINT|LOGG|EXTERNAL_RESOURCE|GRAMMAR"
)
# A list whose values have the type of text is compared with something else.
MISFIT = re.compile(r"Cannot compare values of type (?P<type>.+) and .+ in IN/ANY/ALL clause", re.DOTALL)
PLACEHOLDER = re.compile(rb"\$(p\d+)")
IN_ALL = re.compile(rb"\bALL\s*\(\s*\$(p\d+)", re.IGNORECASE)
WHOLE = re.compile(r"\s*[+-]?\d+\s*")
# A text that is a number with a fraction.
FRACTION = re.compile(r"\s*[+-]?(?=[\d.]{2,30}\s*\Z)\d*\.\d+\s*")
MOST_KNOWN = 10_000


class NotReadingError(Exception):
    """SQL that is not one statement that only reads."""


class UnfitError(Exception):
    """A value that is none of the type that it is compared with."""


class Engine:
    """A database that is open, and what is asked of it.

    :param config: see `process.Process`.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._single: set[str] = set()
        self._casts: dict[str, dict[str, str]] = {}
        self._streamed: Any = None
        file = config["file"]
        self.connection = duckdb.connect(file or ":memory:", read_only=file is not None, config=config["settings"])

    def open_table(self, name: str, sql: str) -> None:
        """Make a table of the folder. It raises where its files can't be read."""
        quoted = '"' + name.replace('"', '""') + '"'
        self.connection.execute(f"CREATE VIEW {quoted} AS {sql}")

    def lock(self) -> None:
        """Let nothing be opened any more but what is in the folder, and no setting be changed."""
        for name, value in self._config["locks"]:
            self.connection.execute(f"SET {name} = {value}")

    def answer(self, request: dict[str, Any]) -> Any:
        """Do what a request asks."""
        return getattr(self, f"do_{request.pop('do')}")(**request)

    def do_fetch(self, sql: str, parameters: dict[str, Any]) -> Any:
        """Return the names of the columns, and all rows."""
        self._run(sql, parameters)
        names = [column[0] for column in self.connection.description or ()]
        return [names, self.connection.fetchall()]

    def do_describe(self, sql: str, parameters: dict[str, Any]) -> Any:
        """Return the names of the columns, and their types."""
        self._run(sql, parameters)
        return [[column[0], str(column[1])] for column in self.connection.description or ()]

    def do_open(self, sql: str, parameters: dict[str, Any]) -> None:
        """Begin to read rows."""
        self._run(sql, parameters)

    def do_next(self, rows: int) -> Any:
        """Return the next rows of what was opened."""
        return self.connection.fetchmany(rows)

    def do_copy(self, sql: str, parameters: dict[str, Any], options: str) -> int:
        """Write the rows of a query to the pipe for them, and return how many."""
        self._admit(sql, parameters)
        copy = f"COPY (\n{sql}\n) TO '{self._config['output']}' (FORMAT csv, HEADER false, COMMENT '', {options})"
        self._execute(copy, parameters)
        ((count,),) = self.connection.fetchall()
        return int(count)

    def do_load(self, sql: list[str]) -> None:
        """Make a temporary table, and fill it with what comes by the pipe for it. The SQL is our own."""
        self.finish()
        for statement in sql:
            self.connection.execute(statement)

    def finish(self) -> None:
        """End what was asked, so that nothing stays open."""
        with suppress(duckdb.Error):  # there may be nothing to end
            self.connection.execute("ROLLBACK")

    def _run(self, sql: str, parameters: dict[str, Any]) -> None:
        self._admit(sql, parameters)
        self._execute(sql, parameters)

    def _admit(self, sql: str, parameters: dict[str, Any]) -> None:
        """Refuse what is not one statement that reads, and values that it would round."""
        if sql not in self._single:
            self._admit_statement(sql, parameters)
        for name, value in parameters.items():
            if isinstance(value, str) and FRACTION.fullmatch(value):
                self._refuse_rounding(sql, parameters, name, Decimal(value))

    def _admit_statement(self, sql: str, parameters: dict[str, Any]) -> None:
        """Refuse by the text, and by the plan, which sees what a text hides."""
        statements = self.connection.extract_statements(sql)
        if len(statements) != 1:
            raise NotReadingError("This is not one statement alone.")
        kind = statements[0].type.name
        if kind not in ("SELECT", "EXPLAIN"):
            raise NotReadingError(f"Only what reads is run here, and this is {kind}.")
        if kind == "EXPLAIN":
            self._execute(sql, parameters)
        else:
            plan = json.loads(self._plan(sql, parameters))
            if writing := next((name for name in _node_names(plan) if WRITING.search(name)), None):
                raise NotReadingError(f"Only what reads is run here, and this does {writing}.")
        self.finish()
        if len(self._single) >= MOST_KNOWN:
            self._single.clear()
        self._single.add(sql)

    def _plan(self, sql: str, parameters: dict[str, Any]) -> str:
        self._execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        return str(self.connection.fetchall()[0][1])

    def _refuse_rounding(self, sql: str, parameters: dict[str, Any], name: str, value: Decimal) -> None:
        """Refuse a text that is read as a number with fewer digits: as a whole one 1.5 would be 2.

        Nothing tells as what it is read. But then the plan is that of the rounded value, and not that of any other one.

        :raises UnfitError: if it is so.
        """
        exponent = value.normalize().as_tuple().exponent
        if not isinstance(exponent, int) or exponent >= 0 or sql.lstrip()[:7].upper() == "EXPLAIN":
            return

        def plan(other: Decimal) -> str:
            return self._plan(sql, {**parameters, name: f"{other:f}"})

        planned = plan(value)
        for digits in range(-exponent):
            rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
            if plan(rounded) == planned and plan(value + 7) != planned:
                raise UnfitError(f"'{value}' would be rounded to {rounded}")
        self.finish()

    def _execute(self, sql: str, parameters: dict[str, Any]) -> None:
        """Run a statement in a transaction that only reads; lists of texts take the type that they are compared as."""
        casts = self._casts.get(sql, {})
        for _ in range(len(parameters) + 1):
            try:
                self.finish()
                self.connection.execute("BEGIN TRANSACTION READ ONLY")
                self.connection.execute(_cast(sql, casts), parameters)
            except duckdb.BinderException as error:
                needed = _find_cast(_cast(sql, casts), error, parameters, casts)
                if not needed:
                    raise
                casts = {**casts, **needed}
                continue
            self._casts = (
                {**(self._casts if len(self._casts) < MOST_KNOWN else {}), sql: casts} if casts else self._casts
            )
            return


def _cast(sql: str, casts: dict[str, str]) -> str:
    for name, type_ in casts.items():
        sql = re.sub(rf"(\${name})\b(?!::)", rf"\1::{type_}", sql)
    return sql


def _find_cast(sql: str, error: duckdb.Error, parameters: dict[str, Any], casts: dict[str, str]) -> dict[str, str]:
    """Find the value, or the list, that a comparison failed for, and the type that it needs.

    :raises UnfitError: if a value can't be one of that type. A fraction would be rounded to an integer.
    """
    told = describe_error(error)
    misfit = MISFIT.match(told["message"])
    if not misfit:
        return {}
    # Of ALL (…) it does not say where it stands.
    place = PLACEHOLDER if told["position"] is not None else IN_ALL
    for bind in place.finditer(sql.encode(), told["position"] or 0):
        name = bind[1].decode()
        if name in casts or not isinstance(parameters.get(name), list | str):
            continue
        type_ = widen(misfit["type"])
        values = parameters[name]
        if type_ in INTEGERS:
            _refuse_fractions(values if isinstance(values, list) else [values], type_)
        return {name: type_ + "[]" * isinstance(values, list)}
    return {}


def _refuse_fractions(values: list[Any], type_: str) -> None:
    for value in values:
        if isinstance(value, str) and not WHOLE.fullmatch(value):
            raise UnfitError(f"Could not convert string '{value}' to {type_}")


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return an error as it is sent: its class, its message, and where it stands in the SQL, in bytes."""
    text = str(error)
    start = text.find("{")
    try:
        told = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        told = {}
    message = str(told.get("exception_message") or text.partition("\n\nLINE ")[0])
    place = re.match(r"\[(\d+),(\d+)\]", str(told.get("location", "")))
    position = int(place[1]) if place else int(told["position"]) if told.get("position") else None
    return {
        "class": type(error).__name__,
        "message": message,
        "position": position,
        "length": int(place[2]) if place else 0,
    }


def _node_names(node: Any) -> Any:
    if isinstance(node, list):
        for child in node:
            yield from _node_names(child)
    elif isinstance(node, dict):
        yield str(node.get("name", ""))
        function = node.get("extra_info", {}).get("Function") if isinstance(node.get("extra_info"), dict) else None
        yield str(function or "").upper()
        yield from _node_names(node.get("children", []))


def decode(value: Any) -> Any:
    """Read a value that is bound."""
    if isinstance(value, dict):
        return Decimal(value["decimal"])
    return [decode(item) for item in value] if isinstance(value, list) else value


def read_frame(stream: BinaryIO) -> Any:
    """Read the next frame; None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return json.loads(stream.read(LENGTH.unpack(head)[0]))


def write_frame(stream: BinaryIO, content: Any) -> None:
    """Write a frame; what JSON does not have goes as text."""
    body = json.dumps(content, default=str, ensure_ascii=False, check_circular=False).encode("utf-8", "surrogatepass")
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def main() -> None:
    """Open the database that the first frame describes, and answer requests."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    config = read_frame(requests)
    if config is None:
        return
    is_confined = confine([*SYSTEM, sys.prefix, sys.base_prefix, *config["readable"]], config["writable"])
    try:
        engine = Engine(config)
        for name, sql in config["tables"]:
            write_frame(answers, {"opening": name})
            try:
                engine.open_table(name, sql)
            except duckdb.Error as error:
                write_frame(answers, {"refused": name, "reason": describe_error(error)["message"]})
        engine.lock()
    except duckdb.Error as error:
        write_frame(answers, {"failed": describe_error(error)})
        return
    write_frame(answers, {"ready": True, "is_confined": is_confined})
    _serve(engine, requests, answers)


def _serve(engine: Engine, requests: BinaryIO, answers: BinaryIO) -> None:
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def receive() -> None:
        while request := read_frame(requests):
            if request["do"] == "interrupt":
                engine.connection.interrupt()
            else:
                waiting.put(request)
        os._exit(0)  # nobody is there any more

    threading.Thread(target=receive, daemon=True).start()
    while True:
        request = waiting.get()
        if "parameters" in request:
            request["parameters"] = {name: decode(value) for name, value in request["parameters"].items()}
        try:
            answer = {"answer": engine.answer(request)}
        except (duckdb.Error, NotReadingError, UnfitError) as error:
            answer = {"failed": describe_error(error)}
        except RuntimeError as error:  # the driver's own, of what it can't turn into a value
            answer = {"failed": describe_error(error)}
        write_frame(answers, answer)


if __name__ == "__main__":
    main()
