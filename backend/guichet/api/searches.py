"""Count and search: one statement, asked two ways."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, url_for

from guichet import errors
from guichet.api import asking, auditing, context, extracts, forms, hangup, shapes
from guichet.api.operations import FLAG, Query, answer, operation, read_body, read_flag
from guichet.search import prepare, searches
from guichet.search.blame import blaming
from guichet.search.searches import Result, Search

logger = logging.getLogger(__name__)

blueprint = Blueprint("searches", __name__)

# A search that is repeated within so long (a reload, a program's loop) is given the extract that it became before.
YOUNG_SECONDS = 600

ESTIMATE = Query(
    "estimate", FLAG, "1 for the number at once: counted if that takes 150 ms at most, else the planner's guess."
)


@blueprint.post("/interfaces/<interface_id>/count")
@operation(
    "How many rows match",
    answers={200: shapes.CountAnswer},
    body=shapes.CriteriaBody,
    query=(ESTIMATE,),
    raises=(*asking.RAISES, errors.QueryTimeoutError),
)
def count(interface_id: str) -> Response:
    """Counts the rows; with `estimate`, only if that takes no longer than a moment: else the planner guesses them."""
    body = read_body(shapes.CriteriaBody)
    in_a_moment = read_flag("estimate")
    asked = searches.estimate if in_a_moment else searches.count
    search = asking.get_search(interface_id, body, columns_needed=False)
    with blaming(search.interface, search):
        found = asked(search, hangup.watch)
    unmatched: dict[str, Any] = {}
    if not in_a_moment:
        audited = asking.audited(search, body.criteria)
        auditing.note("count", interface_id, audited, rows=found.count, duration_ms=found.elapsed_ms)
        unmatched = _unmatched(search, body, found.matched)
    shown = {"count": found.count, "elapsed_ms": found.elapsed_ms, "estimate": found.estimate}
    return answer({**shown, "unmatched": unmatched})


@blueprint.post("/interfaces/<interface_id>/search")
@operation(
    "The rows that match",
    answers={200: shapes.Result, 202: shapes.HeavyResult},
    body=shapes.PageBody,
    raises=asking.RAISES,
)
def search(interface_id: str) -> Response:
    """Returns every row of a light result, or the first of a heavy one.

    Where there is a portal database, a heavy result becomes an extract by itself, and is answered 202, unless `extract`
    is false. Asked for again within ten minutes, it is the same extract. Otherwise a heavy one is answered 200.

    Integers beyond 2⁵³ and exact decimals are texts, dates are ISO 8601, NULL is null.
    """
    body = read_body(shapes.PageBody)
    preview_rows = context.portal().settings.preview_rows
    asked = asking.get_search(interface_id, body, columns_needed=False)
    with blaming(asked.interface, asked):
        result = asking.attempt(
            asked, lambda one: searches.rows(one, asking.sort_keys(body), preview_rows, hangup.watch)
        )
    heavy = {"heavy": result.reason} if result.reason else {}
    audited = asking.audited(asked, body.criteria)
    auditing.note("search", interface_id, audited, rows=len(result.rows), duration_ms=result.elapsed_ms, **heavy)
    shown = {**_shown(asked, result), "unmatched": _unmatched(asked, body, result.matched)}
    if result.reason:
        shown["extract"] = _extracted(asked, body, result) if body.extract and context.may("extract") else None
    return answer(shown, 202 if shown.get("extract") else 200)


def _extracted(search: Search, body: shapes.PageBody, result: Result) -> dict[str, Any] | None:
    """Makes an extract of a heavy result; where none can be made, its first rows are the answer all the same."""
    if context.portal().portal_database is None or not context.may("extract"):
        return None
    asked = shapes.ExtractBody(interface=search.interface.id, criteria=body.criteria, sort=body.sort)
    try:
        prepare.refuse_too_large(search, result.expected)
        made = extracts.queue(search, asked, result.expected, YOUNG_SECONDS)
        return extracts.shown(made, search.interface)
    except (errors.PortalDatabaseError, errors.TooLargeError, errors.TooManyExtractsError) as error:
        logger.warning("a heavy result could not become an extract: %s", error)
        return None


def _unmatched(search: Search, body: shapes.CriteriaBody, matched: Mapping[str, int]) -> dict[str, Any]:
    """Says what was found of each list, and remembers the search, so that the others can be asked for."""
    asking.remember(search, body.criteria)
    places = search.places
    return {
        name: {
            "values": used.values,
            "matched": matched.get(name),
            "malformed": used.malformed,
            "url": _unmatched_url(search, name),
        }
        for name, used in search.looked_for.items()
        if name in places
    }


def _unmatched_url(search: Search, name: str) -> str | None:
    """Where what was not found of a list is; what was pasted is asked for with its criteria, again."""
    if name not in search.lists:
        return None
    list_id, interface_id = search.lists[name].id, search.interface.id
    return url_for("value_lists.list_unmatched", value_list_id=list_id, interface=interface_id, criterion=name)


def _shown(search: Search, result: Result) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "columns": forms.result_columns(search.interface, result.columns, context.language()),
        "rows": result.rows,
        "count": result.count,
        "elapsed_ms": result.elapsed_ms,
        "heavy": result.reason is not None,
    }
    if result.reason:
        shown |= {"estimated_count": result.estimated_count, "reason": result.reason}
    return shown
