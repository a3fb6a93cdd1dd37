"""Too many requests: refused, told when to come back, and counted across processes."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx

from tests.conftest import Portal

SLOW = {"criteria": {"seconds": 9, "rows": 9}}


def test_a_minutes_requests_are_counted_across_processes(serve: Any) -> None:
    with serve(WEB_WORKERS="2", REQUESTS_PER_MINUTE="20") as http:
        answers, begun = [], time.monotonic()
        for _ in range(30):
            with httpx.Client(base_url=http.base_url, auth=http.auth) as one:  # a connection each: any process
                answers.append(one.get("/api/v1/openapi.json"))
        seconds = time.monotonic() - begun
    statuses = [answer.status_code for answer in answers]
    assert statuses[:20] == [200] * 20
    assert statuses.count(200) <= 21 + seconds / 3, "one more every three seconds"
    refused = answers[statuses.index(429)]
    assert refused.headers["Retry-After"].isdigit()
    assert (refused.json()["type"], refused.json()["retryable"]) == ("urn:guichet:problem:too-many-requests", True)


def test_requests_at_once_are_counted_until_they_end(serve: Any) -> None:
    statuses: list[int] = []
    with serve(WEB_WORKERS="2", REQUESTS_AT_ONCE="2") as http:

        def count() -> None:
            statuses.append(http.post("/api/v1/interfaces/slow/count", json=SLOW).status_code)

        threads = [threading.Thread(target=count) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(0.7)
        refused = http.get("/api/v1/user")
        for thread in threads:
            thread.join()
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert statuses == [504, 504]  # by their own time limit, of a second
        assert http.get("/api/v1/user").status_code == 200


def test_every_answer_ends_what_it_began(portal: Portal) -> None:
    client = portal.client(REQUESTS_AT_ONCE="1")
    paths = ["/user", "/nothing", "/interfaces/nothing", "/interfaces/customers", "/user/tokens", "/openapi.json"]
    assert [client.get(f"/api/v1{path}").status_code for path in paths] == [200, 404, 404, 200, 503, 200]
    assert client.post("/api/v1/interfaces/customers/csv", {}).status_code == 200
    assert client.post("/api/v1/interfaces/customers/count", {"x": 1}).status_code == 422
    assert client.get("/api/v1/user").status_code == 200
