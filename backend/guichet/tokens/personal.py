"""Personal tokens: made once and shown once, kept as a hash, good for the scopes that their owner chose.

A token belongs to a password as much as to a user: it holds the fingerprint of the one that it was made under, and
stops working when that is another, whoever changed it and by whatever means.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from guichet import errors
from guichet.access.scopes import TokenScope
from guichet.messages import say
from guichet.portal_db.database import Record, Transaction
from guichet.tokens.signed import Claim

# Said in front, so that programs that look for secrets in files know one when they see it.
PREFIX = "guichet_"
FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")

MOST = 100


@dataclass(frozen=True)
class TokenRequest:
    """What a new token shall be."""

    name: str
    scopes: Collection[TokenScope]
    days: int


def create(transaction: Transaction, claim: Claim, wanted: TokenRequest) -> tuple[str, dict[str, Any]]:
    """Make a token; every one is good for reading.

    :returns: the token, which nobody can tell again, and what is known of it.
    :raises ConflictError: if the user has one of that name, or very many.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    whose = {"owner": claim.name, "account": claim.account, "name": wanted.name}
    transaction.fetch("tokens.clear_name", **whose)
    scopes = sorted({"read", *wanted.scopes})
    made = transaction.find("tokens.create", **whose, scopes=scopes, hash=_hash(token), days=wanted.days, most=MOST)
    if made is None:
        raise errors.ConflictError(say("You have {count} tokens already. Revoke one that you don’t need.", count=MOST))
    return token, serialize_token(made, claim.account)


def list_tokens(transaction: Transaction, claim: Claim) -> list[dict[str, Any]]:
    """List a user's tokens, the newest first."""
    return [serialize_token(record, claim.account) for record in transaction.fetch("tokens.of_user", owner=claim.name)]


def revoke(transaction: Transaction, owner: str, token_id: str) -> str:
    """Revoke a token and return its name.

    :raises NotFoundError: if the user has no such token.
    """
    revoked = transaction.find("tokens.revoke", owner=owner, id=token_id)
    if revoked is None:
        raise errors.NotFoundError("You have no such token.")
    return str(revoked["name"])


def use(transaction: Transaction, token: str) -> Record | None:
    """Find what a token is good for (owner, account, scopes, seconds left), and take note of its use."""
    return transaction.find("tokens.use", hash=_hash(token))


def serialize_token(record: Record, account: str) -> dict[str, Any]:
    """Return what a user may know of a token.

    :param account: the fingerprint of the password as it is now.
    """
    stopped = record["account"] != account
    return {
        "id": str(record["id"]),
        "name": record["name"],
        "scopes": record["scopes"],
        "created_at": record["created_at"].isoformat(),
        "expires_at": record["expires_at"].isoformat(),
        "last_used_at": record["last_used_at"] and record["last_used_at"].isoformat(),
        "state": "expired" if record["expired"] else "stopped" if stopped else "active",
    }


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
