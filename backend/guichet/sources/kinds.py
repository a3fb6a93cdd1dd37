"""Kinds of databases: which one a URL means by its scheme, and where what it needs stands.

A kind is data: what it names is loaded when it is first used, so that no driver is needed for a kind that nobody has.
Other packages add theirs by the entry point group `guichet.sources`, each a `Kind`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, cast
from urllib.parse import urlsplit

from pydantic import SecretStr

from guichet.sources.protocol import RecordWriter, Source

ENTRY_POINTS = "guichet.sources"


@dataclass(frozen=True)
class SourceConfig:
    """What a source is opened by.

    :param pool_size: how many connections a process may have.
    :param wait_seconds: how long anybody waits for a free one.
    :param connect_seconds: how long a new one may take.
    :param time_zone: where a day begins, and how timestamps with a zone are written.
    :param encoding: of the texts in a database that does not know it itself, as Python calls it.
    :param write_seconds: how long a statement that writes may take.
    :param parallel: how many processes of the database an extract may use beside its own.
    """

    name: str
    url: SecretStr
    pool_size: int
    wait_seconds: float
    connect_seconds: int
    time_zone: str
    encoding: str = "utf-8"
    write_seconds: int = 10
    parallel: int = 0


@dataclass(frozen=True)
class Kind:
    """A kind of database. What is loaded lazily is named as `module:object`.

    :param url: what a URL looks like, for messages.
    :param source: a function that makes a source of its `SourceConfig`. It connects to nothing.
    :param writer: the same of what writes records; None where a kind can't.
    :param dialect: an object that is a `Dialect` of `guichet.sql`.
    :param needs_path: whether a URL has to name a database, or a file, behind its host.
    """

    name: str
    schemes: tuple[str, ...]
    url: str
    source: str
    writer: str | None
    dialect: str
    needs_path: bool = True

    def open_source(self, config: SourceConfig) -> Source:
        """Make a source; it connects when it is first read."""
        return cast(Callable[[SourceConfig], Source], _load(self.source))(config)

    def open_writer(self, config: SourceConfig) -> RecordWriter:
        """Make what writes the records of a source; it connects when it is first used.

        :raises ValueError: if records of this kind can't be written.
        """
        if self.writer is None:
            raise ValueError(f"records in {self.name} can't be written")
        return cast(Callable[[SourceConfig], RecordWriter], _load(self.writer))(config)

    def load_dialect(self) -> Any:
        """Return its dialect, whose protocol is known above."""
        return _load(self.dialect)


POSTGRESQL = Kind(
    name="PostgreSQL",
    schemes=("postgresql", "postgres"),
    url="postgresql://user:password@host:5432/database",
    source="guichet.sources.postgresql.opening:open_source",
    writer="guichet.sources.postgresql.opening:open_writer",
    dialect="guichet.sql.postgresql.dialect:POSTGRESQL",
)


MARIADB = Kind(
    name="MariaDB",
    schemes=("mariadb", "mysql"),
    url="mariadb://user:password@host:3306/database",
    source="guichet.sources.mariadb.opening:open_source",
    writer="guichet.sources.mariadb.opening:open_writer",
    dialect="guichet.sql.mariadb.dialect:MARIADB",
)


DUCKDB = Kind(
    name="DuckDB",
    schemes=("duckdb",),
    url="duckdb:///folder",
    source="guichet.sources.duckdb.opening:open_source",
    writer=None,
    dialect="guichet.sql.duckdb.dialect:DUCKDB",
)


SQLITE = Kind(
    name="SQLite",
    schemes=("sqlite",),
    url="sqlite:///folder/file.db",
    source="guichet.sources.sqlite.opening:open_source",
    writer=None,
    dialect="guichet.sql.sqlite.dialect:SQLITE",
)


SPARK = Kind(
    name="Spark",
    schemes=("spark",),
    url="spark://host:15002",
    source="guichet.sources.spark.opening:open_source",
    writer=None,
    dialect="guichet.sql.spark.dialect:SPARK",
    needs_path=False,
)


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Return every kind that is installed, Guichet's own first."""
    return (POSTGRESQL, MARIADB, SQLITE, DUCKDB, SPARK, *_load_installed())


def of_url(url: str) -> Kind:
    """Return the kind of database that a URL means.

    :raises ValueError: if there is none, with what a URL looks like. It never quotes the URL, which has a password.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit(url.partition(":")[0] + ":")  # its message has the password in it
    meant = [kind for kind in all_kinds() if parts.scheme in kind.schemes]
    if meant and (parts.path.strip("/") or (parts.netloc and not meant[0].needs_path)):
        return meant[0]
    raise ValueError(f"must look like {' or '.join(kind.url for kind in meant or all_kinds())}")


def is_of(kind: Kind, url: str) -> bool:
    """Tell whether a URL means a database of a kind."""
    try:
        return of_url(url) is kind
    except ValueError:
        return False


def _load_installed() -> Iterator[Kind]:
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        yield entry.load()


def _load(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
