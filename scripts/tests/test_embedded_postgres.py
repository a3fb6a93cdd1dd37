"""The embedded PostgreSQL, through the accidents that it must survive."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg2
import pytest

import embedded_postgres

SCRIPT = embedded_postgres.__file__


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> embedded_postgres.Server:
    return embedded_postgres.open_server(tmp_path_factory.mktemp("postgres"), fast=True)


@contextlib.contextmanager
def started(server: embedded_postgres.Server) -> Iterator[subprocess.Popen[bytes]]:
    child = embedded_postgres.start(server)
    try:
        yield child
    finally:
        embedded_postgres.stop(server.account.data)
        child.wait(10)


def answers(url: str) -> bool:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def test_it_keeps_its_url(server: embedded_postgres.Server) -> None:
    with started(server):
        first = server.url()
    with started(server):
        assert server.url() == first
        assert answers(first)


def test_it_lets_nobody_in_without_the_password(server: embedded_postgres.Server) -> None:
    with started(server), pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        answers(server.url().replace(server.password("postgres"), "wrong"))


def test_it_takes_another_port_when_its_own_is_taken(server: embedded_postgres.Server) -> None:
    with started(server):
        before = server.port
    with socket.create_server(("127.0.0.1", before)), started(server):
        assert server.port != before
        assert answers(server.url())


def test_it_starts_again_at_once_after_kill_9(server: embedded_postgres.Server) -> None:
    with started(server) as child:
        child.kill()
        with started(server):  # the killed one is not even reaped
            assert answers(server.url())


def test_it_is_not_held_up_by_a_process_that_has_its_old_id(server: embedded_postgres.Server) -> None:
    with started(server):
        pass
    stale = server.account.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n/elsewhere\n1\n")
    server.account.own(stale)
    with started(server):
        assert answers(server.url())


def test_it_ends_when_its_starter_is_killed(server: embedded_postgres.Server, tmp_path: pathlib.Path) -> None:
    starter = (
        "import subprocess, sys, time\n"
        f"run = [sys.executable, {SCRIPT!r}, '--fast', '--dir', {str(server.folder)!r}, 'run']\n"
        "child = subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)\n"
        "print(child.stdout.readline(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()
        assert embedded_postgres.running_pid(server.account.data)
        process.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while embedded_postgres.running_pid(server.account.data) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert embedded_postgres.running_pid(server.account.data) is None


def test_it_refuses_data_of_another_version(server: embedded_postgres.Server) -> None:
    version = server.account.data / "PG_VERSION"
    right = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(embedded_postgres.PostgresError, match=r"PostgreSQL 9 is needed, found: \d+ in /"):
            embedded_postgres.open_server(server.folder)
    finally:
        version.write_text(right)
