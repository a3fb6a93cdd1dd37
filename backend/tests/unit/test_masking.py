"""What drivers say, without the passwords in it."""

from __future__ import annotations

import psycopg2
import pytest
from pydantic import SecretStr

from guichet.masking import CHARACTERS, mask


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("no such host in postgresql://ann:hunter2@db/crm", "no such host in postgresql://ann:***@db/crm"),
        ("smtp://ann:hun@ter2@mail:25 refuses", "smtp://ann:***@mail:25 refuses"),
        ("host=db password=hunter2 user=ann", "host=db password=*** user=ann"),
        ("host=db password='hunter 2' user=ann", "host=db password=*** user=ann"),
        ("GET /b?X-Amz-Signature=abc&x=1", "GET /b?X-Amz-Signature=***&x=1"),
        (
            'FATAL:  password authentication failed for user "ann"\n',
            'FATAL: password authentication failed for user "ann"',
        ),
    ],
)
def test_passwords_are_masked_in_urls_and_in_messages_of_libpq(said: str, masked: str) -> None:
    assert mask(said) == masked


@pytest.mark.parametrize(
    "password",
    [
        "hunter2",
        "hun@ter2",
        "hun/ter2",
        "hun:ter2",
        "hun#ter2",
        "hun?ter2",
        "hun%40ter2",
        "a@b",
        "[ter2",
        "%zzter2",
        "%",
    ],
)
def test_nothing_of_a_password_is_left_of_what_libpq_says_of_its_url(password: str) -> None:
    url = f"postgresql://zoe:{password}@127.0.0.1:1/crm"
    with pytest.raises(psycopg2.Error) as caught:
        psycopg2.connect(url, connect_timeout=2)
    said = mask(caught.value, SecretStr(url))
    assert not [piece for piece in ("hunter2", "ter2", "hun@", '"b', '"a"') if piece in said], said


def test_a_message_has_one_line_and_a_bound() -> None:
    assert "\n" not in mask("a\nb")
    assert len(mask("x" * 10_000)) == CHARACTERS + 1
