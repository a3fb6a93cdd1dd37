"""Connections by PyMySQL: how a URL is read, how one begins, and what is asked of it in the server's own protocol.

The driver is an extra of the package (`mariadb`), and is loaded when a source of the kind is opened.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

from guichet import errors
from guichet.sources.mariadb.literals import quote_text

try:
    import pymysql
    from pymysql.constants import CLIENT, FIELD_TYPE
    from pymysql.converters import convert_bit
except ModuleNotFoundError as error:
    raise errors.SettingsError(
        ["MariaDB and MySQL are read by the driver PyMySQL, which is not installed: pip install pymysql"]
    ) from error

PORT = 3306
# How long the server waits for us to take rows, or to ask something.
SERVER_SECONDS = 600
CHARSET = "utf8mb4"
# What a statement may be: MariaDB's own default, without what only old servers know. Double quotes are texts, and a
# backslash in a text is an escape, as authors know it.
SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"

# A text in the rarest collation of its character set: what is compared with it names its own in the error.
PROBES: Mapping[str, str] = {
    "utf8mb4": "utf8mb4_esperanto_ci",
    "utf8mb3": "utf8mb3_esperanto_ci",
    "latin1": "latin1_german2_ci",
}
UNKNOWN_VARIABLE, UNKNOWN_COLLATION, UNKNOWN_ZONE = 1193, 1273, 1298

REMEDY = (
    "the server does not know the time zone {zone}: load its time zones (mariadb-tzinfo-to-sql /usr/share/zoneinfo |"
    " mariadb mysql), or set TIME_ZONE=UTC"
)

# What a connection can be told by its URL, and how the driver calls it.
OPTIONS = {"ssl_ca": str, "ssl_cert": str, "ssl_key": str, "unix_socket": str}

# Only numbers become Python's own; everything else stays the text that the server prints.
_NUMBERS = (
    FIELD_TYPE.TINY,
    FIELD_TYPE.SHORT,
    FIELD_TYPE.LONG,
    FIELD_TYPE.LONGLONG,
    FIELD_TYPE.INT24,
    FIELD_TYPE.YEAR,
)
DECODERS: dict[int | type[Any], Any] = {
    **dict.fromkeys(_NUMBERS, int),
    FIELD_TYPE.FLOAT: float,
    FIELD_TYPE.DOUBLE: float,
    FIELD_TYPE.BIT: convert_bit,
}

DriverError = pymysql.err.Error
# What the driver raises, also where a server breaks its protocol or asks for a file of ours.
FAILURES = (
    DriverError,
    struct.error,
    OSError,
    RuntimeError,
    EOFError,
    AssertionError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
)


def read_url(url: SecretStr) -> dict[str, Any]:
    """Return what the driver connects by.

    :raises ValueError: for an option that is not known. It never quotes the URL, which has a password.
    """
    parts = urlsplit(url.get_secret_value())
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise ValueError(f"an option of its URL is not known: {', '.join(unknown)} (there are {', '.join(OPTIONS)})")
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or PORT,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.strip("/")),
        **options,
        **({"ssl_verify_cert": True, "ssl_verify_identity": True} if "ssl_ca" in options else {}),
    }


@dataclass(frozen=True)
class Opening:
    """How a connection is begun on.

    :param seconds: how long each statement may take, by the server's clock.
    :param snapshot: whether all statements see the database as it is now.
    :param makes_tables: whether temporary tables come first: then no transaction begins yet (see `start`).
    :param writes: whether it is to write records.
    """

    seconds: float
    snapshot: bool = False
    makes_tables: bool = False
    writes: bool = False


class Connection:
    """One connection, whose settings are ours.

    :param seconds: how long it may take to come about.
    :param time_zone: of the session.
    :raises FAILURES: if there is none.
    """

    def __init__(self, address: dict[str, Any], seconds: float, time_zone: str) -> None:
        self._driver: Any = pymysql.connect(
            **address,
            charset=CHARSET,
            connect_timeout=max(1, int(seconds)),
            read_timeout=max(1, int(seconds)),
            write_timeout=max(1, int(seconds)),
            autocommit=True,
            local_infile=False,  # no server is given a file, whatever it asks for
            client_flag=CLIENT.FOUND_ROWS,
            conv=DECODERS,
            program_name="guichet",
        )
        self._limit = 0.0
        self._level = ""
        self.broken = False
        try:
            self._begin(time_zone)
        except BaseException:
            self.close()
            raise

    @property
    def is_mariadb(self) -> bool:
        return "mariadb" in self._driver.get_server_info().lower()

    @property
    def database(self) -> str:
        """Its name, in which tables are that SQL names alone."""
        return str(self._driver.db.decode())

    @property
    def id(self) -> int:
        return int(self._driver.thread_id())

    def _begin(self, time_zone: str) -> None:
        zone = "+00:00" if time_zone in ("UTC", "Etc/UTC", "GMT") else time_zone
        settings = {
            "sql_mode": quote_text(SQL_MODE),
            "time_zone": quote_text(zone),
            "net_write_timeout": str(SERVER_SECONDS),
            "net_read_timeout": str(SERVER_SECONDS),
            "group_concat_max_len": "1048576",
            "lc_messages": "'en_US'",  # what its errors say is read, too
        }
        self._run(f"SET NAMES {CHARSET}")
        try:
            self._run("SET " + ", ".join(f"SESSION {name} = {value}" for name, value in settings.items()))
        except DriverError as error:
            if error.args and error.args[0] == UNKNOWN_ZONE:
                remedy = REMEDY.format(zone=zone)
                raise pymysql.err.OperationalError(UNKNOWN_ZONE, remedy) from error
            raise
        if self.is_mariadb:
            self._run("SET SESSION in_predicate_conversion_threshold = 0")
        for charset, collation in PROBES.items():
            try:
                self._run(f"SET @guichet_{charset} = CONVERT('x' USING {charset}) COLLATE {collation}")
            except DriverError as error:
                if error.args[0] not in (UNKNOWN_COLLATION, 1115):
                    raise
        self._run("SET SESSION TRANSACTION READ ONLY")

    def begin(self, opening: Opening) -> None:
        """Begin as it is wished."""
        self._set_limit(opening.seconds)
        if opening.makes_tables:
            self._run("SET SESSION TRANSACTION READ WRITE")
        elif opening.writes:
            self._run(f"SET SESSION innodb_lock_wait_timeout = {max(1, int(opening.seconds))}")
            self._set_level("SERIALIZABLE")
            self._run("START TRANSACTION READ WRITE")
        else:
            self.start(snapshot=opening.snapshot)

    def start(self, *, snapshot: bool) -> None:
        """Begin a transaction that only reads.

        In InnoDB those of the level REPEATABLE READ see one moment, which is this one.
        """
        self._set_level("REPEATABLE READ" if snapshot else "READ COMMITTED")
        self._run(f"START TRANSACTION{' WITH CONSISTENT SNAPSHOT,' * snapshot} READ ONLY")

    def make_table(self, sql: str) -> None:
        """Make a temporary table, by its statement."""
        self._run(sql)

    def forbid_writing(self) -> None:
        """Let whatever comes next only read, but for temporary tables."""
        self._run("SET SESSION TRANSACTION READ ONLY")

    def commit(self) -> None:
        """End the transaction, and make it last."""
        self._run("COMMIT")

    def _set_level(self, level: str) -> None:
        if level != self._level:
            self._run(f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
            self._level = level

    def _set_limit(self, seconds: float) -> None:
        if seconds == self._limit:
            return
        if self.is_mariadb:
            self._run(f"SET SESSION max_statement_time = {max(0.001, seconds):.3f}")
        else:
            self._run(f"SET SESSION max_execution_time = {max(1, int(seconds * 1000))}")
        self._limit = seconds

    def _run(self, sql: str) -> None:
        with self._driver.cursor() as cursor:
            cursor.execute(sql)

    @property
    def patience(self) -> float:
        return float(self._driver._read_timeout)

    @patience.setter
    def patience(self, seconds: float) -> None:
        """Wait no longer than so for anything that the server sends."""
        self._driver._read_timeout = seconds

    def fetch(self, sql: str) -> StatementResult:
        """Run a statement and take all of its rows."""
        cursor = self._driver.cursor()
        cursor.execute(sql)
        return StatementResult(cursor)

    def fetch_nothing(self, sql: str) -> list[Any]:
        """Run a query for none of its rows, or those of its own LIMIT; return what is told of its columns."""
        self._run("SET SESSION sql_select_limit = 0")
        try:
            return self.fetch(sql).fields
        finally:
            self._run("SET SESSION sql_select_limit = DEFAULT")

    def stream(self, sql: str, *, as_bytes: bool = False) -> RowStream:
        """Run a statement and take its rows while the server makes them.

        :param as_bytes: whether texts come as they are sent.
        """
        cursor = self._driver.cursor(pymysql.cursors.SSCursor)
        self._driver.use_unicode = not as_bytes
        try:
            cursor.execute(sql)
        finally:
            self._driver.use_unicode = True
        return RowStream(cursor)

    def roll_back(self, tables: Sequence[str] = ()) -> None:
        """End the transaction, and drop its temporary tables."""
        self._run("ROLLBACK")
        for table in tables:
            self._run(f"DROP TEMPORARY TABLE IF EXISTS {table}")

    def shut_down(self) -> None:
        """End the connection under whoever waits for it, from another thread."""
        with suppress(OSError, AttributeError):
            self._driver._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection without a word to the server: it may be sending rows that nobody takes."""
        self.broken = True
        self._driver._force_close()


class StatementResult:
    """Rows that are all there."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.names: list[str] = [field[0] for field in cursor.description or ()]

    @property
    def count(self) -> int:
        """How many rows there are, or were changed."""
        return int(self._cursor.rowcount)

    @property
    def number(self) -> int | None:
        """The one that the server made for a new row."""
        return self._cursor.lastrowid or None

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(self._cursor.fetchall())

    @property
    def fields(self) -> list[Any]:
        """What the protocol tells of the columns."""
        return list(self._cursor._result.fields) if self._cursor.description else []


class RowStream(StatementResult):
    """Rows that come one by one.

    :param ended: whether all have been taken: else the connection can be used for nothing else.
    """

    ended = False

    def take(self, most: int) -> list[tuple[Any, ...]]:
        """Return the next rows; fewer than were wanted only at the end."""
        rows = list(self._cursor.fetchmany(most))
        self.ended = len(rows) < most
        return rows

    def batches(self, most: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield all rows, so many at a time."""
        while not self.ended:
            yield self.take(most)

    def abandon(self) -> None:
        """Take no more rows: the driver would read all of them to the end."""
        if result := self._cursor._result:
            result.unbuffered_active = False
            result.connection = None
        self._cursor._result = self._cursor.connection = None
