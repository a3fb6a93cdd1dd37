"""A worker that meets with what hangs, is full or is not there: it waits, says why, and ends when it is told to."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from guichet import errors
from guichet.extracts.archives import archive_store
from guichet.extracts.archives.archive import Archive
from guichet.extracts.archives.archive_space import ArchiveSpace
from guichet.extracts.archives.archive_store import StoreError
from guichet.extracts.cleanup import Sweeper
from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.api.conftest import wait_until
from tests.api.test_bucket import bucket, kept, stored
from tests.api.test_extract_accidents import Server
from tests.api.test_extracts import anne, archive, ask, mailbox, state, wait_for, working
from tests.conftest import INHERITED, ROOT, Client, Portal, run_sql
from tests.time_limits import slowness

__all__ = ["anne", "bucket", "mailbox", "stored"]  # fixtures

ATTEMPTS = "SELECT attempt, handed_back FROM guichet.extract"


@pytest.fixture
def log(tmp_path: Path, portal: Portal) -> Path:
    portal.environ["LOG_FILE_PATH"] = str(tmp_path / "worker.log")
    return tmp_path / "worker.log"


# --- what hangs


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_heartbeats_wait_for_no_bucket_that_hangs(
    portal: Portal, anne: Client, portal_database_url: str, bucket: dict[str, str], black_hole: str
) -> None:
    gone = ask(anne)
    run_sql(
        portal_database_url,
        "UPDATE guichet.extract SET state = 'done', archive = id || '/gone.zip', expires_at = now() - interval '1 day'",
    )
    portal.write("long.yaml", "title: Long\nsource: shop\nsql: SELECT pg_sleep(25)::text AS slept")
    asked = ask(anne, "long")
    hanging = {**bucket, "AWS_ENDPOINT_URL": black_hole}
    with working(portal, **hanging), working(portal, **hanging):
        wait_for(anne, asked, "running")
        for _ in range(14):  # longer than a lease, in which the other worker would take it over
            time.sleep(1)
            ((attempt, lease),) = run_sql(
                portal_database_url,
                "SELECT attempt, extract(epoch FROM lease_until - now()) FROM guichet.extract WHERE state = 'running'",
            )
            assert attempt == 1
            assert lease > 5
    assert state(anne, gone)["state"] == "done"  # nothing says that it is gone while it may be there


def _processes(postmaster: int) -> list[int]:
    """List a PostgreSQL's processes, its first one first."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Stops every process of a PostgreSQL during the block, as a paused machine does."""
    postmaster = int(next(server.folder.rglob("postmaster.pid")).read_text().split()[0])
    stopped = _processes(postmaster)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL of the test's own."""
    server = Server(tmp_path / "own")
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


# A signal that another thread gets does not wake the one that waits, as one that comes just before the wait doesn't.
UNNOTICED = """
import pathlib, signal, sys, threading, time
from guichet.cli import main

log = sys.argv.pop()
sys.argv = ["guichet", "worker"]

def wait_and_ask():
    while "the worker takes extracts" not in pathlib.Path(log).read_text():
        time.sleep(0.1)
    time.sleep(0.5)
    signal.raise_signal(signal.SIGTERM)

threading.Thread(target=wait_and_ask, daemon=True).start()
main()
"""


