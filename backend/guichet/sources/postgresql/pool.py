"""Connections to one database: at most so many, waited for no longer than so long, replaced when they broke.

A pool is made before the server forks and connects only when it is used, so that no two processes share a connection.
A connection that nobody needs for a while is closed: the database may have fewer for us than all processes together
may open, and then one process waits for what another lets go. A database that did not answer in time is not asked
again for a moment (`breaker`).
"""

from __future__ import annotations

import codecs
import logging
import mmap
import re
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
import psycopg2.extensions
from pydantic import SecretStr

from guichet import errors, metrics
from guichet.masking import mask
from guichet.messages import say
from guichet.sources.breaker import Breaker
from guichet.sources.idle_connections import IdleConnections
from guichet.sources.postgresql import deadlines, sqlstates

logger = logging.getLogger(__name__)

Connection = psycopg2.extensions.connection

# How often a database that has no connection left is asked for one.
RETRY_SECONDS = 0.1
# How long after one process found none left the others keep no idle ones.
SCARCE_SECONDS = 10.0

# What servers and poolers say that have no connection left. The driver knows no SQLSTATE of a failed connection, so it
# is by the words, in the languages that PostgreSQL speaks most.
NONE_LEFT = re.compile(
    r"too many (?:connections|clients)|connection slots are reserved|no more connections allowed"
    r"|trop de (?:connexions|clients)|demasiad[oa]s (?:conexiones|clientes)|(?:zu|schon zu) viele Verbindungen"
    r"|troppe connessioni|muitas conexões|слишком много (?:подключений|клиентов)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PoolLimits:
    """How many connections there are, and how long anybody waits: for a free one, for a new one."""

    size: int
    wait_seconds: float
    connect_seconds: int


class Pool:
    """The connections of this process to one database.

    :param name: what the errors call it.
    :param setup: SQL that a new connection begins with.
    :param encoding: of the texts in a database that does not know it itself, as Python calls it.
    """

    def __init__(
        self, name: str, url: SecretStr, limits: PoolLimits, *, setup: str = "", encoding: str = "utf-8"
    ) -> None:
        self.name = name
        self._setup = setup
        self._encoding = _client_encoding(name, encoding)
        self._url = url
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.size)
        self._scarcity = Scarcity()
        self._idle = IdleConnections[Connection](name, Connection.close, lambda: self._scarcity.is_told)
        self._breaker = Breaker(name, 2 * limits.connect_seconds)  # to connect, and to begin

    @contextmanager
    def connection(self, opening: str) -> Iterator[Connection]:
        """Lend a connection on which `opening` has been run. It comes back to the pool unless it was closed.

        A connection that broke while it lay idle is replaced, unnoticed: the database was restarted.

        :param opening: SQL without parameters, such as the beginning of a transaction.
        :raises SourceBusyError: if none came free in time, here or in the database.
        :raises SourceUnavailableError: if a new one can't be made, or the database doesn't answer, or did not a moment
            ago.
        """
        if self._breaker.is_open:
            raise self._build_unasked()
        until = time.monotonic() + self._limits.wait_seconds
        if not self._places.acquire(timeout=self._limits.wait_seconds):
            raise self._busy(f"all {self._limits.size} of this process are in use")
        metrics.pool_size.labels(self.name).set(self._limits.size)
        metrics.connections.labels(self.name).inc()
        try:
            connection = self._open(opening, until)
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            metrics.connections.labels(self.name).dec()
            self._places.release()

    def _busy(self, reason: str) -> errors.SourceBusyError:
        metrics.connections_refused.labels(self.name).inc()
        logger.warning("no connection to the database “%s” came free: %s", self.name, reason)
        message = say("Too many searches of “{source}” are running at once.", source=self.name)
        return errors.SourceBusyError(self.name, message, reason)

    def _build_unasked(self) -> errors.SourceUnavailableError:
        metrics.connections_skipped.labels(self.name).inc()
        return sqlstates.build_unavailable(self.name, "it did not answer a moment ago, and is not asked yet")

    def _open(self, opening: str, until: float) -> Connection:
        """Begin on a connection, and note whether the database answered."""
        if not self._breaker.admit():
            raise self._build_unasked()
        begun = time.monotonic()
        try:
            connection = self._begin(opening, until)
        except errors.SourceUnavailableError:
            seconds = time.monotonic() - begun
            if seconds < self._limits.connect_seconds - 1:  # libpq counts whole seconds, and begins amid one
                self._breaker.record_answer()
            else:
                self._breaker.record_silence(seconds)
            raise
        except errors.SourceError:
            self._breaker.record_answer()
            raise
        self._breaker.record_answer()
        return connection

    def _begin(self, opening: str, until: float) -> Connection:
        idle = self._idle.take()
        if idle:
            deadline = None
            try:
                with deadlines.within(idle, self._limits.connect_seconds) as deadline:
                    _run(idle, opening)
                return idle
            except psycopg2.Error as error:
                idle.close()
                self.close_idle()
                if deadline and deadline.passed:  # another connection would be waited for as long
                    raise sqlstates.translate(error, self.name, self._url) from error
        connection = self._connect(until)
        try:
            with deadlines.within(connection, self._limits.connect_seconds):
                _run(connection, opening)
        except psycopg2.Error as error:
            connection.close()
            raise sqlstates.translate(error, self.name, self._url) from error
        return connection

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""
        self._idle.close()

    def _give_back(self, connection: Connection) -> None:
        if not connection.closed:
            self._idle.keep(connection)

    def _connect(self, until: float) -> Connection:
        """Connect; where the database has no connection left, wait for one as for a free one of our own."""
        while True:
            try:
                return self._connect_once()
            except psycopg2.Error as error:  # also what libpq can't read in the URL
                if not NONE_LEFT.search(str(error)):
                    raise sqlstates.translate(error, self.name, self._url) from error
                self._scarcity.tell()
                if time.monotonic() + RETRY_SECONDS >= until:
                    raise self._busy(mask(error, self._url)) from error
            time.sleep(RETRY_SECONDS)

    def _connect_once(self) -> Connection:
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
        connection.autocommit = True
        try:
            if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
                connection.set_client_encoding(self._encoding)
            if self._setup:
                _run(connection, self._setup)
        except psycopg2.Error:
            connection.close()
            raise
        return connection


def _client_encoding(source: str, encoding: str) -> str:
    """Return what the database calls an encoding that Python calls so.

    :raises SettingsError: if it knows none like it.
    """
    known = {codecs.lookup(codec).name: name for name, codec in psycopg2.extensions.encodings.items()}
    name = codecs.lookup(encoding).name
    if name not in known:
        raise errors.SettingsError([f"SOURCE_{source.upper()}_ENCODING: PostgreSQL has no encoding {encoding}"])
    return "UTF8" if name == "utf-8" else known[name]


class Scarcity:
    """Whether the database had no connection left a moment ago; known to all processes that were forked since."""

    def __init__(self) -> None:
        self._told_at = mmap.mmap(-1, mmap.PAGESIZE)

    @property
    def is_told(self) -> bool:
        (told_at,) = struct.unpack_from("d", self._told_at)
        return bool(told_at) and time.monotonic() - told_at < SCARCE_SECONDS

    def tell(self) -> None:
        """Tell all processes that connections are scarce."""
        struct.pack_into("d", self._told_at, 0, time.monotonic())


def _run(connection: Connection, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
