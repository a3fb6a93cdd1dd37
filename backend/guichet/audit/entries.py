"""What the audit says of one action, and how it is written down in a transaction of the portal database.

Criteria stand here as they were given; a long list of values by its hash and number. They never go to the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, Literal

from guichet.portal_db.database import PortalDatabase, Transaction, as_json

Action = Literal[
    "search", "count", "summarize", "extract", "deliver", "download", "create", "update", "delete", "refuse"
]

# Lists of more values than this are written down by their hash.
LISTED_VALUES = 100

EXPORT_SECONDS = 3600
FORGOTTEN_AT_ONCE = 10_000


@dataclass(frozen=True)
class AuditEntry:
    """One action of one user.

    :param criteria: as they were given.
    :param rows: how many rows the user got, or what the count said.
    :param details: what else belongs to it, as JSON: the extract, the format, a record before and after.
    """

    user: str
    action: Action
    interface: str
    criteria: Mapping[str, Any]
    rows: int | None = None
    duration_ms: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def record(transaction: Transaction, *entries: AuditEntry) -> None:
    """Write entries down, in the caller's transaction: they are kept if and only if it is committed."""
    transaction.fetch("audit.record", entries=as_json([_build_row(entry) for entry in entries]))


def export(database: PortalDatabase, since: datetime | None, until: datetime | None, output: IO[bytes]) -> None:
    """Write the entries between two moments as CSV, the oldest first; memory does not grow with them."""
    with database.transaction() as transaction:
        transaction.allow(EXPORT_SECONDS)
        transaction.copy("audit.export", output, since=since, until=until)


def forget(database: PortalDatabase, days: int) -> None:
    """Delete the entries that are older than so many days."""
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        with database.transaction() as transaction:
            forgotten = len(transaction.fetch("audit.forget", days=days, limit=FORGOTTEN_AT_ONCE))


def condense(value: Any) -> Any:
    """Replace every long list of values by its SHA-256 (of the values as JSON lines) and their number.

    NUL, which the database can't keep, becomes U+FFFD.
    """
    if isinstance(value, Mapping):
        return {condense(name): condense(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return _hash_values(value) if len(value) > LISTED_VALUES else [condense(inner) for inner in value]
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


def _hash_values(values: Sequence[Any]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for value in values:
        digest.update(json.dumps(value, ensure_ascii=False, default=str).encode() + b"\n")
    return {"values": len(values), "sha256": digest.hexdigest()}


def _build_row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "user_name": entry.user,
        "action": entry.action,
        "interface": entry.interface,
        "criteria": condense(entry.criteria),
        "rows": entry.rows,
        "duration_ms": entry.duration_ms,
        "details": condense(entry.details),
    }
