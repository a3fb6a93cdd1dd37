"""The constants of docs/scaling.md: what processes hold, what requests, passwords and claims cost, and how the
throughput of queued extracts grows with workers.

    .venv/bin/python bench/scaling.py [memory] [requests] [claims] [throughput] [--workers 1 2 3 4]

It starts a portal of its own (./startup.sh, on an embedded PostgreSQL) and nginx in front of it (Debian: apt install
nginx-light). Everything is on one machine. Linux only: what processes use is read from /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import psutil
import psycopg2
from dotenv import dotenv_values
from guichet.extracts import queue
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from passlib.hash import bcrypt
from pydantic import SecretStr

sys.path.insert(0, str(Path(__file__).parent / "load"))

import load  # the load test's portal is what is measured here too
import trial_portal  # load knows where it is

INTERFACE = "interfaces/companies_and_contacts"
REQUESTS, CHECKS, CLAIMS, QUEUE = 300, 50, 300, 12
SERVER, WORKER, DATABASE, NGINX = "API", "workers", "database", "nginx"
COMMANDS = {"guichet.wsgi": SERVER, "guichet.cli worker": WORKER, "postgres": DATABASE, "nginx": NGINX}

# A query that waits rather than computes, as one does for a disk or for a server elsewhere.
WAITING = """
title: Waiting
source: crm
sql: SELECT n, pg_sleep(3)::text AS slept FROM generate_series(1, 1) AS n WHERE {criteria}
criteria:
  number: {type: number, where: ":number IS NOT NULL"}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="The constants of docs/scaling.md.")
    parser.add_argument("parts", nargs="*", default=["memory", "requests", "claims", "throughput"])
    parser.add_argument("--companies", type=int, default=100_000, help="of the demo's data; five contacts each")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 3, 4])
    chosen = parser.parse_args()
    asked = argparse.Namespace(companies=chosen.companies, slots=1, cost=5)
    bounds = {"EXTRACTS_PER_USER": "20", "EXTRACTS_PER_SOURCE": "20"}
    with tempfile.TemporaryDirectory() as work, load.portal(Path(work), asked, **bounds) as trial:
        (trial.portal / "waiting.yaml").write_text(WAITING)
        with load.nginx(Path(work), trial) as site:
            print("| what | seen |\n|---|---|")
            parts: dict[str, Callable[[], None]] = {
                "memory": lambda: memory(site, trial),
                "requests": lambda: requests(site, Path(work) / ".htpasswd"),
                "claims": lambda: cost_of_claims(trial),
                "throughput": lambda: throughput(site, chosen.workers),
            }
            for part in chosen.parts:
                parts[part]()


def row(what: str, seen: str) -> None:
    print(f"| {what} | {seen} |", flush=True)


# --- memory


def memory(site: str, trial: trial_portal.Trial) -> None:
    memory_idle()
    memory_at_work(site, trial)


def memory_idle() -> None:
    servers, workers = sizes(SERVER), sizes(WORKER)
    row(f"a server process, idle (of {len(servers)}, with their parent)", f"{statistics.mean(servers):.0f} MB")
    row("a worker, idle", f"{sum(workers):.0f} MB")


def memory_at_work(site: str, trial: trial_portal.Trial) -> None:
    """Run searches of 10,000 rows by eight at once, beside an extract of everything."""
    body = {"criteria": {"updated": {"from": "1990-01-01"}}, "extract": False}
    with load.watching(trial) as most, ThreadPoolExecutor(8) as users:
        extract = ask_for_contacts(site)
        list(users.map(lambda _: load.call(site, f"{INTERFACE}/search", body), range(64)))
        wait_for(site, [extract])
        time.sleep(6)  # who watches looks every five seconds
    row(f"the API under searches, {len(sizes(SERVER)) - 1} processes", f"{most['server']:.0f} MB at most")
    row("a worker that writes an extract", f"{most['worker']:.0f} MB at most")


def sizes(kind: str) -> list[float]:
    """Measure the megabytes of each process of a kind: its proportional share of what it has in memory."""
    return [process.memory_full_info().pss / 1e6 for process, found in ours() if found == kind]


