"""The columns of each interface, asked of its source once per version of its definition and remembered."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from guichet.interfaces.interface import Interface
from guichet.search import compose
from guichet.sources.columns import Column
from guichet.sources.source import Source

DESCRIBE_SECONDS = 10


class Catalogue:
    """Remembers columns by interface; another version of a definition replaces what was known of it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Sequence[Column]]] = {}
        self._lock = threading.Lock()

    def columns(self, interface: Interface, source: Source) -> Sequence[Column]:
        """Returns the columns of an interface's result.

        :raises SourceError: if the source has to be asked and doesn't answer.
        """
        with self._lock:
            version, columns = self._known.get(interface.id, ("", ()))
        if version == interface.version:
            return columns
        statement = compose.described(compose.search(interface, {}))
        with source.session(DESCRIBE_SECONDS) as session:
            columns = session.describe(statement.sql, statement.parameters)
        with self._lock:
            self._known[interface.id] = (interface.version, columns)
        return columns
