"""What a record's fields are, by what their author says and what the catalogue says of the columns behind them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guichet.criteria_types.number import is_number
from guichet.interfaces.interface import Interface, Record, RecordField
from guichet.interfaces.model import FieldType
from guichet.search import compose
from guichet.sources.catalogue import Origin
from guichet.sources.columns import Column, Type
from guichet.sources.protocol import Session, Source
from guichet.sql.dialect import Dialect
from guichet.sql.statement import Statement

DESCRIBE_SECONDS = 10
REMEMBERED_SECONDS = 60

# How the values of a column are filled in; all others as text.
TYPES: Mapping[Type, FieldType] = {
    "integer": "number",
    "decimal": "number",
    "float": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "json": "multiline",
    "array": "list",
}


@dataclass(frozen=True)
class Field:
    """One field, with all that is known of it.

    :param origin: None where the column of the select is computed.
    """

    about: RecordField
    column: Column
    origin: Origin | None
    dialect: Dialect

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def type(self) -> FieldType:
        """How it is filled in."""
        if self.about.definition.type:
            return self.about.definition.type
        if self.about.options or self.choices:
            return "select"
        return TYPES.get(self.column.type, "text")

    @property
    def required(self) -> bool:
        said = self.about.definition.required
        if said is not None or self.origin is None:
            return bool(said)
        return self.origin.not_null and not self.origin.has_default

    @property
    def max_length(self) -> int | None:
        return self.origin.max_length if self.origin else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of an enum type; none for all others."""
        return self.origin.choices if self.origin else ()

    @property
    def whole(self) -> bool:
        """Whether only whole numbers go into its column."""
        return self.column.type == "integer"


@dataclass(frozen=True)
class Layout:
    """The columns that a record's select yields, and its fields.

    :param key: the columns of the key, in its order.
    """

    columns: Sequence[Column]
    fields: Mapping[str, Field]
    missing: tuple[str, ...] = ()

    def may_hold(self, key: Mapping[str, str]) -> bool:
        """Tell whether a key can be one: some databases take `1 apple` for 1, and would find another record by it."""
        numbers = {column.name for column in self.columns if column.type in ("integer", "decimal")}
        return all(is_number(text) for name, text in key.items() if name in numbers)

    def bind(self, texts: Mapping[str, str | None], dialect: Dialect) -> dict[str, Any]:
        """Return values as they are bound; a text that belongs to no column stays one.

        :raises ValueError: if a text can't be a value of its column.
        """
        columns = {column.name: column for column in self.columns}
        return {
            name: text if text is None or name not in columns else dialect.field_value(columns[name], text)
            for name, text in texts.items()
        }


class Layouts:
    """Remembers layouts by interface for a minute; another version of a definition is asked for at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[str, float, Layout]] = {}
        self._lock = threading.Lock()

    def get(self, interface: Interface, source: Source) -> Layout:
        """Return what the records of an interface look like.

        :raises SourceError: if the source has to be asked and doesn't answer, or the select fails in it.
        """
        with self._lock:
            version, until, layout = self._known.get(interface.id, ("", 0.0, Layout((), {})))
        if version == interface.version and until > self._clock():
            return layout
        assert interface.record is not None
        with source.session(DESCRIBE_SECONDS) as session:
            layout = describe(interface.record, session)
        with self._lock:
            self._known[interface.id] = (interface.version, self._clock() + REMEMBERED_SECONDS, layout)
        return layout


def describe(record: Record, session: Session) -> Layout:
    """Ask the database for a record's layout."""
    selected = read_by_key(record, {})
    statement = record.dialect.describe(selected)
    columns = {column.name: column for column in session.describe(statement.sql, statement.parameters)}
    origins = session.origins(selected.sql, selected.parameters)
    fields = {
        name: Field(about, columns[name], origins.get(name), record.dialect)
        for name, about in record.fields.items()
        if name in columns
    }
    missing = tuple(name for name in dict.fromkeys([*record.key, *record.fields]) if name not in columns)
    return Layout(tuple(columns.values()), fields, missing)


def read_by_key(record: Record, key: Mapping[str, Any]) -> Statement:
    """Compose the author's select for one record.

    :param key: its values as they are bound.
    """
    return compose.bind(record.select, key, record.dialect)
