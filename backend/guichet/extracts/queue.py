"""The queue: extracts that wait, are claimed by a worker, kept alive by it, and end in one way exactly.

A claim is a lease that its worker renews; `attempt` is its number. Every write names it, so that a worker that was
thought dead and wakes up again can change nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from guichet import errors
from guichet.audit import entries
from guichet.audit.entries import AuditEntry
from guichet.extracts.extract import Extract, ListedExtract, State
from guichet.extracts.progress import Progress
from guichet.messages import say
from guichet.portal_db.database import PortalDatabase, Transaction, as_json

# A worker looks at its extracts twice a second; one that has not for so long is taken for dead.
LEASE_SECONDS = 10
BEAT_SECONDS = 0.5
MOST_ATTEMPTS = 10
# Kept in English, and said in the reader's language.
GIVEN_UP = "It was begun several times, and its worker ended each time."


@dataclass(frozen=True)
class QueueBounds:
    """How many extracts may run at once."""

    per_user: int
    per_source: int


@dataclass(frozen=True)
class Outcome:
    """How an extract ended.

    :param archive: its path below the archive folder; None when there is none.
    :param is_withheld: whether its user may not have it any more; then no mail says so either.
    """

    state: State
    rows: int = 0
    bytes: int = 0
    archive: str | None = None
    archive_bytes: int | None = None
    problem: str | None = None
    is_withheld: bool = False


@dataclass(frozen=True)
class NewExtract:
    """An extract that a user asks for.

    :param request: what is asked for; the same again, while it is under way, is the same extract.
    :param email: where a mail about it goes; None for none.
    :param sealed_password: of its archive; nobody can tell whether two are the same.
    """

    owner: str
    interface: str
    source: str
    request: Mapping[str, Any]
    email: str | None
    estimated_rows: int | None = None
    sealed_password: bytes | None = None


def enqueue(database: PortalDatabase, new: NewExtract, most_unfinished: int, young_seconds: int = 0) -> ListedExtract:
    """Queue an extract, or return the one that there is for the same request.

    :param most_unfinished: how many a user may have under way.
    :param young_seconds: how long ago that one may have ended; 0: it must be under way.
    :raises TooManyExtractsError: if it is one too many.
    """
    identity = {
        "owner": new.owner,
        "interface": new.interface,
        "request": as_json(new.request),
        "email": new.email,
    }
    with database.transaction() as transaction:
        transaction.fetch("extracts.ask_in_turn", owner=new.owner)
        same = None
        if new.sealed_password is None:
            same = transaction.find("extracts.there_already", **identity, young_seconds=young_seconds)
        if same is None:
            _refuse_too_many(transaction, new.owner, most_unfinished)
            same = transaction.fetch(
                "extracts.create",
                **identity,
                source=new.source,
                estimated_rows=new.estimated_rows,
                sealed_password=new.sealed_password,
            )[0]
        return _list_of_user(transaction, new.owner, same["id"], limit=1)[0]


def _refuse_too_many(transaction: Transaction, owner: str, most: int) -> None:
    if transaction.fetch("extracts.count_unfinished", owner=owner)[0]["extracts"] >= most:
        wish = "You have {most} extracts under way already, as many as you may. Wait for one, or cancel one."
        raise errors.TooManyExtractsError(say(wish, most=most))


def list_of_user(database: PortalDatabase, owner: str, limit: int) -> list[ListedExtract]:
    """List a user's extracts, the newest first, with their place in the queue and their mail."""
    with database.transaction() as transaction:
        return _list_of_user(transaction, owner, None, limit)


def get_of_user(database: PortalDatabase, owner: str, extract_id: str) -> ListedExtract:
    """Return one of a user's extracts, as `list_of_user` does.

    :raises NotFoundError: if they have no such extract.
    """
    with database.transaction() as transaction:
        extracts = _list_of_user(transaction, owner, extract_id, limit=1)
    if not extracts:
        raise errors.NotFoundError("You have no such extract.")
    return extracts[0]


def _list_of_user(transaction: Transaction, owner: str, extract_id: object, limit: int) -> list[ListedExtract]:
    return transaction.fetch_as(ListedExtract, "extracts.of_user", owner=owner, id=extract_id, limit=limit)


def cancel(database: PortalDatabase, owner: str, extract_id: str) -> None:
    """Cancel a user's extract; a mail that has not gone never goes.

    :raises NotFoundError: if they have no such extract.
    :raises ConflictError: if it has ended.
    """
    with database.transaction() as transaction:
        mine = {"id": extract_id, "owner": owner}
        cancelled = transaction.find("extracts.cancel", **mine)
        cancelled = cancelled or transaction.find("extracts.cancel_delivering", **mine)
    if cancelled is None:
        get_of_user(database, owner, extract_id)
        raise errors.ConflictError("It has ended already.")


def deliver_again(
    database: PortalDatabase, extract_id: str, recipient: str, message_id: Callable[[str, int], str]
) -> None:
    """Put another mail about an extract into the outbox.

    :param message_id: makes its Message-ID, by its number among those about the extract.
    """
    with database.transaction() as transaction:
        earlier = transaction.find("deliveries.count_of_extract", extract_id=extract_id)
        number = int(earlier["count"] if earlier else 0) + 1
        transaction.fetch("extracts.address", id=extract_id, email=recipient)
        create_delivery(transaction, extract_id, recipient, message_id(extract_id, number))


