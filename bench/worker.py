"""A worker beside the database that it reads: what it adds to a small extract, how soon it begins, what a bucket costs.

    .venv/bin/python bench/worker.py [--runs 30]

Needs a database with the demo's `crm` tables (SOURCE_CRM_URL, or a running ./startup.sh). The portal database, server,
worker and S3 server (moto, of the tests) are its own. Prints one table.
"""

from __future__ import annotations

import argparse
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg2
from guichet import portal
from guichet.extracts import queue
from guichet.extracts.progress import Progress
from guichet.extracts.queue import QueueBounds
from guichet.extracts.run import ExtractRun
from guichet.portal_db import migrate
from guichet.portal_db.database import PortalDatabase, as_json
from guichet.settings import settings
from guichet.sources.postgresql.pool import PoolLimits
from pydantic import SecretStr

import harness
from extract import statement
from harness import in_turn, median, percentile, row

HERE = Path(__file__).parent
SMALL_ROWS = 10_000
BUCKET_ROWS = 5_000_000
REQUEST = {
    "criteria": {"up_to": SMALL_ROWS},
    "sort": [],
    "columns": None,
    "dialect": {},
    "part_rows": None,
    "language": "en",
    "title": "Contacts",
    "words": [],
}


def measure_small(environ: dict[str, str], runs: int) -> None:
    """Claim, run and end an extract in this process, beside COPY of the same rows on a warm connection."""
    worker = portal.build_worker(settings.read_settings(environ))
    cursor = psycopg2.connect(environ["SOURCE_CRM_URL"]).cursor()
    same = statement(SMALL_ROWS)
    copied = cursor.mogrify(f"COPY (\n{same.sql}\n) TO STDOUT (FORMAT csv)", same.parameters).decode()
    asked = {"owner": "bench", "interface": "contacts", "source": "crm", "email": None, "estimated_rows": SMALL_ROWS}

    def ask() -> None:
        with worker.database.transaction() as transaction:
            transaction.fetch("extracts.create", **asked, request=as_json(REQUEST), sealed_password=None)

    def ours() -> None:
        extract = queue.claim(worker.database, QueueBounds(100, 100))
        assert extract
        queue.finish(worker.database, extract, ExtractRun(extract, worker.context, Progress()).run(), 7, None)

    for _ in range(runs + 1):
        ask()
    alone, found = in_turn(runs, lambda: cursor.copy_expert(copied, io.BytesIO(), size=1 << 20), ours)
    added = median(found) - median(alone)
    seen = f"+ {added:.0f} ms ({median(alone):.0f} ms by COPY)"
    row(f"{SMALL_ROWS:,} rows in a warm worker, beside raw COPY", seen, "+ 50 ms", "+ 20 ms", holds=added <= 50)


def measure_first_byte(http: httpx.Client, folder: Path, runs: int) -> None:
    """Time what passes from the answer of a heavy search to the first byte of its archive on disk."""
    times = []
    for at in range(runs):
        body = {"criteria": {"up_to": 5 * SMALL_ROWS + at}}
        extract = http.post("/interfaces/contacts/search", json=body).raise_for_status().json()["extract"]["id"]
        answered = time.perf_counter()
        while not written(folder / extract):
            time.sleep(0.002)
        times.append(time.perf_counter() - answered)
        wait_for(http, extract)
    seen = f"{median(times):.2f} s, at most {percentile(times, 100):.2f} s"
    row("a heavy search to its first byte written", seen, "0.5 s", "", holds=percentile(times, 100) <= 0.5)


def written(folder: Path) -> int:
    with suppress(OSError):  # renamed at this moment: then it is there
        return sum(path.stat().st_size for path in folder.iterdir()) if folder.is_dir() else 0
    return 1


def measure_bucket(http: httpx.Client, pid: int) -> None:
    body = {"interface": "contacts", "criteria": {"up_to": BUCKET_ROWS}}
    made = wait_for(http, http.post("/extracts", json=body).raise_for_status().json()["id"])
    peak = next(
        int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmHWM" in line
    )
    what = f"a worker's peak memory, {made['archive_bytes'] / 1e6:,.0f} MB of {made['rows']:,} rows to a bucket"
    row(what, f"{peak / 1024:.0f} MB", "80 MB", "", holds=peak / 1024 <= 80)


def wait_for(http: httpx.Client, extract: str) -> dict[str, Any]:
    while (found := http.get(f"/extracts/{extract}").json())["state"] in ("queued", "running", "delivering"):
        time.sleep(0.05)
    if found["state"] != "done":
        sys.exit(f"an extract is {found['state']}: {found['problem']}")
    return dict(found)


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", port]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(urllib.request.Request(f"{url}/archives", method="PUT"), timeout=5).close()
                break
            time.sleep(0.1)
        yield {
            "ARCHIVE_URL": "s3://archives/bench",
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    finally:
        server.kill()
        server.wait()


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as made, harness.postgres(Path(made)) as url:
        migrate.migrate(PortalDatabase(SecretStr(url), PoolLimits(2, 5, 5)))
        environ = {
            "SOURCE_CRM_URL": harness.crm_url(),
            "PORTAL_DATABASE_URL": url,
            "PORTAL_DIR": str(HERE / "portal"),
            "ARCHIVE_DIR": str(Path(made, "archives")),
            "LOG_FILE_PATH": str(Path(made, "log")),
            "REQUESTS_PER_MINUTE": "100000",
            "GUICHET_ENV_FILES": "none",
        }
        harness.table()
        measure_small(environ, runs)
        with served(environ) as (http, _):
            measure_first_byte(http, Path(made, "archives"), runs)
        with bucket() as s3:
            os.environ.update(s3)  # the library reads them itself
            with served(environ | s3) as (http, pid):
                measure_bucket(http, pid)


@contextmanager
def served(environ: dict[str, str]) -> Iterator[tuple[httpx.Client, int]]:
    """Run server and worker; yield a client that is signed in, and the worker's process."""
    auth = (harness.USER, harness.PASSWORD)
    with (
        harness.serving(HERE / "portal", **environ) as web,
        harness.working(environ) as pid,
        httpx.Client(base_url=f"http://127.0.0.1:{web}/api/v1", auth=auth, timeout=600) as http,
    ):
        yield http, pid


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure a worker.")
    parser.add_argument("--runs", type=int, default=30)
    main(parser.parse_args().runs)
