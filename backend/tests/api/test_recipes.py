"""The recipes of docs/definitions/kinds.md, run by PostgreSQL, and by what needs no server of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb

from tests.conftest import Portal, run_sql
from tests.recipes import TABLES, try_recipes

Make = Callable[..., Portal]


def test_those_of_postgresql_hold(make_portal: Make, make_database: Callable[..., str]) -> None:
    url = make_database()
    run_sql(url, ";".join(TABLES))
    try_recipes(make_portal(shop=url), "PostgreSQL")


def test_those_of_duckdb_hold(make_portal: Make, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        for statement in TABLES:
            connection.execute(statement)
        for name in ("country", "region", "company", "contact"):
            connection.execute(f"COPY {name} TO '{tmp_path}/lake_{name}' (FORMAT parquet)")
    folder = tmp_path / "lake"
    folder.mkdir()
    for path in tmp_path.glob("lake_*"):
        path.rename(folder / f"{path.name.removeprefix('lake_')}.parquet")
    try_recipes(make_portal(shop=f"duckdb://{folder}"), "DuckDB")


def test_those_of_sqlite_hold(make_portal: Make, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        for statement in TABLES:
            connection.execute(statement)
        connection.commit()
    try_recipes(make_portal(shop=f"sqlite://{tmp_path}/shop.db"), "SQLite")
