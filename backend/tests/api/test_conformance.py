"""Every kind of database keeps what Guichet promises, or says what it can't: by the suite that anyone can run."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from guichet.conformance import promises
from guichet.sources.postgresql.source import PostgreSQLSession
from tests.api.test_capabilities import make
from tests.conformance import documented, make_bench, states
from tests.conftest import INHERITED, Portal

__all__ = ["make"]  # a fixture


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)")
    return path


def test_postgresql_keeps_every_promise(shop: str) -> None:
    found = states(shop)
    assert {name: why for name, why in found.items() if why[0] != "holds"} == {}
    assert {name: state for name, (state, _) in found.items()} == documented("PostgreSQL")


def test_sqlite_keeps_all_but_what_it_says(file: Path) -> None:
    found = states(f"sqlite://{file}")
    assert {name: why for name, why in found.items() if why[0] != "holds"} == {
        "how many rows are expected": ("absent", "the kind has no estimate")
    }
    assert {name: state for name, (state, _) in found.items()} == documented("SQLite")


def test_a_kind_that_can_do_less_says_so_and_keeps_the_rest(shop: str, make: Callable[..., Portal]) -> None:
    absent = ["cancel", "time_limit", "estimate", "temporary_tables", "catalogue"]
    url = str(make(*absent).environ["SOURCE_SHOP_URL"])
    found = states(url)
    assert {name for name, (state, _) in found.items() if state == "absent"} == {
        "a statement ends at its time limit",
        "a statement is cancelled from elsewhere",
        "how many rows are expected",
        "a long list in a table of the session",
        "tables and their columns are told",
    }
    assert {name: why for name, why in found.items() if why[0] == "fails"} == {}


def test_what_is_not_kept_fails_with_its_reason(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostgreSQLSession, "estimate", lambda *_: None)
    bench = make_bench(shop)
    monkeypatch.setattr(type(bench.dialect), "negate", staticmethod(lambda condition: f"NOT ({condition})"))
    failed = {one.promise: one.reason for one in promises.try_all(bench) if one.state == "fails"}
    assert failed["how many rows are expected"] == "rows expected: None"
    assert "ids found by" in failed["number range, its ends included"]


def test_the_command_prints_what_holds_and_exits_by_it(shop: str, file: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {
            **INHERITED,
            "GUICHET_ENV_FILES": "none",
            "PORTAL_DIR": str(tmp_path),
            "SOURCE_FILE_URL": f"sqlite://{file}",
            "SOURCE_GONE_URL": f"sqlite://{file}.gone",
        }
        command = [sys.executable, "-m", "guichet.cli", "conformance", "--source", *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)

    every = run("file")
    assert (every.returncode, every.stderr) == (0, "")
    assert "limits\thow many rows are expected\tabsent\tthe kind has no estimate" in every.stdout.splitlines()
    gone = run("gone", "--json")
    assert gone.returncode == 1
    assert {json.loads(line)["state"] for line in gone.stdout.splitlines()} == {"fails", "absent"}
    assert run("nothing").returncode == 1


def test_duckdb_keeps_all_but_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "customer.csv").write_text("id,name\n1,Anne\n")
    found = states(f"duckdb://{tmp_path}")
    assert {name: why for name, why in found.items() if why[0] == "fails"} == {}
    assert {name: state for name, (state, _) in found.items()} == documented("DuckDB")
