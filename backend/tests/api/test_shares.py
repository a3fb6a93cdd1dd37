"""What one user may take of what all share, on by default: requests, streams, uploads."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import httpx
import psutil
import pytest

from guichet.access.rate_limits import RateLimits
from guichet.api import rows
from guichet.errors import TooManyRequestsError
from guichet.results import streams
from guichet.settings import settings
from tests.api.test_slow_clients import HEAD, connected
from tests.conftest import USERS, Portal, run_sql

Serve = Callable[..., AbstractContextManager[httpx.Client]]

BEN = ("ben", USERS["ben"][0])
STREAM = "/api/v1/interfaces/endless/rows?format=csv"
ENDLESS = """
title: Endless
source: shop
sql: SELECT n, repeat('x', 1000) AS filling FROM generate_series(1, 3000000) AS n
limits: {extract_rows: 10000000}
"""


def test_every_share_is_on_by_default() -> None:
    read = settings.read_settings({})
    most = (2 * read.web_threads, 2 * read.streams)
    assert 0 < read.requests_at_once < most[0]
    assert 0 < read.streams_per_user < most[1]


def test_one_user_who_reads_slowly_leaves_streams_to_others(portal: Portal, serve: Serve) -> None:
    portal.write("endless.yaml", ENDLESS)
    with serve(WEB_WORKERS="2") as http, ExitStack() as stack:
        statuses = [stack.enter_context(http.stream("GET", STREAM)).status_code for _ in range(4)]
        assert sorted(statuses) == [200, 200, 429, 429]
        others = [stack.enter_context(http.stream("GET", STREAM, auth=BEN)) for _ in range(8)]
        assert 200 in [one.status_code for one in others]  # by whichever process has room
        assert all("Retry-After" in one.headers for one in others if one.status_code != 200)


def test_a_client_that_takes_too_little_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 100_000, 5))
    monkeypatch.setattr(rows.time, "monotonic", lambda: float(next(now)))
    piece = b"x" * 10_000  # each is taken within five seconds

    assert len(list(rows._stop_when_slow(iter([piece] * 100), 1000))) == 100
    with pytest.raises(streams.AbandonedError):
        list(rows._stop_when_slow(iter([piece] * 100), 8000))


def test_requests_of_a_process_that_was_killed_count_no_longer() -> None:
    quotas = RateLimits(1, 0)
    child = os.fork()
    if not child:
        quotas.enter("anne")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    leave = quotas.enter("anne")
    with pytest.raises(TooManyRequestsError):
        quotas.enter("anne")
    leave()
    quotas.enter("anne")


@pytest.fixture
def million() -> bytes:
    return "\n".join(f"customer-{at:07}.example.com" for at in range(1_000_000)).encode()


def test_eight_uploads_of_a_million_values_at_once_keep_to_the_memory(
    portal: Portal, portal_database_url: str, serve: Serve, million: bytes
) -> None:
    answers: list[httpx.Response] = []
    with serve(WEB_WORKERS="2", PORTAL_DATABASE_URL=portal_database_url, UPLOADS_PER_USER="8") as http:

        def upload(auth: tuple[str, str]) -> None:
            answers.append(http.post("/api/v1/value-lists", files={"file": million}, auth=auth, timeout=300))

        users = [("anne", USERS["anne"][0]), BEN] * 4
        threads = [threading.Thread(target=upload, args=(user,)) for user in users]
        for thread in threads:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, memory_of_server(http.base_url.port))
            time.sleep(0.05)
    told = [(answer.status_code, answer.headers.get("Retry-After")) for answer in answers]
    assert all(status == 201 or (status == 503 and retry) for status, retry in told), told
    assert (201, None) in told
    assert most < 200_000_000


def memory_of_server(port: int | None) -> int:
    """The memory of all processes of a gunicorn: what each has for itself, and its part of what they share."""
    found = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "guichet.wsgi:app" in process.cmdline() and process.environ().get("PORT") == str(port):
                found += process.memory_full_info().pss
    return found


def test_a_user_uploads_so_many_at_once(portal: Portal, portal_database_url: str, serve: Serve) -> None:
    head = f"POST /api/v1/value-lists HTTP/1.1\r\n{HEAD}Content-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
    with serve(WEB_WORKERS="1", PORTAL_DATABASE_URL=portal_database_url) as http, ExitStack() as stack:
        begun = [stack.enter_context(connected(http, head.encode() + b"a.example\n" * 10)) for _ in range(3)]
        answered, _, _ = select.select(begun, [], [], 30)
        assert [client.recv(12) for client in answered] == [b"HTTP/1.1 429"]  # whichever came last; two go on
        line = {"content": b"a.example", "headers": {"Content-Type": "text/plain"}}
        refused = http.post("/api/v1/value-lists", **line)
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:guichet:problem:too-many-requests")
        assert int(refused.headers["Retry-After"]) > 0
        assert http.post("/api/v1/value-lists", **line, auth=BEN).status_code == 201


def test_a_user_has_so_many_extracts_under_way(portal: Portal, portal_database_url: str) -> None:
    client = portal.client(PORTAL_DATABASE_URL=portal_database_url, EXTRACTS_WAITING_PER_USER="2")
    asked = [{"interface": "customers", "criteria": {"name": f"somebody {at}"}} for at in range(3)]
    made = [client.post("/api/v1/extracts", one) for one in asked]
    assert [answer.status_code for answer in made] == [202, 202, 409]
    assert made[2].json["type"] == "urn:guichet:problem:too-many-extracts"
    assert client.post("/api/v1/extracts", asked[0]).status_code == 202  # the same as before
    client.delete(f"/api/v1/extracts/{made[0].json['id']}")
    assert client.post("/api/v1/extracts", asked[2]).status_code == 202
    run_sql(portal_database_url, "TRUNCATE guichet.extract CASCADE")
