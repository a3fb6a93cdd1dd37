"""SIGHUP: settings are read again, by the server and by workers, while what they are at goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from httpx import Client

from tests.api.conftest import wait_until
from tests.conftest import INHERITED, Portal

OTHER = "title: Other\nsource: other\nsql: SELECT 1 AS id"
SLOW = "title: Slow\nsource: shop\nsql: SELECT pg_sleep(4)::text AS slept"


def listed(http: Client) -> dict[str, Any]:
    """Returns what the left panel shows, by id."""
    return {one["id"]: one for one in http.get("/api/v1/interfaces").json()}


def test_a_source_is_added_while_searches_go_on(
    portal: Portal, serve: Callable[..., Any], tmp_path: Path, capfd: Any
) -> None:
    pid, env = tmp_path / "pid", tmp_path / "env"
    env.write_text("WEB_WORKERS=2\n")
    portal.write("other.yaml", OTHER)
    portal.write("slept.yaml", SLOW)
    with serve(GUICHET_ENV_FILES=str(env), GUNICORN_CMD_ARGS=f"--pid {pid}") as http, ThreadPoolExecutor() as pool:
        assert "(once it is, the server takes it on SIGHUP" in listed(http)["other"]["problem"]
        slow = pool.submit(http.post, "/api/v1/interfaces/slept/search", json={"criteria": {}})

        env.write_text(f"WEB_WORKERS=2\nSOURCE_OTHER_URL={portal.environ['SOURCE_SHOP_URL']}\n")
        os.kill(int(pid.read_text()), signal.SIGHUP)
        wait_until(lambda: listed(http)["other"]["available"], seconds=60)

        assert http.post("/api/v1/interfaces/other/search", json={"criteria": {}}).json()["count"] == 1
        assert slow.result(60).json()["count"] == 1

        env.write_text("SOURCE_OTHER_URL=nonsense\n")
        os.kill(int(pid.read_text()), signal.SIGHUP)
        wait_until(lambda: "the settings before hold: SOURCE_OTHER_URL" in "".join(capfd.readouterr()), seconds=60)
        assert http.post("/api/v1/interfaces/other/search", json={"criteria": {}}).json()["count"] == 1


def test_a_worker_takes_a_new_source(portal: Portal, portal_database_url: str, tmp_path: Path) -> None:
    env, log = tmp_path / "env", tmp_path / "worker.log"
    env.write_text("")
    environ = {**INHERITED, **portal.environ, "GUICHET_ENV_FILES": str(env), "LOG_FILE_PATH": str(log)}
    environ["PORTAL_DATABASE_URL"] = portal_database_url
    worker = subprocess.Popen([sys.executable, "-m", "guichet.cli", "worker"], env=environ)
    try:
        wait_until(lambda: log.exists() and "takes extracts" in log.read_text(), seconds=180)
        env.write_text(f"SOURCE_OTHER_URL={portal.environ['SOURCE_SHOP_URL']}\n")
        worker.send_signal(signal.SIGHUP)
        wait_until(lambda: "the settings are read again: 2 sources" in log.read_text(), seconds=60)
        env.write_text("WORKER_SLOTS=none\n")
        worker.send_signal(signal.SIGHUP)
        wait_until(lambda: "the settings before hold: WORKER_SLOTS" in log.read_text(), seconds=60)
        assert worker.poll() is None
    finally:
        worker.terminate()
        assert worker.wait(60) == 0