def claim(database: PortalDatabase, bounds: QueueBounds) -> Extract | None:
    """Claim the extract whose turn it is, or return None."""
    with database.transaction() as transaction:
        transaction.fetch("extracts.claim_in_turn")
        return transaction.find_as(
            Extract,
            "extracts.claim",
            lease_seconds=LEASE_SECONDS,
            per_user=bounds.per_user,
            per_source=bounds.per_source,
        )


def beat(database: PortalDatabase, extract: Extract, progress: Progress) -> Literal["on", "cancelled", "lost"]:
    """Renew the lease and say how far the extract is.

    :returns: whether to go on; “lost” when another worker has it by now.
    """
    with database.transaction() as transaction:
        row = transaction.find(
            "extracts.beat",
            id=extract.id,
            attempt=extract.attempt,
            lease_seconds=LEASE_SECONDS,
            rows=progress.rows,
            bytes=progress.bytes,
            archive_bytes=progress.zipped or None,
        )
    if row is None:
        return "lost"
    return "cancelled" if row["cancel_requested"] else "on"


def finish(database: PortalDatabase, extract: Extract, outcome: Outcome, days: int, message_id: str | None) -> None:
    """End an extract, and put the mail that tells its user into the outbox, both or neither.

    One that was cancelled in its last moment is cancelled, whatever it came to. If it was ended already, or another
    worker has it by now, nothing is changed.

    :param message_id: of that mail; None where no mails are sent. Who gave no address, or cancelled, gets none.
    """
    told = message_id is not None and extract.email is not None and outcome.state in ("done", "failed")
    told = told and not outcome.is_withheld
    state = "delivering" if told and outcome.state == "done" else outcome.state
    with database.transaction() as transaction:
        ended = transaction.find_as(
            Extract,
            "extracts.finish",
            id=extract.id,
            attempt=extract.attempt,
            state=state,
            rows=outcome.rows,
            bytes=outcome.bytes,
            archive=outcome.archive,
            archive_bytes=outcome.archive_bytes,
            problem=outcome.problem,
            days=days,
        )
        if ended is None:
            return
        entries.record(transaction, _build_entry(extract, outcome, ended))
        if outcome.is_withheld:
            entries.record(transaction, build_withheld_entry(ended, "extract"))
        if told and ended.state == state:
            create_delivery(transaction, extract.id, str(extract.email), str(message_id))


def find_ended(database: PortalDatabase, extract: Extract) -> Extract | None:
    """Return what became of an extract; None if another worker has begun it again."""
    with database.transaction() as transaction:
        return transaction.find_as(Extract, "extracts.of_attempt", id=extract.id, attempt=extract.attempt)


def create_delivery(transaction: Transaction, extract_id: str, recipient: str, message_id: str) -> None:
    """Put a mail into the outbox."""
    transaction.fetch("deliveries.create", extract_id=extract_id, recipient=recipient, message_id=message_id)


def hand_back(
    database: PortalDatabase, extract: Extract, problem: str | None, wait_seconds: float, *, counted: bool = True
) -> None:
    """Let an extract wait again: its worker stops, or what failed may pass.

    :param counted: whether this attempt is one of the most that there may be; not where its worker was stopped.
    """
    with database.transaction() as transaction:
        transaction.fetch(
            "extracts.hand_back",
            id=extract.id,
            attempt=extract.attempt,
            problem=problem,
            wait_seconds=wait_seconds,
            uncounted=0 if counted else 1,
        )


def take_over(database: PortalDatabase, message_id: Callable[[str, int], str] | None) -> list[Extract]:
    """Put what dead workers left behind into the queue again, and end what was cancelled or begun too often.

    :param message_id: makes the Message-ID of the mail about an extract; None where no mails are sent.
    """
    with database.transaction() as transaction:
        left = transaction.fetch_as(Extract, "extracts.take_over", most_attempts=MOST_ATTEMPTS, problem=GIVEN_UP)
        for extract in left:
            if extract.state == "queued":
                continue
            entries.record(transaction, _build_entry(extract, Outcome(extract.state), extract))
            if extract.state == "failed" and extract.email and message_id:
                create_delivery(transaction, extract.id, extract.email, message_id(extract.id, 1))
    return left


def get_audit_criteria(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the criteria of an extract as the audit keeps them: value lists by their hash."""
    kept: Mapping[str, Any] = request.get("audited", request["criteria"])
    return kept


def build_withheld_entry(extract: Extract, what: str, **details: Any) -> AuditEntry:
    """Make the entry for what a user may not have any more: an extract, its mail or its download."""
    return AuditEntry(
        user=extract.owner,
        action="refuse",
        interface=extract.interface,
        criteria=get_audit_criteria(extract.request),
        details={"what": what, "extract": extract.id, **details},
    )


def _build_entry(extract: Extract, outcome: Outcome, ended: Extract) -> AuditEntry:
    details = {"extract": extract.id, "state": ended.state, "bytes": ended.archive_bytes}
    return AuditEntry(
        user=extract.owner,
        action="extract",
        interface=extract.interface,
        criteria=get_audit_criteria(extract.request),
        rows=outcome.rows,
        duration_ms=round(ended.seconds * 1000),
        details=details,
    )
