"""Whole results as streams, from the real server: flat memory, clients that leave, errors after the first byte."""

from __future__ import annotations

import json
import os
import socket
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import wait_until
from tests.conftest import USERS, Portal, run_sql
from tests.time_limits import within

Serve = Callable[..., AbstractContextManager[httpx.Client]]

MANY = """
title: Many
source: shop
sql: |
  SELECT n, n * 10000000000 AS big, 'row ' || n AS label, n / 7.0 AS fraction, now() AS at
  FROM generate_series(1, :rows::int) AS n
criteria:
  rows: {type: number, required: true}
"""
FAILS = """
title: Fails
source: shop
sql: SELECT n, 1 / (n - 50000) AS cell, repeat('x', 100) AS filler FROM generate_series(1, 100000) AS n
"""
BOUNDED = """
title: Bounded
source: shop
sql: SELECT n, repeat('x', 100) AS filler FROM generate_series(1, 100000) AS n
limits: {extract_rows: 60000}
"""
RUNNING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE application_name = 'guichet' AND datname = current_database() AND state = 'active'"
)


@pytest.fixture
def streams(portal: Portal) -> Portal:
    for name, text in (("many", MANY), ("fails", FAILS), ("bounded", BOUNDED)):
        portal.write(f"{name}.yaml", text)
    return portal


def address(interface: str, rows: int | None = None) -> str:
    return f"/api/v1/interfaces/{interface}/rows?format=ndjson" + (f"&rows={rows}" if rows else "")


def test_a_million_rows_take_no_more_memory_than_ten_thousand(streams: Portal, serve: Serve) -> None:
    with serve(WEB_WORKERS="1") as http:
        peaks = []
        for rows in (10_000, 10_000, 1_000_000):
            with http.stream("GET", address("many", rows)) as answer:
                assert answer.status_code == 200
                assert sum(chunk.count(b"\n") for chunk in answer.iter_bytes()) == rows
            peaks.append(peak_of_servers())

    assert peaks[2] - peaks[1] < 3_000, peaks


def peak_of_servers() -> int:
    """The most memory that any process of our gunicorn ever had, in kB."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        facts = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        if b"guichet.wsgi" in command and os.getpid() in ancestors(facts["PPid"]):
            peaks.append(int(facts["VmHWM"].split()[0]))
    return max(peaks)


def ancestors(pid: str) -> set[int]:
    found: set[int] = set()
    while pid != "0":
        found.add(int(pid))
        text = Path(f"/proc/{pid}/status").read_text()
        pid = text.split("PPid:\t")[1].split("\n")[0]
    return found


@pytest.mark.parametrize(("interface", "most"), [("fails", 50_000), ("bounded", 60_001)])
def test_an_error_after_the_first_rows_breaks_the_connection_off(
    streams: Portal, serve: Serve, interface: str, most: int
) -> None:
    with serve() as http:
        came: list[bytes] = []
        with http.stream("GET", address(interface)) as answer:
            assert answer.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
                came.extend(answer.iter_bytes())
        assert 10_000 < b"".join(came).count(b"\n") < most
        assert http.get("/api/v1/user").status_code == 200


def test_a_client_that_leaves_ends_the_query_and_frees_its_place(streams: Portal, serve: Serve, shop: str) -> None:
    with serve(WEB_WORKERS="1", STREAMS="1") as http:
        with http.stream("GET", address("many", 30_000_000)) as answer:
            lines = answer.iter_lines()
            assert json.loads(next(lines))["n"] == 1
            refused = http.get(address("many", 10))
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
            assert refused.json()["detail"] == "Too many results are being streamed at once."
            assert run_sql(shop, RUNNING) == [(1,)]
        with within(3):
            wait_until(lambda: run_sql(shop, RUNNING) == [(0,)])
            wait_until(lambda: http.get(address("many", 10)).status_code == 200)


def test_a_client_that_reads_nothing_slows_the_database_down(streams: Portal, serve: Serve, shop: str) -> None:
    credentials = b64encode(f"anne:{USERS['anne'][0]}".encode()).decode()
    with serve(WEB_WORKERS="1") as http:
        head = f"GET {address('many', 1_000_000)} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credentials}\r\n\r\n"
        with socket.create_connection((http.base_url.host, http.base_url.port or 80)) as client:
            client.sendall(head.encode())
            waiting = f"{RUNNING} AND wait_event = 'ClientWrite'"
            wait_until(lambda: run_sql(shop, waiting) == [(1,)])
            before = peak_of_servers()
            time.sleep(1)
            assert run_sql(shop, waiting) == [(1,)]
            assert peak_of_servers() - before < 1_000
        wait_until(lambda: run_sql(shop, RUNNING) == [(0,)])


def test_rows_of_a_slow_query_come_before_a_whole_piece_of_them(streams: Portal, serve: Serve) -> None:
    slow = "/api/v1/interfaces/slow/rows?format=ndjson&seconds=0.4&rows=5"
    with serve() as http, http.stream("GET", slow) as answer, within(1.6):
        next(answer.iter_lines())
