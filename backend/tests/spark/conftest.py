"""What tests of Spark share: one real cluster for the session, a shop in it, and portals over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from guichet.sources.kinds import SourceConfig
from guichet.sources.spark.opening import open_source
from guichet.sources.spark.source import SparkSource
from tests.api.conftest import portal_database_url
from tests.conftest import Client, Portal
from tests.spark.server import Cluster, run, running

__all__ = ["portal_database_url"]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("spark")) as started:
        yield started


@pytest.fixture(scope="session")
def shop(cluster: Cluster) -> Cluster:
    """The cluster with the shop's tables in it."""
    run(cluster, *filter(str.strip, (HERE / "shop.sql").read_text("utf-8").split(";\n")))
    return cluster


@pytest.fixture
def make_source(cluster: Cluster) -> Iterator[Callable[..., SparkSource]]:
    """Makes a source: `make_source(time_zone="Europe/Paris")`."""
    made: list[SparkSource] = []

    def make(time_zone: str = "UTC", url: str = "", connect_seconds: int = 5) -> SparkSource:
        made.append(open_source(SourceConfig("shop", SecretStr(url or cluster.url), 4, 5, connect_seconds, time_zone)))
        return made[-1]

    yield make
    for source in made:
        source.close_idle()


@pytest.fixture
def source(make_source: Callable[..., SparkSource]) -> SparkSource:
    return make_source()


@pytest.fixture
def portal(make_portal: Callable[..., Portal], shop: Cluster) -> Portal:
    made = make_portal(shop=shop.url)
    shutil.copytree(HERE / "portal", made.folder, dirs_exist_ok=True)
    return made


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()
