"""Connections to one server: at most so many, waited for no longer than so long, replaced when they broke.

As `sources.postgresql.pool` does it: made before the server forks, connecting only when it is used, closing what lies
idle, and asking nobody again for a moment who did not answer in time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from guichet import errors, metrics
from guichet.masking import mask
from guichet.messages import say
from guichet.sources.breaker import Breaker
from guichet.sources.idle_connections import IdleConnections
from guichet.sources.kinds import SourceConfig
from guichet.sources.mariadb import connections, error_numbers
from guichet.sources.mariadb.connections import Connection, Opening

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.1


class ConnectionPool:
    """The connections of this process to one server."""

    def __init__(self, config: SourceConfig) -> None:
        self.name = config.name
        self._config = config
        try:
            self._address = connections.read_url(config.url)
        except ValueError as error:
            raise errors.SettingsError([f"SOURCE_{config.name.upper()}_URL: {error}"]) from error
        self._idle = IdleConnections[Connection](config.name, Connection.close)
        self._places = threading.BoundedSemaphore(config.pool_size)
        self._breaker = Breaker(config.name, 2 * config.connect_seconds)

    @property
    def url(self) -> SecretStr:
        return self._config.url

    @contextmanager
    def connection(self, opening: Opening) -> Iterator[Connection]:
        """Lend a connection that has been begun on. It comes back to the pool unless it broke, or was closed.

        :raises SourceBusyError: if none came free in time, here or in the server.
        :raises SourceUnavailableError: if a new one can't be made, or the server does not answer.
        """
        if self._breaker.is_open:
            raise self._build_unasked()
        until = time.monotonic() + self._config.wait_seconds
        if not self._places.acquire(timeout=self._config.wait_seconds):
            raise self._busy(f"all {self._config.pool_size} of this process are in use")
        metrics.pool_size.labels(self.name).set(self._config.pool_size)
        metrics.connections.labels(self.name).inc()
        try:
            connection = self._open(until, opening)
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            metrics.connections.labels(self.name).dec()
            self._places.release()

    def kill(self, connection: Connection, seconds: float) -> None:
        """Have the server end what a connection is doing, by one of its own.

        :raises FAILURES: if that can't be told to it.
        """
        other = Connection(self._address, seconds, "UTC")
        try:
            other.fetch(f"KILL QUERY {connection.id}")
        finally:
            other.close()

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""
        self._idle.close()

    def _busy(self, reason: str) -> errors.SourceBusyError:
        metrics.connections_refused.labels(self.name).inc()
        logger.warning("no connection to the database “%s” came free: %s", self.name, reason)
        message = say("Too many searches of “{source}” are running at once.", source=self.name)
        return errors.SourceBusyError(self.name, message, reason)

    def _build_unasked(self) -> errors.SourceUnavailableError:
        metrics.connections_skipped.labels(self.name).inc()
        return error_numbers.build_unavailable(self.name, "it did not answer a moment ago, and is not asked yet")

    def _open(self, until: float, opening: Opening) -> Connection:
        if not self._breaker.admit():
            raise self._build_unasked()
        begun = time.monotonic()
        try:
            connection = self._begin(until, opening)
        except errors.SourceUnavailableError:
            waited = time.monotonic() - begun
            if waited < self._config.connect_seconds - 1:
                self._breaker.record_answer()
            else:
                self._breaker.record_silence(waited)
            raise
        except errors.SourceError:
            self._breaker.record_answer()
            raise
        self._breaker.record_answer()
        return connection

    def _begin(self, until: float, opening: Opening) -> Connection:
        idle = self._idle.take()
        if idle:
            begun = time.monotonic()
            try:
                self._start(idle, opening)
                return idle
            except connections.FAILURES as error:
                idle.close()
                self.close_idle()
                if time.monotonic() - begun >= self._config.connect_seconds - 1:  # another one would take as long
                    raise self._translate(error) from error
        connection = self._connect(until)
        try:
            self._start(connection, opening)
        except connections.FAILURES as error:
            connection.close()
            raise self._translate(error) from error
        return connection

    def _start(self, connection: Connection, opening: Opening) -> None:
        connection.patience = self._config.connect_seconds
        connection.begin(opening)

    def _translate(self, error: Exception) -> errors.SourceError:
        return error_numbers.translate(error, self.name, self._config.url)

    def _connect(self, until: float) -> Connection:
        """Connect; where the server has no connection left, wait for one as for a free one of our own."""
        while True:
            try:
                return Connection(self._address, self._config.connect_seconds, self._config.time_zone)
            except connections.FAILURES as error:
                if error_numbers.number_of(error) not in error_numbers.NONE_LEFT:
                    raise self._translate(error) from error
                if time.monotonic() + RETRY_SECONDS >= until:
                    raise self._busy(mask(error, self._config.url)) from error
            time.sleep(RETRY_SECONDS)

    def _give_back(self, connection: Connection) -> None:
        if not connection.broken:
            self._idle.keep(connection)
