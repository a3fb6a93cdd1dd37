"""The outbox: mails that wait, are claimed, and are sent once, or of which it is said that nobody can know.

A mail is `pending` until nothing but its last line is left to be sent, then `sending` until the mail server has
answered and that is written down, then `sent`. What was `sending` when its worker died is `unknown`: it is never sent
again unasked.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from guichet import email_address, errors, messages, metrics
from guichet.audit import entries
from guichet.audit.entries import AuditEntry
from guichet.email_address import EmailAddress, Recipients
from guichet.extracts import queue, rights
from guichet.extracts.archives.archive_store import StoreError
from guichet.extracts.extract import Delivery, Extract
from guichet.extracts.rights import Rights
from guichet.mail import smtp
from guichet.mail.smtp import MailServer
from guichet.portal_db.database import PortalDatabase, Transaction

logger = logging.getLogger(__name__)

# A worker says twice a second that it has a mail in hand; one that has not for so long is taken for dead.
LEASE_SECONDS = 10
WAITS_SECONDS = (15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600)

# Kept in English, and said in the reader's language.
LOST = "The worker ended while the mail server was taking it."
FORBIDDEN = "Mails may not go to this address, or not any more."
EXPIRED = "The archive expired before the mail server took the mail."

Write = Callable[[Delivery, EmailAddress, Extract, datetime], EmailMessage]


class TakenError(Exception):
    """The mail was cancelled, or another worker has it by now."""


@dataclass
class Outbox:
    """The mails of a portal, and how they are sent.

    :param server: takes them.
    :param write: writes the mail for a delivery and its extract.
    :param recipients: who mails may go to.
    :param rights: whether who asked for an extract may still have it.
    """

    database: PortalDatabase
    server: MailServer
    write: Write
    recipients: Recipients
    rights: Rights
    _in_hand: Delivery | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Ask it not to wait any more for a portal database that is away."""
        self._stopping.set()

    def deliver_one(self) -> bool:
        """Send the mail whose turn it is; return False if none waits."""
        with self.database.transaction() as transaction:
            delivery = transaction.find_as(Delivery, "deliveries.claim", lease_seconds=LEASE_SECONDS)
            if delivery is None:
                return False
            extract = transaction.find_as(Extract, "deliveries.extract", id=delivery.extract_id)
        assert extract is not None  # a delivery is deleted with its extract
        self._in_hand = delivery
        try:
            self._deliver(delivery, extract)
        finally:
            self._in_hand = None
        return True

    def beat(self, database: PortalDatabase) -> None:
        """Renew the lease of the mail in hand; for the worker's heartbeats, by their own connection."""
        mail = self._in_hand
        if mail:
            with database.transaction() as transaction:
                named = {"id": mail.id, "attempt": mail.attempt}
                transaction.fetch("deliveries.beat", **named, lease_seconds=LEASE_SECONDS)

    def give_up_lost(self) -> None:
        """Say of mails whose worker died while they were on the line that nobody can know."""
        with self.database.transaction() as transaction:
            for lost in transaction.fetch_as(Delivery, "deliveries.lose", problem=LOST):
                _record_entry(transaction, lost)
                transaction.fetch("extracts.delivered", id=lost.extract_id)
                metrics.mails.labels("unknown").inc()
                logger.warning("delivery %s: unknown whether the mail server took it", lost.id)

    def _deliver(self, delivery: Delivery, extract: Extract) -> None:
        """Send a mail, and write down what became of it, however long the portal database is away."""
        try:
            self.rights.confirm(extract.owner, extract.interface)
            recipient = self._read_recipient(delivery)
            message = self.write(delivery, recipient, extract, datetime.now(UTC))
            self.server.send(message, recipient, lambda: self._say_sending(delivery, message))
        except TakenError:
            return
        except (smtp.MailLaterError, StoreError, errors.PortalDatabaseError, *rights.UNKNOWN) as error:
            self._persist(functools.partial(self._retry, delivery, extract, error))
        except smtp.MailUnknownError as error:
            self._persist(functools.partial(self._end, delivery, extract, "unknown", error))
        except (smtp.MailRefusedError, errors.GuichetError) as error:
            self._persist(functools.partial(self._end, delivery, extract, "failed", error))
        except Exception:
            logger.exception("the mail about extract %s failed", extract.id)
            self._persist(functools.partial(self._retry, delivery, extract, smtp.MailLaterError(errors.UNEXPECTED)))
        else:
            self._persist(functools.partial(self._say_sent, delivery))

    def _read_recipient(self, delivery: Delivery) -> EmailAddress:
        """Return whom a mail goes to.

        :raises RefusedError: if it may not, or not any more: what is allowed may have changed since it was asked for.
        """
        recipient = email_address.parse_address(delivery.recipient)
        if recipient is None or not self.recipients.may_get(delivery.recipient):
            raise smtp.MailRefusedError(FORBIDDEN)
        return recipient

    def _persist(self, step: Callable[[], None]) -> None:
        while True:
            try:
                return step()
            except errors.PortalDatabaseError as error:
                logger.warning("what became of a mail can't be written down yet: %s", errors.explain(error))
                if self._stopping.wait(1):
                    raise

    def _say_sending(self, delivery: Delivery, message: EmailMessage) -> None:
        with self.database.transaction() as transaction:
            said = transaction.find(
                "deliveries.sending",
                id=delivery.id,
                attempt=delivery.attempt,
                attached=any(True for _ in message.iter_attachments()),
                lease_seconds=LEASE_SECONDS,
            )
        if said is None:
            raise TakenError

    def _say_sent(self, delivery: Delivery) -> None:
        with self.database.transaction() as transaction:
            sent = transaction.find_as(Delivery, "deliveries.sent", id=delivery.id, attempt=delivery.attempt)
            if sent:
                _record_entry(transaction, sent)
            transaction.fetch("extracts.delivered", id=delivery.extract_id)
        metrics.mails.labels("sent").inc()

    def _retry(self, delivery: Delivery, extract: Extract, error: Exception) -> None:
        waits = WAITS_SECONDS[delivery.attempt - 1 :]
        if not waits:
            self._end(delivery, extract, "failed", error)
            return
        said, number = errors.explain(error), delivery.attempt
        logger.warning("delivery %s: again in %d s, after attempt %d: %s", delivery.id, waits[0], number, said)
        with self.database.transaction() as transaction:
            transaction.fetch(
                "deliveries.retry",
                id=delivery.id,
                attempt=delivery.attempt,
                problem=_describe_problem(extract, error),
                wait_seconds=waits[0],
            )
        metrics.mails.labels("later").inc()

    def _end(self, delivery: Delivery, extract: Extract, state: str, error: Exception) -> None:
        logger.warning("delivery %s: %s: %s", delivery.id, state, errors.explain(error))
        with self.database.transaction() as transaction:
            ended = transaction.find_as(
                Delivery,
                "deliveries.end",
                id=delivery.id,
                attempt=delivery.attempt,
                state=state,
                problem=_describe_problem(extract, error),
            )
            if ended and state == "unknown":
                _record_entry(transaction, ended)
            if ended and isinstance(error, errors.WithheldError):
                entries.record(transaction, queue.build_withheld_entry(extract, "mail", recipient=delivery.recipient))
            transaction.fetch("extracts.delivered", id=delivery.extract_id)
        metrics.mails.labels(state).inc()


def _describe_problem(extract: Extract, error: Exception) -> str:
    return messages.translate(messages.get_sentence(error), extract.request["language"])


def _record_entry(transaction: Transaction, delivery: Delivery) -> None:
    """Write down that a mail went to somebody, or may have."""
    extract = transaction.find_as(Extract, "deliveries.extract", id=delivery.extract_id)
    assert extract is not None  # a delivery is deleted with its extract
    details = {"recipient": delivery.recipient, "state": delivery.state, "attached": delivery.attached}
    entry = AuditEntry(
        user=extract.owner,
        action="deliver",
        interface=extract.interface,
        criteria=queue.get_audit_criteria(extract.request),
        rows=extract.rows,
        details={"extract": extract.id, **details},
    )
    entries.record(transaction, entry)
