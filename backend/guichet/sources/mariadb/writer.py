"""Writing to a MariaDB or MySQL database, as a user of its own: short transactions that see one moment of it.

SERIALIZABLE, which locks what is read: InnoDB's other levels let a row be written over that somebody changed since it
was read. Of two who read the same row and then write it, the server ends one, who may begin anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from guichet import errors
from guichet.sources.mariadb import statements
from guichet.sources.mariadb.catalogue import find_engine
from guichet.sources.mariadb.connections import Opening
from guichet.sources.mariadb.pool import ConnectionPool
from guichet.sources.mariadb.source import MariaDBSession, end
from guichet.sources.protocol import Parameters, WriteResult

NO_UNDOING = "the table {table} is kept by {engine}, which can undo nothing: records need InnoDB"


class MariaDBWriteSession(MariaDBSession):
    """One transaction that writes. Made by `MariaDBWriter.transaction`."""

    def write(self, sql: str, parameters: Parameters) -> WriteResult:
        """Run one statement that changes rows."""
        schema, table = self._find_changed(sql)
        try:
            with self._asking():
                result = self._connection.fetch(self.render(sql, parameters))
        except errors.ConstraintError as error:
            if "." not in error.table:  # of a unique key no database is told, and often no table
                error.table = f"{schema}.{error.table or table}"
            raise
        row = result.rows[0] if result.names and result.count else None
        return WriteResult(
            result.count, dict(zip(result.names, row, strict=True)) if row else {}, result.number if not row else None
        )

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have the server read a change and check it, its rights included, without running it."""
        self._find_changed(sql)
        super().plan(sql, parameters)

    def commit(self) -> None:
        """Make it last."""
        with self._asking():
            self._connection.commit()

    def _find_changed(self, sql: str) -> tuple[str, str]:
        """Return the database and the table that a statement changes.

        :raises QueryFailedError: if it may not run, or its changes could not be undone.
        """
        with self._asking():
            schema, table = statements.find_changed_table(sql)
        schema = schema or self._connection.database
        engine, undoes = find_engine(self, schema, table)
        if not undoes:
            raise errors.QueryFailedError(self.source, NO_UNDOING.format(table=table, engine=engine), table)
        return schema, table


class MariaDBWriter:
    """A database that records are written to.

    :param timeout_seconds: how long each statement may take, waiting for others included.
    """

    def __init__(self, pool: ConnectionPool, timeout_seconds: int) -> None:
        self._pool = pool
        self.timeout_seconds = timeout_seconds

    @contextmanager
    def transaction(self) -> Iterator[MariaDBWriteSession]:
        """Open a transaction, which is undone unless the block commits it.

        :raises SourceError: any of its kinds, also from within the block.
        """
        with self._pool.connection(Opening(self.timeout_seconds, writes=True)) as connection:
            session = MariaDBWriteSession(self._pool.name, self._pool, connection, self.timeout_seconds)
            try:
                yield session
            finally:
                session.close()
                end(connection, [], cancelled=session.cancelled)
