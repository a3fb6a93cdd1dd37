"""A physical standby as a source: it streams from its primary, and takes no temporary tables."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from guichet.search import value_list_binding
from tests.api.conftest import HERE, free_port, wait_until
from tests.conftest import ROOT, Portal, run_sql

sys.path.insert(0, str(ROOT / "scripts"))

import embedded_postgres  # the script lies beside the package
import postgres_account
import postgres_programs

CONTACTS = "/api/v1/interfaces/contacts"
SETTINGS = ("fsync=off", "shared_buffers=16MB", "unix_socket_directories=", "listen_addresses=127.0.0.1")


@dataclass(frozen=True)
class Pair:
    """Two servers: what is written to the primary comes to the standby."""

    primary: str
    standby: str


@contextmanager
def running(account: postgres_account.Account, port: int, url: str) -> Iterator[None]:
    """Runs a server until it is left."""
    settings = [word for one in (*SETTINGS, f"port={port}") for word in ("-c", one)]
    command = account.command("postgres", "-D", str(account.data), *settings)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **account.options()) as server:
        try:
            wait_until(lambda: answers(url), seconds=60)
            yield
        finally:
            server.send_signal(signal.SIGINT)


def answers(url: str) -> bool:
    try:
        return run_sql(url, "SELECT 1") == [(1,)]
    except psycopg2.OperationalError:
        return False


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    try:
        programs = postgres_programs.find(None)
    except postgres_programs.ProgramsError as error:
        pytest.skip(str(error))
    if not (programs / "pg_basebackup").exists():
        pytest.skip(f"no pg_basebackup in {programs}")
    ports = free_port(), free_port()
    server = embedded_postgres.open_server(tmp_path / "primary", fast=True)
    password = server.password("postgres")
    primary, standby = (f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres" for port in ports)
    (tmp_path / "standby").mkdir(mode=0o700)
    with running(server.account, ports[0], primary):
        run_sql(primary, (HERE / "shop.sql").read_text("utf-8"))
        account = postgres_account.choose(tmp_path / "standby", programs)
        copied = account.command(
            "pg_basebackup", "-d", primary, "-D", str(account.data), "-R", "-c", "fast", "--no-sync"
        )
        subprocess.run(copied, check=True, capture_output=True, **account.options())
        with running(account, ports[1], standby):
            yield Pair(primary, standby)


def test_a_standby_is_searched_by_a_list(
    portal: Portal, portal_database_url: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_list_binding, "BOUND_VALUES", 0)
    assert run_sql(pair.standby, "SELECT pg_is_in_recovery()") == [(True,)]
    run_sql(pair.primary, "INSERT INTO customer (id, domain, name) VALUES (900, 'streamed.example', 'Streamed')")
    wait_until(lambda: run_sql(pair.standby, "SELECT count(*) FROM customer WHERE id = 900") == [(1,)])
    portal.environ |= {"SOURCE_SHOP_URL": pair.standby, "PORTAL_DATABASE_URL": portal_database_url}
    client = portal.client()
    values = ["acme.example", "nobody.example", "STREAMED.example", "eclair.example"]
    made: dict[str, Any] = client.post("/api/v1/value-lists", {"lines": values}).get_json()
    criteria = {"criteria": {"domain": {"list": made["id"]}}}

    counted = client.post(f"{CONTACTS}/count", criteria).get_json()
    found = client.post(f"{CONTACTS}/search", criteria).get_json()
    turned = client.post(f"{CONTACTS}/count", {"criteria": {"domain": {"not": {"list": made["id"]}}}}).get_json()

    told = {"values": 4, "matched": 3, "malformed": 0, "url": counted["unmatched"]["domain"]["url"]}
    assert (counted["count"], counted["unmatched"]) == (3, {"domain": told})
    assert (sorted(row[0] for row in found["rows"]), found["unmatched"]) == ([1, 2, 900], {"domain": told})
    assert turned["count"] == 6
    # What was turned round finds nothing of the list: the file is about the search before.
    assert client.get(told["url"]).text.splitlines() == ["line,value,problem", "2,nobody.example,not found"]
