# ruff: noqa: F401, F811  pytest finds fixtures by their names
"""Extracts from a MariaDB that ends in mid-stream: tried again, and never short."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

import pytest

from tests.api.conftest import free_port, wait_until
from tests.api.test_extracts import anne, archive, ask, mailbox, state, wait_for, working
from tests.conftest import Client, Portal, run_sql
from tests.mariadb.server import Server, running

ROWS = 2000
SLOW = f"""
title: Slow
source: shop
sql: SELECT seq AS n, repeat('x', 2000) AS padding, sleep(0.001) AS slept FROM shop.seq_1_to_{ROWS}
"""
RUNS = "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%guichet_csv%' AND USER = 'reader'"


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server of one test's own."""
    with running(free_port()) as server:
        server.run("CREATE DATABASE shop; CREATE USER reader@'%' IDENTIFIED BY 'secret'")
        server.run("GRANT SELECT, CREATE TEMPORARY TABLES ON shop.* TO reader@'%'")
        yield server


@pytest.fixture
def portal(make_portal: Callable[..., Portal], mortal: Server) -> Portal:
    made: Portal = make_portal(shop=mortal.url("shop"))
    made.write("slow.yaml", SLOW)
    return made


def test_a_server_that_is_killed_in_mid_stream_costs_an_attempt_and_no_row(
    portal: Portal, mortal: Server, anne: Client, portal_database_url: str
) -> None:
    asked = ask(anne, "slow")
    with working(portal):
        wait_until(lambda: state(anne, asked)["rows"] and bool(mortal.run(RUNS)[0][0]), 60)
        mortal.kill()
        wait_until(
            lambda: run_sql(portal_database_url, "SELECT not_before > now() FROM guichet.extract") == [(True,)], 60
        )
        assert state(anne, asked)["state"] == "queued"
        mortal.start()
        mortal.wait()
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now()")
        wait_for(anne, asked, "done", seconds=60)

    with archive(anne, asked) as made:
        [name] = [one for one in made.namelist() if one.endswith(".csv") and "not_found" not in one]
        rows = list(csv.DictReader(io.StringIO(made.read(name).decode("utf-8-sig"))))
    assert [int(next(iter(row.values()))) for row in rows] == list(range(1, ROWS + 1))
    assert run_sql(portal_database_url, "SELECT attempt > 1 FROM guichet.extract") == [(True,)]
