"""What every call that runs a search does first: the interface, its criteria, its source, its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from guichet import errors
from guichet.api import context, shapes
from guichet.interfaces.interface import Interface
from guichet.portal_db.database import as_json
from guichet.search import criteria as search_criteria
from guichet.search import lists
from guichet.search.arrangement import SortKey
from guichet.search.blame import blaming
from guichet.search.criteria import Criteria, ListRef
from guichet.search.lists import UsedList
from guichet.search.searches import Search

# What any search may be answered.
RAISES: tuple[type[errors.GuichetError], ...] = (
    errors.NotFoundError,
    errors.InterfaceBrokenError,
    errors.SourceUnavailableError,
    errors.SourceBusyError,
)

Answer = TypeVar("Answer")


def get_search(interface_id: str, body: shapes.CriteriaBody, *, columns_needed: bool = True) -> Search:
    """Makes the search that a request asks for.

    :param columns_needed: whether there is no answer without the result's columns, which a locked table doesn't tell.
    :raises NotFoundError: if the user sees no such interface.
    :raises CriteriaError: if its criteria are wrong.
    """
    interface = context.get_interface(interface_id)
    criteria = search_criteria.read(interface, body.criteria, context.input_limits())
    source = context.get_source(interface)
    columns = context.get_columns(interface) if columns_needed else context.get_columns_if_told(interface)
    used = find_lists(interface, criteria)
    pasted = lists.pasted(interface, criteria, body.criteria, _type_of(interface))
    criteria = lists.readable(criteria, pasted)
    return Search(interface, criteria, source, columns, used, lists.place(used, source), pasted)


def find_lists(interface: Interface, criteria: Criteria) -> Mapping[str, UsedList]:
    """Finds the user's value lists that criteria are filled by; only for them is the portal database needed.

    :raises CriteriaError: if one is gone, or another user's.
    """
    if not any(isinstance(filled.value, ListRef) for filled in criteria.values()):
        return {}
    with blaming(interface, {}):
        type_of = _type_of(interface)
        return lists.find(context.get_portal_database(), interface, criteria, context.user().name, type_of)


def _type_of(interface: Interface) -> lists.TypeOf:
    source, catalogue = context.get_source(interface), context.portal().catalogue
    return lambda name: catalogue.list_type(interface, source, name)


def audited(search: Search, given: Mapping[str, Any]) -> dict[str, Any]:
    """The criteria as the audit keeps them: lists are named by the hash of their values, too."""
    named = {name: {"list": one.id, "values": one.values, "sha256": one.hash} for name, one in search.lists.items()}
    return {
        name: {"not": named[name]} if name in named and search.criteria[name].negated else named.get(name, value)
        for name, value in given.items()
    }


def remember(search: Search, given: Mapping[str, Any]) -> None:
    """Remembers a search by value lists, so that what it did not find can be asked for."""
    if not search.lists:
        return
    with context.get_portal_database().transaction() as transaction:
        transaction.hurry()
        for name, used in search.lists.items():
            if search.criteria[name].negated:  # nothing is found of such a list: what was before is still of use
                transaction.fetch("value_lists.used", id=used.id)
                continue
            known = {"id": used.id, "interface": search.interface.id, "criterion": name}
            transaction.fetch("value_lists.searched", **known, criteria=as_json(given))


def attempt(search: Search, run: Callable[[Search], Answer]) -> Answer:
    """Runs a search, again if its columns changed in the database meanwhile."""
    return context.portal().catalogue.attempt(search, run)


def sort_keys(body: shapes.SearchBody) -> Sequence[SortKey]:
    return [SortKey(one.column, one.descending) for one in body.sort]
