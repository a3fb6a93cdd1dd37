"""The demo's portal, really running with its data and a worker, for the client, the command line and the documents."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from guichet.client import Client
from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.api.conftest import free_port, is_alive, wait_until
from tests.conftest import INHERITED, ROOT

SQL = ROOT / "scripts" / "demo"
COMPANIES = 2000

# Rows that come slowly, and rows that are many: what the demo has not.
TRICKLE = """
title: Trickle
source: crm
sql: SELECT n, pg_sleep(0.02)::text AS slept FROM generate_series(1, 3000) AS n
"""
NUMBERS = """
title: Numbers
source: crm
sql: |
  SELECT n, md5(n::text) AS digest, 9007199254740993 AS large FROM generate_series(1, 1500000) AS n WHERE {criteria}
criteria: {up_to: {type: number, where: n <= :up_to}}
limits: {interactive_seconds: 60}
"""


@dataclass(frozen=True)
class Demo:
    """A running portal: its address, the folder of its definitions, and the environment of its processes."""

    url: str
    folder: Path
    environ: dict[str, str]

    def client(self, user: str = "demo", password: str = "demo") -> Client:
        return Client(self.url, user=user, password=password)


@pytest.fixture(scope="session")
def demo(make_database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "portal", folder / "portal")
    for name in (".htpasswd", ".htgroup"):  # copies: an example of the documents adds a user
        shutil.copy(ROOT / name, folder)
    for name, text in (("trickle", TRICKLE), ("numbers", NUMBERS)):
        (folder / "portal" / f"{name}.yaml").write_text(text)
    crm, lab, own = (
        _database(make_database, "crm_lookups.sql", "crm.sql"),
        _database(make_database, "lab.sql"),
        make_database(),
    )
    migrations.migrate(PortalDatabase(SecretStr(own), PoolLimits(2, 5, 5)))
    sys.path.insert(0, str(ROOT / "scripts"))
    import demo_visits

    demo_visits.make(folder / "visits", 2000)
    port = free_port()
    environ = {
        **INHERITED,
        "GUICHET_ENV_FILES": "none",
        "SOURCE_CRM_URL": crm,
        "SOURCE_LAB_URL": lab,
        "SOURCE_LAB_WRITE_URL": lab,
        "SOURCE_VISITS_URL": f"duckdb://{folder}/visits",
        "PORTAL_DATABASE_URL": own,
        "PORTAL_DIR": str(folder / "portal"),
        "ARCHIVE_DIR": str(folder / "archives"),
        "HTPASSWD_FILE": str(folder / ".htpasswd"),
        "HTGROUP_FILE": str(folder / ".htgroup"),
        "SECRET_KEY": "for these tests alone, and long enough",
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "STREAMS": "1",
        "EXTRACTS_PER_USER": "4",
        "WORKER_SLOTS": "4",
        "EXTRACTS_PER_SOURCE": "4",
    }
    server = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "guichet.wsgi:app"]
    with _running(server, environ), _running([sys.executable, "-m", "guichet.cli", "worker"], environ):
        with httpx.Client(base_url=f"http://localhost:{port}") as http:
            wait_until(lambda: is_alive(http), seconds=60)
        yield Demo(f"http://localhost:{port}", folder / "portal", environ)


def _database(make_database: Callable[..., str], *files: str) -> str:
    """Loads a demo database as ./startup.sh does, by psql: its files have commands of psql in them."""
    url = make_database()
    sys.path.insert(0, str(ROOT / "scripts"))
    import postgres_account
    import postgres_programs

    psql = [str(postgres_programs.find(None) / "psql"), url, "-X", "-q", "-1", "-v", f"companies={COMPANIES}"]
    named = [word for file in files for word in ("-f", str(SQL / file))]
    loaded = subprocess.run(
        [*psql, *named], env=postgres_account.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert loaded.returncode == 0, loaded.stderr
    return url


@contextmanager
def _running(command: list[str], environ: dict[str, str]) -> Iterator[None]:
    """Runs a process during the block, and stops it."""
    process = subprocess.Popen(command, cwd=ROOT / "backend", env=environ)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class Shell:
    """Where commands are typed: a folder, and an environment in which somebody may be signed in."""

    folder: Path
    environ: dict[str, str]

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs `guichet` with arguments, outside of a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "guichet.cli", *arguments],
            cwd=self.folder,
            env=self.environ,
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def outside(tmp_path: Path) -> Shell:
    """A shell in which nobody is signed in."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    home = tmp_path / "home"
    home.mkdir()
    return Shell(tmp_path, {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "COLUMNS": "120"})


@pytest.fixture
def shell(outside: Shell, demo: Demo) -> Shell:
    """A shell in which the demo's user is signed in."""
    signed_in = outside.run("login", demo.url, "--user", "demo", "--password-stdin", given="demo\n")
    assert signed_in.returncode == 0, signed_in.stderr
    return outside
