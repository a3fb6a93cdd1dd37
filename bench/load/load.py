"""200 users through nginx: lists, forms, counts and light searches; then the same while ten extracts are asked for.

    .venv/bin/python bench/load/load.py [--seconds 300] [--users 200] [--companies 100000] [--slots 1]

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
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from passlib.hash import bcrypt

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "backend")]

from tests.api.nginx.conftest import defaults, render  # noqa: E402

import trial_portal  # noqa: E402

USER, PASSWORD = "demo", "measured-under-load"
CREDENTIALS = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def main() -> int:
    """Runs both rounds and prints the table; 1 if something failed or extracts slowed the users down too much."""
    parser = argparse.ArgumentParser(description="200 users through nginx, alone and beside ten extracts.")
    parser.add_argument("--seconds", type=int, default=300, help="of each round")
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--think-ms", type=int, default=2000, help="the mean pause between two requests of a user")
    parser.add_argument(
        "--companies", type=int, default=100_000, help="of the demo's data; contacts are five times as many"
    )
    parser.add_argument("--slots", type=int, default=1, help="extracts that run at once")
    parser.add_argument("--cost", type=int, default=5, help="of the users' bcrypt hash (`htpasswd -B` makes 5)")
    chosen = parser.parse_args()
    if missing := [name for name in ("wrk", "nginx") if not shutil.which(name)]:
        sys.exit(f"{' and '.join(missing)} must be installed (Debian: apt install wrk nginx-light)")
    with tempfile.TemporaryDirectory() as work, portal(Path(work), chosen) as trial, nginx(Path(work), trial) as site:
        wrk(site, 5, chosen)  # pools are filled, plans and pages are warm
        alone = wrk(site, chosen.seconds, chosen)
        ids = [ask_for_extract(site, day) for day in range(1, 11)]
        beside = wrk(site, chosen.seconds, chosen)
        states = [state(site, one) for one in ids]
        memory = memory_of(trial)
    return report(alone, beside, states, memory)


@contextlib.contextmanager
def portal(work: Path, chosen: argparse.Namespace) -> Iterator[trial_portal.Trial]:
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


def ask_for_extract(site: str, day: int) -> str:
    criteria = {"updated": {"from": f"2000-01-{day:02}"}}
    return str(call(site, "extracts", {"interface": "companies_and_contacts", "criteria": criteria})["id"])


def state(site: str, extract: str) -> str:
    return str(call(site, f"extracts/{extract}")["state"])


def memory_of(trial: trial_portal.Trial) -> dict[str, float]:
    """Megabytes that belong to server and worker: their proportional share, so that nothing is counted twice."""
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


def report(alone: dict[str, float], beside: dict[str, float], states: list[str], memory: dict[str, float]) -> int:
    print("\n| round | requests | a second | errors | p50 | p95 | p99 | longest |")
    print("|---|---|---|---|---|---|---|---|")
    for name, one in (("users alone", alone), ("beside ten extracts", beside)):
        times = " | ".join(f"{one[key]:.0f} ms" for key in ("p50", "p95", "p99", "most"))
        print(
            f"| {name} | {one['requests']:.0f} | {one['requests'] / one['seconds']:.0f} "
            f"| {one['errors']:.0f} | {times} |"
        )
    ratio = beside["p95"] / alone["p95"]
    print(f"\np95 beside extracts: {ratio:.2f} times (at most 2). Extracts: {', '.join(states)}.")
    print("Memory: " + ", ".join(f"{kind} {size:.0f} MB" for kind, size in sorted(memory.items())) + ".")
    failed = alone["errors"] or beside["errors"] or "failed" in states
    return 1 if failed or ratio > 2 else 0


if __name__ == "__main__":
    sys.exit(main())
