"""A pool on a real database: what is closed, when, and what is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from guichet import errors
from guichet.sources import idle_connections
from guichet.sources.postgresql.pool import Connection, Pool, PoolLimits
from tests.api.conftest import wait_until
from tests.conftest import run_sql

MINE = "FROM pg_stat_activity WHERE application_name = 'guichet' AND datname = current_database()"


@pytest.fixture
def database(make_database: Callable[..., str]) -> str:
    return make_database()


@pytest.fixture
def pool(database: str, request: pytest.FixtureRequest) -> Pool:
    return Pool(request.node.name, SecretStr(database), PoolLimits(3, 5, 5))


def count_connections(database: str) -> int:
    return int(run_sql(database, f"SELECT count(*) {MINE}")[0][0])


def lend(pool: Pool) -> Connection:
    with pool.connection("SELECT 1") as connection:
        return connection


def wait_until_closed(connection: Connection) -> None:
    wait_until(lambda: bool(connection.closed))


def gauge(name: str, pool: Pool) -> float | None:
    return REGISTRY.get_sample_value(name, {"database": pool.name})


def test_its_gauges_tell_what_is_in_use_and_what_there_may_be(pool: Pool) -> None:
    with pool.connection("SELECT 1"), pool.connection("SELECT 1"):
        assert gauge("guichet_pool_connections", pool) == 2
        assert gauge("guichet_pool_size", pool) == 3
    assert gauge("guichet_pool_connections", pool) == 0
    with pytest.raises(errors.SourceError), pool.connection("SELECT 1/0"):
        pass
    assert gauge("guichet_pool_connections", pool) == 0


def test_an_idle_connection_that_fails_is_closed_with_all_that_lie_beside_it(pool: Pool, database: str) -> None:
    with pool.connection("SELECT 1") as one, pool.connection("SELECT 1") as other:
        pass
    with pytest.raises(errors.SourceError) as raised, pool.connection("SELECT 1/0"):
        pass
    assert one.closed
    assert other.closed
    wait_until(lambda: count_connections(database) == 0)
    assert raised.value, "what was raised keeps no connection open"


def test_what_lies_idle_is_closed_each_time_and_nothing_before(
    pool: Pool, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_connections, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(idle_connections, "IDLE_SECONDS", 0.5)
    for _ in range(2):
        begun = time.monotonic()
        wait_until_closed(lend(pool))
        assert time.monotonic() - begun >= 0.5
    wait_until(lambda: count_connections(database) == 0)
