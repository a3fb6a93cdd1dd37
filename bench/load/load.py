"""200 users through nginx: lists, forms, counts and light searches; then the same while ten extracts run.

    .venv/bin/python bench/load/load.py [--seconds 300] [--users 200] [--companies 100000] [--slots 10]

Ten extracts of all contacts are under way during the whole second round: one that ends is followed by another.
`--slots` says how many of them run at once; the others wait.

It starts a portal of its own (./startup.sh, on an embedded PostgreSQL), the system's nginx with the project's
configuration in front of it, and wrk (Debian: apt install wrk nginx-light). Everything is on one machine, the load as
well: what it tells is whether anything fails, how much memory is held, and what extracts do to who is at work.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from passlib.hash import bcrypt

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "backend")]

from tests.api.nginx.conftest import defaults, render  # noqa: E402

import trial_portal  # noqa: E402

USER, PASSWORD = "demo", "measured-under-load"
TEN = 10
CREDENTIALS = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def main() -> int:
    """Run both rounds and print the table; 1 if something failed or extracts slowed the users down too much."""
    parser = argparse.ArgumentParser(description="200 users through nginx, alone and beside ten extracts.")
    parser.add_argument("--seconds", type=int, default=300, help="of each round")
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--think-ms", type=int, default=2000, help="the mean pause between two requests of a user")
    parser.add_argument(
        "--companies", type=int, default=100_000, help="of the demo's data; contacts are five times as many"
    )
    parser.add_argument("--slots", type=int, default=10, help="extracts that run at once")
    parser.add_argument("--cost", type=int, default=5, help="of the users' bcrypt hash (`htpasswd -B` makes 5)")
    chosen = parser.parse_args()
    if missing := [name for name in ("wrk", "nginx") if not shutil.which(name)]:
        sys.exit(f"{' and '.join(missing)} must be installed (Debian: apt install wrk nginx-light)")
    with tempfile.TemporaryDirectory() as work, portal(Path(work), chosen) as trial, nginx(Path(work), trial) as site:
        wrk(site, 5, chosen)  # pools are filled, plans and pages are warm
        alone = wrk(site, chosen.seconds, chosen)
        with Extracts(site) as extracts, watching(trial) as memory:
            beside = wrk(site, chosen.seconds, chosen)
    return report(alone, beside, extracts, memory)


@contextlib.contextmanager
def portal(work: Path, chosen: argparse.Namespace, **other: str) -> Iterator[trial_portal.Trial]:
    (work / ".htpasswd").write_text(f"{USER}:{bcrypt.using(rounds=chosen.cost).hash(PASSWORD)}\n")
    settings = {
        "HTPASSWD_FILE": str(work / ".htpasswd"),
        "TRUSTED_PROXIES": "1",
        "ACCEL_REDIRECT_PREFIX": "/archives/",
        "WEB_THREADS": "32",
        "SOURCE_POOL_SIZE": "10",
        "SOURCE_WAIT_SECONDS": "20",
        "EXTRACTS_PER_USER": "10",
        "EXTRACTS_PER_SOURCE": str(chosen.slots),
        "WORKER_SLOTS": str(chosen.slots),
        **other,
    }
    with trial_portal.Trial(work / "var", chosen.companies, **settings) as trial:
        print(f"portal ready after {trial.start():.0f} s", flush=True)
        yield trial


@contextlib.contextmanager
def nginx(work: Path, trial: trial_portal.Trial) -> Iterator[str]:
    folder, port = work / "nginx", trial_portal.free_port()
    (folder / "extras").mkdir(parents=True)
    variables = {
        **defaults(),
        "API_UPSTREAM": f"127.0.0.1:{trial.port}",
        "LISTEN": f"127.0.0.1:{port}",
        "HEALTH_PORT": str(trial_portal.free_port()),
        "HTPASSWD": str(work / ".htpasswd"),
        "PAGE_ROOT": str(ROOT / "frontend" / "dist"),
        "ARCHIVES": str(work / "var" / "archives"),
        "SERVER_EXTRAS": str(folder / "extras"),
        "SCRATCH": str(folder),
        "ACCESS_LOG": str(folder / "access.log"),
    }
    account = "user root; " if os.geteuid() == 0 else ""
    command = ["nginx", "-p", str(folder), "-c", str(render(folder, variables)), "-g", f"{account}daemon off;"]
    process = subprocess.Popen(command)
    time.sleep(1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def wrk(site: str, seconds: int, chosen: argparse.Namespace) -> dict[str, float]:
    """One round; what it found."""
    environment = {**os.environ, "LOAD_CREDENTIALS": CREDENTIALS, "LOAD_THINK_MS": str(chosen.think_ms)}
    options = ["-t2", f"-c{chosen.users}", f"-d{seconds}s", "--timeout", "30s"]
    command = ["wrk", *options, "-s", str(Path(__file__).parent / "users.lua"), site]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not (found := re.search(r"^RESULT (.*)$", said.stdout, re.MULTILINE)):
        sys.exit(f"wrk failed:\n{said.stdout}\n{said.stderr}")
    result: dict[str, float] = json.loads(found[1])
    return result


def call(site: str, path: str, body: object = None) -> Any:
    headers = {"Authorization": f"Basic {CREDENTIALS}", "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{site}/api/v1/{path}", json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


class Extracts:
    """Ten extracts that are under way as long as the block is."""

    def __init__(self, site: str) -> None:
        self.ended: Counter[str] = Counter()
        self.running: list[int] = []
        self._site = site
        self._asked = 0
        self._under_way: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_up)

    def __enter__(self) -> Extracts:
        self._thread.start()
        while not self.running:  # until the first have begun
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.rows = sum(int(call(self._site, f"extracts/{one}")["rows"]) for one in self._under_way)

    def _keep_up(self) -> None:
        while not self._over.wait(1):
            seen = {one: str(call(self._site, f"extracts/{one}")["state"]) for one in self._under_way}
            self.ended.update(state for state in seen.values() if state not in ("queued", "running"))
            self._under_way = [one for one, state in seen.items() if state in ("queued", "running")]
            self._under_way += [self._ask() for _ in range(TEN - len(self._under_way))]
            if running := [one for one, state in seen.items() if state == "running"]:
                self.running.append(len(running))

    def _ask(self) -> str:
        """Ask for all contacts that were updated since some day long ago: another day, another extract."""
        self._asked += 1
        day = date(1990, 1, 1) + timedelta(days=self._asked)
        body = {"interface": "companies_and_contacts", "criteria": {"updated": {"from": str(day)}}}
        return str(call(self._site, "extracts", body)["id"])


@contextlib.contextmanager
def watching(trial: trial_portal.Trial) -> Iterator[dict[str, float]]:
    """Measure the most memory that server and worker have during the block."""
    most: dict[str, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(5):
            for kind, size in memory_of(trial).items():
                most[kind] = max(size, most.get(kind, 0))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def memory_of(trial: trial_portal.Trial) -> dict[str, float]:
    """Measure the megabytes of server and worker, by their proportional share: nothing is counted twice."""
    assert trial.process
    found: dict[str, float] = {}
    for pid in descendants(trial.process.pid):
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            share = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            kind = "server" if "gunicorn" in command else "worker" if "cli worker" in command else ""
            if share and kind and "keeper.py" not in command:
                found[kind] = found.get(kind, 0) + int(share[1]) / 1000
    return found


def descendants(pid: int) -> Iterator[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else []:
        yield int(child)
        yield from descendants(int(child))


def report(alone: dict[str, float], beside: dict[str, float], extracts: Extracts, memory: dict[str, float]) -> int:
    print("\n| round | requests | a second | errors | p50 | p95 | p99 | longest |")
    print("|---|---|---|---|---|---|---|---|")
    for name, one in (("users alone", alone), ("beside ten extracts", beside)):
        times = " | ".join(f"{one[key]:.0f} ms" for key in ("p50", "p95", "p99", "most"))
        print(
            f"| {name} | {one['requests']:.0f} | {one['requests'] / one['seconds']:.0f} "
            f"| {one['errors']:.0f} | {times} |"
        )
    ratio = beside["p95"] / alone["p95"]
    print(f"\np95 beside extracts: {ratio:.2f} times (at most 2).")
    ended = ", ".join(f"{count} {state}" for state, count in extracts.ended.items()) or "none ended"
    at_once = statistics.median(extracts.running)
    print(f"Extracts: {at_once:.0f} at once; {ended}; {extracts.rows} rows of those under way at the end.")
    print("Memory at most: " + ", ".join(f"{kind} {size:.0f} MB" for kind, size in sorted(memory.items())) + ".")
    failed = alone["errors"] or beside["errors"] or extracts.ended["failed"]
    return 1 if failed or ratio > 2 else 0


if __name__ == "__main__":
    sys.exit(main())
