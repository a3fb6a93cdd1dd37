"""A process that runs DuckDB, seen from its parent: what it is asked, how long it is waited for, how it ends.

A crash of DuckDB, or more memory than there is, costs the search that was in that process and nothing else. What is
waited for has a deadline by the parent's clock: a process that does not obey an interruption soon is killed.
"""

from __future__ import annotations

import json
import logging
import os
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from guichet import errors
from guichet.sources import csv_rows
from guichet.sources.duckdb import failures
from guichet.sources.duckdb.files import FileTable
from guichet.sources.protocol import ByteSink

logger = logging.getLogger(__name__)

LENGTH = struct.Struct(">I")
# How long a statement that was interrupted may take to end, before its process is killed.
OBEYING_SECONDS = 2
# How often somebody who waits looks whether the session was cancelled.
LOOKING_SECONDS = 0.2
# Rows are read by so many bytes: what fits into a processor's cache is cut and looked through in less time.
PIECE_BYTES = 1 << 18
# As large as a pipe may be without rights of its own.
SET_PIPE_SIZE, PIPE_BYTES = 1031, 1 << 20


class CrashedError(Exception):
    """The process ended by itself.

    :param table: that it was opening.
    """

    def __init__(self, table: str = "") -> None:
        self.table = table
        super().__init__(table)


@dataclass(frozen=True)
class ProcessOptions:
    """What a process opens.

    :param file: of DuckDB itself; None for files of other formats.
    :param folder: that alone can be read.
    """

    source: str
    file: str | None
    folder: str
    memory: str
    threads: int
    spill: str
    time_zone: str