def test_a_signal_that_wakes_nobody_ends_it_all_the_same(portal: Portal, anne: Client, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.touch()
    command = [sys.executable, "-c", UNNOTICED, str(log)]
    environ = {**INHERITED, **portal.environ, "LOG_FILE_PATH": str(log), "GRACE_SECONDS": "1"}
    assert subprocess.run(command, cwd=ROOT, env=environ, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("which", ["the portal database", "a source"])
def test_a_frozen_database_keeps_no_worker_from_ending(
    portal: Portal, anne: Client, own: Server, which: str, log: Path
) -> None:
    if which == "a source":
        portal.environ["SOURCE_SHOP_URL"] = own.url
        portal.write("trickle.yaml", "title: T\nsource: shop\nsql: SELECT pg_sleep(60)::text AS slept")
    else:
        portal.environ["PORTAL_DATABASE_URL"] = own.url
        migrations.migrate(PortalDatabase(SecretStr(own.url), PoolLimits(1, 5, 5)))
    client = portal.client("anne")
    asked = ask(client, "trickle")
    with working(portal, GRACE_SECONDS="1") as worker:
        wait_for(client, asked, "running")
        time.sleep(1)
        with frozen(own):
            time.sleep(1)
            began = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
            assert time.monotonic() - began < 8 * slowness()  # a second of grace, four to hand back
    if which == "a source":
        told = ("is handed back: its worker stops", "can't be handed back: another worker takes it over")
        assert any(f"extract {asked['id']} {one}" in log.read_text() for one in told)


# --- what is handed back, and what is uploaded again


def test_handing_back_at_a_stop_costs_no_attempt(portal: Portal, anne: Client, portal_database_url: str) -> None:
    asked = ask(anne, "trickle")
    run_sql(portal_database_url, "UPDATE guichet.extract SET attempt = 8")
    for number in range(1, 4):
        with working(portal):
            wait_for(anne, asked, "running")
        assert state(anne, asked)["state"] == "queued"
        assert run_sql(portal_database_url, ATTEMPTS) == [(8 + number, number)]
    # Its tenth worker that died would end it, were stops among them.
    run_sql(
        portal_database_url,
        "UPDATE guichet.extract SET state = 'running', attempt = attempt + 1, lease_until = now()",
    )
    with working(portal):
        wait_for(anne, asked, "done", seconds=60)


class Relay(ThreadingHTTPServer):
    """Passes calls on to a bucket, and refuses what would write to it while it is told to."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), RelayHandler)
        self.behind = url
        self.refuses = True
        self.refused = 0


class RelayHandler(BaseHTTPRequestHandler):
    server: Relay

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.refuses and self.command in ("PUT", "POST"):
            self.server.refused += 1
            status, content = 403, b"<Error><Code>AccessDenied</Code></Error>"
        else:
            passed = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = httpx.request(self.command, self.server.behind + self.path, headers=passed, content=body)
            status, content = answer.status_code, answer.content
            for name in ("ETag", "Last-Modified", "Content-Type"):
                if name in answer.headers:
                    self._kept[name] = answer.headers[name]
        self.send_response(status)
        for name, value in self._kept.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815  # the library's names

    def setup(self) -> None:
        self._kept: dict[str, str] = {}
        super().setup()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        pass


def test_a_finished_archive_whose_upload_failed_is_uploaded_again_and_not_made_again(
    portal: Portal, stored: Client, bucket: dict[str, str], portal_database_url: str, shop: str, log: Path
) -> None:
    portal.write("once.yaml", "title: Once\nsource: shop\nsql: SELECT n FROM generate_series(1, 9) AS n")
    asked = ask(stored, "once")
    folder = Path(portal.environ["ARCHIVE_DIR"]) / asked["id"]
    relay = Relay(bucket["AWS_ENDPOINT_URL"])
    threading.Thread(target=relay.serve_forever, daemon=True).start()
    try:
        with working(portal, AWS_ENDPOINT_URL=f"http://127.0.0.1:{relay.server_port}"):
            wait_until(lambda: state(stored, asked)["problem"] is not None, 60)
            assert state(stored, asked)["state"] == "queued"
            (left,) = folder.glob("*.zip")
            made = left.read_bytes()
            assert (relay.refused > 0, kept(bucket)) == (True, [])
            # It could not be made again: its form is out of rows.
            portal.write("once.yaml", "title: Once\nsource: shop\nsql: SELECT n FROM generate_series(1, 0) AS n")
            relay.refuses = False
            run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now()")
            done = wait_for(stored, asked, "done", seconds=60)
    finally:
        relay.shutdown()
        relay.server_close()
    assert done["rows"] == 9
    link = stored.get(f"/api/v1/extracts/{asked['id']}/archive").headers["Location"]
    assert httpx.get(link.replace(f"127.0.0.1:{relay.server_port}", bucket["AWS_ENDPOINT_URL"][7:])).content == made
    assert not folder.exists()
    assert re.search(
        rf"WARNING .* extract {asked['id']}: attempt 1 .* tried again in 5 s: StoreError: .*", log.read_text()
    )


# --- what is full or not there


@pytest.mark.parametrize("which", ["PORTAL_DIR", "ARCHIVE_DIR"])
def test_extracts_wait_for_a_folder_that_is_away_and_the_log_says_so(
    portal: Portal, anne: Client, portal_database_url: str, log: Path, which: str
) -> None:
    asked = ask(anne)
    run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now() + interval '1 hour'")
    folder = Path(portal.environ[which])
    with working(portal):
        wait_until(lambda: log.exists() and "takes extracts" in log.read_text(), 30)
        away = folder.rename(folder.with_name("away"))
        wait_until(lambda: f"extracts wait: {folder}" in log.read_text(), 30)
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now()")
        time.sleep(2)
        assert run_sql(portal_database_url, "SELECT state FROM guichet.extract") == [("queued",)]
        assert not folder.exists()
        away.rename(folder)
        assert archive(anne, wait_for(anne, asked, "done")).testzip() is None
    assert run_sql(portal_database_url, ATTEMPTS) == [(1, 0)]


def test_extracts_wait_while_the_archives_take_all_that_they_may(
    portal: Portal, anne: Client, portal_database_url: str
) -> None:
    first = ask(anne)
    with working(portal):
        wait_for(anne, first, "done")
        run_sql(portal_database_url, "UPDATE guichet.extract SET archive_bytes = 60 * 1000000000::bigint")
        second = ask(anne, "customers")
        wait_until(lambda: state(anne, second)["problem"] is not None, 30)
        assert state(anne, second)["state"] == "queued"
        assert "ARCHIVE_MAX_GB" in state(anne, second)["problem"]
        run_sql(
            portal_database_url,
            "UPDATE guichet.extract SET expires_at = now() - interval '1 s' WHERE archive IS NOT NULL;"
            "UPDATE guichet.extract SET not_before = now() WHERE state = 'queued'",
        )
        wait_for(anne, first, "expired")
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now() WHERE state = 'queued'")
        wait_for(anne, second, "done")
    assert (1, 1) not in run_sql(portal_database_url, ATTEMPTS)


def test_an_extract_that_is_larger_than_all_archives_may_be_fails(portal: Portal, anne: Client) -> None:
    path = Path(portal.environ["ARCHIVE_DIR"]) / "a.zip"
    with Archive(path, datetime.now(UTC)) as made:
        with made.open_entry("noise.csv") as entry:
            entry.write(os.urandom(200_000))
        with pytest.raises(errors.TooLargeError):
            ArchiveSpace(path.parent, 100_000, 0, lambda _: 0).check("", made.size)
        with pytest.raises(archive_store.DiskFullError):
            ArchiveSpace(path.parent, 10**9, 0, lambda _: 10**9 - 100_000).check("", made.size)


# --- what nobody counts


@pytest.fixture
def database(portal_database_url: str) -> PortalDatabase:
    return PortalDatabase(SecretStr(portal_database_url), PoolLimits(2, 5, 5))


def _write(folder: Path, name: str, days: float) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x" * 1000)
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (then, then))


@pytest.mark.parametrize(
    ("record", "name", "days", "fate"),
    [
        # state of the extract (None: unknown), file, age, what becomes of it: counted by its record, kept, deleted
        ("done", "a.zip", 90, "counted"),
        ("running", "a.zip.partial", 2, "counted"),
        ("queued", "a.zip.partial", 0.01, "kept"),
        ("queued", "a.zip.partial", 0.1, "deleted"),
        ("queued", "b.zip", 2, "kept"),
        ("done", "b.zip", 0.01, "kept"),
        ("done", "b.zip", 0.1, "deleted"),
        ("failed", "outcome.json", 0.1, "deleted"),
        (None, "a.zip.partial", 0.01, "kept"),
        (None, "a.zip.partial", 0.1, "deleted"),
        (None, "a.zip", 6.9, "kept"),
        (None, "a.zip", 7.1, "deleted"),
    ],
)
def test_what_no_extract_has_is_swept_and_counts_until_then(
    portal: Portal, anne: Client, database: PortalDatabase, portal_database_url: str, record: str | None, name: str,
    days: float, fate: str,
) -> None:  # fmt: skip
    folder = Path(portal.environ["ARCHIVE_DIR"])
    asked = ask(anne)["id"]
    extract_id = asked if record else "8f14e45f-ceea-467f-a0e6-3f2c1d2b9a10"
    run_sql(
        portal_database_url,
        f"UPDATE guichet.extract SET state = '{record or 'done'}',"
        f" archive = CASE WHEN '{record}' = 'done' THEN id || '/a.zip' END",
    )
    _write(folder, f"{extract_id}/{name}", days)
    (folder / "lost+found").mkdir()
    _write(folder, "lost+found/old.zip", 999)
    sweeper = Sweeper(database, archive_store.build_store(None, folder), archive_days=7)
    sweeper.sweep()
    assert sweeper.stray_bytes == (1000 if fate == "kept" else 0)
    assert (folder / extract_id).exists() == (fate != "deleted")
    assert (folder / "lost+found/old.zip").exists()
    assert sweeper.count_bytes_beside(asked) == sweeper.stray_bytes


def test_nothing_is_swept_while_the_portal_database_is_away(tmp_path: Path) -> None:
    _write(tmp_path, "8f14e45f-ceea-467f-a0e6-3f2c1d2b9a10/a.zip", 999)
    away = PortalDatabase(SecretStr("postgresql://nobody@127.0.0.1:1/none"), PoolLimits(1, 1, 2))
    with pytest.raises(Exception, match="reached"):
        Sweeper(away, archive_store.build_store(None, tmp_path), archive_days=7).sweep()
    assert list(tmp_path.glob("*/*"))


def test_a_bucket_is_swept_of_what_a_restored_database_does_not_know(
    portal: Portal, stored: Client, bucket: dict[str, str], database: PortalDatabase, portal_database_url: str
) -> None:
    asked = ask(stored)
    with working(portal):
        wait_for(stored, asked, "done", seconds=60)
    store = archive_store.build_store(bucket["ARCHIVE_URL"], Path(portal.environ["ARCHIVE_DIR"]))
    sweeper = Sweeper(database, store, archive_days=7)
    soon = datetime.now(UTC) + timedelta(days=8)
    sweeper.sweep(soon)
    assert (len(kept(bucket)), sweeper.stray_bytes) == (1, 0)
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery")
    sweeper.sweep()
    assert (len(kept(bucket)), sweeper.stray_bytes > 0) == (1, True)
    sweeper.sweep(soon)
    assert (kept(bucket), sweeper.stray_bytes) == ([], 0)


def test_a_bucket_that_is_away_is_told_with_its_reason_and_without_its_secret(
    stored: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://hunter2.invalid:1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    with pytest.raises(StoreError) as caught:
        archive_store.build_store("s3://archives/portal", tmp_path).read("a/b.zip")
    assert caught.value.reason
    assert "hunter2" not in caught.value.reason + caplog.text
