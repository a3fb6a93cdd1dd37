"""Tokens that carry their own proof."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guichet.tokens.signed import Claim, Signer

ANNE = Claim("anne", "0123abcd")


def test_it_reads_what_it_signed_and_says_until_when() -> None:
    token, expires = Signer(["key"], 3600).sign(ANNE)

    assert Signer(["key"], 3600).read(token) == ANNE
    assert abs(expires - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=5)


def test_it_refuses_what_has_expired() -> None:
    token, _ = Signer(["key"], -1).sign(ANNE)

    assert Signer(["key"], -1).read(token) is None
    assert Signer(["key"], 60).read(token) == ANNE


def test_it_changes_keys_without_refusing_anybody() -> None:
    by_old, _ = Signer(["old"], 60).sign(ANNE)
    by_new, _ = Signer(["new", "old"], 60).sign(ANNE)

    assert Signer(["new", "old"], 60).read(by_old) == ANNE
    assert Signer(["new"], 60).read(by_old) is None
    assert Signer(["new"], 60).read(by_new) == ANNE


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "é", "guichet_" + "x" * 43, "x" * 10_000])
def test_it_refuses_what_is_not_ours(token: str) -> None:
    assert Signer(["key"], 60).read(token) is None


def test_it_refuses_what_was_altered() -> None:
    token, _ = Signer(["key"], 60).sign(ANNE)
    altered = {token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)}

    assert {Signer(["key"], 60).read(one) for one in altered} == {None}
