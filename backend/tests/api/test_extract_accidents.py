"""Extracts that meet with something: a cancellation at any moment, a full disk, databases that go away."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import wait_until
from tests.api.test_extracts import (
    EXTRACTS,
    RUNNING,
    Mailbox,
    anne,
    archive,
    ask,
    mailbox,
    set_address,
    state,
    wait_for,
    working,
)
from tests.conftest import ROOT, Client, Portal, run_sql

__all__ = ["anne", "mailbox"]  # fixtures


def in_state(name: str, portal: Portal, client: Client, database: str, box: Mailbox) -> dict[str, Any]:
    """Brings an extract into a state, and leaves it there."""
    asked = ask(client)
    if name == "waiting for another attempt":
        run_sql(database, "UPDATE guichet.extract SET attempt = 1, not_before = now() + interval '1 hour'")
    elif name == "expired":
        run_sql(database, "UPDATE guichet.extract SET state = 'expired', finished_at = now()")
    elif name == "failed":
        run_sql(database, "UPDATE guichet.extract SET state = 'failed', finished_at = now()")
    elif name == "delivering":
        box.recipient_answers = ["451 Later, please"]
        with working(portal):
            wait_until(lambda: state(client, asked)["problem"] is not None, 20)
    elif name == "done":
        with working(portal):
            wait_for(client, asked, "done")
    return asked


@pytest.mark.parametrize(
    ("name", "status", "becomes"),
    [
        ("queued", 204, "cancelled"),
        ("waiting for another attempt", 204, "cancelled"),
        ("delivering", 204, "cancelled"),
        ("done", 409, "done"),
        ("failed", 409, "failed"),
        ("expired", 409, "expired"),
    ],
)
def test_in_every_state_it_is_cancelled_or_said_to_have_ended(
    portal: Portal,
    anne: Client,
    mailbox: Mailbox,
    portal_database_url: str,
    name: str,
    status: int,
    becomes: str,
) -> None:
    asked = in_state(name, portal, anne, portal_database_url, mailbox)
    path = f"{EXTRACTS}/{asked['id']}"
    assert anne.delete(path).status_code == status
    assert state(anne, asked)["state"] == becomes
    assert anne.delete(path).status_code == 409
    if status == 204:
        assert anne.get(f"{path}/archive").status_code == 404
        with working(portal):
            run_sql(portal_database_url, "UPDATE guichet.delivery SET not_before = now()")
            wait_until(lambda: not left_behind(portal))
        assert mailbox.mails == []
        assert state(anne, asked)["state"] == "cancelled"


def left_behind(portal: Portal) -> list[Path]:
    folder = portal.folder.parent / "archives"
    return list(folder.iterdir()) if folder.is_dir() else []


def test_one_cancelled_in_its_very_last_moment_is_cancelled_all_the_same(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    asked = ask(anne)
    # The worker ends it before it looks again whether it was cancelled.
    run_sql(portal_database_url, "UPDATE guichet.extract SET cancel_requested = true")
    with working(portal):
        wait_for(anne, asked, "cancelled")
        wait_until(lambda: not left_behind(portal))
    assert mailbox.mails == []
    assert (state(anne, asked)["archive_url"], state(anne, asked)["problem"]) == (None, None)


@pytest.fixture
def small_disk(tmp_path: Path) -> Callable[[int], list[str]]:
    """Makes what has a command see a disk of so many kilobytes at `small`, in a mount namespace of its own."""
    (tmp_path / "small").mkdir()
    able = ["unshare", "--user", "--map-root-user", "--mount"]

    def command(kilobytes: int) -> list[str]:
        mount = f'mount -t tmpfs -o size={kilobytes}k small "{tmp_path}/small"'
        return [*able, "sh", "-c", f'{mount} && exec "$@"', "sh"]

    tried = [*command(64), "true"]
    if not shutil.which("unshare") or subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("this machine makes no mount namespaces")
    return command


@pytest.mark.parametrize(
    ("kilobytes", "spare_mb", "why"),
    [
        (400, "0", "The archive can't be written: No space left on device."),
        (100_000, "200", "less than ARCHIVE_SPARE_MB is free on its disk"),
    ],
)
def test_an_extract_waits_for_a_full_disk_in_words_and_keeps_no_other_from_running(
    portal: Portal,
    anne: Client,
    tmp_path: Path,
    small_disk: Callable[[int], list[str]],
    kilobytes: int,
    spare_mb: str,
    why: str,
) -> None:
    portal.write("chance.yaml", CHANCE)
    large = ask(anne, "chance")
    small = ask(anne, criteria={"up_to": 10})
    folder, log = tmp_path / "small", tmp_path / "worker.log"
    with working(
        portal,
        LOG_FILE_PATH=str(log),
        before=small_disk(kilobytes),
        ARCHIVE_DIR=str(folder),
        ARCHIVE_SPARE_MB=spare_mb,
        SMTP_URL="",
    ) as worker:
        if spare_mb == "0":
            wait_until(lambda: state(anne, large)["problem"] == why, 30)
            told = wait_for(anne, small, "done")["state"]
        else:
            wait_until(lambda: log.exists() and why in log.read_text(), 30)
            told = state(anne, small)["state"]
        seen = Path(f"/proc/{worker.pid}/root{folder}")
        kept = [path.name for path in seen.glob("*/*")]
    assert state(anne, large)["state"] == "queued"
    assert (told, len(kept)) == (("done", 1) if spare_mb == "0" else ("queued", 0))
    assert not [name for name in kept if not name.startswith("numbers_")]


# Two megabytes that no compressor makes smaller than a third.
CHANCE = """
title: Chance
source: shop
sql: SELECT string_agg(md5(random()::text), '') AS noise FROM generate_series(1, 64000) AS n GROUP BY n % 1000
"""


class Server:
    """A PostgreSQL of its own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = self.start()

    def start(self) -> str:
        command = [sys.executable, str(ROOT / "scripts/embedded_postgres.py"), "--dir", str(self.folder), "--fast"]
        for _ in range(20):  # the killed one's shared memory may not be gone yet
            done = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.strip().splitlines()[-1]
            time.sleep(0.3)
        raise AssertionError(done.stderr)

    def kill(self) -> None:
        pid = (self.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        subprocess.run(["kill", "-9", pid], check=True)

    def stop(self) -> None:
        command = [sys.executable, str(ROOT / "scripts/embedded_postgres.py"), "--dir", str(self.folder), "stop"]
        subprocess.run(command, capture_output=True, check=False)


@pytest.fixture
def far(portal: Portal, tmp_path: Path) -> Iterator[Server]:
    """A source on a server of its own."""
    server = Server(tmp_path / "far")
    portal.environ["SOURCE_FAR_URL"] = server.url
    portal.write("far.yaml", FAR)
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


FAR = """
title: Far
source: far
sql: SELECT n, repeat('x', 2000) AS padding, pg_sleep(0.002)::text AS slept FROM generate_series(1, 1000) AS n
"""


def test_a_source_that_is_restarted_meanwhile_is_read_again(
    portal: Portal, anne: Client, mailbox: Mailbox, far: Server, portal_database_url: str
) -> None:
    anne, ben = portal.client("anne"), portal.client("ben")
    asked, near = ask(anne, "far"), ask(ben, criteria={"up_to": 5})
    waits = "SELECT attempt, round(extract(epoch FROM not_before - now())) FROM guichet.extract WHERE source = 'far'"
    with working(portal, WORKER_SLOTS="2"):
        wait_until(lambda: state(anne, asked)["rows"] > 0, 20)
        far.kill()
        wait_until(lambda: state(anne, asked)["state"] == "queued", 20)
        assert state(anne, asked)["problem"] == "The database “far” can't be reached at the moment."
        ((first, soon),) = run_sql(portal_database_url, waits)
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now() WHERE source = 'far'")
        wait_until(lambda: run_sql(portal_database_url, waits)[0][0] == 2, 20)
        wait_until(lambda: state(anne, asked)["state"] == "queued", 20)
        ((second, later),) = run_sql(portal_database_url, waits)
        assert (first, second, 2 <= soon <= 5, 25 <= later <= 30) == (1, 2, True, True)
        wait_for(ben, near, "done")  # another source's extract notices nothing
        far.start()
        run_sql(portal_database_url, "UPDATE guichet.extract SET not_before = now() WHERE source = 'far'")
        done = wait_for(anne, asked, "done")
    assert (done["rows"], done["problem"], len(mailbox.mails)) == (1000, None, 2)
    found = archive(anne, asked)
    assert found.testzip() is None
    assert found.read("far.csv").count(b"\n") == 1001
    assert run_sql(portal_database_url, "SELECT attempt FROM guichet.extract WHERE source = 'far'") == [(3,)]


def test_what_cannot_pass_is_not_tried_again(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    asked = ask(anne)
    portal.write(
        "numbers.yaml", "title: Numbers\nsource: shop\nsql: SELECT 1 / (n - 5) AS n FROM generate_series(1, 9) n"
    )
    with working(portal):
        wait_for(anne, asked, "failed")
    assert run_sql(portal_database_url, "SELECT attempt FROM guichet.extract") == [(1,)]


@contextlib.contextmanager
def shut(server: str, database: str) -> Iterator[None]:
    """Lets nobody into a database during the block, and throws out who is in it."""
    name = database.rpartition("/")[2]
    run_sql(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        run_sql(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        yield
    finally:
        run_sql(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_an_extract_outlives_its_portal_database_for_a_while(
    portal: Portal, anne: Client, mailbox: Mailbox, server_url: str, portal_database_url: str
) -> None:
    asked = ask(anne, "trickle")
    with working(portal):
        wait_until(lambda: state(anne, asked)["rows"] > 0, 20)
        with shut(server_url, portal_database_url):
            time.sleep(3)  # it ends meanwhile
        done = wait_for(anne, asked, "done")
    assert (done["rows"], done["delivery"], len(mailbox.mails)) == (1000, "sent", 1)
    assert run_sql(portal_database_url, "SELECT attempt FROM guichet.extract") == [(1,)]


def test_a_mail_that_was_taken_while_the_portal_database_is_away_is_sent(
    portal: Portal, anne: Client, mailbox: Mailbox, server_url: str, portal_database_url: str
) -> None:
    over = threading.Event()

    def away() -> None:
        with shut(server_url, portal_database_url):
            over.wait(3)

    asked = ask(anne)
    with ThreadPoolExecutor(1) as pool, working(portal):
        mailbox.when_taken = lambda: pool.submit(away) and time.sleep(0.5)
        wait_until(lambda: len(mailbox.mails) == 1, 20)
        time.sleep(1.5)  # the worker tries to write it down
        over.set()
        time.sleep(1)
        done = wait_for(anne, asked, "done")
    assert (done["delivery"], done["problem"], len(mailbox.mails)) == ("sent", None, 1)


def test_two_users_at_once_with_the_same_form_never_meet(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str, shop: str
) -> None:
    ben = portal.client("ben")
    set_address(ben, mailbox, "ben@shop.example")
    hers, his = ask(anne, "trickle", columns=["n"]), ask(ben, "trickle", columns=["n"])
    with working(portal, WORKER_SLOTS="2", EXTRACTS_PER_SOURCE="2"):
        wait_until(lambda: run_sql(shop, RUNNING) == [(2,)], 20)
        wait_for(anne, hers, "done")
        wait_for(ben, his, "done")
    folders = {path.parent.name: path for path in (portal.folder.parent / "archives").glob("*/*")}
    assert set(folders) == {hers["id"], his["id"]}
    for client, one, user in ((anne, hers, "anne"), (ben, his, "ben")):
        found = archive(client, one)
        assert found.read("trickle.csv").count(b"\n") == 1001
        assert json.loads(found.read("manifest.json"))["asked_by"] == user
    assert sorted((mail["To"], mail["Message-ID"]) for mail in mailbox.mails) == [
        ("ben@shop.example", f"<extract-{his['id']}-1@portal.example>"),
        ("data@shop.example", f"<extract-{hers['id']}-1@portal.example>"),
    ]


def test_a_mail_whose_archive_expired_meanwhile_never_goes(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    mailbox.recipient_answers = ["451 Later, please"]
    asked = ask(anne)
    with working(portal):
        wait_until(lambda: state(anne, asked)["problem"] is not None, 20)
        run_sql(portal_database_url, "UPDATE guichet.extract SET expires_at = now()")
        expired = wait_for(anne, asked, "expired")
        run_sql(portal_database_url, "UPDATE guichet.delivery SET not_before = now()")
        time.sleep(1)
    assert (expired["delivery"], mailbox.mails) == ("failed", [])
    assert expired["problem"] == "The archive expired before the mail server took the mail."
