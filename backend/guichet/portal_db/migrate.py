"""Brings the portal database up to date: ordered `.sql` files, each applied once, whatever starts how often at once."""

from __future__ import annotations

import hashlib
from importlib import resources

import psycopg2

from guichet import errors
from guichet.portal_db.database import PortalDatabase, Transaction

# Any number will do, as long as nobody else locks it: the letters of “guichet” on a telephone.
LOCK = 4842438

CHECKSUMS = "checksums.txt"
# Names under which a file was applied before it was renamed, which must not happen again.
FORMER_NAMES = {"0012_extract_served.sql": "0010_extract_served.sql"}

PREPARE = f"""
SET LOCAL statement_timeout = 0;  -- a migration may take its time, and others wait for it
SELECT pg_advisory_xact_lock({LOCK});
CREATE SCHEMA IF NOT EXISTS guichet;
CREATE TABLE IF NOT EXISTS guichet.migration (
    name       text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
"""


def migrate(database: PortalDatabase) -> list[str]:
    """Apply what has not been applied yet, all of it or nothing.

    :returns: the names of the migrations that were applied now.
    :raises PortalDatabaseError: naming the file that failed, with what PostgreSQL said of it.
    """
    with database.transaction() as transaction:
        transaction.run(PREPARE)
        applied = _list_applied(transaction)
        waiting = [name for name in list_migrations() if name not in applied]
        for name in waiting:
            _apply(transaction, name)
    return waiting


def _apply(transaction: Transaction, name: str) -> None:
    try:
        transaction.run(_folder().joinpath(name).read_text("utf-8"))
    except psycopg2.Error as error:
        message = f"{name} failed, and nothing was applied: {str(error).strip()}"
        raise errors.PortalDatabaseError(message) from error
    transaction.fetch("migrations.record", name=name)


def _list_applied(transaction: Transaction) -> set[str]:
    """List the migrations that were applied, by the names that they have now."""
    names = (row["name"] for row in transaction.fetch("migrations.applied"))
    return {FORMER_NAMES.get(name, name) for name in names}


def check(database: PortalDatabase) -> None:
    """Ask the database for a sign of life, and whether it is up to date.

    :raises PortalDatabaseError: if it is down, or a migration has not been applied.
    """
    with database.transaction() as transaction:
        applied = _list_applied(transaction)
    if not applied.issuperset(list_migrations()):
        raise errors.PortalDatabaseError("The portal's own database is not up to date (guichet migrate).")


def list_migrations() -> list[str]:
    """List the migrations in the order in which they are applied."""
    return sorted(file.name for file in _folder().iterdir() if file.name.endswith(".sql"))


def read_checksums() -> dict[str, str]:
    """Return the committed SHA-256 of each landed migration, by its name."""
    lines = _folder().joinpath(CHECKSUMS).read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def compute_checksum(name: str) -> str:
    """Return the SHA-256 of a migration's file."""
    return hashlib.sha256(_folder().joinpath(name).read_bytes()).hexdigest()


def _folder() -> resources.abc.Traversable:
    return resources.files(__package__).joinpath("migrations")
