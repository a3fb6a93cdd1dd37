"""A kind of database of another package: PostgreSQL that can do less, by what its URL says.

`toy://…/database?cannot=estimate,snapshot`. Whoever asks it for what it can't do, without having looked, fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from guichet.sources.catalogue import Catalogue
from guichet.sources.kinds import POSTGRESQL, Kind, SourceConfig
from guichet.sources.protocol import Advice, Capabilities, Parameters, Session, Source, TemporaryTable

TOY = Kind(
    name="Toy",
    schemes=("toy",),
    url="toy://user:password@host/database",
    source="guichet_toy:open_source",
    writer=None,
    dialect=POSTGRESQL.dialect,
)


class ToySource:
    """A `Source`."""

    advice = Advice()

    def __init__(self, inner: Source, absent: Sequence[str]) -> None:
        self._inner = inner
        self.name = inner.name
        self.time_zone = inner.time_zone
        self.capabilities: Capabilities = replace(inner.capabilities, **dict.fromkeys(absent, False))

    @property
    def catalogue(self) -> Catalogue | None:
        return self._inner.catalogue if self.capabilities.catalogue else None

    @contextmanager
    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> Iterator[Session]:
        assert self.capabilities.temporary_tables or not tables
        assert self.capabilities.snapshot or not snapshot
        seconds = timeout_seconds if self.capabilities.time_limit else 3600
        with self._inner.session(seconds, tables, snapshot=snapshot) as session:
            yield ToySession(session, self.capabilities)  # type: ignore[misc]  # what it does not name itself, `__getattr__` passes on

    def takes_tables(self) -> bool:
        assert self.capabilities.temporary_tables
        return self._inner.takes_tables()

    def close_idle(self) -> None:
        self._inner.close_idle()

    def ping(self) -> None:
        self._inner.ping()


class ToySession:
    """A `Session`."""

    def __init__(self, inner: Session, capabilities: Capabilities) -> None:
        self._inner = inner
        self._capabilities = capabilities

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def estimate(self, sql: str, parameters: Parameters) -> int | None:
        assert self._capabilities.estimate
        return self._inner.estimate(sql, parameters)

    def cancel(self) -> None:
        if self._capabilities.cancel:
            self._inner.cancel()


def open_source(config: SourceConfig) -> ToySource:
    """Make a source."""
    parts = urlsplit(config.url.get_secret_value())
    absent = {"writes", *",".join(parse_qs(parts.query).get("cannot", [])).split(",")} - {""}
    url = SecretStr(parts._replace(scheme="postgresql", query="").geturl())
    return ToySource(POSTGRESQL.open_source(replace(config, url=url)), sorted(absent))
