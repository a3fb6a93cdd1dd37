"""Which account a name stands for: what users keep is found by their name, but not by the next user of that name.

`.htpasswd` has no accounts, only names. So the portal database notes whom the file named when it was last looked at,
and by which stored password. One that went and came back with another password is another account: what the one before
kept is closed, under a name that nobody can have. A password that was changed in its line is the same account.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from guichet import errors
from guichet.access.accounts import Accounts
from guichet.audit import entries
from guichet.audit.entries import AuditEntry
from guichet.portal_db.database import PortalDatabase, Record, Transaction

logger = logging.getLogger(__name__)

# After a look that the portal database had no answer to, the next unasked one waits so long.
PAUSE_SECONDS = 10.0


class AccountRegister:
    """The accounts behind the names of `.htpasswd`, as the portal database knows them."""

    def __init__(
        self, database: PortalDatabase, accounts: Accounts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._seen: object = None
        self._not_before = 0.0
        self._lock = threading.Lock()

    def update(self) -> None:
        """Look at the file, if it has changed since, before anything that a user keeps is read.

        :raises PortalDatabaseError: if it can't be noted.
        """
        if self._accounts.version() is self._seen:
            return
        with self._lock, self._database.transaction() as transaction:
            transaction.fetch("accounts.in_turn")
            seen, fingerprints = self._accounts.version(), self._accounts.fingerprints()
            if fingerprints is not None:
                _note(transaction, fingerprints)
        self._seen = seen

    def observe(self) -> None:
        """Look at the file as `update` does, but let nobody wait for a portal database that is away."""
        if self._accounts.version() is self._seen or self._clock() < self._not_before:
            return
        try:
            self.update()
        except errors.PortalDatabaseError as error:
            self._not_before = self._clock() + PAUSE_SECONDS
            logger.warning("the accounts of .htpasswd can't be noted yet: %s", error)


def open_new(database: PortalDatabase, name: str) -> None:
    """Say that a name which is about to be added is a new account's, whoever had it before.

    :raises PortalDatabaseError: if that can't be noted.
    """
    with database.transaction() as transaction:
        transaction.fetch("accounts.in_turn")
        known = transaction.find("accounts.of_name", name=name)
        if known:
            _close(transaction, known)


def _note(transaction: Transaction, fingerprints: Mapping[str, str]) -> None:
    known = {record["name"]: record for record in transaction.fetch("accounts.known")}
    names = list(fingerprints)
    places = {name: index for index, name in enumerate(names)}
    for name, fingerprint in fingerprints.items():
        record = known.get(name)
        if record and record["fingerprint"] != fingerprint and _is_another(record, known, places):
            _close(transaction, record)
    transaction.fetch("accounts.seen", names=names, fingerprints=list(fingerprints.values()))
    transaction.fetch("accounts.missing", names=names)


def _is_another(record: Record, known: Mapping[str, Record], places: Mapping[str, int]) -> bool:
    """Tell whether a name with another password is another account: it was gone, or stands below a name it stood above.

    `htpasswd` changes a password in its line, and adds a user below all others.
    """
    if record["is_missing"]:
        return True
    if not record["fingerprint"]:
        return False
    own = places[record["name"]]
    return any(
        other["place"] > record["place"] and not other["is_missing"] and places.get(name, own) < own
        for name, other in known.items()
        if other["fingerprint"]
    )


def _close(transaction: Transaction, account: Record) -> None:
    name = account["name"]
    closed = f"{name} ({str(account['id'])[:8]})"  # with a blank, which no user's name has
    transaction.fetch("accounts.close", name=name, closed=closed)
    details = {"what": "account", "name": name, "kept_as": closed}
    entries.record(transaction, AuditEntry(name, "delete", "", {}, details=details))
    logger.warning("%s is a new account: what was kept under this name before is kept as %s", name, closed)
