"""Rights hold over time: who may not see a form any more gets nothing of it, whenever it was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from tests.api.conftest import wait_until
from tests.api.test_extracts import EXTRACTS, Mailbox, anne, ask, mailbox, state, wait_for, working
from tests.conftest import Client, Portal, run_sql
from tests.time_limits import slowness

__all__ = ["anne", "mailbox"]

SALES = """
title: Secret
source: shop
groups: [sales]
sql: SELECT n FROM generate_series(1, 1000) AS n
"""
SLOW = SALES.replace("SELECT n FROM", "SELECT n, pg_sleep(0.003)::text AS slept FROM")
WITHHELD = "You may not see this form any more, so its extracts are withheld."
GONE = "The form of this extract is not there any more, so the extract is withheld."


def leave_the_group(portal: Portal) -> None:
    (portal.folder.parent / ".htgroup").write_text("authors: anne\nsales: ben\n")


def be_removed(portal: Portal) -> None:
    file = portal.folder.parent / ".htpasswd"
    file.write_text("".join(line for line in file.read_text().splitlines(True) if not line.startswith("anne:")))


def be_for_others(portal: Portal) -> None:
    portal.write("secret.yaml", SALES.replace("[sales]", "[others]"))


def be_deleted(portal: Portal) -> None:
    (portal.folder / "secret.yaml").unlink()


LOST = [leave_the_group, be_removed, be_for_others, be_deleted]


@pytest.fixture
def secret(portal: Portal, anne: Client, portal_database_url: str) -> Client:
    portal.write("secret.yaml", SALES)
    run_sql(portal_database_url, "TRUNCATE guichet.audit")
    run_sql(portal_database_url, "TRUNCATE guichet.saved_search")
    return anne


def refusals(url: str) -> list[tuple[str, str, str]]:
    return run_sql(
        url, "SELECT user_name, interface, details->>'what' FROM guichet.audit WHERE action = 'refuse' ORDER BY id"
    )


def stored(url: str, what: str) -> object:
    return run_sql(url, f"SELECT {what} FROM guichet.extract")[0][0]


@pytest.mark.parametrize("lose", LOST)
def test_what_waits_is_not_run(
    portal: Portal, secret: Client, mailbox: Mailbox, portal_database_url: str, lose: Callable[[Portal], None]
) -> None:
    ask(secret, "secret")
    lose(portal)
    with working(portal):
        wait_until(lambda: stored(portal_database_url, "state") == "failed", 60)
        time.sleep(1)
    assert mailbox.mails == []
    assert stored(portal_database_url, "archive") is None
    if lose is not be_deleted:
        assert stored(portal_database_url, "problem") == WITHHELD
        assert refusals(portal_database_url) == [("anne", "secret", "extract")]


def test_what_runs_is_not_kept(portal: Portal, secret: Client, mailbox: Mailbox, portal_database_url: str) -> None:
    portal.write("secret.yaml", SLOW)
    asked = ask(secret, "secret")
    with working(portal):
        wait_for(secret, asked, "running")
        leave_the_group(portal)
        failed = wait_for(secret, asked, "failed")
    assert (failed["problem"], failed["archive_url"], mailbox.mails) == (WITHHELD, None, [])
    assert not [*(portal.folder.parent / "archives").rglob("*.zip*")]
    assert refusals(portal_database_url) == [("anne", "secret", "extract")]


@pytest.mark.parametrize("lose", LOST)
def test_no_mail_goes_after_it_also_not_when_it_is_tried_again(
    portal: Portal, secret: Client, mailbox: Mailbox, portal_database_url: str, lose: Callable[[Portal], None]
) -> None:
    mailbox.recipient_answers = ["450 later"]
    asked = ask(secret, "secret")
    with working(portal):
        wait_for(secret, asked, "delivering")
        wait_until(lambda: not mailbox.recipient_answers, 60)
        lose(portal)

        def is_done() -> bool:
            run_sql(portal_database_url, "UPDATE guichet.delivery SET not_before = now() WHERE state = 'pending'")
            return stored(portal_database_url, "state") == "done"

        wait_until(is_done, 60)
    assert mailbox.mails == []
    ((told, problem),) = run_sql(portal_database_url, "SELECT state, problem FROM guichet.delivery")
    assert (told, problem) == ("failed", GONE if lose is be_deleted else WITHHELD)
    assert refusals(portal_database_url) == [("anne", "secret", "mail")]


@pytest.mark.parametrize("prefix", ["", "/archives/"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}])
def test_no_archive_is_to_be_had_after_it(
    portal: Portal, secret: Client, portal_database_url: str, prefix: str, headers: dict[str, str]
) -> None:
    asked = ask(secret, "secret")
    with working(portal):
        done = wait_for(secret, asked, "done")
    client = portal.client("anne", ACCEL_REDIRECT_PREFIX=prefix)
    assert client.get(done["archive_url"], headers=headers).status_code in (200, 206)
    for lose, problem in ((leave_the_group, WITHHELD), (be_deleted, GONE)):
        lose(portal)
        refused = client.get(done["archive_url"], headers=headers)
        assert (refused.status_code, refused.json["type"]) == (403, "urn:guichet:problem:withheld")
        assert "X-Accel-Redirect" not in refused.headers
        assert client.post(f"{EXTRACTS}/{asked['id']}/deliver", {}).status_code == 403
        (listed,) = client.get(EXTRACTS).json
        assert (listed["archive_url"], listed["problem"]) == (None, problem)
        assert listed == state(client, asked)
    french = client.get(EXTRACTS, headers={"Accept-Language": "fr"}).json[0]["problem"]
    assert french == "Le formulaire de cette extraction n’existe plus : l’extraction est donc retenue."
    portal.close()
    assert {what for *_, what in refusals(portal_database_url)} == {"download", "mail"}


def test_while_the_users_cant_be_read_extracts_wait(portal: Portal, secret: Client) -> None:
    asked = ask(secret, "secret")
    with working(portal, HTPASSWD_FILE=str(portal.folder)):
        wait_until(lambda: "can't be read" in (state(secret, asked)["problem"] or ""))
    assert state(secret, asked)["state"] == "queued"
    with working(portal):
        pass


def test_extracts_are_shown_while_the_definitions_are_away_and_given_once_they_are_back(
    portal: Portal, secret: Client
) -> None:
    asked = ask(secret, "secret")
    with working(portal):
        wait_for(secret, asked, "done")
    done = state(secret, asked)
    away = portal.folder.rename(portal.folder.with_name("away"))
    assert state(secret, asked) == done
    assert secret.get(EXTRACTS).json == [done]
    withheld = secret.get(done["archive_url"])
    assert (withheld.status_code, withheld.json["type"]) == (503, "urn:guichet:problem:definitions")
    away.rename(portal.folder)
    assert secret.get(done["archive_url"]).status_code == 200


def test_a_stream_ends_when_its_reader_may_not_see_it_any_more(portal: Portal, serve: Callable[..., object]) -> None:
    portal.write("secret.yaml", SLOW.replace("1000", "10000"))
    with serve() as http:
        assert isinstance(http, httpx.Client)
        began, lines = time.monotonic(), 0

        def read() -> None:
            nonlocal lines
            with http.stream("GET", "/api/v1/interfaces/secret/rows?format=ndjson") as answer:
                assert answer.status_code == 200
                for _ in answer.iter_lines():
                    lines += 1
                    if lines == 1:
                        leave_the_group(portal)

        with pytest.raises(httpx.RemoteProtocolError):
            read()
        assert 0 < lines < 10_000
        assert time.monotonic() - began < 20 * slowness()


def test_a_shared_search_is_seen_while_its_owner_belongs_to_the_group(portal: Portal, secret: Client) -> None:
    searches = "/api/v1/saved-searches"
    kept = {"interface": "secret", "name": "Kept", "criteria": {}, "sort": [], "group": "sales"}
    (portal.folder.parent / ".htgroup").write_text("sales: anne ben\n")
    made = secret.post(searches, kept)
    assert made.status_code == 201
    one, ben = f"{searches}/{made.json['id']}", portal.client("ben")
    assert ben.get(one).status_code == 200
    assert [one["name"] for one in ben.get(searches).json] == ["Kept"]
    leave_the_group(portal)
    assert ben.get(searches).json == []
    assert ben.get(one).status_code == 404
    (portal.folder.parent / ".htgroup").write_text("sales: anne ben\n")
    assert [one["name"] for one in ben.get(searches).json] == ["Kept"]
    be_removed(portal)
    assert ben.get(searches).json == []
