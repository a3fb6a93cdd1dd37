# ruff: noqa: F401, F811  pytest finds fixtures by their names
"""Extracts from a Spark whose parts are killed in mid-stream: no row is lost, and none comes twice.

These come last: a server that is started anew has forgotten the tables of the others.
"""

from __future__ import annotations

import csv
import io
import threading
from typing import Any

import pytest

from guichet import errors
from guichet.sources.spark.source import SparkSource
from tests.api.conftest import wait_until
from tests.api.test_extracts import anne, archive, ask, mailbox, state, wait_for, working
from tests.conftest import Client, Portal, run_sql
from tests.spark.server import Cluster

ROWS = 40_000
# The rows of a part take a while to compute, so that those of others are on their way meanwhile.
SLOW = f"""
title: Slow
source: shop
sql: |
  SELECT id AS n, aggregate(sequence(1, 12000), 0D, (a, b) -> a + sqrt(b)) AS made, repeat('x', 400) AS padding
  FROM range(1, {ROWS} + 1, 1, 40)
"""


@pytest.fixture
def portal(portal: Portal) -> Portal:
    portal.write("slow.yaml", SLOW)
    return portal


def numbers(client: Client, extract: dict[str, Any]) -> list[int]:
    with archive(client, extract) as made:
        [name] = [one for one in made.namelist() if one.endswith(".csv") and "not_found" not in one]
        rows = list(csv.DictReader(io.StringIO(made.read(name).decode("utf-8-sig"))))
    return sorted(int(next(iter(row.values()))) for row in rows)


def test_a_worker_that_is_killed_in_mid_extract_costs_no_row(portal: Portal, cluster: Cluster, anne: Client) -> None:
    asked = ask(anne, "slow")
    with working(portal):
        wait_until(lambda: bool(state(anne, asked)["rows"]), 60)
        assert cluster.jobs() != []
        cluster.kill("worker0")
        cluster.start_worker(0)
        done = wait_for(anne, asked, "done", "failed", seconds=90)

    assert done["state"] == "done"
    assert numbers(anne, asked) == list(range(1, ROWS + 1))


def test_a_server_that_was_started_anew_answers_at_once(source: SparkSource, cluster: Cluster) -> None:
    source.ping()
    cluster.kill("server")
    refused, is_back = [], threading.Event()

    def knock() -> None:
        """Have it refused all the while, so that its line is told to wait."""
        while not is_back.wait(0.1):
            try:
                source.ping()
            except errors.SourceUnavailableError as error:
                refused.append(error)

    knocking = threading.Thread(target=knock)
    knocking.start()
    try:
        wait_until(lambda: len(refused) > 3, 60)
        cluster.start_server()
        source.ping()
    finally:
        is_back.set()
        knocking.join(60)


def test_a_server_that_is_killed_in_mid_stream_costs_an_attempt_and_no_row(
    portal: Portal, cluster: Cluster, anne: Client, portal_database_url: str
) -> None:
    asked = ask(anne, "slow")
    with working(portal):
        wait_until(lambda: bool(state(anne, asked)["rows"]), 60)
        assert cluster.jobs() != []
        cluster.kill("server")
        waiting = "SELECT not_before > now() FROM guichet.extract"
        wait_until(lambda: run_sql(portal_database_url, waiting) == [(True,)], 60)
        assert state(anne, asked)["state"] == "queued"
        cluster.start_server()
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now()")
        done = wait_for(anne, asked, "done", "failed", seconds=120)

    assert done["state"] == "done"
    assert numbers(anne, asked) == list(range(1, ROWS + 1))
    assert run_sql(portal_database_url, "SELECT attempt > 1 FROM guichet.extract") == [(True,)]
