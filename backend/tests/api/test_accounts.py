"""Who gets the name of somebody who left gets nothing of what they kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from passlib.hash import bcrypt

from tests.api.test_extracts import EXTRACTS, Mailbox, anne, ask, mailbox, set_address
from tests.api.test_sign_in import basic
from tests.conftest import INHERITED, USERS, Client, Portal, run_sql

__all__ = ["anne", "mailbox"]

SEARCHES, LISTS, TOKENS = "/api/v1/saved-searches", "/api/v1/value-lists", "/api/v1/user/tokens"
NEW = "another-secret"


def file(portal: Portal) -> Path:
    return portal.folder.parent / ".htpasswd"


def lines(portal: Portal) -> list[str]:
    return file(portal).read_text().splitlines()


def write(portal: Portal, found: list[str]) -> None:
    file(portal).write_text("".join(f"{line}\n" for line in found))


def line(password: str) -> str:
    return f"anne:{bcrypt.using(rounds=4).hash(password)}"


def others(portal: Portal) -> list[str]:
    return [one for one in lines(portal) if not one.startswith("anne:")]


def guichet(portal: Portal, *words: str, given: str = "") -> None:
    command = [sys.executable, "-m", "guichet.cli", *words]
    environ = {**INHERITED, **portal.environ, "BCRYPT_COST": "4"}
    subprocess.run(command, env=environ, input=given, text=True, check=True, capture_output=True)


@pytest.fixture
def kept(portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str) -> dict[str, Any]:
    """Has anne keep one of each thing."""
    run_sql(
        portal_database_url,
        "TRUNCATE guichet.account, guichet.audit, guichet.saved_search, guichet.token, guichet.value_list CASCADE",
    )
    set_address(anne, mailbox, "anne@shop.example")
    made = anne.post(SEARCHES, {"interface": "numbers", "name": "Mine", "criteria": {}, "sort": [], "group": "sales"})
    assert made.status_code == 201
    assert anne.post(LISTS, {"lines": ["1", "2"], "name": "Mine"}).status_code == 201
    token = anne.post(TOKENS, {"name": "mine", "scopes": ["read"], "days": 3})
    assert token.status_code == 201
    return {"extract": ask(anne)["id"], "token": token.json["token"]}


def seen(portal: Portal, password: str) -> tuple[str, int, int, int, int]:
    """What anne finds: her address, and how many extracts, searches, lists and tokens."""
    client = portal.client("anne")
    client.headers = basic("anne", password)
    numbers = [len(client.get(path).json) for path in (EXTRACTS, SEARCHES, LISTS, TOKENS)]
    return (client.get("/api/v1/user").json["email"], *numbers)


EVERYTHING, NOTHING = ("anne@shop.example", 1, 1, 1, 1), ("data@shop.example", 0, 0, 0, 0)


def by_hand(portal: Portal, look: Callable[[], None]) -> None:
    write(portal, others(portal))
    look()
    write(portal, [line(NEW), *others(portal)])


def by_hand_below_the_others(portal: Portal, look: Callable[[], None]) -> None:
    write(portal, [*others(portal), line(NEW)])


def by_commands(portal: Portal, look: Callable[[], None]) -> None:
    guichet(portal, "user", "remove", "anne")
    guichet(portal, "user", "add", "anne", "--password-stdin", given=NEW)


def by_hand_and_by_command(portal: Portal, look: Callable[[], None]) -> None:
    write(portal, others(portal))
    guichet(portal, "user", "add", "anne", "--password-stdin", given=NEW)


def by_command_and_by_hand(portal: Portal, look: Callable[[], None]) -> None:
    guichet(portal, "user", "remove", "anne")
    write(portal, [line(NEW), *others(portal)])


def by_an_administrator(portal: Portal, look: Callable[[], None]) -> None:
    write(portal, others(portal))
    with (portal.folder.parent / ".htgroup").open("a") as groups:
        groups.write("admins: ben\n")
    made = portal.client("ben", BCRYPT_COST="4").post("/api/v1/user", {"user": "anne", "password": NEW})
    assert made.status_code == 201, made.json


@pytest.mark.parametrize(
    "renew",
    [
        by_hand,
        by_hand_below_the_others,
        by_commands,
        by_hand_and_by_command,
        by_command_and_by_hand,
        by_an_administrator,
    ],
)
def test_a_new_account_under_an_old_name_has_nothing_of_the_old_one(
    portal: Portal, kept: dict[str, Any], portal_database_url: str, renew: Callable[..., None]
) -> None:
    ben = portal.client("ben")
    assert seen(portal, USERS["anne"][0]) == EVERYTHING
    renew(portal, lambda: ben.get("/healthz"))
    assert seen(portal, NEW) == NOTHING
    client = portal.client("anne")
    client.headers = basic("anne", NEW)
    for path in ("", "/archive"):
        assert client.get(f"{EXTRACTS}/{kept['extract']}{path}").status_code == 404
    client.headers = {"Authorization": f"Bearer {kept['token']}"}
    assert client.get("/api/v1/user").status_code == 401
    # What waited is not made any more; what was kept is there for an operator.
    ((owner, state),) = run_sql(portal_database_url, "SELECT owner, state FROM guichet.extract")
    assert (owner[:6], state) == ("anne (", "cancelled")
    assert run_sql(portal_database_url, "SELECT owner FROM guichet.saved_search") == [(owner,)]
    told = "SELECT details->>'kept_as' FROM guichet.audit WHERE details->>'what' = 'account'"
    assert run_sql(portal_database_url, told) == [(owner,)]


def another_password_in_its_line(portal: Portal, look: Callable[[], None]) -> None:
    write(portal, [line(NEW), *others(portal)])


def another_password_by_command(portal: Portal, look: Callable[[], None]) -> None:
    guichet(portal, "user", "passwd", "anne", "--password-stdin", given=NEW)


def an_empty_file_for_a_while(portal: Portal, look: Callable[[], None]) -> None:
    before = lines(portal)
    write(portal, [])
    look()
    write(portal, before)
    look()
    another_password_in_its_line(portal, look)


def half_a_file_for_a_while(portal: Portal, look: Callable[[], None]) -> None:
    before = lines(portal)
    write(portal, others(portal))
    look()
    write(portal, before)
    look()
    another_password_in_its_line(portal, look)


def a_line_that_was_wrong_for_a_while(portal: Portal, look: Callable[[], None]) -> None:
    write(portal, ["anne:not a hash", *others(portal)])
    look()
    another_password_in_its_line(portal, look)


def users_above_and_below(portal: Portal, look: Callable[[], None]) -> None:
    zoe = f"zoe:{bcrypt.using(rounds=4).hash('zoe')}"
    write(portal, [zoe, *lines(portal), zoe.replace("zoe", "carl", 1)])
    look()
    write(portal, [zoe, line(NEW), *others(portal)[1:]])


@pytest.mark.parametrize(
    "change",
    [
        another_password_in_its_line,
        another_password_by_command,
        an_empty_file_for_a_while,
        half_a_file_for_a_while,
        a_line_that_was_wrong_for_a_while,
        users_above_and_below,
    ],
)
def test_the_same_account_keeps_what_it_has(portal: Portal, kept: dict[str, Any], change: Callable[..., None]) -> None:
    ben = portal.client("ben")
    assert seen(portal, USERS["anne"][0]) == EVERYTHING
    change(portal, lambda: ben.get("/healthz"))
    found = seen(portal, NEW)
    assert found == EVERYTHING
    assert os.path.exists(file(portal))


def test_without_the_portal_database_nobody_is_added_who_might_inherit(portal: Portal) -> None:
    portal.environ["PORTAL_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(subprocess.CalledProcessError) as failed:
        guichet(portal, "user", "add", "carl", "--password-stdin", given=NEW)
    assert "portal" in failed.value.stderr
    assert not [one for one in lines(portal) if one.startswith("carl:")]


def test_owners_from_before_the_accounts_were_noted_keep_what_they_have(
    portal: Portal, kept: dict[str, Any], portal_database_url: str
) -> None:
    run_sql(portal_database_url, "UPDATE guichet.account SET fingerprint = '', place = 0, missing_since = NULL")
    assert seen(portal, USERS["anne"][0]) == EVERYTHING
