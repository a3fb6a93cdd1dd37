"""The shop's database and portal, for tests in process, and for those over a real port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.conftest import INHERITED, ROOT, USERS, Client, Portal
from tests.time_limits import slowness

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def shop(make_database: Callable[..., str]) -> str:
    return make_database(HERE / "shop.sql", HERE / "every_type.sql")


@pytest.fixture(scope="session")
def portal_database_url(make_database: Callable[..., str]) -> str:
    url = make_database()
    migrations.migrate(PortalDatabase(SecretStr(url), PoolLimits(2, 5, 5)))
    return url


@pytest.fixture
def portal(make_portal: Callable[..., Portal], shop: str) -> Portal:
    made = make_portal(shop=shop)
    shutil.copytree(HERE / "portal", made.folder, dirs_exist_ok=True)
    return made


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()


@pytest.fixture
def serve(portal: Portal) -> Callable[..., object]:
    """Starts the real server for a portal: `with serve(WEB_WORKERS="2") as http:` gives an HTTP client signed in."""

    @contextmanager
    def start(**environ: str) -> Iterator[httpx.Client]:
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "guichet.wsgi:app"]
        server = subprocess.Popen(
            command, cwd=ROOT / "backend", env={**INHERITED, **portal.environ, "PORT": str(port), **environ}
        )
        try:
            auth = ("anne", USERS["anne"][0])
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=auth, timeout=30) as http:
                wait_until(lambda: is_alive(http), seconds=60)
                yield http
        finally:
            server.terminate()
            server.wait(20)

    return start


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """A PostgreSQL of the test's own: `own_server("start")` returns its URL."""
    folder = tmp_path_factory.mktemp("own")

    def command(verb: str) -> str:
        script = ROOT / "scripts" / "embedded_postgres.py"
        arguments = [sys.executable, str(script), "--dir", str(folder), "--fast", verb]
        return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    yield command
    command("stop")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(http: httpx.Client) -> bool:
    try:
        return http.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    """Waits for a condition, and fails if it does not come true in time: longer, where others keep the machine busy."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds * slowness(), "it did not happen in time"
        time.sleep(0.05)
