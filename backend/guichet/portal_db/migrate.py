"""Brings the portal database up to date: ordered `.sql` files, each applied once, whatever starts how often at once."""

from __future__ import annotations

from importlib import resources

from guichet.portal_db.database import PortalDatabase

# Any number will do, as long as nobody else locks it: the letters of “guichet” on a telephone.
LOCK = 4842438

PREPARE = f"""
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


def names() -> list[str]:
    """Lists the migrations in the order in which they are applied."""
    return sorted(file.name for file in _folder().iterdir() if file.name.endswith(".sql"))


def _folder() -> resources.abc.Traversable:
    return resources.files(__package__).joinpath("migrations")
