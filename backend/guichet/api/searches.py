"""Count and search: one statement, asked two ways."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, url_for

from guichet import errors
from guichet.api import extracts
from guichet.http import auditing, client_disconnect, context, search_request, serializers
from guichet.http.operations import FLAG, Query, build_answer, operation, read_body, read_flag
from guichet.http.schemas.extracts import ExtractBody
from guichet.http.schemas.results import CountAnswer, HeavyResult, Result
from guichet.http.schemas.searches import CriteriaBody, PageBody
from guichet.search import execution, prepare
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search, SearchResult

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
    answers={200: CountAnswer},
    body=CriteriaBody,
    query=(ESTIMATE,),
    raises=(*search_request.RAISES, errors.QueryTimeoutError),
)
def count(interface_id: str) -> Response:
    """Count the rows; with `estimate`, only if that takes no longer than a moment: else the planner guesses them."""
    body = read_body(CriteriaBody)
    in_a_moment = read_flag("estimate")
    asked = execution.estimate if in_a_moment else execution.count
    search = search_request.get_search(interface_id, body, columns_needed=False)
    with blaming(search.interface, search):
        counted = asked(search, client_disconnect.watch)
    unmatched: dict[str, Any] = {}
    if not in_a_moment:
        audited = search_request.build_audit_criteria(search, body.criteria)
        auditing.audit_action("count", interface_id, audited, rows=counted.count, duration_ms=counted.elapsed_ms)
        unmatched = _serialize_unmatched(search, body, counted.matched)
    shown = {"count": counted.count, "elapsed_ms": counted.elapsed_ms, "estimate": counted.estimate}
    return build_answer({**shown, "unmatched": unmatched})


@blueprint.post("/interfaces/<interface_id>/search")
@operation(
    "The rows that match",
    answers={200: Result, 202: HeavyResult},
    body=PageBody,
    raises=search_request.RAISES,
)
def search(interface_id: str) -> Response:
    """Return every row of a light result, or the first of a heavy one.

    Where there is a portal database, a heavy result becomes an extract by itself, and is answered 202, unless `extract`
    is false. Asked for again within ten minutes, it is the same extract. Otherwise a heavy one is answered 200.

    Integers beyond 2⁵³ and exact decimals are texts, dates are ISO 8601, NULL is null.
    """
    body = read_body(PageBody)
    preview_rows = context.portal().settings.preview_rows
    asked = search_request.get_search(interface_id, body, columns_needed=False)
    with blaming(asked.interface, asked):
        result = search_request.run_with_retry(
            asked,
            lambda retried: execution.rows(
                retried, search_request.build_sort_keys(body), preview_rows, client_disconnect.watch
            ),
        )
    heavy = {"heavy": result.reason} if result.reason else {}
    audited = search_request.build_audit_criteria(asked, body.criteria)
    auditing.audit_action(
        "search", interface_id, audited, rows=len(result.rows), duration_ms=result.elapsed_ms, **heavy
    )
    shown = {**_serialize_result(asked, result), "unmatched": _serialize_unmatched(asked, body, result.matched)}
    if result.reason:
        shown["extract"] = (
            _queue_heavy_extract(asked, body, result) if body.extract and context.may("extract") else None
        )
    return build_answer(shown, 202 if shown.get("extract") else 200)


def _queue_heavy_extract(search: Search, body: PageBody, result: SearchResult) -> dict[str, Any] | None:
    """Make an extract of a heavy result; where none can be made, its first rows are the answer all the same."""
    if context.portal().portal_database is None or not context.may("extract"):
        return None
    asked = ExtractBody(interface=search.interface.id, criteria=body.criteria, sort=body.sort)
    try:
        prepare.refuse_too_large(search, result.expected)
        made = extracts.queue_extract(search, asked, result.expected, YOUNG_SECONDS)
        return extracts.serialize_extract(made, search.interface)
    except (errors.PortalDatabaseError, errors.TooLargeError, errors.TooManyExtractsError) as error:
        logger.warning("a heavy result could not become an extract: %s", error)
        return None


def _serialize_unmatched(search: Search, body: CriteriaBody, matched: Mapping[str, int]) -> dict[str, Any]:
    """Say what was found of each list, and remember the search, so that the others can be asked for."""
    search_request.remember_list_search(search, body.criteria)
    places = search.places
    return {
        name: {
            "values": used.values,
            "matched": matched.get(name),
            "malformed": used.malformed,
            "url": _build_unmatched_url(search, name),
        }
        for name, used in search.looked_for.items()
        if name in places
    }


def _build_unmatched_url(search: Search, name: str) -> str | None:
    """Where what was not found of a list is; what was pasted is asked for with its criteria, again."""
    if name not in search.lists:
        return None
    list_id, interface_id = search.lists[name].id, search.interface.id
    return url_for("value_lists.list_unmatched", value_list_id=list_id, interface=interface_id, criterion=name)


def _serialize_result(search: Search, result: SearchResult) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "columns": serializers.serialize_columns(search.interface, result.columns, context.get_language()),
        "rows": result.rows,
        "count": result.count,
        "elapsed_ms": result.elapsed_ms,
        "heavy": result.reason is not None,
    }
    if result.reason:
        shown |= {"estimated_count": result.estimated_count, "reason": result.reason}
    return shown
