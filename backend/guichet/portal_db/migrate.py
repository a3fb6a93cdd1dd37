"""Brings the portal database up to date: ordered `.sql` files, each applied once, whatever starts how often at once."""

from __future__ import annotations

from importlib import resources

from guichet import errors
from guichet.portal_db.database import PortalDatabase

# Any number will do, as long as nobody else locks it: the letters of “guichet” on a telephone.
LOCK = 4842438

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
    """Applies what has not been applied yet, all of it or nothing.

    :returns: the names of the migrations that were applied now.
    """
    with database.transaction() as transaction:
        transaction.run(PREPARE)
        applied = {row["name"] for row in transaction.fetch("migrations.applied")}
        waiting = [name for name in names() if name not in applied]
        for name in waiting:
            transaction.run(_folder().joinpath(name).read_text("utf-8"))
            transaction.fetch("migrations.record", name=name)
    return waiting


def check(database: PortalDatabase) -> None:
    """Asks the database for a sign of life, and whether it is up to date.

    :raises PortalDatabaseError: if it is down, or a migration has not been applied.
    """
    with database.transaction() as transaction:
        applied = {row["name"] for row in transaction.fetch("migrations.applied")}
    if not applied.issuperset(names()):
        raise errors.PortalDatabaseError("The portal's own database is not up to date (guichet migrate).")


def names() -> list[str]:
    """Lists the migrations in the order in which they are applied."""
    return sorted(file.name for file in _folder().iterdir() if file.name.endswith(".sql"))


def _folder() -> resources.abc.Traversable:
    return resources.files(__package__).joinpath("migrations")
