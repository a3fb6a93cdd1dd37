"""What every call that runs a search does first and last: makes it of a request, and remembers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from guichet import errors
from guichet.http import context
from guichet.http.schemas.searches import CriteriaBody, SearchBody
from guichet.interfaces.interface import Interface
from guichet.portal_db.database import as_json
from guichet.search import prepare
from guichet.search.arrangement import SortKey
from guichet.search.execution import Search
from guichet.search.prepare import Ground

# What any search may be answered.
RAISES: tuple[type[errors.GuichetError], ...] = (
    errors.NotFoundError,
    errors.InterfaceBrokenError,
    errors.SourceUnavailableError,
    errors.SourceBusyError,
    errors.UnreadableTextError,
)

Answer = TypeVar("Answer")


def get_search(interface_id: str, body: CriteriaBody, *, columns_needed: bool = True) -> Search:
    """Make the search that a request asks for.

    :param columns_needed: whether there is no answer without the result's columns, which a locked table doesn't tell.
    :raises NotFoundError: if the user sees no such interface.
    :raises CriteriaError: if its criteria are wrong.
    """
    interface = context.get_interface(interface_id)
    columns = context.get_columns if columns_needed else context.get_columns_if_known
    return prepare.prepare(
        interface, body.criteria, build_ground(interface), lambda: columns(interface), columns_needed=columns_needed
    )


def build_ground(interface: Interface) -> Ground:
    """Return what a search of the user's stands on."""
    portal = context.portal()
    return Ground(
        source=context.get_source(interface),
        catalogue=portal.catalogue,
        limits=context.get_input_limits(),
        owner=context.user().name,
        database=context.get_portal_database,
    )


def build_audit_criteria(search: Search, criteria: Mapping[str, Any]) -> dict[str, Any]:
    """Return the criteria as the audit keeps them: lists are named by the hash of their values, too."""
    named = {
        name: {"list": value_list.id, "values": value_list.values, "sha256": value_list.hash}
        for name, value_list in search.lists.items()
    }
    return {
        name: {"not": named[name]} if name in named and search.criteria[name].negated else named.get(name, value)
        for name, value in criteria.items()
    }


def remember_list_search(search: Search, criteria: Mapping[str, Any]) -> None:
    """Remember a search by value lists, so that what it did not find can be asked for."""
    if not search.lists:
        return
    with context.get_portal_database().transaction() as transaction:
        transaction.hurry()
        for name, used in search.lists.items():
            if search.criteria[name].negated:  # nothing is found of such a list: what was before is still of use
                transaction.fetch("value_lists.used", id=used.id)
                continue
            known = {"id": used.id, "interface": search.interface.id, "criterion": name}
            transaction.fetch("value_lists.searched", **known, criteria=as_json(criteria))


def run_with_retry(search: Search, run: Callable[[Search], Answer]) -> Answer:
    """Run a search, again if its columns changed in the database meanwhile."""
    return context.portal().catalogue.attempt(search, run)


def build_sort_keys(body: SearchBody) -> Sequence[SortKey]:
    """Return the columns that a body sorts by."""
    return [SortKey(key.column, key.descending) for key in body.sort]
