"""Which texts are addresses, and which of them mails may go to."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from guichet import email_address
from guichet.email_address import Recipients
from guichet.mail import mime
from tests.unit.mail.test_mails import letter

OURS = Recipients(["shop.example"], "portal@data.example")

# Each ends in our domain to who looks for the last `@`, and leads elsewhere to some other reader.
DISGUISED = [
    "evil@evil.example(@shop.example",
    "evil@evil.example(@shop.example)",
    "(@shop.example)evil@evil.example",
    '"evil@evil.example"@shop.example',
    '"evil@evil.example,"@shop.example',
    "evil@evil.example:@shop.example",
    "@evil.example:evil@shop.example",
    "evil@evil.example@shop.example",
    "evil%evil.example@shop.example",
    "evil.example!evil@shop.example",
    "evil@evil.example\\@shop.example",
    "evil@evil.example;@shop.example",
    "<evil@evil.example>@shop.example",
    "evil@evil.example\r\nRCPT TO:@shop.example",
    "evil@evil.example\0@shop.example",
    "evil@evil.example\u2028@shop.example",
    "evil\uff20evil.example@shop.example",
    "evil@[203.0.113.9]@shop.example",
    "=?utf-8?q?evil=40evil.example=2c?=@shop.example",
    "group:evil@shop.example",
]


@pytest.mark.parametrize("text", DISGUISED)
def test_what_is_no_plain_address_is_none(text: str) -> None:
    assert email_address.parse_address(text) is None
    assert not OURS.may_get(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "a@", "@b", "ab", ".a@b", "a.@b", "a..b@c", "a b@c", "a@b.", "a@.b", "a@-b", "a@b_c", "a@b@c"),
        *("a@bé.fr", "x" * 65 + "@b", "é" * 33 + "@b", "a@" + ".".join(["x" * 60] * 5), " a@b", "a@b ", "a@b\n"),
    ],
)
def test_it_is_strict(text: str) -> None:
    assert email_address.parse_address(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("anne@shop.example", "anne@shop.example"),
        ("Anne.O'Neil+data@SHOP.Example", "Anne.O'Neil+data@shop.example"),
        ("zoé@shop.example", "zoé@shop.example"),
        ("data@localhost", "data@localhost"),
    ],
)
def test_its_reading_is_what_is_kept(text: str, read: str) -> None:
    assert str(email_address.parse_address(text)) == read
    assert sent_to(text) == [read]


def test_a_mail_goes_into_the_domains_and_to_the_portals_own_address() -> None:
    given = ["a@shop.example", "a@Shop.Example", "portal@data.example", "other@data.example", "a@sub.shop.example"]
    assert [OURS.may_get(one) for one in given] == [True, True, True, False, False]
    assert not OURS.may_get(None)


def sent_to(text: str) -> list[str]:
    """Who a mail to an address says that it is for, to who reads it from the line."""
    address = email_address.parse_address(text)
    assert address
    message = mime.compose(letter(recipient=address))
    read = email.message_from_string(
        message.as_bytes(policy=email.policy.SMTPUTF8).decode(), policy=email.policy.default
    )
    assert isinstance(read, EmailMessage)
    return [one.addr_spec for one in read["To"].addresses]
