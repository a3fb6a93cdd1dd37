"""Value lists: upload to ready, count and what was not found, of addresses against all contacts, beside raw SQL.

    .venv/bin/python bench/value_lists.py [runs]

Needs psql, a database with the demo's `crm` tables (SOURCE_CRM_URL, or a running ./startup.sh; DEMO_COMPANIES=1000000
for the five million contacts that the figures are about), and PORTAL_DATABASE_URL: an empty database, migrated here.
The raw SQL is a temporary table by COPY, ANALYZE, a hash join, on a connection of its own. Prints one table.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import httpx
import psycopg2
from guichet.portal_db import migrate
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from pydantic import SecretStr

import harness
from harness import in_turn, median, row

HERE = Path(__file__).parent
SIZES = (10_000, 100_000, 1_000_000)
RUNS = 5
CRITERION = {"interface": "addresses", "criterion": "email"}


def addresses(folder: Path, size: int) -> Path:
    """Write a file of addresses, spread over all contacts; every twentieth is nobody's."""
    file = folder / f"addresses_{size}.csv"
    connection = psycopg2.connect(harness.crm_url())
    with connection, connection.cursor() as cursor, file.open("wb") as output:
        # In the demo's data some have none, or an empty one; all others differ.
        cursor.execute("SELECT count(*) FROM contact WHERE email <> ''")
        step = max(1, cursor.fetchone()[0] // size)
        output.write(b"email\n")
        numbered = "SELECT id, email, row_number() OVER (ORDER BY id) AS at FROM contact WHERE email <> ''"
        mail = f"CASE WHEN at / {step} % 20 = 0 THEN 'nobody' || id || '@nowhere.example' ELSE email END"
        few = f"SELECT {mail} FROM ({numbered}) AS numbered WHERE at % {step} = 0 ORDER BY at LIMIT {size}"
        cursor.copy_expert(f"COPY ({few}) TO STDOUT", cast(IO[bytes], output))
    connection.close()
    return file


class Http:
    """The server, asked over one connection that is kept open."""

    def __init__(self, port: int) -> None:
        url = f"http://127.0.0.1:{port}/api/v1"
        self._client = httpx.Client(base_url=url, auth=(harness.USER, harness.PASSWORD), timeout=300)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        answer = self._client.request(method, path, **options)
        if answer.status_code not in (200, 201, 204):
            sys.exit(f"{path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text

    def upload(self, file: Path) -> dict[str, Any]:
        with file.open("rb") as content:
            return dict(self.ask("POST", "/value-lists", params=CRITERION, files={"file": content}))


def raw(file: Path, sql: str) -> Callable[[], None]:
    """Make what is measured against: the values copied, analysed and joined on a warm connection."""
    connection = psycopg2.connect(harness.crm_url())
    connection.autocommit = True

    def run() -> None:
        with connection.cursor() as cursor, file.open("rb") as content:
            cursor.execute("BEGIN; CREATE TEMP TABLE wanted (email text) ON COMMIT DROP")
            cursor.copy_expert("COPY wanted FROM STDIN (FORMAT csv, HEADER)", content, size=1 << 18)
            cursor.execute("ANALYZE wanted")
            cursor.execute(sql)
            cursor.fetchall()
            cursor.execute("ROLLBACK")

    return run


def psql(file: Path, url: str) -> Callable[[], None]:
    def run() -> None:
        copy = f"\\copy plain from '{file}' csv header"
        subprocess.run(["psql", url, "-qc", "TRUNCATE plain", "-c", copy], check=True)

    return run


@contextmanager
def watching(parent: int) -> Iterator[list[float]]:
    """Watch the memory of the server's processes, in MB: what one of them took at most above its first value."""
    peaks, done = [0.0], threading.Event()
    children = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True).stdout.split()

    def resident(pid: str) -> float:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    first = {pid: resident(pid) for pid in children}

    def watch() -> None:
        while not done.wait(0.005):
            peaks[0] = max(peaks[0], *(resident(pid) - first[pid] for pid in children))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()


def parent_of(port: int) -> int:
    found = subprocess.run(["pgrep", "-f", "gunicorn -c gunicorn.conf.py"], capture_output=True, text=True, check=True)
    owned = [pid for pid in found.stdout.split() if f"PORT={port}\0" in Path(f"/proc/{pid}/environ").read_text()]
    return int(min(owned, key=int))


def main(runs: int) -> None:
    url = os.environ.get("PORTAL_DATABASE_URL") or sys.exit("Set PORTAL_DATABASE_URL to an empty database.")
    migrate.migrate(PortalDatabase(SecretStr(url), PoolLimits(1, 5, 5)))
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS plain (email text)")
    harness.table()
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            with harness.serving(HERE / "portal", PORTAL_DATABASE_URL=url, WEB_WORKERS="1") as port:
                file = addresses(Path(folder), size)
                measure(Http(port), parent_of(port), file, size, url, runs)
                if size == SIZES[-1]:
                    measure_repetitions(Http(port), file, size, runs)


def repeating(file: Path) -> Path:
    """Write a file of as many lines, of which every tenth stood before."""
    header, *lines = file.read_text("utf-8").splitlines()
    again = (lines[at - 503 if at % 10 == 0 and at > 503 else at] for at in range(len(lines)))
    repeated = file.with_suffix(".repeating.csv")
    repeated.write_text("\n".join([header, *again]) + "\n", "utf-8")
    return repeated


def measure_repetitions(http: Http, file: Path, size: int, runs: int) -> None:
    made: list[dict[str, Any]] = []
    repeated = repeating(file)
    (uploaded,) = (median(times) for times in in_turn(runs, lambda: made.append(http.upload(repeated))))
    kept = made[-1]["values"]
    row(f"{size:,} lines of {kept:,} values: upload", f"{uploaded / 1000:.2f} s", "3 s", "", holds=uploaded <= 3000)
    for one in made:
        http.ask("DELETE", f"/value-lists/{one['id']}")


def measure(http: Http, parent: int, file: Path, size: int, url: str, runs: int) -> None:
    made: list[dict[str, Any]] = []
    http.ask("GET", "/interfaces/addresses")
    with watching(parent) as peaks:
        copied, uploaded = (
            median(times) for times in in_turn(runs, psql(file, url), lambda: made.append(http.upload(file)))
        )
    ratio = uploaded / copied
    seen = f"{uploaded / 1000:.2f} s, {ratio:.1f} × ({copied / 1000:.2f} s by psql)"
    row(
        f"{size:,} values: upload to ready",
        seen,
        "3 s and 3 ×",
        "",
        holds=uploaded <= 3000 and (ratio <= 3 or size < 10**6),
    )
    criteria = {"criteria": {"email": {"list": made[-1]["id"]}}}
    told: list[dict[str, Any]] = []

    def count() -> None:
        told.append(http.ask("POST", "/interfaces/addresses/count", json=criteria))

    counted = raw(file, "SELECT count(*) FROM contact WHERE email IN (SELECT email FROM wanted)")
    with watching(parent) as count_peaks:
        alone, ours = (median(times) for times in in_turn(runs, counted, count))
    seen = f"{ours / alone:.2f} × ({alone:.0f} ms raw)"
    row(f"{size:,} values: count", seen, "1.25 ×", "1.0 ×", holds=ours <= 1.25 * alone)
    missing = "SELECT email FROM wanted WHERE NOT EXISTS (SELECT FROM contact WHERE contact.email = wanted.email)"
    link = told[-1]["unmatched"]["email"]["url"].removeprefix("/api/v1")
    alone, ours = (median(times) for times in in_turn(runs, raw(file, missing), lambda: http.ask("GET", link)))
    row(f"{size:,} values: not found, as CSV", f"{ours / alone:.2f} × ({alone:.0f} ms raw)", "", "", holds=True)
    highest = max(peaks[0], count_peaks[0])
    row(f"{size:,} values: the server above idle", f"{highest:.0f} MB", "100 MB", "", holds=highest <= 100)
    for one in made:
        http.ask("DELETE", f"/value-lists/{one['id']}")


if __name__ == "__main__":
    started = time.perf_counter()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
    print(f"\nin {time.perf_counter() - started:.0f} s")
