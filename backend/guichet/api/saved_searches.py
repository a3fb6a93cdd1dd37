"""Searches that users keep under a name, for themselves or for one of their groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from guichet import errors
from guichet.http import context, search_request
from guichet.http.operations import build_answer, operation, read_body
from guichet.http.schemas.saved_searches import NewSavedSearch, SavedSearch, SavedSearchChange, SavedSearchList
from guichet.http.schemas.shape import Nothing
from guichet.interfaces.interface import Interface
from guichet.messages import say
from guichet.portal_db.database import Record, Transaction, as_json
from guichet.search import arrangement, prepare
from guichet.search import criteria as search_criteria

blueprint = Blueprint("saved_searches", __name__)

RAISES = (errors.PortalDatabaseError,)
CHANGES = (*RAISES, errors.NotFoundError, errors.InterfaceBrokenError, errors.ConflictError)
KEEPS = (*CHANGES, errors.TooManySearchesError)

# Criteria up to here are told in a list.
LISTED_BYTES = 2000
MOST_LISTED = 2000


@blueprint.get("/saved-searches")
@operation("The searches that the user keeps or is given", answers={200: SavedSearchList}, raises=RAISES)
def list_saved_searches() -> Response:
    """List the user's own and those shared with one of their groups, of interfaces that they may see."""
    with context.get_portal_database().transaction() as transaction:
        user = context.user()
        saved_searches = transaction.fetch(
            "saved_searches.visible",
            user=user.name,
            groups=sorted(user.groups),
            most_bytes=LISTED_BYTES,
            most=MOST_LISTED,
        )
    visible = {
        interface.id: interface for interface in context.list_visible_interfaces() if isinstance(interface, Interface)
    }
    return build_answer(
        [
            _serialize_search(saved_search, visible[saved_search["interface"]])
            for saved_search in saved_searches
            if saved_search["interface"] in visible and _is_shared(saved_search)
        ]
    )


@blueprint.get("/saved-searches/<uuid:saved_search_id>")
@operation(
    "A search that the user keeps or is given",
    answers={200: SavedSearch},
    raises=(*RAISES, errors.NotFoundError, errors.InterfaceBrokenError),
)
def get_saved_search(saved_search_id: str) -> Response:
    """Return it with its criteria, however long they are."""
    user = context.user()
    with context.get_portal_database().transaction() as transaction:
        groups = sorted(user.groups)
        saved_search = transaction.find("saved_searches.one", id=str(saved_search_id), user=user.name, groups=groups)
    if saved_search is None or not _is_shared(saved_search):
        raise errors.NotFoundError("You keep no such search.")
    return build_answer(_serialize_search(saved_search, context.get_interface(saved_search["interface"])))


@blueprint.post("/saved-searches")
@operation(
    "Keep a search",
    answers={201: SavedSearch},
    body=NewSavedSearch,
    raises=KEEPS,
    scope="edit",
)
def create_saved_search() -> Response:
    """Keep a search under a name. Its criteria are checked, and stored as they were given."""
    body = read_body(NewSavedSearch)
    interface = context.get_interface(body.interface)
    _check_search(interface, body)
    with context.get_portal_database().transaction() as transaction:
        _refuse_too_many(transaction)
        made = transaction.find("saved_searches.create", user=context.user().name, **_build_columns(body))
    assert made is not None
    return build_answer(_serialize_search(made, interface), 201)


@blueprint.patch("/saved-searches/<uuid:saved_search_id>")
@operation(
    "Change a kept search",
    answers={200: SavedSearch},
    body=SavedSearchChange,
    raises=CHANGES,
    scope="edit",
)
def change_saved_search(saved_search_id: str) -> Response:
    """Change what is given, and leave the rest as it is. Only its owner can."""
    body = read_body(SavedSearchChange)
    user = context.user().name
    with context.get_portal_database().transaction() as transaction:
        saved_search = transaction.find("saved_searches.one_of_mine", id=str(saved_search_id), user=user)
        if saved_search is None:
            raise errors.NotFoundError("You keep no such search.")
        interface = context.get_interface(saved_search["interface"])
        changed = NewSavedSearch.model_validate({**_read_stored(saved_search), **_read_changes(body)})
        _check_search(interface, changed)
        made = transaction.find("saved_searches.update", id=str(saved_search_id), user=user, **_build_columns(changed))
    assert made is not None
    return build_answer(_serialize_search(made, interface))


