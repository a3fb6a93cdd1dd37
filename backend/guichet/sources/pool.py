"""Connections to one database: at most so many, waited for no longer than so long, replaced when they broke.

A pool is made before the server forks and connects only when it is used, so that no two processes share a connection.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
import psycopg2.extensions
from pydantic import SecretStr

from guichet import errors, metrics
from guichet.sentences import say
from guichet.sources import sqlstates

Connection = psycopg2.extensions.connection


@dataclass(frozen=True)
class PoolLimits:
    """How many connections there are, and how long anybody waits: for a free one, for a new one."""

    size: int
    wait_seconds: float
    connect_seconds: int


class Pool:
    """The connections of this process to one database.

    :param name: what the errors call it.
    """

    def __init__(self, name: str, url: SecretStr, limits: PoolLimits) -> None:
        self.name = name
        self._url = url
        self._limits = limits
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(limits.size)

    @contextmanager
    def connection(self, opening: str) -> Iterator[Connection]:
        """Lends a connection on which `opening` has been run. It comes back to the pool unless it was closed.

        A connection that broke while it lay idle is replaced, unnoticed: the database was restarted.

        :param opening: SQL without parameters, such as the beginning of a transaction.
        :raises SourceBusyError: if none came free in time.
        :raises SourceUnavailableError: if a new one can't be made.
        """
        if not self._places.acquire(timeout=self._limits.wait_seconds):
            metrics.connections_refused.labels(self.name).inc()
            raise errors.SourceBusyError(
                self.name, say("Too many searches of “{source}” are running at once.", source=self.name)
            )
        metrics.connections.labels(self.name).inc()
        try:
            connection = self._opened(opening)
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            metrics.connections.labels(self.name).dec()
            self._places.release()

    def _opened(self, opening: str) -> Connection:
        idle = self._take()
        if idle:
            try:
                _run(idle, opening)
                return idle
            except psycopg2.Error:
                idle.close()
                self.close_idle()
        connection = self._connect()
        try:
            _run(connection, opening)
        except psycopg2.Error as error:
            connection.close()
            raise sqlstates.translate(error, self.name, self._url) from error
        return connection

    def _take(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def close_idle(self) -> None:
        """Closes every idle connection: after one of them turned out to be broken, or when nobody needs them."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        if connection.closed:
            return
        with self._lock:
            self._idle.append(connection)

    def _connect(self) -> Connection:
        try:
            connection = psycopg2.connect(
                self._url.get_secret_value(),
                connect_timeout=self._limits.connect_seconds,
                application_name="guichet",
                client_encoding="UTF8",
                keepalives_idle=30,
                keepalives_interval=10,
                keepalives_count=3,
                tcp_user_timeout=60_000,
            )
        except psycopg2.Error as error:  # also what libpq can't read in the URL
            raise sqlstates.translate(error, self.name, self._url) from error
        connection.autocommit = True
        return connection


def _run(connection: Connection, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
