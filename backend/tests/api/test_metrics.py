"""What is measured, over real processes: requests, searches, rows, the pool, the queue; and the log beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from tests.api.conftest import wait_until
from tests.conftest import Portal, run_sql

Serve = Callable[..., AbstractContextManager[httpx.Client]]


def measured(http: httpx.Client) -> dict[str, float]:
    """The samples that the server tells, by name and labels."""
    text = httpx.get(http.base_url.join("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def test_all_processes_are_added_up_whichever_is_asked(serve: Serve) -> None:
    with serve(WEB_WORKERS="3") as http:
        for _ in range(12):  # each on a connection of its own, which any process may take
            with httpx.Client(base_url=http.base_url, auth=http.auth) as one:
                one.post("/api/v1/interfaces/customers/count", json={"criteria": {"name": "hunter2"}})
                one.post("/api/v1/interfaces/customers/search", json={})
                one.get("/api/v1/interfaces/nothing")
        for _ in range(6):
            seen = measured(http)
            assert seen['guichet_requests_total{method="POST",status="200",view="searches.count"}'] == 12
            assert seen['guichet_requests_total{method="GET",status="404",view="interfaces.get_interface"}'] == 12
            assert seen['guichet_search_seconds_count{action="search",interface="customers"}'] == 12
            assert seen['guichet_rows_total{action="search",interface="customers"}'] == 12 * 8
            assert seen['guichet_pool_connections{database="shop"}'] == 0
            assert not any("hunter2" in name or "anne" in name for name in seen)


def test_the_queue_and_the_mails_are_those_of_the_portal_database(
    serve: Serve, portal_database_url: str, make_database: Callable[..., str]
) -> None:
    with serve(PORTAL_DATABASE_URL=portal_database_url) as http:
        before = measured(http).get('guichet_extracts{state="queued"}', 0)
        body = {"interface": "numbers", "criteria": {}}
        created = http.post("/api/v1/extracts", json=body)
        assert created.status_code == 202
        seen = measured(http)
        assert seen['guichet_extracts{state="queued"}'] == before + 1
        assert seen["guichet_queue_oldest_seconds"] > 0
        http.delete(f"/api/v1/extracts/{created.json()['id']}")
        assert measured(http).get('guichet_extracts{state="queued"}', 0) == before


def test_a_process_that_is_replaced_loses_no_count_and_no_request(serve: Serve) -> None:
    with serve(WEB_WORKERS="2", WEB_REQUESTS="20") as http:
        statuses = {httpx.get(http.base_url.join("/healthz")).status_code for _ in range(150)}
        assert statuses == {200}
        seen = measured(http)
        assert seen['guichet_requests_total{method="GET",status="200",view="health.healthz"}'] >= 150


def test_a_line_of_the_log_has_user_interface_rows_and_times_but_nothing_that_was_searched_for(
    serve: Serve, tmp_path: Path, portal: Portal, shop: str
) -> None:
    log = tmp_path / "guichet.log"
    with serve(LOG_FORMAT="json", LOG_FILE_PATH=str(log)) as http:
        named = {"X-Request-Id": "request-of-anne"}
        http.post("/api/v1/interfaces/customers/search", json={"criteria": {"name": "hunter2"}}, headers=named)
        http.get("/api/v1/interfaces/customers/options/country?q=hunter2")
        wait_until(lambda: "options" in log.read_text())
    line = next(json.loads(line) for line in log.read_text().splitlines() if "request-of-anne" in line)
    assert re.fullmatch(r"request-of-anne POST /api/v1/interfaces/customers/search 200 \d+ ms", line["message"])
    assert {name: line[name] for name in ("request_id", "method", "path", "status")} == {
        "request_id": "request-of-anne",
        "method": "POST",
        "path": "/api/v1/interfaces/customers/search",
        "status": 200,
    }
    assert isinstance(line["ms"], int)
    assert (line["user"], line["interface"], line["action"], line["rows"]) == ("anne", "customers", "search", 0)
    assert isinstance(line["query_ms"], int)
    assert "hunter2" not in log.read_text()
    assert "/healthz" not in log.read_text()
    assert run_sql(shop, "SELECT 1") == [(1,)]
