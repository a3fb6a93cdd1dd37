"""Writing to a source, as a role of its own: short transactions that see one moment of the database.

REPEATABLE READ, so that a row which somebody else changes between our reading it and our writing it is never
overwritten: PostgreSQL refuses the write instead, and the caller may begin anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from guichet.sources.postgresql.pool import Pool
from guichet.sources.postgresql.source import PostgreSQLSession, end, opening_of
from guichet.sources.protocol import Parameters, WriteResult


class PostgreSQLWriteSession(PostgreSQLSession):
    """One transaction that writes. Made by `PostgreSQLWriter.transaction`."""

    def write(self, sql: str, parameters: Parameters) -> WriteResult:
        """Run one statement that changes rows."""
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            row = cursor.fetchone() if cursor.description else None
            names = [column.name for column in cursor.description or ()]
            return WriteResult(cursor.rowcount, dict(zip(names, row, strict=True)) if row else {})

    def commit(self) -> None:
        """Make it last. Constraints that were put off until now may still refuse it."""
        with self._cursor() as cursor:
            cursor.execute("COMMIT")


class PostgreSQLWriter:
    """A database that records are written to.

    :param timeout_seconds: how long each statement may take, waiting for others included.
    """

    def __init__(self, pool: Pool, time_zone: str, timeout_seconds: int) -> None:
        self._pool = pool
        limits = f"SET LOCAL statement_timeout = {timeout_seconds * 1000}"
        self._opening = f"{opening_of('BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE', time_zone)}; {limits}"
        self.timeout_seconds = timeout_seconds

    @contextmanager
    def transaction(self) -> Iterator[PostgreSQLWriteSession]:
        """Open a transaction, which is undone unless the block commits it.

        :raises SourceError: any of its kinds, also from within the block.
        """
        with self._pool.connection(self._opening) as connection:
            session = PostgreSQLWriteSession(self._pool.name, connection, self.timeout_seconds)
            try:
                yield session
            finally:
                session.close()
                end(connection, cancelled=session.cancelled)
