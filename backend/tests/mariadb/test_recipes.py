"""The recipes of docs/definitions/kinds.md, run by MariaDB."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Portal
from tests.mariadb.server import Server
from tests.recipes import TABLES, try_recipes


def test_those_of_mariadb_hold(make_portal: Callable[..., Portal], mariadb: Server) -> None:
    mariadb.run("CREATE DATABASE recipes CHARACTER SET utf8mb4; GRANT SELECT ON recipes.* TO reader@'%'")
    mariadb.run(";".join(TABLES), "recipes")
    try_recipes(make_portal(shop=mariadb.url("recipes")), "MariaDB")
