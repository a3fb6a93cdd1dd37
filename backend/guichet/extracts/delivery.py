"""The outbox: mails that wait, are claimed, and are sent once, or of which it is said that nobody can know.

A mail is `pending` until everything that the mail server can refuse beforehand is accepted, then `sending` while the
message is on the line, then `sent`. What was `sending` when its worker died is `unknown`: it is never sent again
unasked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from pydantic import SecretStr

from guichet import errors, metrics, sentences
from guichet.audit import entries
from guichet.audit.entries import Entry
from guichet.extracts import smtp
from guichet.extracts.stores import StoreError
from guichet.portal_db.database import PortalDatabase, Record, Transaction

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120
WAITS_SECONDS = (15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600)

Write = Callable[[Record, Record, datetime], EmailMessage]


@dataclass(frozen=True)
class Outbox:
    """The mails of a portal, and how they are sent.

    :param write: writes the mail for a delivery and its extract.
    """

    database: PortalDatabase
    smtp_url: SecretStr
    write: Write

    def deliver_one(self) -> bool:
        """Sends the mail whose turn it is; returns False if none waits."""
        with self.database.transaction() as transaction:
            delivery = transaction.find("deliveries.claim", lease_seconds=LEASE_SECONDS)
            if delivery is None:
                return False
            extract = transaction.find("deliveries.extract", id=delivery["extract_id"])
        assert extract is not None  # a delivery is deleted with its extract
        try:
            self._send(delivery, extract)
        except (smtp.LaterError, StoreError) as error:
            self._retry(delivery, extract, error)
        except smtp.UnknownError as error:
            self._end(delivery, extract, "unknown", error)
        except (smtp.RefusedError, errors.GuichetError) as error:
            self._end(delivery, extract, "failed", error)
        return True

    def lose_what_was_on_the_line(self) -> None:
        """Says of mails whose worker died while they were on the line that nobody can know."""
        with self.database.transaction() as transaction:
            for lost in transaction.fetch("deliveries.lose"):
                _audit(transaction, lost)
                transaction.fetch("extracts.delivered", id=lost["extract_id"])
                metrics.mails.labels("unknown").inc()
                logger.warning("delivery %s: unknown whether the mail server took it", lost["id"])

    def _send(self, delivery: Record, extract: Record) -> None:
        message = self.write(delivery, extract, datetime.now(UTC))
        attached = any(True for _ in message.iter_attachments())
        smtp.send(self.smtp_url, message, lambda: self._say_sending(delivery, attached=attached))
        with self.database.transaction() as transaction:
            sent = transaction.find("deliveries.sent", id=delivery["id"], attempt=delivery["attempt"])
            if sent:
                _audit(transaction, sent)
                metrics.mails.labels("sent").inc()
            transaction.fetch("extracts.delivered", id=delivery["extract_id"])

    def _say_sending(self, delivery: Record, *, attached: bool) -> None:
        with self.database.transaction() as transaction:
            said = transaction.find(
                "deliveries.sending",
                id=delivery["id"],
                attempt=delivery["attempt"],
                attached=attached,
                lease_seconds=LEASE_SECONDS,
            )
        if said is None:
            raise smtp.RefusedError("Another worker has this mail by now.")

    def _retry(self, delivery: Record, extract: Record, error: Exception) -> None:
        metrics.mails.labels("later").inc()
        waits = WAITS_SECONDS[delivery["attempt"] - 1 :]
        if not waits:
            self._end(delivery, extract, "failed", error)
            return
        with self.database.transaction() as transaction:
            transaction.fetch(
                "deliveries.retry",
                id=delivery["id"],
                attempt=delivery["attempt"],
                problem=_problem(extract, error),
                wait_seconds=waits[0],
            )

    def _end(self, delivery: Record, extract: Record, state: str, error: Exception) -> None:
        metrics.mails.labels(state).inc()
        logger.warning("delivery %s: %s: %s", delivery["id"], state, error)
        with self.database.transaction() as transaction:
            ended = transaction.find(
                "deliveries.end",
                id=delivery["id"],
                attempt=delivery["attempt"],
                state=state,
                problem=_problem(extract, error),
            )
            if ended and state == "unknown":
                _audit(transaction, ended)
            transaction.fetch("extracts.delivered", id=delivery["extract_id"])


def _problem(extract: Record, error: Exception) -> str:
    return sentences.in_language(sentences.of(error), extract["request"]["language"])


def _audit(transaction: Transaction, delivery: Record) -> None:
    """Writes down that a mail went to somebody, or may have."""
    extract = transaction.find("deliveries.extract", id=delivery["extract_id"])
    assert extract is not None  # a delivery is deleted with its extract
    details = {name: delivery[name] for name in ("recipient", "state", "attached")}
    entry = Entry(
        user=extract["owner"],
        action="deliver",
        interface=extract["interface"],
        criteria=extract["request"]["criteria"],
        rows=extract["rows"],
        details={"extract": str(extract["id"]), **details},
    )
    entries.record(transaction, entry)
