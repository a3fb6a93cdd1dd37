"""What an extract needs beside itself: what its search is made of, where its archive goes, who may have it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from guichet.criteria_types.operands import InputLimits
from guichet.extracts.archives.archive_space import ArchiveSpace
from guichet.extracts.archives.archive_store import Store
from guichet.extracts.extract import Extract
from guichet.extracts.rights import Rights
from guichet.interfaces.interface import Interface
from guichet.interfaces.registry import Registry
from guichet.portal_db.database import PortalDatabase
from guichet.search.catalogue import ColumnCatalogue
from guichet.search.execution import Search
from guichet.search.prepare import Ground, prepare
from guichet.sources.protocol import Source
from guichet.sql.dialect import Dialect


@dataclass(frozen=True)
class SearchContext:
    """What the search of an extract is made of.

    :param limits: returns those of criteria as they were on a day.
    """

    database: PortalDatabase
    registry: Registry
    sources: dict[str, Source]
    catalogue: ColumnCatalogue
    limits: Callable[[datetime], InputLimits]
    zone: ZoneInfo

    def change_sources(self, sources: Mapping[str, Source], dialects: Mapping[str, Dialect]) -> None:
        """Have the next extracts read these sources; those under way go on as they began."""
        self.sources.update(sources)
        self.registry.change_sources(dialects)
        for name in self.sources.keys() - sources.keys():
            del self.sources[name]

    def prepare(self, extract: Extract, interface: Interface) -> Search:
        """Make the search of whoever asked for an extract, as on the day when they did.

        :raises CriteriaError: if its criteria are wrong by now.
        :raises InterfaceBrokenError: if the interface's SQL fails in the source.
        """
        source = self.sources[interface.source]
        ground = Ground(
            source=source,
            catalogue=self.catalogue,
            limits=self.limits(extract.created_at.astimezone(self.zone)),
            owner=extract.owner,
            database=lambda: self.database,
        )
        columns = functools.partial(self.catalogue.current_columns, interface, source)
        return prepare(interface, extract.request["criteria"], ground, columns)


@dataclass(frozen=True)
class ExtractContext:
    """What an extract needs beside itself.

    :param extract_seconds: that its query may take.
    :param secret_key: unseals the passwords of archives.
    """

    searches: SearchContext
    space: ArchiveSpace
    store: Store
    rights: Rights
    extract_seconds: int
    secret_key: SecretStr | None