def ours() -> Iterator[tuple[psutil.Process, str]]:
    """Everything that was started here, with its kind."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            command = " ".join(process.cmdline())
            kind = next((kind for part, kind in COMMANDS.items() if part in command), None)
            if kind and "keeper.py" not in command and "embedded_postgres.py" not in command:
                yield process, kind


# --- what requests cost


def requests(site: str, htpasswd: Path) -> None:
    cost_of_requests(site)
    cost_of_passwords(site, htpasswd)


def cost_of_requests(site: str) -> None:
    """Measure what a count takes of the cores of each tier, for one user, with the data in memory."""
    used = cores_taken(lambda: load.call(site, f"{INTERFACE}/count", {"criteria": {"name": "labsq"}}), REQUESTS)
    for name, kind in (("nginx, password included", NGINX), ("the API", SERVER), ("the database", DATABASE)):
        row(f"a count takes of {name}", f"{used[kind]:.1f} ms of a core")


def cost_of_passwords(site: str, htpasswd: Path) -> None:
    for cost in (5, 8, 10):
        htpasswd.write_text(f"{load.USER}:{bcrypt.using(rounds=cost).hash(load.PASSWORD)}\n")
        load.call(site, "user")  # from now on the API remembers it, and nginx doesn't
        used = cores_taken(lambda: load.call(site, "user"), CHECKS)
        row(f"nginx checking a bcrypt hash of cost {cost}", f"{used[NGINX]:.1f} ms of a core")
    htpasswd.write_text(f"{load.USER}:{bcrypt.using(rounds=5).hash(load.PASSWORD)}\n")
    load.call(site, "user")


def cores_taken(work: Callable[[], object], times: int) -> dict[str, float]:
    """Milliseconds of a core that each kind of process takes for one of so many runs."""
    before = seconds_taken()
    for _ in range(times):
        work()
    after = seconds_taken()
    return {kind: (after[kind] - before[kind]) / times * 1000 for kind in after}


def seconds_taken() -> dict[str, float]:
    """Seconds of the processors that were taken so far, by kind; of processes that ended, by their parents."""
    found = dict.fromkeys(COMMANDS.values(), 0.0)
    for process, kind in ours():
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            found[kind] += times.user + times.system + times.children_user + times.children_system
    return found


# --- the queue


def cost_of_claims(trial: trial_portal.Trial) -> None:
    """Claim from a queue of their own, with many waiting and several who claim; then it is emptied."""
    url = environment_of(trial)["PORTAL_DATABASE_URL"]
    fill = (
        "INSERT INTO guichet.extract (owner, interface, source, request) "
        "SELECT 'user ' || n %% 50, 'nothing', 'nothing', '{}' FROM generate_series(1, %s) AS n"
    )
    with paused_workers(url):
        run_sql(url, fill, 10 * CLAIMS)
        bounds = queue.QueueBounds(10 * CLAIMS, 10 * CLAIMS)
        database = PortalDatabase(SecretStr(url), PoolLimits(8, 30, 5))
        for at_once in (1, 4):
            started = time.perf_counter()
            with ThreadPoolExecutor(at_once) as claimers:
                list(claimers.map(lambda _: queue.claim(database, bounds), range(CLAIMS)))
            each = (time.perf_counter() - started) / CLAIMS
            what = f"a claim, {at_once} who claim, {10 * CLAIMS:,} in the queue"
            row(what, f"{each * 1000:.1f} ms, {1 / each:.0f} a second")
        run_sql(url, "DELETE FROM guichet.extract WHERE interface = %s", "nothing")
        database.close_idle()


@contextlib.contextmanager
def paused_workers(url: str) -> Iterator[None]:
    """Have the workers claim nothing meanwhile; not in the middle of a claim, whose lock the others would wait for."""
    workers = [process for process, kind in ours() if kind == WORKER]
    free = "DO $$ BEGIN ASSERT pg_try_advisory_xact_lock(4842439); END $$"
    for _ in range(20):
        for process in workers:
            process.suspend()
        with contextlib.suppress(psycopg2.errors.AssertFailure):
            run_sql(url, free)
            break
        for process in workers:
            process.resume()
        time.sleep(0.1)
    try:
        yield
    finally:
        for process in workers:
            process.resume()


def environment_of(trial: trial_portal.Trial) -> dict[str, str]:
    return {name: str(value) for name, value in dotenv_values(trial.folder / "env").items()}


def run_sql(url: str, sql: str, *values: object) -> None:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def throughput(site: str, workers: list[int]) -> None:
    """Run a queue of extracts by more and more workers: of a query that waits, and of one that keeps a core busy."""
    first = next(process for process, kind in ours() if kind == WORKER)
    command, environment = first.cmdline(), first.environ()
    with contextlib.ExitStack() as more:
        running = 1  # what ./startup.sh started
        for wanted in workers:
            for _ in range(wanted - running):
                more.enter_context(a_process(command, environment))
            running = max(running, wanted)
            for name, ask in (("wait", ask_to_wait), ("compute", ask_for_contacts)):
                row(f"{QUEUE} extracts that {name}, {running} workers", seen_until_done(site, ask))


@contextlib.contextmanager
def a_process(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, cwd=load.ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def seen_until_done(site: str, ask: Callable[[str], str]) -> str:
    wait_for(site, [ask(site)])  # pools and catalogues are filled
    before, started = seconds_taken(), time.perf_counter()
    wait_for(site, [ask(site) for _ in range(QUEUE)])
    seconds, after = time.perf_counter() - started, seconds_taken()
    taken = {kind: (after[kind] - before[kind]) / seconds for kind in after}
    return f"{QUEUE / seconds * 60:.0f} a minute; cores: database {taken[DATABASE]:.2f}, workers {taken[WORKER]:.2f}"


NUMBERS = count(1)


def ask_for_contacts(site: str) -> str:
    """All contacts that were updated since some day long ago: another day, another extract."""
    day = date(1980, 1, 1) + timedelta(days=next(NUMBERS))
    return ask(site, "companies_and_contacts", {"updated": {"from": str(day)}})


def ask_to_wait(site: str) -> str:
    return ask(site, "waiting", {"number": next(NUMBERS)})


def ask(site: str, interface: str, criteria: object) -> str:
    return str(load.call(site, "extracts", {"interface": interface, "criteria": criteria, "mail": False})["id"])


def wait_for(site: str, ids: list[str]) -> None:
    for one in ids:
        while (state := load.call(site, f"extracts/{one}")["state"]) in ("queued", "running"):
            time.sleep(0.1)
        if state not in ("delivering", "done"):
            sys.exit(f"an extract is {state}")


if __name__ == "__main__":
    main()
