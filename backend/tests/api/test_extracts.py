"""Extracts: from the request to the mail, with a real worker process, a real mail server, and accidents."""

from __future__ import annotations

import email
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import httpx
import pytest
import pyzipper
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.api.conftest import free_port, wait_until
from tests.conftest import INHERITED, ROOT, Client, Portal, run_sql
from tests.time_limits import within

EXTRACTS = "/api/v1/extracts"
KEY = "not a secret, but long enough for one"

# Rows trickle: long enough to be caught in the middle, short enough to be waited for.
TRICKLE = """
title: {en: Trickle, fr: Filet}
source: shop
sql: SELECT n, repeat('x', 2000) AS padding, pg_sleep(0.002)::text AS slept FROM generate_series(1, 1000) AS n
"""
RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'guichet'"
    " AND datname = current_database() AND state = 'active' AND query LIKE 'COPY%'"
)


class Mailbox:
    """A mail server's memory, and how it behaves: what is in `answers` is said first, one a mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipient_answers: list[str] = []
        self.refused: set[str] = set()
        self.data_answers: list[str] = []
        self.when_taken: Callable[[], Any] = lambda: None

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        if address in self.refused:
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the same
        if self.data_answers:
            answer = self.data_answers.pop(0)
            if answer == "drop":
                assert server.transport
                server.transport.abort()
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=default_policy)
        assert isinstance(message, EmailMessage)
        self.when_taken()
        self.mails.append(message)
        return "250 OK"


@pytest.fixture
def mailbox(portal: Portal) -> Iterator[Mailbox]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, "127.0.0.1", port)
    controller.start()
    portal.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


@pytest.fixture
def anne(portal: Portal, portal_database_url: str, mailbox: Mailbox) -> Iterator[Client]:
    portal.environ |= {
        "PORTAL_DATABASE_URL": portal_database_url,
        "ARCHIVE_DIR": str(portal.folder.parent / "archives"),
        "USER_EMAIL": "data@shop.example",
        "PUBLIC_URL": "https://portal.example",
    }
    portal.write("trickle.yaml", TRICKLE)
    portal.write("long.yaml", LONG)
    # Other tests, which share the database, may have left some.
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery, guichet.profile")
    yield portal.client("anne")
    run_sql(portal_database_url, "TRUNCATE guichet.extract, guichet.delivery, guichet.profile")


@contextmanager
def working(portal: Portal, before: Sequence[str] = (), **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a worker during the block; ends it by SIGTERM, unless it ended otherwise.

    :param before: a command that runs it.
    """
    command = [*before, sys.executable, "-m", "guichet.cli", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env={**INHERITED, **portal.environ, "GRACE_SECONDS": "1", **environ})
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(20)


def set_address(client: Client, mailbox: Mailbox, address: str) -> None:
    """Has a user's mails go to an address, which is confirmed by the mail that it gets."""
    assert client.patch("/api/v1/user", {"email": address}).json["email_pending"] == address
    (token,) = [found[1] for mail in mailbox.mails if (found := CONFIRMING.search(mail.get_content()))]
    mailbox.mails.clear()
    assert client.post("/api/v1/user/email", {"token": token}).json["email"] == address


CONFIRMING = re.compile(r"https://portal.example/account#confirm=(\S+)")

# More rows than one part has.
LONG = """
title: Long
source: shop
sql: SELECT n FROM generate_series(1, 25000) AS n
"""


def ask(client: Client, interface: str = "numbers", **body: Any) -> dict[str, Any]:
    answer = client.post(EXTRACTS, {"interface": interface, **body})
    assert answer.status_code == 202, answer.json
    assert answer.headers["Location"] == f"{EXTRACTS}/{answer.json['id']}"
    return answer.json


def state(client: Client, extract: dict[str, Any]) -> dict[str, Any]:
    return client.get(f"{EXTRACTS}/{extract['id']}").json


def wait_for(client: Client, extract: dict[str, Any], *states: str, seconds: float = 20) -> dict[str, Any]:
    wait_until(lambda: state(client, extract)["state"] in states, seconds)
    return state(client, extract)


