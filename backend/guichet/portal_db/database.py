"""Transactions on the portal database, and rows of it by name of their columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extras
from pydantic import SecretStr

from guichet import errors
from guichet.portal_db import queries
from guichet.sources import sqlstates
from guichet.sources.pool import Connection, Pool, PoolLimits

STATEMENT_SECONDS = 10
OPENING = f"BEGIN; SET LOCAL statement_timeout = {STATEMENT_SECONDS * 1000}; SET LOCAL timezone = 'UTC'"

Record = Mapping[str, Any]


class Transaction:
    """One transaction. Queries are named as `file.query`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, query: str, **parameters: Any) -> list[Record]:
        """Runs a named query and returns its rows. Mappings, and lists of them, are bound as JSON."""
        file, name = query.split(".")
        with self._connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(queries.load(file)[name], {key: _adapted(value) for key, value in parameters.items()})
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def find(self, query: str, **parameters: Any) -> Record | None:
        """Runs a named query and returns its first row, or None if it has none."""
        return next(iter(self.fetch(query, **parameters)), None)

    def run(self, sql: str) -> None:
        """Runs SQL of a migration."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)


class PortalDatabase:
    """Guichet's own database."""

    def __init__(self, url: SecretStr, limits: PoolLimits) -> None:
        self._pool = Pool("portal", url, limits)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Opens a transaction; it is committed at the end of the block, or rolled back by an exception.

        :raises PortalDatabaseError: if the database can't be reached or refuses what is asked.
        :raises ConflictError: if a unique name is taken already.
        """
        try:
            with self._pool.connection(OPENING) as connection:
                yield from _commit_or_roll_back(connection)
        except psycopg2.errors.UniqueViolation as error:
            raise errors.ConflictError("There is one of that name already.") from error
        except psycopg2.Error as error:
            raise errors.PortalDatabaseError(str(sqlstates.translate(error, "portal"))) from error
        except errors.SourceError as error:
            raise errors.PortalDatabaseError(str(error)) from error

    def ping(self) -> None:
        """Asks for a sign of life.

        :raises PortalDatabaseError: if there is none.
        """
        with self.transaction() as transaction:
            transaction.run("SELECT 1")


def _adapted(value: Any) -> Any:
    is_json = isinstance(value, dict) or (isinstance(value, list) and all(isinstance(one, dict) for one in value))
    return psycopg2.extras.Json(value, dumps=_dumps) if is_json and value != [] else value


def _dumps(value: Any) -> str:
    """Writes decimals as text, which is read again as the numbers that they were."""
    return json.dumps(value, default=str)


def _commit_or_roll_back(connection: Connection) -> Iterator[Transaction]:
    try:
        yield Transaction(connection)
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: Connection) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
    except psycopg2.Error:
        connection.close()