class Process:
    """One process with a database open. One thread at a time asks it; `interrupt` alone may be called from another.

    :raises CrashedError: if it ended while it opened the tables.
    :raises SourceError: if the database can't be opened.
    """

    def __init__(self, opening: ProcessOptions, tables: Sequence[FileTable], seconds: float) -> None:
        self.source = opening.source
        self.refused: dict[str, str] = {}
        self._writing = threading.Lock()
        self._deadline = time.monotonic() + seconds
        self._was_interrupted = False
        self._spill = tempfile.mkdtemp(prefix="guichet-duckdb-")
        self._rows_in, rows_out = os.pipe()
        self._lists_in, lists_out = os.pipe()
        os.close(lists_out)  # each list opens an end of its own, and closes it where the list ends
        with suppress(OSError):  # smaller pipes are slower, and do
            import fcntl

            fcntl.fcntl(rows_out, SET_PIPE_SIZE, PIPE_BYTES)
        self.lists_path = f"/dev/fd/{self._lists_in}"
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "guichet.sources.duckdb.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(rows_out, self._lists_in),
                env=_environment(),
                cwd=self._spill,
                bufsize=0,
            )
        finally:
            os.close(rows_out)
        assert self._child.stdin
        assert self._child.stdout
        self._requests, self._answers = self._child.stdin, self._child.stdout
        try:
            self._open(opening, tables, f"/dev/fd/{rows_out}")
        except BaseException:
            self.stop()
            raise

    def _open(self, opening: ProcessOptions, tables: Sequence[FileTable], rows_path: str) -> None:
        beneath = opening.folder.rstrip("/") + "/"
        locks = [
            ("TimeZone", _literal(opening.time_zone)),
            ("allowed_directories", f"[{_literal(beneath)}]"),
            ("allowed_paths", f"[{_literal(rows_path)}, {_literal(self.lists_path)}]"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ]
        settings = {
            "threads": opening.threads,
            "async_threads": 1,
            "memory_limit": opening.memory,
            "temp_directory": self._spill,
            "max_temp_directory_size": opening.spill,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
            "errors_as_json": True,
        }
        self._send(
            {
                "file": opening.file,
                "settings": settings,
                "locks": locks,
                "tables": [(table.name, table.select) for table in tables],
                "output": rows_path,
                "readable": [opening.folder],
                "writable": [self._spill],
            }
        )
        name = ""
        while True:
            try:
                told = self._receive()
            except CrashedError as error:
                raise CrashedError(name) from error
            if "failed" in told:
                raise failures.build_unavailable(self.source, told["failed"]["message"])
            if "ready" in told:
                self.is_confined = bool(told["is_confined"])
                return
            name = told.get("opening", name)
            if "refused" in told:
                self.refused[told["refused"]] = told["reason"]

    def begin(self, seconds: float) -> None:
        """Begin a statement, which may take so long."""
        self._deadline = time.monotonic() + seconds
        self._was_interrupted = False

    def ask(self, request: str, **values: Any) -> Any:
        """Have it do something, and return what it answers.

        :raises SourceError: if it fails, or takes too long.
        """
        try:
            self._send({"do": request, **values})
            return self._take_answer()
        except CrashedError as error:
            raise self._describe_end() from error

    def copy(self, output: ByteSink, *, quoted: bool, **values: Any) -> int:
        """Have it write rows, and pass them on; return how many.

        :param quoted: whether a line's end in quotes ends no row.
        """
        try:
            self._send({"do": "copy", **values})
            for rows, count in csv_rows.cut_rows(self._read_rows(), quoted=quoted):
                csv_rows.pass_on(output, rows, count, quoted=quoted)
            return int(self._take_answer())
        except CrashedError as error:
            raise self._describe_end() from error

    def load(self, sql: Sequence[str], blocks: Iterator[bytes]) -> None:
        """Have it run statements of ours that read the rows that are passed on to it."""
        # Opened before anybody reads: a reader that finds no end for writing takes the list for an empty one.
        pipe = os.open(f"/proc/self/fd/{self._lists_in}", os.O_WRONLY | os.O_NONBLOCK)
        try:
            try:
                self._send({"do": "load", "sql": list(sql)})
                self._pass_on(blocks, pipe)
            finally:
                os.close(pipe)
            self._take_answer()
        except CrashedError as error:
            raise self._describe_end() from error

    def _pass_on(self, blocks: Iterator[bytes], pipe: int) -> None:
        """Write what it reads, until it answers: then it takes no more, and says why."""
        for block in blocks:
            left = memoryview(block)
            while left:
                if self._answers.fileno() in self._wait(self._answers.fileno(), to_write=pipe):
                    return
                with suppress(BlockingIOError):
                    left = left[os.write(pipe, left) :]

    def interrupt(self) -> None:
        """Have it end the statement that runs, and leave it no more than a moment for that."""
        self._was_interrupted = True
        self._deadline = min(self._deadline, time.monotonic() + OBEYING_SECONDS)
        with suppress(OSError, CrashedError):
            self._send({"do": "interrupt"})

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._child.poll() is None

    def stop(self) -> None:
        """End it, and remove what it left."""
        self._child.kill()
        self._child.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):
                stream.close()
        for pipe in (self._rows_in, self._lists_in):
            with suppress(OSError):
                os.close(pipe)
        shutil.rmtree(self._spill, ignore_errors=True)

    def _send(self, content: Any) -> None:
        body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
        with self._writing:
            try:
                self._requests.write(LENGTH.pack(len(body)) + body)
            except (OSError, ValueError) as error:
                raise CrashedError from error

    def _take_answer(self) -> Any:
        told = self._receive()
        if "failed" not in told:
            return told["answer"]
        raise failures.translate(self.source, told["failed"], was_interrupted=self._was_interrupted)

    def _receive(self) -> Any:
        (length,) = LENGTH.unpack(self._read(LENGTH.size))
        return json.loads(self._read(length))

    def _read(self, size: int) -> bytes:
        parts, left = [], size
        while left:
            self._wait(self._answers.fileno())
            part = os.read(self._answers.fileno(), min(left, PIECE_BYTES))
            if not part:
                raise CrashedError
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _read_rows(self) -> Iterator[bytes]:
        """Yield what is written to the pipe of rows until the answer is there."""
        answers = self._answers.fileno()
        while True:
            ready = self._wait(self._rows_in, answers)
            if self._rows_in in ready:
                piece = os.read(self._rows_in, PIECE_BYTES)
                if not piece:  # it keeps the other end open as long as it lives
                    raise CrashedError
                yield piece
            elif answers in ready:
                return

    def _wait(self, *to_read: int, to_write: int | None = None) -> list[int]:
        """Wait until one of these can be read, or written to; return which.

        It waits up to the deadline, then a moment after an interruption.
        """
        waiting = select.poll()  # select itself knows no more than 1024 files
        for place in to_read:
            waiting.register(place, select.POLLIN)
        if to_write is not None:
            waiting.register(to_write, select.POLLOUT)
        while True:
            left = self._deadline - time.monotonic()
            if left > 0:
                if ready := waiting.poll(1000 * min(left, LOOKING_SECONDS)):
                    return [place for place, _ in ready]
            elif self._was_interrupted:
                self._child.kill()
                raise CrashedError
            else:
                self._deadline = time.monotonic() + OBEYING_SECONDS
                self.interrupt()

    def _describe_end(self) -> errors.SourceError:
        """Say why the process is no more."""
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(OBEYING_SECONDS)
        if self._was_interrupted:
            return failures.build_timeout(self.source)
        reason = f"the process that read it ended with {self._child.returncode}"
        logger.warning("the database “%s”: %s", self.source, reason)
        return failures.build_crashed(self.source, reason)


def _environment() -> dict[str, str]:
    """Return what the process knows of its surroundings: where Python's packages are, and no secret of the portal."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
