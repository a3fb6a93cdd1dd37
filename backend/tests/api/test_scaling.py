"""Several servers and workers over one portal database: none keeps anything that another would need."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import wait_until
from tests.api.test_extracts import working
from tests.conftest import Portal, run_sql

Serve = Callable[..., AbstractContextManager[httpx.Client]]

# It waits in the database rather than computing, so that not the machine's cores but the workers are what there are
# few of. The number makes each its own: the same search asked for twice is one extract.
NAP = """
title: Nap
source: shop
sql: SELECT n, pg_sleep(0.8)::text AS slept FROM generate_series(1, 10000) AS n WHERE {criteria}
criteria:
  number: {type: number, required: true, column: n}
"""
LIMITS = {"EXTRACTS_PER_USER": "20", "EXTRACTS_PER_SOURCE": "20", "SOURCE_POOL_SIZE": "3", "WEB_WORKERS": "1"}


@pytest.fixture
def shared(portal: Portal, portal_database_url: str, tmp_path: Path) -> Iterator[Portal]:
    """A portal whose servers and workers share the portal database, the definitions and the archives."""
    portal.environ |= {"PORTAL_DATABASE_URL": portal_database_url, "ARCHIVE_DIR": str(tmp_path / "archives"), **LIMITS}
    portal.write("nap.yaml", NAP)
    yield portal
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery")


def ask(http: httpx.Client, interface: str, criteria: dict[str, object]) -> str:
    answer = http.post("/api/v1/extracts", json={"interface": interface, "criteria": criteria})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def state(http: httpx.Client, extract: str) -> str:
    return str(http.get(f"/api/v1/extracts/{extract}").json()["state"])


def test_any_server_answers_for_any_extract_and_an_edit_reaches_all(shared: Portal, serve: Serve) -> None:
    with serve() as one, serve() as other, ExitStack() as workers:
        for _ in range(3):
            workers.enter_context(working(shared))
        assert one.base_url.port != other.base_url.port
        extract = ask(one, "customers", {})
        wait_until(lambda: state(other, extract) == "done", seconds=60)
        archives = [http.get(f"/api/v1/extracts/{extract}/archive").content for http in (one, other)]
        assert archives[0] == archives[1]
        assert "manifest.json" in zipfile.ZipFile(io.BytesIO(archives[0])).namelist()

        shared.write("edited.yaml", "title: Edited\nsource: shop\nsql: SELECT 1 AS version")
        for http in (one, other):
            assert http.get("/api/v1/interfaces/edited").json()["title"] == "Edited"
        later = [ask(http, "edited", {}) for http in (other, one)]
        assert later[0] == later[1], "the same search is the same extract, whoever is asked"
        wait_until(lambda: state(one, later[0]) == "done", seconds=60)

        queued = ask(one, "nap", {"number": 99})
        wait_until(lambda: state(other, queued) == "running")
        assert other.delete(f"/api/v1/extracts/{queued}").status_code == 204
        wait_until(lambda: state(one, queued) == "cancelled")


def test_three_workers_end_a_queue_much_sooner_than_one(shared: Portal, serve: Serve) -> None:
    seconds: dict[int, float] = {}
    with serve() as http, ExitStack() as workers:
        for count, more in ((1, 1), (3, 2)):
            for _ in range(more):
                workers.enter_context(working(shared))
            warm = [ask(http, "nap", {"number": 1000 * count + n}) for n in range(count)]
            wait_until(lambda warm=warm: all(state(http, one) == "done" for one in warm), seconds=60)
            begun = time.monotonic()
            queue = [ask(http, "nap", {"number": 100 * count + n}) for n in range(9)]
            wait_until(lambda queue=queue: all(state(http, one) == "done" for one in queue), seconds=60)
            seconds[count] = time.monotonic() - begun
    assert seconds[3] < 0.6 * seconds[1], f"nine extracts took {seconds}"
