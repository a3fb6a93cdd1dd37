"""What the measurements share: a portal of their own on a free port, and runs of a baseline and ours in turn."""

from __future__ import annotations

import base64
import http.client
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from guichet.extracts.archives.archive import Archive
from guichet.extracts.archives.archive_space import ArchiveSpace
from guichet.extracts.archives.csv_parts import CsvParts, CsvTable
from guichet.extracts.progress import Progress
from guichet.results import csv_format
from guichet.sources.protocol import Source, SpreadingSession
from guichet.sql.dialect import Dialect
from guichet.sql.formats import CsvFormat
from guichet.sql.statement import Statement

ROOT = Path(__file__).parents[1]
USER, PASSWORD = "bench", "measured-in-turn"


def crm_url() -> str:
    """Return the demo's `crm` database: from SOURCE_CRM_URL, or as a running `./startup.sh` left it."""
    from dotenv import dotenv_values

    found = os.environ.get("SOURCE_CRM_URL") or dotenv_values(ROOT / "var" / "env").get("SOURCE_CRM_URL")
    if not found:
        sys.exit("Start the portal with ./startup.sh first, or set SOURCE_CRM_URL to a database with the demo's data.")
    return found


def headers() -> dict[str, str]:
    """Sign in, and say what bodies are."""
    credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    return {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}


class Server:
    """The real server, asked over one connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = headers()

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, body: object, **headers: str) -> bytes:
        status, text, _ = self._ask("POST", path, json.dumps(body), headers)
        if status not in (200, 202):
            sys.exit(f"{path} answered {status}: {text[:500]!r}")
        return text

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, f"/api/v1/interfaces/{path}", body, {**self._headers, **named})
        answer = self._connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(portal: Path, **environ: str) -> Iterator[int]:
    """Start the server for a portal folder, and yield its port."""
    from passlib.hash import bcrypt  # what measures its own memory loads no more than it needs

    with tempfile.TemporaryDirectory() as folder:
        htpasswd = Path(folder, ".htpasswd")
        htpasswd.write_text(f"{USER}:{bcrypt.using(rounds=10).hash(PASSWORD)}\n")
        Path(folder, ".htgroup").write_text(f"sales: {USER}\n")
        port = find_port()
        crm = {} if any(name.startswith("SOURCE_") for name in environ) else {"SOURCE_CRM_URL": crm_url()}
        own = {
            **crm,
            "PORTAL_DIR": str(portal),
            "HTPASSWD_FILE": str(htpasswd),
            "HTGROUP_FILE": str(Path(folder, ".htgroup")),
            "LOG_FILE_PATH": str(Path(folder, "log")),
            "PORT": str(port),
            "GUICHET_ENV_FILES": "none",
            **environ,
        }
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "gunicorn.conf.py",
            "--log-level",
            "error",
            "guichet.wsgi:app",
        ]
        server = subprocess.Popen(command, cwd=ROOT / "backend", env={**os.environ, **own})
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL of one's own, and yield its URL."""
    script = ROOT / "scripts" / "embedded_postgres.py"
    command = [sys.executable, str(script), "--dir", str(folder / "postgres"), "run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        yield server.stdout.readline().strip()
        server.stdin.close()  # which stops it


@contextmanager
def working(environ: Mapping[str, str]) -> Iterator[int]:
    """Run a worker, and yield its process."""
    worker = subprocess.Popen([sys.executable, "-m", "guichet.cli", "worker"], env={**os.environ, **environ})
    try:
        yield worker.pid
    finally:
        worker.terminate()
        worker.wait(60)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def write_zip(source: Source, dialect: Dialect, statement: Statement, *, guard: bool) -> dict[str, float]:
    """Write a statement's rows to a zip by the extract's own data path, in this process.

    :returns: seconds, rows, the bytes of the CSV and of the zip, the peak memory in megabytes and the seconds of the
        processor, of this process and of those that it started and ended.
    """
    style = CsvFormat(formula_guard=guard)
    with source.session(60) as session:
        described = dialect.describe(statement)
        columns = session.describe(described.sql, described.parameters)
    selected = dialect.select(statement, dialect.csv_cells(columns, style), [], 10**9)
    folder = Path(tempfile.mkdtemp())
    started, used = time.perf_counter(), time.process_time()
    try:
        with Archive(folder / "bench.zip", datetime.now(UTC)) as archive:
            progress, space = Progress(), ArchiveSpace(folder, 10**12, 0, lambda _: 0)
            labels = tuple(column.name for column in columns)
            table = CsvTable("bench", labels, style, csv_format.make_guard(columns, style), None)
            parts = CsvParts(archive, table, progress, lambda: space.check("", archive.size))
            with source.session(3600) as session:
                if isinstance(session, SpreadingSession):
                    session.spread(selected.sql, selected.parameters)
                session.write_csv(selected.sql, selected.parameters, style.delimiter, parts)
            parts.close()
            size = archive.complete()
        seconds = time.perf_counter() - started
        source.close_idle()
        others = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "seconds": seconds,
            "rows": progress.rows,
            "csv": progress.bytes,
            "zip": size,
            "memory_mb": peak_mb("self") + others.ru_maxrss / 1024,
            "cpu": time.process_time() - used + others.ru_utime + others.ru_stime,
        }
    finally:
        shutil.rmtree(folder)


def peak_mb(pid: int | str) -> float:
    """Return the most memory that a process had, in megabytes. What `getrusage` tells begins with its parent's."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def in_turn(runs: int, *ways: Callable[[], object]) -> list[list[float]]:
    """Run several ways of doing a thing in turn, so that a slow moment of the machine hits them all alike.

    :returns: the milliseconds of each run, for each way. One run of each is made before, and not counted.
    """
    found: list[list[float]] = [[] for _ in ways]
    for at in range(runs + 1):
        for times, way in zip(found, ways, strict=True):
            started = time.perf_counter()
            way()
            if at:
                times.append((time.perf_counter() - started) * 1000)
    return found


def median(times: Sequence[float]) -> float:
    return statistics.median(times)


def percentile(times: Sequence[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def row(what: str, seen: str, must: str, aim: str, *, holds: bool) -> None:
    """Print one line of the table."""
    print(f"| {what} | {seen} | {must} | {aim} | {'yes' if holds else 'NO'} |", flush=True)


def table() -> None:
    print("| what | seen | must | aim | holds |")
    print("|---|---|---|---|---|")
