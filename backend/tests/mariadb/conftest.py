"""What tests of MariaDB share: one real server for the session, a shop in it, and portals over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from guichet.sources.kinds import SourceConfig
from guichet.sources.mariadb.opening import open_source
from guichet.sources.mariadb.source import MariaDBSource
from tests.api.conftest import free_port, portal_database_url
from tests.conftest import Client, Portal
from tests.mariadb.server import Server, running

__all__ = ["portal_database_url"]

HERE = Path(__file__).parent
READER = """
CREATE USER reader@'%' IDENTIFIED BY 'secret';
GRANT SELECT, CREATE TEMPORARY TABLES ON shop.* TO reader@'%';
CREATE USER bare@'%' IDENTIFIED BY 'secret';
GRANT SELECT ON shop.* TO bare@'%';
CREATE USER owner@'%' IDENTIFIED BY 'secret';
GRANT ALL ON *.* TO owner@'%';
"""


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    with running(free_port()) as server:
        server.run("CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        server.run((HERE / "shop.sql").read_text("utf-8"), "shop")
        server.run(READER)
        yield server


@pytest.fixture
def make_source(mariadb: Server) -> Iterator[Callable[..., MariaDBSource]]:
    """Makes a source: `make_source(user="owner", time_zone="Europe/Paris")`."""
    made: list[MariaDBSource] = []

    def make(user: str = "reader", time_zone: str = "UTC", url: str = "", connect_seconds: int = 5) -> MariaDBSource:
        address = SecretStr(url or mariadb.url("shop", user))
        made.append(open_source(SourceConfig("shop", address, 4, 5, connect_seconds, time_zone)))
        return made[-1]

    yield make
    for source in made:
        source.close_idle()


@pytest.fixture
def source(make_source: Callable[..., MariaDBSource]) -> MariaDBSource:
    return make_source()


@pytest.fixture
def portal(make_portal: Callable[..., Portal], mariadb: Server) -> Portal:
    made = make_portal(shop=mariadb.url("shop"))
    shutil.copytree(HERE / "portal", made.folder, dirs_exist_ok=True)
    return made


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()


@pytest.fixture(scope="session")
def zones(mariadb: Server) -> None:
    """Has the server know one time zone by its name."""
    mariadb.load_zone("Europe/Paris")
