"""Tokens that carry their own proof: whose they are and when they were made, signed. Nothing of them is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer


@dataclass(frozen=True)
class Claim:
    """Whose a token is.

    :param account: the fingerprint of the owner's stored password when the token was made.
    """

    name: str
    account: str


class Signer:
    """Signs tokens by the newest key, and reads those that were signed by any.

    :param keys: the newest first.
    :param seconds: how long a token is good.
    """

    def __init__(self, keys: Sequence[str], seconds: int) -> None:
        self._seconds = seconds
        self._serializer = URLSafeTimedSerializer(
            list(reversed(keys)), "guichet.token", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def sign(self, claim: Claim) -> tuple[str, datetime]:
        """Return a token, and when it expires."""
        token = self._serializer.dumps([claim.name, claim.account])
        assert isinstance(token, str)
        _, signed_at = self._serializer.loads(token, return_timestamp=True)
        return token, signed_at + timedelta(seconds=self._seconds)

    def read(self, token: str) -> Claim | None:
        """Return whose a token is, or None if it is not ours, was altered or has expired."""
        try:
            name, account = self._serializer.loads(token, max_age=self._seconds)
        except BadData:
            return None
        return Claim(name, account)
