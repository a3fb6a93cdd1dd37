"""How long a personal token that was found is remembered."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, cast

import pytest

from guichet.access.accounts import User
from guichet.tokens import personal
from guichet.tokens import tokens as token_module
from guichet.tokens.tokens import REMEMBERED_SECONDS, Tokens

TOKEN = "guichet_" + "a" * 43


class Accounts:
    def find(self, name: str, account: str) -> User:
        return User(name, frozenset())


class Database:
    def transaction(self) -> Any:
        return nullcontext()


@pytest.mark.parametrize(("left", "remembered"), [(1000.0, REMEMBERED_SECONDS), (2.0, 2.0)])
def test_a_token_is_remembered_for_a_moment_and_never_beyond_its_end(
    monkeypatch: pytest.MonkeyPatch, left: float, remembered: float
) -> None:
    looked_up = []
    now = [1000.0]

    def use(_: object, token: str) -> dict[str, Any]:
        looked_up.append(token)
        return {"owner": "anne", "account": "x", "scopes": ["read"], "seconds": left}

    monkeypatch.setattr(personal, "use", use)
    tokens = Tokens(cast("Any", Accounts()), cast("Any", None), cast("Any", Database()), lambda: now[0])
    assert personal.FORM.fullmatch(TOKEN)
    assert tokens.verify(TOKEN)
    now[0] += remembered - 0.01
    assert tokens.verify(TOKEN)
    assert len(looked_up) == 1
    now[0] += 0.01
    assert tokens.verify(TOKEN)
    assert len(looked_up) == 2
    tokens.forget()
    assert tokens.verify(TOKEN)
    assert len(looked_up) == 3


def test_only_so_many_are_remembered_the_latest_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = []
    now = [1000.0]

    def use(_: object, token: str) -> dict[str, Any]:
        looked_up.append(token[-1])
        return {"owner": "anne", "account": "x", "scopes": ["read"], "seconds": 1000.0}

    monkeypatch.setattr(personal, "use", use)
    monkeypatch.setattr(token_module, "REMEMBERED", 2)
    tokens = Tokens(cast("Any", Accounts()), cast("Any", None), cast("Any", Database()), lambda: now[0])

    def verify(names: str) -> str:
        looked_up.clear()
        for name in names:
            assert tokens.verify("guichet_" + name * 43)
        return "".join(looked_up)

    assert verify("abca") == "abca", "the first gave way to the third"
    now[0] += REMEMBERED_SECONDS
    assert verify("cb") == "cb"
    assert verify("cb") == "", "one that is looked up again is the latest"
