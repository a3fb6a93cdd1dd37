"""Transactions on the portal database, and rows of it by name of their columns."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import psycopg2
import psycopg2.extras
from pydantic import SecretStr

from guichet import errors, messages
from guichet.masking import mask
from guichet.portal_db import queries
from guichet.sources.postgresql import deadlines
from guichet.sources.postgresql.copy_reader import Reader
from guichet.sources.postgresql.pool import Connection, Pool, PoolLimits

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

logger = logging.getLogger(__name__)

STATEMENT_SECONDS = 10
# How much longer a statement is waited for than the database should take for it.
SLACK_SECONDS = 2
OPENING = f"BEGIN; SET LOCAL statement_timeout = {STATEMENT_SECONDS * 1000}; SET LOCAL timezone = 'UTC'"

Record = Mapping[str, Any]
Model = TypeVar("Model", bound="DataclassInstance")
Cursor = psycopg2.extensions.cursor


def as_json(value: Any) -> Any:
    """Wrap a value that is to be bound as JSON. Decimals are written as text, which is read as the same number."""
    return psycopg2.extras.Json(value, dumps=lambda nested: json.dumps(nested, default=str))


class Transaction:
    """One transaction. Queries are named as `file.query`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seconds = STATEMENT_SECONDS

    @contextmanager
    def _cursor(self, factory: type[Cursor] | None = None) -> Iterator[Cursor]:
        """Open a cursor for one statement, which is given up when the database doesn't keep to its own limit."""
        with (
            deadlines.within(self._connection, self._seconds + SLACK_SECONDS),
            self._connection.cursor(cursor_factory=factory) as cursor,
        ):
            yield cursor

    def fetch(self, query: str, **parameters: Any) -> list[Record]:
        """Run a named query and return its rows."""
        file, name = query.split(".")
        with self._cursor(psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(queries.load(file)[name], parameters)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def find(self, query: str, **parameters: Any) -> Record | None:
        """Run a named query and return its first row, or None if it has none."""
        return next(iter(self.fetch(query, **parameters)), None)

    def fetch_as(self, kind: type[Model], query: str, **parameters: Any) -> list[Model]:
        """Run a named query and return its rows as objects of a dataclass, which takes the columns that it has."""
        return [_build(kind, row) for row in self.fetch(query, **parameters)]

    def find_as(self, kind: type[Model], query: str, **parameters: Any) -> Model | None:
        """Run a named query and return its first row as `fetch_as` does, or None if it has none."""
        return next(iter(self.fetch_as(kind, query, **parameters)), None)

    def copy(self, query: str, output: IO[bytes], **parameters: Any) -> None:
        """Write what a named `COPY … TO STDOUT` sends to a file, in constant memory."""
        file, name = query.split(".")
        with self._cursor() as cursor:
            cursor.copy_expert(cursor.mogrify(queries.load(file)[name], parameters).decode(), output)

    def allow(self, seconds: int) -> None:
        """Let the statements that follow take longer than is usual."""
        self._set(f"SET LOCAL statement_timeout = {seconds * 1000:d}")
        self._seconds = seconds

    def hurry(self) -> None:
        """Let the answer not wait for the disk: after a crash of the database, what is written now may be gone."""
        self._set("SET LOCAL synchronous_commit = off")

    def copy_in(self, query: str, rows: Iterator[bytes]) -> None:
        """Run a named `COPY … FROM STDIN` with rows that are made while it runs."""
        file, name = query.split(".")
        reader = Reader(rows)
        try:
            with self._cursor() as cursor:
                cursor.copy_expert(queries.load(file)[name], cast(IO[bytes], reader), size=1 << 18)
        except psycopg2.Error as error:
            raise (reader.error or error) from None

    def stream(self, query: str, **parameters: Any) -> Iterator[Record]:
        """Run a named query and yield its rows, few at a time in memory: for rows that are large themselves."""
        file, name = query.split(".")
        with self._cursor() as cursor:
            cursor.execute(f"DECLARE streamed NO SCROLL CURSOR FOR {queries.load(file)[name].rstrip(';')}", parameters)
        while rows := self._fetch_next():
            yield from rows
        self._set("CLOSE streamed")

    def _fetch_next(self) -> list[Record]:
        with self._cursor(psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute("FETCH FORWARD 4 FROM streamed")
            return [dict(row) for row in cursor.fetchall()]

    def run(self, sql: str) -> None:
        """Run SQL of a migration, which may take its time."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def _set(self, sql: str) -> None:
        with self._cursor() as cursor:
            cursor.execute(sql)


class PortalDatabase:
    """Guichet's own database."""

    def __init__(self, url: SecretStr, limits: PoolLimits) -> None:
        self._pool = Pool("portal", url, limits)

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""
        self._pool.close_idle()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction; it is committed at the end of the block, or rolled back by an exception.

        :raises PortalDatabaseError: if the database can't be reached or refuses what is asked.
        :raises ConflictError: if a unique name is taken already.
        """
        try:
            with self._pool.connection(OPENING) as connection:
                yield from _commit_or_roll_back(connection)
        except psycopg2.errors.UniqueViolation as error:
            raise errors.ConflictError("There is one of that name already.") from error
        except (psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn) as error:
            raise errors.PortalDatabaseError(
                "The portal's own database is not up to date (guichet migrate)."
            ) from error
        except psycopg2.Error as error:
            reason = mask(_describe_error(error))
            logger.warning("the portal database: %s", reason)
            raise errors.PortalDatabaseError(
                "The portal's own database can't be used at the moment.", reason
            ) from error
        except errors.SourceError as error:
            raise errors.PortalDatabaseError(messages.get_sentence(error), error.reason) from error


def _build(kind: type[Model], row: Record) -> Model:
    """Make an object of a row. Columns that a newer version of the database added are left out."""
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{name: _read_value(value) for name, value in row.items() if name in known})


def _read_value(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _describe_error(error: psycopg2.Error) -> str:
    """Return what the database said, without the details in which it quotes the row that it refuses."""
    return error.diag.message_primary or str(error).split("\n")[0]


def _commit_or_roll_back(connection: Connection) -> Iterator[Transaction]:
    try:
        yield Transaction(connection)
        with deadlines.within(connection, STATEMENT_SECONDS + SLACK_SECONDS), connection.cursor() as cursor:
            cursor.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: Connection) -> None:
    try:
        with deadlines.within(connection, SLACK_SECONDS), connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
    except psycopg2.Error:
        connection.close()