def archive(client: Client, extract: dict[str, Any]) -> zipfile.ZipFile:
    answer = client.get(f"{EXTRACTS}/{extract['id']}/archive")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.get_data()))


def test_a_whole_result_becomes_an_archive_and_a_mail(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    body = {"criteria": {"up_to": 3000}, "sort": [{"column": "n", "descending": True}], "columns": ["n", "label"]}
    asked = ask(anne, **body)
    assert (asked["state"], asked["place"], asked["email"]) == ("queued", 1, "data@shop.example")
    with working(portal):
        done = wait_for(anne, asked, "done")
    assert (done["rows"], done["delivery"], done["attached"], done["problem"]) == (3000, "sent", True, None)
    found = archive(anne, asked)
    assert found.testzip() is None
    assert found.namelist() == ["numbers.csv", "manifest.json", "README.txt"]
    csv = found.read("numbers.csv")
    assert csv == b"N,Label\n" + b"".join(b"%d,row %d\n" % (n, n) for n in range(3000, 0, -1))
    manifest = json.loads(found.read("manifest.json"))
    assert manifest["files"] == [
        {
            "name": "numbers.csv",
            "bytes": len(csv),
            "sha256": hashlib.sha256(csv).hexdigest(),
            "rows": 3000,
            "columns": ["N", "Label"],
        }
    ]
    assert (manifest["interface"], manifest["asked_by"], manifest["criteria"]) == ("numbers", "anne", {"up_to": 3000})
    assert done["bytes"] == len(csv) - len(b"N,Label\n")
    (mail,) = mailbox.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "data@shop.example",
        "data@shop.example",
        "Numbers: 3,000 rows",
    )
    assert mail["Message-ID"] == f"<extract-{asked['id']}-1@portal.example>"
    assert "Up to: 3000" in mail.get_body(("plain",)).get_content()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == anne.get(f"{EXTRACTS}/{asked['id']}/archive").get_data()
    assert attachment.get_filename().startswith("numbers_")


def test_the_file_is_the_csv_of_the_page_to_the_byte(portal: Portal, anne: Client) -> None:
    body = {"criteria": {"country": {"not": [3]}}, "dialect": {"delimiter": ";", "decimal": ",", "bom": True}}
    asked = ask(anne, "customers", **body)
    with working(portal):
        wait_for(anne, asked, "done")
    page = anne.post("/api/v1/interfaces/customers/csv", body).get_data()
    assert archive(anne, asked).read("our_customers.csv") == page


