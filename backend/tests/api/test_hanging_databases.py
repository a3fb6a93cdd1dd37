"""Databases that hang: paused, locked by DDL, without a connection left. Everybody is answered within their limits."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from pydantic import SecretStr
from werkzeug.test import TestResponse

from guichet import errors
from guichet.portal_db import migrate
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import Pool, PoolLimits
from guichet.sources.postgresql.source import PostgreSQLSource
from guichet.sources.postgresql.writer import PostgreSQLWriter
from tests.api.conftest import wait_until
from tests.conftest import Client, Portal, run_sql
from tests.time_limits import within

OWN = """
title: Own
source: own
sql: SELECT id, wait FROM (SELECT * FROM thing WHERE {criteria} OFFSET 0) AS found WHERE pg_sleep(wait) IS NOT NULL
criteria:
  wait: {type: number, column: wait}
"""
THINGS = "CREATE TABLE thing (id int, wait float); INSERT INTO thing VALUES (1, 0), (2, 30)"


@contextmanager
def paused(url: str) -> Iterator[None]:
    """Stops a server with all of its processes, as a machine that is suspended does."""
    folder = Path(run_sql(url, "SHOW data_directory")[0][0])
    postmaster = int((folder / "postmaster.pid").read_text().splitlines()[0])
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True).stdout
    pids = [postmaster, *map(int, children.split())]
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def in_background(ask: Callable[[], TestResponse]) -> Callable[[float], TestResponse]:
    """Asks in a thread; returns what waits for the answer."""
    answers: list[TestResponse] = []
    thread = threading.Thread(target=lambda: answers.append(ask()), daemon=True)
    thread.start()

    def result(seconds: float) -> TestResponse:
        thread.join(seconds)
        assert answers, "there was no answer in time"
        return answers[0]

    return result


@pytest.fixture
def own(portal: Portal, own_server: Callable[[str], str]) -> str:
    """A source that can be paused: the URL of its database."""
    url = own_server("start")
    run_sql(url, THINGS)
    portal.environ["SOURCE_OWN_URL"] = url
    portal.write("own.yaml", OWN + "limits: {interactive_seconds: 2}\n")
    return url


def ask(client: Client, call: str, wait: int) -> TestResponse:
    return client.post(f"/api/v1/interfaces/own/{call}", {"criteria": {"wait": wait}})


def test_a_paused_database_is_answered_503_within_the_limits(portal: Portal, own: str) -> None:
    client = portal.client(SOURCE_CONNECT_SECONDS="2")
    assert ask(client, "count", 0).json["count"] == 1
    with paused(own):
        for call in ("count", "search", "csv"):  # the first by an idle connection, the others by new ones
            with within(15):
                answer = ask(client, call, 0)
            assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:source-unavailable")
        with within(10):
            ready = client.get("/readyz")
        assert "source own" in ready.json["down"]
        with within(10):
            assert client.post("/api/v1/interfaces/customers/count", {}).status_code == 200
    wait_until(lambda: ask(client, "count", 0).status_code == 200)


def count_skipped(client: Client, database: str) -> float:
    labels = f'guichet_pool_skipped_total{{database="{database}"}}'
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(labels))


def test_a_frozen_database_is_not_waited_for_by_everybody(
    portal: Portal, own: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = portal.client(SOURCE_CONNECT_SECONDS="2")
    with paused(own):
        waited = ask(client, "count", 0)
        before = count_skipped(client, "own")
        unasked = []

        def is_skipped() -> bool:
            unasked.append(ask(client, "count", 0))
            return count_skipped(client, "own") > before

        wait_until(is_skipped)
        assert {answer.status_code for answer in (waited, *unasked)} == {503}
        assert unasked[-1].json["detail"] == waited.json["detail"]
        assert any("“own” did not answer for" in message for message in caplog.messages)
        assert client.post("/api/v1/interfaces/customers/count", {}).status_code == 200
    wait_until(lambda: ask(client, "count", 0).status_code == 200)
    assert "the database “own” answers again" in caplog.messages
    before = count_skipped(client, "own")
    assert ask(client, "search", 0).json["count"] == 1
    assert count_skipped(client, "own") == before


def test_a_database_that_refuses_connections_is_asked_each_time(portal: Portal, shop: str) -> None:
    parts = urlsplit(shop)
    portal.environ["SOURCE_SHOP_URL"] = parts._replace(netloc=f"nobody:x@{parts.netloc.rpartition('@')[2]}").geturl()
    client = portal.client()
    before = count_skipped(client, "shop")
    for _ in range(3):
        assert client.post("/api/v1/interfaces/customers/count", {}).status_code == 503
    assert count_skipped(client, "shop") == before


def test_a_database_that_is_paused_while_it_counts_is_given_up(portal: Portal, own: str) -> None:
    client = portal.client(SOURCE_CONNECT_SECONDS="2")
    assert ask(client, "count", 0).json["count"] == 1
    counting = in_background(lambda: ask(client, "count", 30))
    time.sleep(0.5)
    with paused(own):
        assert counting(15).status_code == 503


def test_a_paused_portal_database_is_not_ready_and_holds_no_list(
    portal: Portal, own_server: Callable[[str], str]
) -> None:
    url = own_server("start")
    migrate.migrate(PortalDatabase(SecretStr(url), PoolLimits(2, 5, 5)))
    client = portal.client(SOURCE_CONNECT_SECONDS="2", PORTAL_DATABASE_URL=url)
    assert client.get("/api/v1/saved-searches").status_code == 200
    with paused(url):
        for path in ("saved-searches", "extracts", "value-lists"):
            with within(15):
                assert client.get(f"/api/v1/{path}").status_code == 503
        with within(10):
            assert client.get("/readyz").json["down"] == ["portal database"]
        with within(10):
            assert client.get("/api/v1/interfaces").status_code == 200
    wait_until(lambda: client.get("/api/v1/saved-searches").status_code == 200)


def test_cancelling_waits_for_no_database(own: str) -> None:
    source = PostgreSQLSource(Pool("own", SecretStr(own), PoolLimits(2, 2, 2)), "UTC")
    ticks: list[float] = []
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(0.05):
            ticks.append(time.monotonic())

    threading.Thread(target=tick, daemon=True).start()
    with source.session(60) as session, paused(own):
        running: list[BaseException] = []

        def run() -> None:
            try:
                session.fetch("SELECT pg_sleep(60)", {})
            except errors.SourceError as error:
                running.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.2)
        with within(2):
            session.cancel()
        thread.join(15)
        assert isinstance(running[0], errors.QueryCancelledError)
    ended.set()
    assert max(after - before for before, after in itertools.pairwise(ticks)) < 2  # no thread stood still


def pid(session: Any) -> int:
    return int(session.fetch_value("SELECT pg_backend_pid()", {}))


def test_a_connection_whose_cancellation_may_still_arrive_is_not_lent_again(shop: str) -> None:
    pool = Pool("shop", SecretStr(shop), PoolLimits(1, 5, 5))
    source, writer = PostgreSQLSource(pool, "UTC"), PostgreSQLWriter(pool, "UTC", 5)
    seen = []
    for cancels in (False, False, True, False):
        with source.session(5) as session:
            seen.append(pid(session))
            if cancels:
                session.cancel()
    assert seen[0] == seen[1] == seen[2] != seen[3]
    with writer.transaction() as session:
        assert pid(session) == seen[3]
        session.cancel()
    with source.session(5) as session:
        assert pid(session) != seen[3]
    session.cancel()  # too late: whoever has the connection now is not hit
    with source.session(5) as after:
        session.cancel()
        assert after.fetch_value("SELECT pg_sleep(0.3) IS NULL", {}) is False


def test_a_table_locked_by_ddl_is_answered_as_a_slow_search_is(portal: Portal, own: str) -> None:
    with closing(psycopg2.connect(own)) as other:
        other.cursor().execute("LOCK TABLE thing IN ACCESS EXCLUSIVE MODE")
        client = portal.client()
        form = in_background(lambda: client.get("/api/v1/interfaces/own"))
        counted = in_background(lambda: ask(client, "count", 0))
        slow = in_background(lambda: ask(client, "search", 0)).__call__(40)
        assert (slow.status_code, slow.json["heavy"], slow.json["reason"]) == (200, True, "time")
        assert form(40).status_code == 200
        assert (counted(40).status_code, counted(1).json["type"]) == (504, "urn:guichet:problem:timeout")
    assert ask(client, "search", 0).json["count"] == 1


def test_what_was_known_of_a_table_is_used_while_it_is_locked(portal: Portal, own: str) -> None:
    client = portal.client()
    assert ask(client, "search", 0).json["count"] == 1
    with closing(psycopg2.connect(own)) as other:
        other.cursor().execute("LOCK TABLE thing IN ACCESS EXCLUSIVE MODE")
        slow = ask(client, "search", 0)
    assert [column["name"] for column in slow.json["columns"]] == ["id", "wait"]
    assert (slow.status_code, slow.json["heavy"], slow.json["reason"]) == (200, True, "time")


@pytest.fixture
def scarce(shop: str) -> Iterator[str]:
    """The shop as a role that may have two connections."""
    run_sql(shop, "CREATE ROLE scarce LOGIN PASSWORD 'scarce' CONNECTION LIMIT 2 IN ROLE pg_read_all_data")
    parts = urlsplit(shop)
    yield parts._replace(netloc=f"scarce:scarce@{parts.netloc.rpartition('@')[2]}").geturl()
    run_sql(shop, "DROP ROLE scarce")


def test_a_roles_connection_limit_is_waited_for_as_a_full_pool_is(
    portal: Portal, scarce: str, serve: Callable[..., Any]
) -> None:
    portal.environ["SOURCE_SHOP_URL"] = scarce
    statuses: list[int] = []
    with serve(WEB_WORKERS="2") as http:

        def ask() -> None:
            body = {"criteria": {"seconds": 0.1, "rows": 1}}
            statuses.extend(http.post("/api/v1/interfaces/slow/count", json=body).status_code for _ in range(8))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 48


def test_a_connection_limit_that_stays_full_is_told_as_a_busy_database(portal: Portal, scarce: str) -> None:
    portal.environ["SOURCE_SHOP_URL"] = scarce
    client = portal.client(SOURCE_WAIT_SECONDS="1")
    with closing(psycopg2.connect(scarce)), closing(psycopg2.connect(scarce)):
        answer = client.post("/api/v1/interfaces/customers/count", {})
        assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:source-busy")
    assert client.post("/api/v1/interfaces/customers/count", {}).status_code == 200


def test_connections_that_nobody_needs_are_given_back(shop: str) -> None:
    source = PostgreSQLSource(Pool("shop", SecretStr(shop), PoolLimits(2, 5, 5)), "UTC")
    with source.session(5) as first, source.session(5) as second:
        pids = [pid(first), pid(second)]
    alive = "SELECT count(*) FROM pg_stat_activity WHERE pid IN (%d, %d)"
    deadline = time.monotonic() + 20
    while run_sql(shop, alive % tuple(pids))[0][0]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
