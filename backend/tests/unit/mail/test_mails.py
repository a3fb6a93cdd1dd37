"""What mails say, in each language, as text and as HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from guichet.email_address import EmailAddress
from guichet.extracts import notifications
from guichet.extracts.archives import archive_store
from guichet.extracts.extract import Delivery, Extract
from guichet.mail import mime
from guichet.mail.mime import Attachment, Letter

ASKED, WRITTEN = datetime(2026, 2, 3, 8, 5, tzinfo=UTC), datetime(2026, 2, 3, 8, 9, tzinfo=UTC)
LINK = "https://portal.example/api/v1/extracts/1/archive"


def letter(**changed: Any) -> Letter:
    given: dict[str, Any] = {
        "kind": "rows",
        "language": "en",
        "sender": "data@shop.example",
        "recipient": EmailAddress("anne", "shop.example"),
        "message_id": "<extract-1-1@portal.example>",
        "title": "Companies",
        "rows": 2_310_554,
        "criteria": (("Country", "France"), ("Name", "<b>labs & sons</b>")),
        "asked_at": ASKED,
        "now": WRITTEN,
        "page_url": "https://portal.example/extracts",
        "archive_url": LINK,
        "archive_bytes": 132_000_000,
        "written_at": WRITTEN,
        "expires_at": datetime(2026, 2, 10, 8, 9, tzinfo=UTC),
    }
    return Letter(**given | changed)


NONE = {"rows": 0, "archive_url": "", "written_at": None}
FAILED = {"kind": "failure", "problem": "The form's SQL failed in the database.", **NONE}
ATTACHED = {"attachment": Attachment("companies.zip", b"PK"), "archive_bytes": 3_456_789}


@pytest.mark.parametrize(
    ("changed", "subject", "said"),
    [
        ({}, "Companies: 2,310,554 rows", ["2,310,554 rows", "until 10 February 2026, 08:09 UTC:", "132 MB", LINK]),
        (ATTACHED, "Companies: 2,310,554 rows", ["attached (3.46 MB)", "until 10 February 2026", LINK]),
        (
            {"language": "fr"},
            "Companies : 2\u202f310\u202f554 lignes",
            ["jusqu’au 10 février 2026 à 08:09 UTC :", "132 Mo", "Demandée le 3 février 2026 à 08:05"],
        ),
        (
            {"language": "es", **ATTACHED},
            "Companies: 2.310.554 filas",
            ["3,46 MB", "hasta el 10 de febrero de 2026 a las 08:09 UTC", "Pedida el 3 de febrero de 2026"],
        ),
        ({"kind": "empty", **NONE}, "Companies: no rows match", ["Nothing matches", "Asked for on 3 February 2026"]),
        ({"kind": "empty", "rows": 0}, "Companies: no rows match", ["values of your list", LINK]),
        (FAILED, "Companies: the extract failed", ["could not be made: The form's SQL failed"]),
        ({"criteria": ()}, "Companies: 2,310,554 rows", ["everything: no criterion was filled in"]),
    ],
)
def test_it_says_what_became_of_the_extract(changed: dict[str, Any], subject: str, said: list[str]) -> None:
    composed = mime.compose(letter(**changed))
    assert composed["Subject"] == subject
    for kind in ("plain", "html"):
        text = composed.get_body((kind,)).get_content().replace("&#39;", "'").replace("\u00a0", " ")
        assert [one for one in said if one not in text] == [], kind


def test_what_users_filled_in_is_no_html() -> None:
    text = mime.compose(letter()).get_body(("html",)).get_content()
    assert "&lt;b&gt;labs &amp; sons&lt;/b&gt;" in text
    assert "<b>" not in text


def test_a_sender_may_have_a_name_in_any_script() -> None:
    composed = mime.compose(letter(sender="Données, “Société” 王 <data@shop.example>"))
    (sender,) = composed["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Données, “Société” 王", "data@shop.example")
    assert composed.as_bytes().isascii()


def test_moments_are_on_the_clock_of_the_portal_which_is_named() -> None:
    write = notifications.make_writer(
        sender="data@shop.example",
        public_url="https://portal.example",
        store=archive_store.build_store(None, Path()),
        attachment_bytes=0,
        time_zone="Europe/Paris",
    )
    extract = Extract(
        id="1",
        attempt=1,
        owner="anne",
        interface="companies",
        source="crm",
        request={"language": "en", "title": "Companies", "words": []},
        email="anne@shop.example",
        created_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        archive="1/companies.zip",
        archive_bytes=10,
        rows=3,
        finished_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        expires_at=datetime(2026, 11, 1, 0, 30, tzinfo=UTC),
    )
    delivery = Delivery("1", extract.id, "anne@shop.example", "<1@portal.example>", attempt=1, state="pending")

    text = write(delivery, EmailAddress("anne", "shop.example"), extract, WRITTEN)

    plain = text.get_body(("plain",)).get_content().replace("\u00a0", " ")  # type: ignore[union-attr]
    assert "Asked for on 25 October 2026, 02:30 CEST, written on 25 October 2026, 02:30 CET." in plain
    assert "until 1 November 2026, 01:30 CET" in plain
