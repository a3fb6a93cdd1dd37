"""What every call that runs a search does first: the interface, its criteria, its source, its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from guichet import errors
from guichet.api import context, shapes
from guichet.search import criteria as search_criteria
from guichet.search.arrangement import SortKey
from guichet.search.searches import Search

# What any search may be answered.
RAISES: tuple[type[errors.GuichetError], ...] = (
    errors.NotFoundError,
    errors.InterfaceBrokenError,
    errors.SourceUnavailableError,
    errors.SourceBusyError,
)

Answer = TypeVar("Answer")


def get_search(interface_id: str, body: shapes.CriteriaBody) -> Search:
    """Makes the search that a request asks for.

    :raises NotFoundError: if the user sees no such interface.
    :raises CriteriaError: if its criteria are wrong.
    """
    interface = context.get_interface(interface_id)
    criteria = search_criteria.read(interface, body.criteria, context.input_limits())
    return Search(interface, criteria, context.get_source(interface), context.get_columns(interface))


def attempt(search: Search, run: Callable[[Search], Answer]) -> Answer:
    """Runs a search, again if its columns changed in the database meanwhile."""
    return context.portal().catalogue.attempt(search, run)


def sort_keys(body: shapes.SearchBody) -> Sequence[SortKey]:
    return [SortKey(one.column, one.descending) for one in body.sort]
