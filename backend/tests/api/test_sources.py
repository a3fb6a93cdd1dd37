"""Sources: read-only, limited, down, restarting, busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from tests.api.conftest import free_port
from tests.conftest import Portal, run_sql

SETTINGS = """
title: Settings
source: shop
sql: |
  SELECT current_setting('transaction_read_only') AS read_only, current_setting('application_name') AS application,
         current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS timeout
limits: {interactive_seconds: 7}
"""


def test_a_session_is_read_only_limited_and_named(portal: Portal) -> None:
    portal.write("settings.yaml", SETTINGS)
    answer = portal.client(TIME_ZONE="Europe/Paris").post("/api/v1/interfaces/settings/search", {})
    assert answer.json["rows"] == [["on", "guichet", "Europe/Paris", "7s"]]


def test_a_day_is_one_of_the_portals_time_zone(portal: Portal) -> None:
    criteria = {"criteria": {"seen": {"to": "2026-01-31"}}}
    count = "/api/v1/interfaces/customers/count"
    assert portal.client(TIME_ZONE="UTC").post(count, criteria).json["count"] == 2
    assert portal.client(TIME_ZONE="Europe/Paris").post(count, criteria).json["count"] == 1
    assert portal.client(TIME_ZONE="America/New_York").post(count, criteria).json["count"] == 3


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT nextval('places')",
        "SELECT lo_create(0)",
        "SELECT 1 AS one) AS x; DELETE FROM customer; SELECT * FROM (SELECT 1",
        "WITH gone AS (DELETE FROM customer RETURNING 1) SELECT * FROM gone",
    ],
)
def test_nothing_can_be_written_even_by_an_author(portal: Portal, shop: str, sql: str) -> None:
    run_sql(shop, "CREATE SEQUENCE IF NOT EXISTS places")
    portal.write("writing.yaml", f"title: Writing\nsource: shop\nsql: {sql}\n")
    assert portal.client().post("/api/v1/interfaces/writing/search", {}).status_code == 503
    assert run_sql(shop, "SELECT count(*) FROM customer") == [(8,)]


def test_a_source_that_is_down_is_answered_503_and_harms_no_other(portal: Portal) -> None:
    port = free_port()
    portal.environ["SOURCE_DOWN_URL"] = f"postgresql://somebody:hunter2@127.0.0.1:{port}/secretdb"
    portal.write("down.yaml", "title: Down\nsource: down\nsql: SELECT 1 AS one")
    client = portal.client()
    for answer in (
        client.get("/api/v1/interfaces/down"),
        client.post("/api/v1/interfaces/down/search", {}),
        client.post("/api/v1/interfaces/down/count", {}),
        client.post("/api/v1/interfaces/down/csv", {}),
    ):
        assert answer.status_code == 503
        assert answer.json["type"] == "urn:guichet:problem:source-unavailable"
        assert answer.json["retryable"] is True
        assert int(answer.headers["Retry-After"]) > 0
        for secret in ("somebody", "hunter2", "127.0.0.1", "secretdb"):
            assert secret not in answer.get_data(as_text=True)
    assert client.post("/api/v1/interfaces/customers/count", {}).status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ready", "down": ["source down"]})


def test_it_is_not_ready_while_the_portal_database_is_down(portal: Portal, portal_database_url: str) -> None:
    down = f"postgresql://somebody:hunter2@127.0.0.1:{free_port()}/portal"
    answer = portal.client(PORTAL_DATABASE_URL=down).get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "down": ["portal database"]})
    assert portal.client(PORTAL_DATABASE_URL=down).get("/healthz").status_code == 200
    assert portal.client(PORTAL_DATABASE_URL=portal_database_url).get("/readyz").status_code == 200


def test_connections_that_broke_while_idle_are_replaced_unnoticed(portal: Portal, shop: str) -> None:
    client = portal.client()
    for _ in range(3):
        assert client.post("/api/v1/interfaces/customers/count", {}).status_code == 200
        killed = run_sql(
            shop,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'guichet' AND datname = current_database()",
        )
        assert killed[0][0] > 0
    assert client.post("/api/v1/interfaces/customers/count", {}).json["count"] == 8


def test_more_searches_than_connections_wait_and_then_are_answered_503(portal: Portal) -> None:
    client = portal.client(SOURCE_POOL_SIZE="1", SOURCE_WAIT_SECONDS="1")
    slow = {"criteria": {"seconds": 0.9, "rows": 1}}
    assert client.post("/api/v1/interfaces/slow/count", {"criteria": {"seconds": 0, "rows": 1}}).status_code == 200
    statuses: list[int] = []

    def ask() -> None:
        answer = client.post("/api/v1/interfaces/slow/count", slow)
        statuses.append(answer.status_code)
        if answer.status_code == 503:
            assert answer.json["type"] == "urn:guichet:problem:source-busy"
            assert "Retry-After" in answer.headers

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 200, 503, 503]


def test_a_restarted_database_heals_by_itself(portal: Portal, own_server: Callable[[str], str]) -> None:
    portal.environ["SOURCE_OWN_URL"] = own_server("start")
    portal.write("own.yaml", "title: Own\nsource: own\nsql: SELECT 1 AS one")
    client = portal.client(SOURCE_CONNECT_SECONDS="2")
    path = "/api/v1/interfaces/own/search"
    assert client.post(path, {}).json["rows"] == [[1]]
    own_server("stop")
    assert client.post(path, {}).status_code == 503
    own_server("start")
    assert client.post(path, {}).json["rows"] == [[1]]


def test_a_database_that_stops_during_a_query_is_answered_503(portal: Portal, own_server: Callable[[str], str]) -> None:
    portal.environ["SOURCE_OWN_URL"] = own_server("start")
    portal.write("own.yaml", "title: Own\nsource: own\nsql: SELECT pg_sleep(10)::text AS slept")
    client = portal.client()
    client.get("/api/v1/interfaces/own")
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.append(client.post("/api/v1/interfaces/own/search", {}).status_code)
    )
    asking.start()
    time.sleep(0.5)
    own_server("stop")
    asking.join(15)
    assert answers == [503]


def test_guichet_connects_only_when_a_source_is_read(portal: Portal, make_database: Callable[..., str]) -> None:
    url = make_database()
    portal.environ["SOURCE_QUIET_URL"] = url
    portal.client().get("/api/v1/interfaces")
    open_connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'guichet'"
    assert run_sql(url, open_connections + " AND datname = current_database()") == [(0,)]
