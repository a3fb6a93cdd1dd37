"""Whatever is killed, and however the mail server behaves: every extract is delivered, whole, and mailed once.

Server, worker and PostgreSQL are killed (SIGKILL) at random moments and started again, while extracts are asked for and
the mail server refuses, answers 4xx, drops the line or hangs. `CRASHES=150 pytest tests/api/test_crashes.py -s` is the
long run, which prints what came of it; `CRASH_SEED` repeats one as far as moments can be repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.api.conftest import free_port, is_alive, wait_until
from tests.conftest import INHERITED, ROOT, USERS, run_sql

CRASHES = int(os.environ.get("CRASHES", "6"))
SEED = int(os.environ.get("CRASH_SEED", str(time.time_ns() % 1_000_000)))
HANG_SECONDS = 40  # longer than a worker waits

# How long before a mail is complete at the mail server, and after, a kill makes it unknown: our note of it waits for a
# PostgreSQL that was killed as well.
WINDOW_SECONDS = (1.5, 8)

COUNTING = """
title: Counting
source: shop
sql: |
  SELECT n, pg_sleep(0.001)::text AS slept
  FROM generate_series(1, 400) AS n
  WHERE {criteria}
criteria:
  beyond: {type: number, where: "n > :beyond % 100"}
"""


@dataclass
class Mailbox:
    """A mail server that is not always kind; what it said yes to, by Message-ID.

    :param broken: mails on whose line it hung up, before or after its yes.
    :param came_at: when a mail was on its line last.
    """

    chance: random.Random
    accepted: Counter[str] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)
    came_at: dict[str, float] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    kind: bool = False
    hangs_left: int = 1

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self._mood("451 at RCPT", "hung up at RCPT", "hang")
        if mood == "hang" and self.hangs_left:
            self.hangs_left -= 1
            await asyncio.sleep(HANG_SECONDS)
        if mood == "hung up at RCPT":
            assert server.transport
            server.transport.abort()
        if mood == "451 at RCPT":
            return "451 Later, please"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the same
        mood = self._mood("451 after DATA", "hung up before yes", "hung up after yes")
        assert isinstance(envelope.content, bytes)
        message_id = str(email.message_from_bytes(envelope.content, policy=default_policy)["Message-ID"])
        self.came_at[message_id] = time.monotonic()
        if mood == "451 after DATA":
            return "451 Later, please"
        if mood != "hung up before yes":
            self.accepted[message_id] += 1
        if mood.startswith("hung up"):
            self.broken.add(message_id)
            assert server.transport
            server.transport.abort()
        return "250 OK"

    def _mood(self, *bad: str) -> str:
        mood = "fine" if self.kind or self.chance.random() < 0.6 else self.chance.choice(bad)
        self.said[mood] += 1
        return mood


class World:
    """Server, worker and PostgreSQL, each of which can be killed and started again."""

    def __init__(self, folder: Path, passwords: str, mailbox_port: int) -> None:
        self.folder, self.port = folder, free_port()
        self.processes: dict[str, subprocess.Popen[Any]] = {}
        self.url = self._start_postgres()
        run_sql(self.url, "CREATE DATABASE portal")
        self.portal_url = re.sub(r"/[^/]*$", "/portal", self.url)
        migrations.migrate(PortalDatabase(SecretStr(self.portal_url), PoolLimits(2, 5, 5)))
        (folder / "portal").mkdir()
        (folder / "portal" / "counting.yaml").write_text(COUNTING)
        (folder / ".htpasswd").write_text(passwords)
        self.environ = INHERITED | {
            "SOURCE_SHOP_URL": self.url,
            "PORTAL_DATABASE_URL": self.portal_url,
            "PORTAL_DIR": str(folder / "portal"),
            "HTPASSWD_FILE": str(folder / ".htpasswd"),
            "HTGROUP_FILE": str(folder / ".htgroup"),
            "ARCHIVE_DIR": str(folder / "archives"),
            "LOG_FILE_PATH": str(folder / "log"),
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox_port}",
            "USER_EMAIL": "data@shop.example",
            "PORT": str(self.port),
            "WORKER_SLOTS": "2",
            "EXTRACTS_PER_USER": "2",
            "GUICHET_ENV_FILES": "none",
        }

    def start(self, name: str) -> None:
        if name == "postgres":
            self._start_postgres()
            return
        module = ["guichet.cli", "worker"] if name == "worker" else ["gunicorn", "-c", "gunicorn.conf.py"]
        command = [sys.executable, "-m", *module, *([] if name == "worker" else ["guichet.wsgi:app"])]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT / "backend", env=self.environ, start_new_session=True, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """Kills it as a whole, at once."""
        if name == "postgres":
            pid = int((self.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGKILL)
        else:
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        killed = self.processes[name]
        killed.wait(30)
        for pipe in (killed.stdin, killed.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def stop(self) -> None:
        for name in ("web", "worker"):
            if name in self.processes:
                self.kill(name)
        postgres = self.processes["postgres"]
        assert postgres.stdin
        postgres.stdin.close()
        postgres.wait(30)
        assert postgres.stdout
        postgres.stdout.close()

    def _start_postgres(self) -> str:
        script = ROOT / "scripts" / "embedded_postgres.py"
        command = [sys.executable, str(script), "--dir", str(self.folder / "postgres"), "run"]
        for _ in range(20):  # the killed one's shared memory may not be gone yet
            server = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            assert server.stdout
            url = server.stdout.readline().strip()
            if url:
                self.processes["postgres"] = server
                return url
            server.communicate(timeout=30)
            time.sleep(0.3)
        raise AssertionError("PostgreSQL does not start again")


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def mailbox(chance: random.Random) -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(random.Random(SEED + 1)), free_port()
    controller = Controller(box, "127.0.0.1", port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def world(passwords: str, mailbox: tuple[Mailbox, int], tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, passwords, mailbox[1])
    made.start("web")
    made.start("worker")
    yield made
    made.stop()
    shutil.rmtree(tmp_path / "postgres", ignore_errors=True)


def test_nothing_is_lost_or_partial_or_mailed_twice(
    world: World, mailbox: tuple[Mailbox, int], chance: random.Random
) -> None:
    box, _ = mailbox
    asked: set[str] = set()
    killed: Counter[str] = Counter()
    workers_died_at: list[float] = []
    stopping = threading.Event()
    asking = threading.Thread(target=ask_on, args=(world, asked, stopping))
    asking.start()
    for _ in range(CRASHES):
        time.sleep(chance.uniform(0.5, 4.5))
        victim = chance.choice(["web", "worker", "worker", "postgres"])
        world.kill(victim)
        if victim == "worker":
            workers_died_at.append(time.monotonic())
        world.start(victim)
        killed[victim] += 1
    stopping.set()
    asking.join(60)
    box.kind = True
    workers_died_at.append(settle(world))

    found = ended(world)
    told = Counter(one["delivery"] for one in found)
    sys.stdout.write(f"\nseed {SEED}; killed {dict(killed)}; the mail server was {dict(box.said)}\n")
    sys.stdout.write(f"{len(found)} extracts, {len(asked)} answered; mails {dict(told)}; attempts {attempts(found)}\n")
    assert asked <= {one["id"] for one in found}
    assert [one for one in found if one["state"] != "done"] == []
    assert [fault for one in found if (fault := fault_of(world.folder / "archives", one))] == []
    assert {one["delivery"] for one in found} <= {"sent", "unknown"}
    assert [one for one in found if box.accepted[one["message_id"]] > 1] == []
    assert [one for one in found if one["delivery"] == "sent" and box.accepted[one["message_id"]] != 1] == []
    unknown = {one["message_id"]: why_unknown(one["message_id"], box, workers_died_at) for one in found_unknown(found)}
    sys.stdout.write(f"why nobody knows of {len(unknown)} mails: {dict(Counter(unknown.values()))}\n")
    assert [message_id for message_id, why in unknown.items() if why is None] == []
    assert {path.suffix for path in (world.folder / "archives").glob("*/*")} == {".zip"}


def found_unknown(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["delivery"] == "unknown"]


def why_unknown(message_id: str, box: Mailbox, workers_died_at: list[float]) -> str | None:
    """Says what left it unknown whether a mail arrived; None if nothing should have."""
    if message_id in box.broken:
        return "the mail server hung up"
    came_at = box.came_at.get(message_id)
    if came_at is None:
        return "killed before the mail was on the line as a whole"
    if any(-WINDOW_SECONDS[0] < died_at - came_at < WINDOW_SECONDS[1] for died_at in workers_died_at):
        return "killed between the mail server's yes and our own note of it"
    return None


def ask_on(world: World, asked: set[str], stopping: threading.Event) -> None:
    """Asks for one extract after the other, each another one; what is answered 202 must be delivered."""
    number = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{world.port}", auth=("anne", USERS["anne"][0]), timeout=60) as http:
        while not stopping.is_set():
            number += 1
            try:
                body = {"interface": "counting", "criteria": {"beyond": number}}
                answer = http.post("/api/v1/extracts", json=body)
                if answer.status_code == 202:
                    asked.add(answer.json()["id"])
            except httpx.TransportError:
                pass  # it may have been queued all the same
            stopping.wait(0.4)


def settle(world: World) -> float:
    """Waits until everything has ended; the leases of the dead are let run out at once.

    :returns: when the last worker was killed.
    """
    with httpx.Client(base_url=f"http://127.0.0.1:{world.port}") as http:
        wait_until(lambda: is_alive(http), 30)
    world.kill("worker")
    died_at = time.monotonic()
    run_sql(world.portal_url, "UPDATE guichet.extract SET lease_until = now() WHERE state = 'running'")
    run_sql(world.portal_url, "UPDATE guichet.delivery SET lease_until = now() WHERE lease_until IS NOT NULL")
    world.start("worker")
    deadline = time.monotonic() + 60 + 2 * CRASHES
    while left(world):
        assert time.monotonic() < deadline, left(world)
        run_sql(world.portal_url, "UPDATE guichet.delivery SET not_before = now() WHERE state = 'pending'")
        run_sql(world.portal_url, "UPDATE guichet.extract SET not_before = now() WHERE state = 'queued'")
        time.sleep(0.5)
    return died_at


def left(world: World) -> list[Any]:
    try:
        return run_sql(
            world.portal_url,
            "SELECT state, count(*) FROM guichet.extract WHERE state IN ('queued', 'running', 'delivering') GROUP BY 1",
        )
    except psycopg2.OperationalError as error:
        return [str(error)]


def ended(world: World) -> list[dict[str, Any]]:
    names = ("id", "state", "attempt", "rows", "archive", "problem", "number", "delivery", "message_id")
    found = run_sql(
        world.portal_url,
        "SELECT extract.id::text, extract.state, extract.attempt, extract.rows, extract.archive, extract.problem,"
        " (extract.request->'criteria'->>'beyond')::int, delivery.state, delivery.message_id"
        " FROM guichet.extract LEFT JOIN guichet.delivery ON extract_id = extract.id",
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def attempts(found: list[dict[str, Any]]) -> dict[int, int]:
    return dict(sorted(Counter(one["attempt"] for one in found).items()))


def fault_of(archives: Path, extract: dict[str, Any]) -> str | None:
    """Says what is wrong with an archive, by its manifest and by what must be in it."""
    with zipfile.ZipFile(archives / extract["archive"]) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        content = archive.read("counting.csv")
    (file,) = manifest["files"]
    numbers = [int(line.split(b",")[0]) for line in content.splitlines()[1:]]
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        return f"{extract['id']}: another hash"
    if numbers != list(range(extract["number"] % 100 + 1, 401)) or file["rows"] != extract["rows"] != len(numbers):
        return f"{extract['id']}: other rows"
    return None