@blueprint.delete("/saved-searches/<uuid:saved_search_id>")
@operation("Delete a kept search", answers={204: None}, raises=(*RAISES, errors.NotFoundError), scope="edit")
def delete_saved_search(saved_search_id: str) -> Response:
    """Delete it; for a day it can be restored. Only its owner can."""
    with context.get_portal_database().transaction() as transaction:
        transaction.fetch("saved_searches.forget_deleted")
        user = context.user().name
        if transaction.find("saved_searches.delete", id=str(saved_search_id), user=user) is None:
            raise errors.NotFoundError("You keep no such search.")
    return Response(status=204)


@blueprint.post("/saved-searches/<uuid:saved_search_id>/restore")
@operation(
    "Undo the deletion of a kept search",
    answers={200: SavedSearch},
    body=Nothing,
    raises=KEEPS,
    scope="edit",
)
def restore_saved_search(saved_search_id: str) -> Response:
    """Restore what was deleted within the last day, unless another has its name by now."""
    read_body(Nothing)
    with context.get_portal_database().transaction() as transaction:
        _refuse_too_many(transaction)
        user = context.user().name
        saved_search = transaction.find("saved_searches.restore", id=str(saved_search_id), user=user)
    if saved_search is None:
        raise errors.NotFoundError("There is nothing to restore.")
    return build_answer(_serialize_search(saved_search, context.get_interface(saved_search["interface"])))


def _is_shared(record: Record) -> bool:
    """Whether a search is the user's own, or its owner still belongs to the group that they share it with."""
    if record["owner"] == context.user().name:
        return True
    owner = context.portal().accounts.find_member(record["owner"])
    return owner is not None and record["shared_with"] in owner.groups


def _check_search(interface: Interface, body: NewSavedSearch) -> None:
    _refuse_too_long(body.criteria)
    criteria = search_criteria.read(interface, body.criteria, context.get_input_limits())
    prepare.find_lists(interface, criteria, search_request.build_ground(interface))
    arrangement.sorts(context.get_columns(interface), search_request.build_sort_keys(body))
    if body.group is not None and body.group not in context.user().groups:
        raise errors.CriteriaError([errors.Fault("/group", "You can share with a group that you belong to.")])


def _refuse_too_many(transaction: Transaction) -> None:
    most = context.portal().settings.saved_searches_per_user
    if transaction.fetch("saved_searches.count_mine", user=context.user().name)[0]["searches"] >= most:
        wish = "You keep {most} searches already, as many as you may. Delete some that you no longer need."
        raise errors.TooManySearchesError(say(wish, most=most))


def _refuse_too_long(criteria: Mapping[str, Any]) -> None:
    most = context.portal().settings.saved_search_kb
    if len(json.dumps(criteria, default=str)) > most * 1000:
        wish = "These criteria are longer than {most} kB, and can't be kept. Upload long lists of values as files."
        raise errors.CriteriaError([errors.Fault("/criteria", say(wish, most=most))])


def _build_columns(body: NewSavedSearch) -> dict[str, Any]:
    return {
        "interface": body.interface,
        "name": body.name,
        "criteria": as_json(body.criteria),
        "sort": as_json([key.model_dump() for key in body.sort]),
        "shared_with": body.group,
    }


def _read_changes(body: SavedSearchChange) -> dict[str, Any]:
    """Return what is to be changed; only a group can be changed to null."""
    changes = body.model_dump(exclude_unset=True)
    return {name: value for name, value in changes.items() if value is not None or name == "group"}


def _read_stored(record: Record) -> dict[str, Any]:
    names = ("interface", "name", "criteria", "sort")
    return {**{name: record[name] for name in names}, "group": record["shared_with"]}


def _serialize_search(record: Record, interface: Interface) -> dict[str, Any]:
    return {
        **_read_stored(record),
        "id": str(record["id"]),
        "interface_title": interface.title(context.get_language()),
        "owner": record["owner"],
        "mine": record["owner"] == context.user().name,
        "created_at": record["created_at"].isoformat(),
        "updated_at": record["updated_at"].isoformat(),
    }
