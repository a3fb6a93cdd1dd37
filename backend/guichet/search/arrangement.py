"""How a result is arranged: the columns that are wanted, their order, what to sort by, the language of headings.

Names come from requests and are looked up among the result's columns; none is ever pasted into SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guichet.errors import CriteriaError, Fault
from guichet.interfaces import faults
from guichet.language import Language
from guichet.messages import say
from guichet.sources.columns import Column
from guichet.sql.statement import Sort

# PostgreSQL selects no more than 1,664, of which a page or a file takes a few for itself.
MOST_COLUMNS = 1600
# More than these are not told.
MOST_FAULTS = 50


@dataclass(frozen=True)
class SortKey:
    """A column to sort by, as the request names it."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Arrangement:
    """What a file shows of a result.

    :param columns: their names, in order; None for all.
    """

    sort: Sequence[SortKey] = ()
    columns: Sequence[str] | None = None
    language: Language = "en"


def sorts(columns: Sequence[Column], sort: Sequence[SortKey]) -> list[Sort]:
    """Look up what to sort by.

    :raises CriteriaError: for names that are no column's, pointing into `{"sort": …}`.
    """
    pointers = [f"/sort/{index}/column" for index in range(len(sort))]
    sorted_by = _look_up(columns, [key.column for key in sort], pointers)
    return [Sort(column, key.descending) for column, key in zip(sorted_by, sort, strict=True)]


def choose(columns: Sequence[Column], names: Sequence[str] | None, most: int = MOST_COLUMNS) -> Sequence[Column]:
    """Look up the columns that are wanted.

    :raises CriteriaError: for names that are no column's, pointing into `{"columns": …}`, or if they are too many.
    """
    if names is None:
        return columns
    if len(names) > most:
        raise CriteriaError([Fault("/columns", say("At most {most} columns can be asked for at once.", most=most))])
    return _look_up(columns, names, [f"/columns/{index}" for index in range(len(names))])


def _look_up(columns: Sequence[Column], names: Sequence[str], pointers: Sequence[str]) -> list[Column]:
    by_name = {column.name: column for column in columns}
    unknown = [(name, pointer) for name, pointer in zip(names, pointers, strict=True) if name not in by_name]
    if unknown:
        raise CriteriaError(
            [
                Fault(
                    pointer,
                    say(
                        "The result has no column “{name}”{near}", name=name, near=faults.suggest_nearest(name, by_name)
                    ),
                )
                for name, pointer in unknown[:MOST_FAULTS]
            ]
        )
    return [by_name[name] for name in names]
