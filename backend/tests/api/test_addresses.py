"""Where a user's mails go: an address is used once it is confirmed, and who is left is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from guichet import client
from tests.api.test_extracts import CONFIRMING, Mailbox, anne, mailbox, set_address
from tests.conftest import INHERITED, USERS, Client, Portal, run_sql

__all__ = ["anne", "mailbox"]

USER, EMAIL = "/api/v1/user", "/api/v1/user/email"


def token_of(mailbox: Mailbox) -> str:
    found = [CONFIRMING.search(mail.get_content()) for mail in mailbox.mails]
    return next(one[1] for one in reversed(found) if one)


def test_a_new_address_is_used_once_it_is_confirmed(
    portal: Portal, anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    run_sql(portal_database_url, "TRUNCATE guichet.audit")
    asked = anne.patch(USER, {"email": "Anne@SHOP.example"})
    assert (asked.status_code, asked.json["email"], asked.json["email_pending"]) == (
        200,
        "data@shop.example",
        "Anne@shop.example",
    )
    confirming, telling = mailbox.mails
    assert (confirming["To"], telling["To"]) == ("Anne@shop.example", "data@shop.example")
    assert "Anne@shop.example" in telling.get_content()
    assert not CONFIRMING.search(telling.get_content())
    token = token_of(mailbox)
    assert portal.client("ben").post(EMAIL, {"token": token}).status_code == 400
    assert anne.post(EMAIL, {"token": token + "x"}).json["errors"][0]["pointer"] == "/token"
    assert anne.get(USER).json["email"] == "data@shop.example"
    confirmed = anne.post(EMAIL, {"token": token}).json
    assert (confirmed["email"], confirmed["email_pending"]) == ("Anne@shop.example", None)
    assert anne.post(EMAIL, {"token": token}).status_code == 400

    mailbox.mails.clear()
    gone = anne.patch(USER, {"email": None}, headers={"Accept-Language": "fr"}).json
    assert (gone["email"], gone["email_pending"]) == ("data@shop.example", None)
    assert [(mail["To"], mail["Subject"]) for mail in mailbox.mails] == [
        ("Anne@shop.example", "Votre adresse e-mail a été retirée")
    ]
    told = run_sql(portal_database_url, "SELECT user_name, action, details - 'request' FROM guichet.audit ORDER BY id")
    mine = "Anne@shop.example"
    assert told == [
        ("anne", "update", {"what": "address asked for", "before": "data@shop.example", "after": mine}),
        ("anne", "update", {"what": "address", "before": None, "after": mine}),
        ("anne", "update", {"what": "address", "before": mine, "after": None}),
    ]


def test_the_address_before_is_told_and_used_until_then(anne: Client, mailbox: Mailbox) -> None:
    set_address(anne, mailbox, "anne@shop.example")
    anne.patch(USER, {"email": "thief@shop.example"})
    assert [mail["To"] for mail in mailbox.mails] == ["thief@shop.example", "anne@shop.example"]
    assert anne.get(USER).json["email"] == "anne@shop.example"


@pytest.mark.parametrize("text", ["evil@evil.example(@shop.example", "evil%evil.example@shop.example", "a@b\r\nX: y"])
def test_what_is_no_address_of_ours_is_refused(anne: Client, mailbox: Mailbox, text: str) -> None:
    assert anne.patch(USER, {"email": text}).status_code == 422
    assert mailbox.mails == []


def test_a_later_one_takes_the_earlier_ones_place_and_time_passes(
    anne: Client, mailbox: Mailbox, portal_database_url: str
) -> None:
    anne.patch(USER, {"email": "first@shop.example"})
    first = token_of(mailbox)
    anne.patch(USER, {"email": "second@shop.example"})
    assert anne.post(EMAIL, {"token": first}).status_code == 400
    run_sql(portal_database_url, "UPDATE guichet.profile SET pending_until = now() - interval '1 second'")
    assert anne.get(USER).json["email_pending"] is None
    assert anne.post(EMAIL, {"token": token_of(mailbox)}).status_code == 400


def test_a_domain_that_is_not_allowed_any_more_cant_be_confirmed(
    portal: Portal, anne: Client, mailbox: Mailbox
) -> None:
    elsewhere = portal.client("anne", EMAIL_ALLOWED_DOMAINS="elsewhere.example")
    assert elsewhere.patch(USER, {"email": "anne@elsewhere.example"}).status_code == 200
    assert anne.post(EMAIL, {"token": token_of(mailbox)}).status_code == 400


def test_nobody_is_flooded(anne: Client, mailbox: Mailbox, portal_database_url: str) -> None:
    answers = [anne.patch(USER, {"email": f"a{number}@shop.example"}) for number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "3600"
    assert len(mailbox.mails) == 20
    run_sql(portal_database_url, "UPDATE guichet.profile SET asked_since = now() - interval '1 hour'")
    assert anne.patch(USER, {"email": "a@shop.example"}).status_code == 200


def test_what_the_mail_server_refuses_changes_nothing(anne: Client, mailbox: Mailbox) -> None:
    mailbox.recipient_answers = ["550 No such user"]
    refused = anne.patch(USER, {"email": "nobody@shop.example"})
    assert (refused.status_code, refused.json["type"]) == (503, "urn:guichet:problem:mail-server")
    assert "No such user" in refused.json["detail"]
    assert anne.get(USER).json["email_pending"] is None


def test_an_old_address_that_takes_no_mail_can_be_left(anne: Client, mailbox: Mailbox) -> None:
    set_address(anne, mailbox, "old@shop.example")
    mailbox.refused = {"old@shop.example"}
    set_address(anne, mailbox, "new@shop.example")


def test_without_a_mail_server_no_address_can_be_confirmed(portal: Portal, anne: Client) -> None:
    silent = portal.client("anne", SMTP_URL="")
    refused = silent.patch(USER, {"email": "anne@shop.example"})
    assert (refused.status_code, refused.json["type"]) == (503, "urn:guichet:problem:mail-server")
    assert silent.get(USER).json["email_pending"] is None


@pytest.mark.parametrize("path", [USER, EMAIL])
def test_a_personal_token_is_not_good_for_it(anne: Client, path: str) -> None:
    made = anne.post("/api/v1/user/tokens", {"name": path, "scopes": ["read", "extract", "edit"], "days": 1}).json
    anne.headers = {"Authorization": f"Bearer {made['token']}"}
    answer = anne.patch(path, {"email": None}) if path == USER else anne.post(path, {"token": "x"})
    assert (answer.status_code, answer.json["type"]) == (403, "urn:guichet:problem:scope")


def test_programs_and_the_command_line_set_and_confirm_it(
    portal: Portal, anne: Client, mailbox: Mailbox, serve: Callable[..., object], tmp_path: Path
) -> None:
    with serve() as http:
        assert isinstance(http, httpx.Client)
        url = str(http.base_url).rstrip("/")
        with client.Client(url, user="anne", password=USERS["anne"][0]) as program:
            assert program.set_email("anne@shop.example").email_pending == "anne@shop.example"
            assert program.confirm_email(token_of(mailbox)).email == "anne@shop.example"
            with pytest.raises(client.CriteriaError):
                program.set_email("anne@evil.example")

        def guichet(*words: str, given: str = "") -> str:
            command = [sys.executable, "-m", "guichet.cli", *words]
            environ = {**INHERITED, "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
            return subprocess.run(command, env=environ, input=given, text=True, check=True, capture_output=True).stdout

        guichet("login", url, "--user", "anne", "--password-stdin", given=USERS["anne"][0])
        assert guichet("email") == "anne@shop.example\n"
        assert guichet("email", "other@shop.example") == "anne@shop.example\n"
        assert guichet("email", "--confirm", token_of(mailbox)) == "other@shop.example\n"
        assert guichet("email", "--remove") == "data@shop.example\n"
