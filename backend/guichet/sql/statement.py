"""Statements and what they are made of: pure data, the same for every dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from guichet.sources.columns import Column

# Names that no author's column has.
LISTED, LISTED_VALUE = "guichet_listed", "guichet_value"


# How a summary shows a column, by its type; all others by nothing but how many have a value.
HISTOGRAMS = ("integer", "decimal", "float", "date", "timestamp", "timestamptz")
DATES = ("date", "timestamp", "timestamptz")
NUMBERS = ("integer", "decimal", "float")
VALUES = ("text", "boolean", "uuid", "other", "time", "array", "range", "interval")
BUCKETS = 20


@dataclass(frozen=True)
class Statement:
    """SQL with `%(name)s` parameters, and their values."""

    sql: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Listed:
    """Where a statement has the values of a list.

    :param rows: what they are selected from; None where they are bound as an array, as pasted ones are.
    :param literal: the array; None for a table.
    """

    rows: str | None
    literal: Any = None


Lists = Mapping[str, Listed]
NO_LISTS: Lists = MappingProxyType({})


@dataclass(frozen=True)
class Sort:
    """One column to sort by; which columns there are is checked by the caller."""

    column: Column
    descending: bool = False


@dataclass(frozen=True)
class Boundary:
    """A row, by its key, beyond which a page lies: after it, or before it.

    :param values: of the key's columns, as the database prints them; bound as text, each is read as its column's type.
    """

    values: Sequence[str]
    before: bool = False


@dataclass(frozen=True)
class FoundPlace:
    """Where the values of a list stand that were found.

    :param column: of the result; None where `sql` yields the values.
    :param exact: whether nothing but values of the list stands there.
    """

    column: str | None
    split: str | None = None
    sql: str | None = None
    exact: bool = False


@dataclass(frozen=True)
class OptionQuery:
    """Which options of a list are wanted.

    :param typed: a part of the label; "" for all.
    :param values: these alone, whatever was typed; used to name the values of a restored search.
    """

    typed: str = ""
    values: Sequence[str] = ()
    limit: int = 1000


@dataclass(frozen=True)
class Span:
    """Where a histogram begins, how wide its buckets are, how many there are. Days count from the first one."""

    start: Any
    width: Decimal
    count: int

    def begin(self, number: int) -> Any:
        """Return where a bucket begins, which is where the one before it ends."""
        if isinstance(self.start, date):
            return date.fromordinal(min(self.start.toordinal() + number * int(self.width), date.max.toordinal()))
        return self.start + number * self.width


@dataclass(frozen=True)
class Bounds:
    """Between which values a histogram is drawn, as SQL has them: the first one included, the other one or not."""

    low: str
    high: str
    includes_high: bool = False


@dataclass(frozen=True)
class ListShape:
    """What a statement has to know of a list that it looks for.

    :param name: the parameter that its values are bound as.
    :param type: of the source, that its values are compared as.
    :param merged: whether several spellings are one value.
    :param normalization: how a found value is brought into the form of the list: lower, upper, digits, or "".
    """

    name: str
    type: str
    merged: bool
    normalization: str


def scalar_text(value: Any) -> str:
    """Write a value as it is bound, without a type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
