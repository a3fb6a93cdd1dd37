"""The columns of each interface, asked of its source and remembered for a minute.

Another version of a definition is asked for at once; a change in the database behind it is noticed when a search
fails or its rows are read, and within the minute when neither happens.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from guichet import errors
from guichet.criteria_types.operands import ListRef
from guichet.interfaces.interface import Interface
from guichet.search import compose
from guichet.search.criteria import Filled
from guichet.search.execution import Search
from guichet.search.value_list_binding import ALL_FIT, Unfit
from guichet.sources.columns import Column, ValueType
from guichet.sources.protocol import Session, Source
from guichet.sql.statement import Listed, Statement

DESCRIBE_SECONDS = 10
REMEMBERED_SECONDS = 60
# Of a list, so many values that are no use are remembered.
REMEMBERED_VALUES = 1000

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Known:
    version: str
    until: float
    columns: Sequence[Column]


class ColumnCatalogue:
    """Remembers columns by interface; another version of a definition replaces what was known of it.

    :param describe_seconds: how long a source may take to tell them, as it does while a table is locked.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, describe_seconds: float = DESCRIBE_SECONDS
    ) -> None:
        self._clock = clock
        self._describe_seconds = describe_seconds
        self._known: dict[str, _Known] = {}
        self._types: dict[tuple[str, str, str], tuple[ValueType, float]] = {}
        self._unfit: dict[Hashable, tuple[Unfit, float]] = {}
        self._failed: dict[str, tuple[str, errors.QueryFailedError]] = {}
        self._lock = threading.Lock()

    def columns(self, interface: Interface, source: Source) -> Sequence[Column]:
        """Return the columns of an interface's result; those known last while a table is locked.

        :raises SourceError: if the source has to be asked and doesn't answer.
        """
        with self._lock:
            known = self._known.get(interface.id)
        if known is None or known.version != interface.version:
            return self.current_columns(interface, source)
        if known.until > self._clock():
            return known.columns
        try:
            return self.current_columns(interface, source)
        except errors.QueryTimeoutError:
            return known.columns

    def attempt(self, search: Search, run: Callable[[Search], Answer]) -> Answer:
        """Run a search; where it fails because its columns changed in the database, runs it again with the new ones.

        :raises SourceError: if it fails for another reason, or again.
        """
        try:
            return run(search)
        except errors.QueryFailedError:
            columns = self.current_columns(search.interface, search.source)
            if columns == search.columns:
                raise
            return run(replace(search, columns=columns))

    def list_type(self, interface: Interface, source: Source, name: str) -> str:
        """Return the type that the values of a criterion are compared as, such as `bigint`.

        :raises SourceError: if the source has to be asked and doesn't answer.
        """
        sample = Filled(ListRef(""))
        return self.value_type(interface, source, name, sample, name).name

    def value_type(self, interface: Interface, source: Source, name: str, sample: Filled, bind: str) -> ValueType:
        """Return the type that a criterion's bound value is taken for.

        :param sample: a value of the criterion.
        :raises SourceError: if the source has to be asked and doesn't answer.
        """
        key = (interface.id, interface.version, bind)
        if (known := self._types.get(key)) and known[1] > self._clock():
            return known[0]
        statement = compose.search(interface, {name: sample}, {name: Listed(None)})
        with source.session(self._describe_seconds) as session:
            value_type = session.value_type(statement.sql, dict.fromkeys(statement.parameters), bind)
        now = self._clock()
        current = {key: kept for key, kept in self._types.items() if kept[1] > now}
        self._types = {**current, key: (value_type, now + REMEMBERED_SECONDS)}
        return value_type

    def unfit(self, key: Hashable, ask: Callable[[], Unfit]) -> Unfit:
        """Return what of a list can't be in a source, remembered for a minute."""
        known, until = self._unfit.get(key, (ALL_FIT, 0.0))
        if until > self._clock():
            return known
        unfit = ask()
        if len(unfit.values) <= REMEMBERED_VALUES:
            now = self._clock()
            current = {key: known for key, known in self._unfit.items() if known[1] > now}
            self._unfit = {**current, key: (unfit, now + REMEMBERED_SECONDS)}
        return unfit

    def failure(self, interface: Interface) -> errors.QueryFailedError | None:
        """Return what the database said the last time that an interface's SQL failed; None where it does not."""
        version, error = self._failed.get(interface.id, ("", None))
        return error if version == interface.version else None

    def _describe_columns(self, interface: Interface, session: Session, statement: Statement) -> Sequence[Column]:
        try:
            return session.describe(statement.sql, statement.parameters)
        except errors.QueryFailedError as error:
            self._failed[interface.id] = interface.version, error
            raise

    def current_columns(self, interface: Interface, source: Source) -> Sequence[Column]:
        """Ask the source for the columns of an interface's result, whatever is known of them.

        :raises SourceError: if it doesn't answer.
        """
        statement = interface.dialect.describe(compose.search(interface, {}))
        with source.session(self._describe_seconds) as session:
            columns = self._describe_columns(interface, session, statement)
        with self._lock:
            self._failed.pop(interface.id, None)
            self._known[interface.id] = _Known(interface.version, self._clock() + REMEMBERED_SECONDS, columns)
        return columns
