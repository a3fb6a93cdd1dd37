"""What is measured, over real processes: requests, searches, rows, the pool, the queue; and the log beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from tests.api.conftest import free_port, wait_until
from tests.api.test_extracts import working
from tests.conftest import ROOT, Portal, run_sql

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


def test_facts_of_the_portal_database_are_told_once_by_whichever_process_and_end_with_what_they_tell(
    serve: Serve, portal_database_url: str
) -> None:
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery")
    names = ("guichet_extracts", "guichet_deliveries", "guichet_queue_oldest_seconds", "guichet_source_up")
    with serve(PORTAL_DATABASE_URL=portal_database_url, WEB_WORKERS="3", WEB_REQUESTS="20") as http:
        extract_id = http.post("/api/v1/extracts", json={"interface": "numbers", "criteria": {}}).json()["id"]
        for _ in range(90):  # by every process, and some that have ended since
            with httpx.Client(base_url=http.base_url) as one:
                one.get("/metrics")
        seen = measured(http)
        told = {name: value for name, value in seen.items() if name.startswith(names)}
        assert len(told) == 7 + 6 + 1 + 1
        assert not [name for name in seen if "pid=" in name and not name.startswith(("process_", "python_"))]
        assert told['guichet_extracts{state="queued"}'] == 1
        assert told['guichet_source_up{source="shop"}'] == 1

        failed = "INSERT INTO guichet.delivery (extract_id, recipient, message_id, state) VALUES"
        run_sql(portal_database_url, f"{failed} ('{extract_id}', 'a@b', 'm1', 'failed')")
        assert measured(http)['guichet_deliveries{state="failed"}'] == 1
        run_sql(
            portal_database_url,
            "UPDATE guichet.delivery SET created_at = now() - interval '2 d', not_before = now() - interval '25 h'",
        )
        http.delete(f"/api/v1/extracts/{extract_id}")
        seen = measured(http)
        assert seen['guichet_deliveries{state="failed"}'] == 0
        assert (seen['guichet_extracts{state="queued"}'], seen["guichet_queue_oldest_seconds"]) == (0, 0)
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery")


def test_a_source_and_a_portal_database_that_are_down_are_told_as_such(serve: Serve, portal: Portal) -> None:
    portal.environ["SOURCE_DOWN_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    with serve(PORTAL_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none") as http:
        seen = measured(http)
    assert (seen['guichet_source_up{source="down"}'], seen['guichet_source_up{source="shop"}']) == (0, 1)
    assert seen["guichet_portal_database_up"] == 0
    assert not [name for name in seen if name.startswith("guichet_extracts")]


MONITORING = ROOT / "monitoring"


def expressions() -> Iterator[str]:
    """List what the alerts and the dashboard ask Prometheus for."""
    for group in YAML(typ="safe").load(MONITORING / "alerts.yml")["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in json.loads((MONITORING / "dashboard.json").read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_whatever_alerts_and_dashboard_ask_for_is_in_a_real_exposition(
    serve: Serve, portal: Portal, portal_database_url: str
) -> None:
    """Each name, label and value of a label, of a server and a worker that have made an extract and sent a mail."""
    port = free_port()
    with serve(PORTAL_DATABASE_URL=portal_database_url, SOURCE_POOL_SIZE="1", SOURCE_WAIT_SECONDS="1") as http:
        portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
        asked = http.post("/api/v1/extracts", json={"interface": "numbers", "criteria": {}}).json()["id"]
        http.post("/api/v1/interfaces/customers/search", json={})
        http.post("/api/v1/interfaces/customers/count", json={})
        with working(portal, WORKER_METRICS_PORT=str(port)):
            wait_until(lambda: http.get(f"/api/v1/extracts/{asked}").json()["state"] == "done", seconds=60)
            text = httpx.get(http.base_url.join("/metrics")).text + httpx.get(f"http://127.0.0.1:{port}/metrics").text
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery")
    exposed = set(re.findall(r"^(\w+)", text, re.MULTILINE)) | set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    labels = set(re.findall(r'[{,](\w+)="', text))
    asked_for = list(expressions())
    assert len(asked_for) > 25
    for expression in asked_for:
        names = re.findall(r"guichet_\w+", expression)
        assert names, expression
        assert set(names) <= exposed, expression
        grouped = {label.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for label in by.split(",")}
        assert grouped <= labels, expression
        for label, value in re.findall(r'(\w+)="([^"]+)"', expression):
            assert label in labels, expression
            assert f'{label}="{value}"' in text or value == "500", expression


def test_every_metric_of_ours_is_in_the_documentation(serve: Serve, portal_database_url: str) -> None:
    documented = (ROOT / "docs/operations/reference.md").read_text("utf-8")
    with serve(PORTAL_DATABASE_URL=portal_database_url) as http:
        text = httpx.get(http.base_url.join("/metrics")).text
    names = set(re.findall(r"^# TYPE (guichet_\w+)", text, re.MULTILINE))
    assert not [name for name in names if name.removesuffix("_created") not in documented]


def test_a_process_that_is_replaced_loses_no_count_and_no_request(serve: Serve) -> None:
    with serve(WEB_WORKERS="2", WEB_REQUESTS="20") as http:
        statuses = {httpx.get(http.base_url.join("/healthz")).status_code for _ in range(150)}
        assert statuses == {200}
        seen = measured(http)
        assert seen['guichet_requests_total{method="GET",status="200",view="health.get_health"}'] >= 150


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
