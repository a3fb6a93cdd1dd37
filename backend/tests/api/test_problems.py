"""Every error is problem+json of one shape, and tells nobody more than they should know."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.conftest import Client, Portal

COUNT = "/api/v1/interfaces/customers/count"

CASES: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/api/v1/nothing", {}, 404, "not-found"),
    ("GET", "/api/v1/interfaces/nothing", {}, 404, "not-found"),
    ("GET", "/api/v1/interfaces/..%2f.htpasswd", {}, 404, "not-found"),
    ("PUT", COUNT, {"json": {}}, 405, "method-not-allowed"),
    ("POST", COUNT, {"data": "{"}, 400, "malformed"),
    ("POST", COUNT, {"data": ""}, 400, "malformed"),
    ("POST", COUNT, {"data": b"\xff"}, 400, "malformed"),
    ("POST", COUNT, {"data": '{"criteria": {"name": "\\ud800"}}'}, 400, "malformed"),
    ("POST", COUNT, {"json": []}, 422, "criteria"),
    ("POST", COUNT, {"json": {"criteria": []}}, 422, "criteria"),
    ("POST", COUNT, {"json": {"criteria": {"nmae": "x"}}}, 422, "criteria"),
    ("POST", COUNT, {"json": {"criteria": {"country": ["x"]}}}, 422, "criteria"),
    ("POST", COUNT, {"json": {"criteria": {"country": [10**30]}}}, 422, "criteria"),
    ("POST", COUNT + "?estimate=maybe", {"json": {}}, 400, "malformed"),
    ("POST", COUNT, {"data": b'{"criteria": {"name": "' + b"x" * 2_000_000 + b'"}}'}, 413, "body-too-large"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "name"), CASES)
def test_it_is_problem_json(
    portal: Portal, method: str, path: str, body: dict[str, Any], status: int, name: str
) -> None:
    client = portal.client(REQUEST_MB="1")
    headers = {**client.headers, "Content-Type": "application/json", "X-Request-Id": "from-the-client"}
    answer = client.flask.open(path, method=method, headers=headers, **body)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    problem.pop("errors", None)
    assert problem.pop("title")
    assert problem.pop("detail")
    assert problem == {
        "type": f"urn:guichet:problem:{name}",
        "status": status,
        "instance": path.split("?")[0].replace("%2f", "/"),
        "request_id": "from-the-client",
        "retryable": False,
    }


def test_a_bug_has_an_id_to_quote_and_no_secret(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("guichet.search.execution.count", broken)
    with caplog.at_level(logging.ERROR):
        answer = portal.client().post(COUNT, {})
    assert answer.status_code == 500
    assert "hunter2" not in answer.get_data(as_text=True)
    assert answer.json["type"] == "urn:guichet:problem:bug"
    assert answer.json["request_id"] in caplog.text


def test_every_fault_of_the_input_is_told_at_once_with_its_place(client: Client) -> None:
    criteria = {
        "nmae": "x",
        "employees": "many",
        "joined": {"from": "2026-02-30", "to": None},
        "locked": {"not": 1},
        "region": [11, 12],
    }
    answer = client.post(COUNT, {"criteria": criteria})
    assert {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]} == {
        "/criteria/nmae": "This form has no criterion “nmae”; did you mean `name`?",
        "/criteria/employees": "This must be a number such as 12 or -3.5.",
        "/criteria/joined/from": "There is no day 2026-02-30.",
        "/criteria/locked": "Locked can't be turned round with “not”.",
        "/criteria/region": "Only one option can be chosen.",
    }


def test_a_value_that_the_database_cant_read_is_told_at_its_criterion(client: Client) -> None:
    answer = client.post(COUNT, {"criteria": {"name": "x", "country": ["one"]}})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/criteria/country"]


def test_values_of_criteria_never_go_to_the_log(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    client = portal.client()
    with caplog.at_level(logging.DEBUG):
        client.post(COUNT, {"criteria": {"name": "very private"}})
        client.post(COUNT, {"criteria": {"country": ["very private"]}})
        client.get("/api/v1/interfaces/customers/options/country?q=very+private")
    assert "POST /api/v1/interfaces/customers/count 200" in caplog.text
    written = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "'user': 'anne'" in written
    assert "very" not in written
    assert "secret-anne" not in written


def test_answers_carry_what_keeps_a_browser_safe(client: Client) -> None:
    headers = client.get("/api/v1/user").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"].split("style-src")[0]
