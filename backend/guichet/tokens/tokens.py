"""Whose a token is and what it is good for, whichever kind it is.

A personal token that was found is remembered for a few seconds, so that a program that asks often doesn't wait for the
portal database each time; for so long another process may not know yet that it was revoked.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from guichet import errors
from guichet.access.scopes import EVERYTHING, Scope
from guichet.messages import say
from guichet.portal_db.database import PortalDatabase
from guichet.tokens import personal
from guichet.tokens.signed import Claim, Signer

if TYPE_CHECKING:
    from guichet.access.accounts import Accounts, User

REMEMBERED_SECONDS = 5.0
REMEMBERED = 1000


@dataclass(frozen=True)
class Grant:
    """A user, and what they may do by the token that they sent."""

    user: User
    scopes: frozenset[Scope]


@dataclass(frozen=True)
class _KnownToken:
    claim: Claim
    scopes: frozenset[Scope]
    until: float


class Tokens:
    """The tokens of one portal.

    :param database: where personal ones are; without it there are none.
    """

    def __init__(
        self,
        accounts: Accounts,
        signer: Signer,
        database: PortalDatabase | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._signer = signer
        self._database = database
        self._clock = clock
        self._found: OrderedDict[bytes, _KnownToken] = OrderedDict()
        self._lock = threading.Lock()

    def claim(self, user: User) -> Claim:
        """Return what ties a token to a user and their password.

        :raises NotFoundError: if the user was removed meanwhile.
        """
        account = self._accounts.fingerprint(user.name)
        if account is None:
            raise errors.NotFoundError(say("There is no user “{name}” any more.", name=user.name))
        return Claim(user.name, account)

    def sign(self, user: User) -> tuple[str, datetime]:
        """Make a token that is good for everything that the password is, and tell when it expires."""
        return self._signer.sign(self.claim(user))

    def verify(self, token: str) -> Grant | None:
        """Return who sent a token, or None if it is not good, or not any more.

        :raises PortalDatabaseError: if it is a personal one, and they can't be looked up.
        """
        if personal.FORM.fullmatch(token):
            return self._verify_personal(token)
        claim = self._signer.read(token)
        return self._grant(claim, EVERYTHING) if claim else None

    def forget(self) -> None:
        """Forget what was remembered: a token was revoked."""
        with self._lock:
            self._found.clear()

    def _verify_personal(self, token: str) -> Grant | None:
        known = self._recall(token) or self._look_up(token)
        return self._grant(known.claim, known.scopes) if known else None

    def _grant(self, claim: Claim, scopes: frozenset[Scope]) -> Grant | None:
        user = self._accounts.find(claim.name, claim.account)
        return Grant(user, scopes) if user else None

    def _look_up(self, token: str) -> _KnownToken | None:
        if self._database is None:
            return None
        with self._database.transaction() as transaction:
            record = personal.use(transaction, token)
        if record is None:
            return None
        claim, scopes = Claim(record["owner"], record["account"]), cast("list[Scope]", record["scopes"])
        until = self._clock() + min(REMEMBERED_SECONDS, record["seconds"])
        known = _KnownToken(claim, frozenset(scopes), until)
        self._remember(token, known)
        return known

    def _recall(self, token: str) -> _KnownToken | None:
        with self._lock:
            known = self._found.get(_make_mark(token))
        return known if known and known.until > self._clock() else None

    def _remember(self, token: str, known: _KnownToken) -> None:
        with self._lock:
            self._found[_make_mark(token)] = known
            self._found.move_to_end(_make_mark(token))
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)


def _make_mark(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