def test_an_archive_with_a_password_opens_with_it_alone(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    password = "correct horse ünd Batterie"
    body = {"interface": "long", "part_rows": 20_000}
    sealed = "SELECT sealed_password FROM guichet.extract"
    asked = ask(portal.client("anne", SECRET_KEY=KEY), **body, password=password)
    assert asked["encrypted"]
    ((kept,),) = run_sql(portal_database_url, sealed)
    assert password.encode() not in bytes(kept)
    with working(portal, SECRET_KEY=KEY):
        done = wait_for(anne, asked, "done")
    assert run_sql(portal_database_url, sealed) == [(None,)]
    content = anne.get(done["archive_url"]).get_data()
    assert content == next(mailbox.mails[0].iter_attachments()).get_content()
    with pyzipper.AESZipFile(io.BytesIO(content)) as found:
        found.setpassword(password.encode())
        assert found.testzip() is None
        assert found.namelist() == ["long_001.csv", "long_002.csv", "manifest.json", "README.txt"]
        assert found.read("long_001.csv") == b"N\n" + b"".join(b"%d\n" % n for n in range(1, 20_001))
        assert {info.wz_aes_strength for info in found.infolist()} == {3}
        manifest = found.read("manifest.json").decode()
        found.setpassword(b"correct horse")
        with pytest.raises(RuntimeError, match="Bad password"):
            found.read("long_001.csv")
    assert password not in manifest
    assert password not in mailbox.mails[0].as_string() + caplog.text


def test_a_password_survives_the_death_of_its_worker(
    portal: Portal, anne: Client, shop: str, portal_database_url: str
) -> None:
    asked = ask(portal.client("anne", SECRET_KEY=KEY), "trickle", password="twelve-letters")
    with working(portal, SECRET_KEY=KEY) as worker:
        wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
        worker.kill()
        worker.wait(5)
    run_sql(portal_database_url, "UPDATE guichet.extract SET lease_until = now()")
    with working(portal, SECRET_KEY=KEY):
        done = wait_for(anne, asked, "done")
    with pyzipper.AESZipFile(io.BytesIO(anne.get(done["archive_url"]).get_data())) as found:
        found.setpassword(b"twelve-letters")
        assert found.testzip() is None


def test_a_password_that_cant_be_opened_fails_the_extract(portal: Portal, anne: Client) -> None:
    refused = anne.post(EXTRACTS, {"interface": "numbers", "password": "twelve-letters"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/password")
    short = portal.client("anne", SECRET_KEY=KEY).post(EXTRACTS, {"interface": "numbers", "password": "short"})
    assert (short.status_code, "short" in short.text.replace("too short", "")) == (422, False)
    asked = ask(portal.client("anne", SECRET_KEY=KEY), password="twelve-letters")
    with working(portal, SECRET_KEY="another " * 5):
        failed = wait_for(anne, asked, "failed")
    assert failed["problem"] == "SECRET_KEY was changed after the password was set."
    assert not list((portal.folder.parent / "archives").iterdir())


def test_one_asked_for_without_a_mail_sends_none(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    asked = ask(anne, criteria={"up_to": 5}, mail=False)
    with working(portal):
        done = wait_for(anne, asked, "done")
    assert (done["rows"], done["email"], done["delivery"], mailbox.mails) == (5, None, None, [])


def test_it_is_said_what_it_will_come_to_as_soon_as_earlier_ones_tell(portal: Portal, anne: Client) -> None:
    first = ask(anne)
    assert (first["expected_bytes"], first["expected_seconds"], first["arrives"]) == (None, None, None)
    with working(portal):
        size = wait_for(anne, first, "done")["archive_bytes"]
    second = ask(anne)
    assert 0.2 * size < second["expected_bytes"] < 5 * size
    assert (second["expected_seconds"], second["arrives"]) == (1, "attached")
    assert ask(portal.client("anne", EMAIL_ATTACHMENT_MB="0"))["arrives"] == "linked"


def test_the_readme_is_in_the_language_of_who_asked(portal: Portal, anne: Client) -> None:
    anne.headers["Accept-Language"] = "fr"
    asked = ask(anne, criteria={"up_to": 1234}, dialect={"delimiter": ";", "decimal": ",", "bom": True})
    with working(portal):
        wait_for(anne, asked, "done")
    lines = archive(anne, asked).read("README.txt").decode("utf-8-sig").split("\r\n")
    assert lines[0].endswith(" : 1\u202f234 lignes")
    assert "- Up to: 1234" in lines
    assert "- les colonnes sont séparées par ;, les décimales par ," in lines


def test_spreadsheet_sized_parts(portal: Portal, anne: Client) -> None:
    asked = ask(anne, "long", part_rows=10_000)
    with working(portal):
        wait_for(anne, asked, "done")
    found = archive(anne, asked)
    parts = [name for name in found.namelist() if name.endswith(".csv")]
    assert parts == ["long_001.csv", "long_002.csv", "long_003.csv"]
    assert [found.read(name).count(b"\n") - 1 for name in parts] == [10_000, 10_000, 5_000]
    assert all(found.read(name).startswith(b"N\n") for name in parts)


def test_a_large_archive_is_linked_to_and_its_download_resumes(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    asked = ask(anne)
    with working(portal, EMAIL_ATTACHMENT_MB="0"):
        done = wait_for(anne, asked, "done")
    (mail,) = mailbox.mails
    assert list(mail.iter_attachments()) == []
    link = f"https://portal.example/extracts/{asked['id']}"
    assert link in mail.get_body(("plain",)).get_content()
    assert link in mail.get_body(("html",)).get_content()
    whole = anne.get(done["archive_url"])
    part = anne.get(done["archive_url"], headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.get_data()) == (206, whole.get_data()[100:])


def test_no_rows_make_a_mail_without_a_file(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    asked = ask(anne, criteria={"up_to": 0})
    with working(portal):
        done = wait_for(anne, asked, "done")
    assert (done["rows"], done["archive_url"], done["delivery"]) == (0, None, "sent")
    assert mailbox.mails[0]["Subject"] == "Numbers: no rows match"
    assert anne.get(f"{EXTRACTS}/{asked['id']}/archive").status_code == 404
    assert list((portal.folder.parent / "archives").iterdir()) == []


def test_a_failure_is_told_in_words_without_the_sql(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    asked = ask(anne)
    portal.write(
        "numbers.yaml", "title: Numbers\nsource: shop\nsql: SELECT 1 / (n - 5) AS n FROM generate_series(1, 9) AS n"
    )
    with working(portal):
        failed = wait_for(anne, asked, "failed")
        wait_until(lambda: len(mailbox.mails) == 1)
    assert failed["problem"] == "The form's SQL failed in the database."
    assert mailbox.mails[0]["Subject"] == "Numbers: the extract failed"


def test_its_log_says_nothing_of_what_was_searched_for(portal: Portal, anne: Client, tmp_path: Path) -> None:
    def compare(condition: str) -> None:
        portal.write(
            "numbers.yaml",
            "title: Numbers\nsource: shop\nsql: SELECT n FROM generate_series(1, 9) AS n WHERE {criteria}\n"
            f"criteria:\n  name: {{type: text, where: {condition}}}\n",
        )

    compare("n::text = :name")
    asked, log = ask(anne, criteria={"name": "hunter2"}), tmp_path / "worker.log"
    compare("n = CAST(:name AS integer)")
    with working(portal, LOG_FILE_PATH=str(log)):
        wait_for(anne, asked, "failed")
    said = 'it has failed: CriteriaError: The database can\'t read this: invalid input syntax for type integer: "…"'
    assert said in log.read_text()
    assert "hunter2" not in log.read_text()


def test_a_download_counts_as_running_until_it_is_sent_and_no_longer(portal: Portal, anne: Client) -> None:
    asked = ask(anne)
    with working(portal):
        wait_for(anne, asked, "done")
    url, alone = f"{EXTRACTS}/{asked['id']}/archive", portal.client(REQUESTS_AT_ONCE="1")
    first = alone.get(url)
    ways = [{"Range": "bytes=0-9"}, {"If-None-Match": first.headers["ETag"]}, {"Range": "bytes=99999999-"}, {}]
    assert [alone.get(url, headers=headers).status_code for headers in ways] == [206, 304, 416, 200]


def test_a_quota_stops_it_before_and_while_it_runs(portal: Portal, anne: Client) -> None:
    numbers = (portal.folder / "numbers.yaml").read_text()
    portal.write("numbers.yaml", numbers.replace("display_rows: 1000", "display_rows: 1000, extract_rows: 100"))
    refused = anne.post(EXTRACTS, {"interface": "numbers"})
    assert (refused.status_code, refused.json["type"]) == (413, "urn:guichet:problem:too-large")
    portal.write("numbers.yaml", numbers.replace("display_rows: 1000", "display_rows: 1000, extract_rows: 4000"))
    asked = ask(anne)
    with working(portal):
        failed = wait_for(anne, asked, "failed")
    assert "more than 4,000 rows" in failed["problem"]
    assert list((portal.folder.parent / "archives").iterdir()) == []


def test_one_that_waits_is_cancelled_at_once(anne: Client) -> None:
    asked = ask(anne)
    assert anne.delete(f"{EXTRACTS}/{asked['id']}").status_code == 204
    assert state(anne, asked)["state"] == "cancelled"
    assert anne.delete(f"{EXTRACTS}/{asked['id']}").status_code == 409


def test_one_that_runs_is_cancelled_in_the_database_too(
    portal: Portal, anne: Client, shop: str, mailbox: Mailbox
) -> None:
    asked = ask(anne, "trickle")
    with working(portal):
        wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
        with within(2):
            anne.delete(f"{EXTRACTS}/{asked['id']}")
            wait_until(lambda: run_sql(shop, RUNNING) == [(0,)])
        wait_for(anne, asked, "cancelled")
    assert mailbox.mails == []
    assert list((portal.folder.parent / "archives").iterdir()) == []


def test_a_killed_workers_extract_is_taken_over_and_mailed_once(
    portal: Portal, anne: Client, shop: str, mailbox: Mailbox, portal_database_url: str
) -> None:
    asked = ask(anne, "trickle")
    with working(portal) as worker:
        wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
        wait_until(lambda: state(anne, asked)["rows"] > 0)
        worker.send_signal(signal.SIGKILL)
        worker.wait(5)
    assert state(anne, asked)["state"] == "running"
    run_sql(portal_database_url, "UPDATE guichet.extract SET lease_until = now()")  # it would run out in ten seconds
    with working(portal):
        done = wait_for(anne, asked, "done", seconds=40)
    assert done["rows"] == 1000
    assert archive(anne, asked).testzip() is None
    assert run_sql(portal_database_url, "SELECT attempt FROM guichet.extract") == [(2,)]
    assert len(mailbox.mails) == 1
    folder = portal.folder.parent / "archives" / asked["id"]
    assert [file.suffix for file in folder.iterdir()] == [".zip"]


def test_one_that_ended_its_worker_each_time_fails_and_its_user_is_told(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    asked = ask(anne)
    run_sql(
        portal_database_url,
        "UPDATE guichet.extract SET state = 'running', attempt = 10, started_at = now(), lease_until = now()",
    )
    with working(portal):
        failed = wait_for(anne, asked, "failed")
        wait_until(lambda: len(mailbox.mails) == 1)
    assert failed["problem"] == "It was begun several times, and its worker ended each time."
    assert mailbox.mails[0]["Subject"] == "Numbers: the extract failed"


def test_a_worker_gives_way_and_tells_prometheus_what_it_did(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    port = free_port()
    asked = ask(anne)
    with working(portal, WORKER_METRICS_PORT=str(port), WORKER_NICE="3") as worker:
        wait_for(anne, asked, "done")
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == min(ours + 3, 19)
        told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    for line in (
        'guichet_mails_total{outcome="sent"} 1.0',
        'guichet_extract_wait_seconds_count{source="shop"} 1.0',
        'guichet_extract_seconds_count{interface="numbers",state="done"} 1.0',
        f'guichet_extract_rows_total{{interface="numbers"}} {float(state(anne, asked)["rows"])}',
    ):
        assert line in told.splitlines(), told


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions are not weighed here")
def test_a_worker_in_a_session_of_its_own_makes_it_give_way(portal: Portal, anne: Client) -> None:
    with working(portal, ("setsid",), WORKER_NICE="4") as worker:
        file = Path(f"/proc/{worker.pid}/autogroup")
        wait_until(lambda: file.read_text().endswith("nice 4\n"))
    assert not Path("/proc/self/autogroup").read_text().endswith("nice 4\n")


def test_a_stopped_worker_hands_its_extract_back(portal: Portal, anne: Client, shop: str, mailbox: Mailbox) -> None:
    asked = ask(anne, "trickle")
    with working(portal, GRACE_SECONDS="1"):
        wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
    assert state(anne, asked)["state"] == "queued"
    with working(portal):
        wait_for(anne, asked, "done")
    assert len(mailbox.mails) == 1


def test_what_the_mail_server_cant_take_now_is_sent_later(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    mailbox.recipient_answers = ["451 Later, please"]
    asked = ask(anne)
    with working(portal):
        delivering = wait_for(anne, asked, "delivering")
        wait_until(lambda: state(anne, asked)["problem"] is not None)
        assert state(anne, asked)["problem"] == "The mail server said: 451 Later, please"
        assert delivering["archive_url"]
        run_sql(portal_database_url, "UPDATE guichet.delivery SET not_before = now()")
        wait_for(anne, asked, "done")
    assert len(mailbox.mails) == 1


def test_a_refused_mail_is_not_tried_again_until_the_user_asks(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    mailbox.recipient_answers = ["550 No such user"]
    asked = ask(anne)
    with working(portal):
        done = wait_for(anne, asked, "done")
        assert (done["delivery"], done["problem"]) == ("failed", "The mail server said: 550 No such user")
        assert archive(anne, asked).testzip() is None
        assert anne.post(f"{EXTRACTS}/{asked['id']}/deliver", {}).status_code == 202
        wait_until(lambda: state(anne, asked)["delivery"] == "sent")
        assert anne.post(f"{EXTRACTS}/{asked['id']}/deliver", {}).status_code == 409
    assert [mail["Message-ID"][-17:] for mail in mailbox.mails] == ["2@portal.example>"]


def test_a_mail_that_may_have_arrived_is_never_sent_again_unasked(
    portal: Portal, anne: Client, mailbox: Mailbox
) -> None:
    mailbox.data_answers = ["drop"]
    asked = ask(anne)
    with working(portal):
        done = wait_for(anne, asked, "done")
        assert done["delivery"] == "unknown"
        time.sleep(1)
        assert mailbox.mails == []
        anne.post(f"{EXTRACTS}/{asked['id']}/deliver", {})
        wait_until(lambda: len(mailbox.mails) == 1)


def test_a_mail_that_failed_goes_to_the_address_that_was_mended(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    set_address(anne, mailbox, "nane@shop.example")
    mailbox.recipient_answers = ["550 No such user"]
    asked = ask(anne)
    with working(portal):
        assert wait_for(anne, asked, "done")["delivery"] == "failed"
        set_address(anne, mailbox, "anne@shop.example")
        assert anne.post(f"{EXTRACTS}/{asked['id']}/deliver", {}).json["email"] == "anne@shop.example"
        wait_until(lambda: state(anne, asked)["delivery"] == "sent")
    assert [mail["To"] for mail in mailbox.mails] == ["anne@shop.example"]


def test_mails_go_no_more_where_they_are_not_allowed_any_more(portal: Portal, anne: Client, mailbox: Mailbox) -> None:
    elsewhere = portal.client("anne", EMAIL_ALLOWED_DOMAINS="shop.example, elsewhere.example")
    set_address(elsewhere, mailbox, "anne@elsewhere.example")
    assert ask(elsewhere)["email"] == "anne@elsewhere.example"
    assert ask(anne)["email"] == "data@shop.example"


def test_the_same_search_asked_for_twice_is_one_extract(anne: Client) -> None:
    assert ask(anne)["id"] == ask(anne)["id"]
    assert ask(anne)["id"] != ask(anne, criteria={"up_to": 1})["id"]


def test_nobody_waits_for_another_users_ten(portal: Portal, anne: Client) -> None:
    many = [ask(anne, criteria={"up_to": number}) for number in range(10)]
    ben = portal.client("ben")
    one = ask(ben)
    assert ben.get(EXTRACTS).json[0]["place"] == 2
    assert [one["place"] for one in anne.get(EXTRACTS).json] == [11, 10, 9, 8, 7, 6, 5, 4, 3, 1]
    with working(portal, EXTRACTS_PER_SOURCE="1"):
        for asked in many:
            wait_for(anne, asked, "done")
        wait_for(ben, one, "done")
    started = sorted([*(state(anne, asked)["started_at"] for asked in many), state(ben, one)["started_at"]])
    assert started.index(state(ben, one)["started_at"]) <= 1


def test_an_extract_is_its_owners_alone(portal: Portal, anne: Client) -> None:
    asked, ben = ask(anne), portal.client("ben")
    path = f"{EXTRACTS}/{asked['id']}"
    assert ben.get(EXTRACTS).json == []
    answers = [ben.get(path), ben.delete(path), ben.get(f"{path}/archive"), ben.post(f"{path}/deliver", {})]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_mails_go_to_the_users_own_address_in_allowed_domains_only(
    portal: Portal, anne: Client, mailbox: Mailbox
) -> None:
    refused = anne.patch("/api/v1/user", {"email": "anne@elsewhere.example"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/email")
    set_address(anne, mailbox, "zoé@shop.example")
    assert portal.client("ben").get("/api/v1/user").json["email"] == "data@shop.example"
    asked = client_in_french(anne).post(EXTRACTS, {"interface": "trickle"}).json
    with working(portal, MAIL_FROM="Données, Société 王 <data@shop.example>"):
        wait_for(anne, asked, "done")
    assert str(mailbox.mails[0]["From"]) == '"Données, Société 王" <data@shop.example>'
    assert (mailbox.mails[0]["To"], mailbox.mails[0]["Subject"]) == ("zoé@shop.example", "Filet : 1\u202f000 lignes")
    assert anne.patch("/api/v1/user", {"email": None}).json["email"] == "data@shop.example"


def client_in_french(client: Client) -> Client:
    client.headers["Accept-Language"] = "fr"
    return client


@pytest.mark.parametrize("stored", ["evil@evil.example(@shop.example", "anne@gone.example"])
def test_an_address_is_checked_again_when_the_mail_goes(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str, stored: str
) -> None:
    asked = ask(anne)
    with working(portal, SMTP_URL=""):
        wait_for(anne, asked, "done")
    run_sql(portal_database_url, f"UPDATE guichet.extract SET email = '{stored}', state = 'delivering'")
    run_sql(
        portal_database_url,
        "INSERT INTO guichet.delivery (extract_id, recipient, message_id)"
        f" SELECT id, '{stored}', '<1@shop.example>' FROM guichet.extract",
    )
    run_sql(portal_database_url, f"INSERT INTO guichet.profile (user_name, email) VALUES ('anne', '{stored}')")
    with working(portal):
        done = wait_for(anne, asked, "done")
    assert (done["delivery"], mailbox.mails) == ("failed", [])
    assert "may not go to this address" in done["problem"]
    assert anne.get("/api/v1/user").json["email"] == "data@shop.example"


def test_archives_expire(portal: Portal, anne: Client, portal_database_url: str) -> None:
    asked = ask(anne)
    with working(portal):
        done = wait_for(anne, asked, "done")
        run_sql(portal_database_url, "UPDATE guichet.extract SET expires_at = now() - interval '1 second'")
        wait_for(anne, asked, "expired")
    assert anne.get(done["archive_url"]).status_code == 404
    assert list((portal.folder.parent / "archives").iterdir()) == []


@pytest.mark.usefixtures("anne")  # who has the portal keep its database
def test_expired_tokens_and_unused_lists_are_forgotten(portal: Portal, portal_database_url: str, anne: Client) -> None:
    run_sql(portal_database_url, "TRUNCATE guichet.token; TRUNCATE guichet.value_list CASCADE")
    kept, unused = (anne.post("/api/v1/value-lists", {"lines": [line]}).json for line in ("a", "b"))
    run_sql(
        portal_database_url,
        f"UPDATE guichet.value_list SET used_at = now() - interval '400 days' WHERE id = '{unused['id']}'",
    )
    for days in (29, 31):
        run_sql(
            portal_database_url,
            "INSERT INTO guichet.token (owner, account, name, scopes, hash, expires_at)"
            f" VALUES ('anne', 'x', '{days}', '{{read}}', '{days}', now() - interval '{days} days')",
        )

    with working(portal):
        wait_until(lambda: run_sql(portal_database_url, "SELECT name FROM guichet.token") == [("29",)], seconds=60)
        lists = "SELECT id::text FROM guichet.value_list"
        wait_until(lambda: run_sql(portal_database_url, lists) == [(kept["id"],)], seconds=60)


NUMBERS = "/api/v1/interfaces/numbers/search"


def test_a_heavy_search_becomes_an_extract_by_itself(portal: Portal, anne: Client) -> None:
    body = {"criteria": {"up_to": 2000}}
    found = anne.post(NUMBERS, body)
    assert (found.status_code, found.json["extract"]["state"], found.json["extract"]["place"]) == (202, "queued", 1)
    with working(portal):
        assert wait_for(anne, found.json["extract"], "done")["rows"] == 2000
    again = anne.post(NUMBERS, body)
    assert (again.status_code, again.json["extract"]["id"]) == (202, found.json["extract"]["id"])
    assert again.json["extract"]["archive_url"]
    assert ask(anne, **body)["id"] != found.json["extract"]["id"]


@pytest.mark.parametrize(
    ("why", "environ", "body"),
    [
        ("nobody wants it", {}, {"extract": False}),
        ("there is no portal database", {"PORTAL_DATABASE_URL": ""}, {}),
        ("it is down", {"PORTAL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, {}),
    ],
)
def test_a_heavy_search_becomes_no_extract(
    portal: Portal, anne: Client, why: str, environ: dict[str, str], body: dict[str, Any]
) -> None:
    client = portal.client("anne", **environ)
    found = client.post(NUMBERS, {"criteria": {"up_to": 2000}, **body})
    recorder = client.flask.application.extensions["guichet"].recorder
    if recorder:
        recorder.close(0)  # or pytest would wait for it at its end
    assert (found.status_code, found.json["heavy"], found.json["extract"]) == (200, True, None), why
    assert len(found.json["rows"]) == 100
    assert anne.get(EXTRACTS).json == []


def test_a_light_search_becomes_none(anne: Client) -> None:
    found = anne.post(NUMBERS, {"criteria": {"up_to": 1}})
    assert (found.status_code, "extract" in found.json) == (200, False)


def test_a_search_far_beyond_the_quota_becomes_none(portal: Portal, anne: Client) -> None:
    numbers = (portal.folder / "numbers.yaml").read_text()
    portal.write("numbers.yaml", numbers.replace("display_rows: 1000", "display_rows: 1000, extract_rows: 100"))
    found = anne.post(NUMBERS, {})
    assert (found.status_code, found.json["extract"]) == (200, None)


def test_the_same_search_twice_at_once_is_one_extract(portal: Portal, anne: Client) -> None:
    clients = [portal.client("anne") for _ in range(6)]
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: client.post(NUMBERS, {}).json["extract"]["id"], clients))
    assert len(set(answers)) == 1


def test_no_address_is_named_where_no_mails_are_sent(portal: Portal, anne: Client) -> None:
    without = portal.client("anne", SMTP_URL="")
    assert (ask(anne)["email"], ask(without)["email"]) == ("data@shop.example", None)


def test_an_archive_is_left_to_nginx_where_it_stands_in_front(portal: Portal, anne: Client) -> None:
    asked = ask(anne)
    with working(portal):
        done = wait_for(anne, asked, "done")
    behind = portal.client("anne", ACCEL_REDIRECT_PREFIX="/archives/")
    answer = behind.get(done["archive_url"])
    (file,) = (portal.folder.parent / "archives" / asked["id"]).iterdir()
    assert answer.headers["X-Accel-Redirect"] == f"/archives/{asked['id']}/{file.name}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file.name}"'
    assert (answer.mimetype, answer.get_data()) == ("application/zip", b"")
    assert portal.client("ben", ACCEL_REDIRECT_PREFIX="/archives/").get(done["archive_url"]).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["is not France", "is empty", "does not contain x", "Acme Labs", "is not empty"]),
        ("fr", ["n’est pas France", "est vide", "ne contient pas x", "Acme Labs", "n’est pas vide"]),
        ("es", ["no es France", "está en blanco", "no contiene x", "Acme Labs", "no está en blanco"]),
    ],
)
def test_what_was_searched_reads_as_a_sentence_behind_its_label(
    portal: Portal, anne: Client, language: str, words: list[str]
) -> None:
    criteria = {
        "country": {"not": [1]},
        "region": {"empty": True},
        "name": {"not": {"contains": "x"}},
        "exactly": "Acme Labs",
        "domain": {"not": {"empty": True}},
    }
    answer = anne.post(
        EXTRACTS, {"interface": "customers", "criteria": criteria}, headers={"Accept-Language": language}
    )

    labels = ["Country", "Region", "Name", "Exactly", "Domain"]
    assert answer.json["words"] == [list(pair) for pair in zip(labels, words, strict=True)]
