"""Count, search and CSV: one statement, asked three ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any, TypeVar

from flask import Blueprint, Response

from guichet import errors
from guichet.api import context, forms, hangup, shapes
from guichet.api.operations import Query, answer, operation, read_body, read_flag
from guichet.search import criteria as search_criteria
from guichet.search import searches
from guichet.search.blame import blaming
from guichet.search.searches import Result, Search, SortKey

blueprint = Blueprint("searches", __name__)

RAISES = (
    errors.NotFoundError,
    errors.InterfaceBrokenError,
    errors.SourceUnavailableError,
    errors.SourceBusyError,
)
ESTIMATE = Query("estimate", {"type": "integer", "enum": [0, 1]}, "1 for the planner's estimate, at once.")
CHUNK = 1 << 16

Answer = TypeVar("Answer")


@blueprint.post("/interfaces/<interface_id>/count")
@operation(
    "How many rows match",
    answers={200: shapes.CountAnswer},
    body=shapes.CriteriaBody,
    query=(ESTIMATE,),
    raises=(*RAISES, errors.QueryTimeoutError),
)
def count(interface_id: str) -> Response:
    """Counts the rows, or estimates how many there are without running the search."""
    body = read_body(shapes.CriteriaBody)
    asked = searches.estimate if read_flag("estimate") else searches.count
    search = _search(interface_id, body)
    with blaming(search.interface, search.criteria):
        found = asked(search, hangup.watch)
    return answer({"count": found.count, "elapsed_ms": found.elapsed_ms, "estimate": found.estimate})


@blueprint.post("/interfaces/<interface_id>/search")
@operation(
    "The rows that match",
    answers={200: shapes.LightResult, 202: shapes.HeavyResult},
    body=shapes.SearchBody,
    raises=RAISES,
)
def search(interface_id: str) -> Response:
    """Returns every row of a light result, or the first of a heavy one (202).

    Integers beyond 2⁵³ and exact decimals are texts, dates are ISO 8601, NULL is null.
    """
    body = read_body(shapes.SearchBody)
    asked = _search(interface_id, body)
    with blaming(asked.interface, asked.criteria):
        result = _attempt(asked, lambda one: searches.rows(one, _sort(body), _preview_rows(), hangup.watch))
    return answer(_shown(asked, result), 202 if result.reason else 200)


@blueprint.post("/interfaces/<interface_id>/csv")
@operation(
    "The rows that match, as CSV",
    answers={200: "text/csv"},
    body=shapes.CsvBody,
    raises=(*RAISES, errors.TooLargeError),
    headers={200: ("Content-Disposition",)},
)
def csv(interface_id: str) -> Response:
    """Streams a light result as a CSV download; a heavy one is answered 413.

    Text that a spreadsheet would run as a formula gets an apostrophe in front, unless `formula_guard` is false.
    """
    body = read_body(shapes.CsvBody)
    asked = _search(interface_id, body)
    with blaming(asked.interface, asked.criteria):
        style = body.dialect.dialect()
        file = _attempt(asked, lambda one: searches.csv(one, _sort(body), body.columns, style, hangup.watch))
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(_chunks(file), mimetype="text/csv")
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(asked, datetime.now(UTC))}"'
    response.call_on_close(file.close)
    return response


def file_name(search: Search, now: datetime) -> str:
    """Names a download: the interface's file name and the time in UTC."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", search.interface.filename)
    return f"{safe}_{now:%Y%m%dT%H%M%SZ}.csv"


def _search(interface_id: str, body: shapes.CriteriaBody) -> Search:
    interface = context.get_interface(interface_id)
    criteria = search_criteria.read(interface, body.criteria, context.input_limits())
    return Search(interface, criteria, context.get_source(interface), context.get_columns(interface))


def _attempt(search: Search, run: Callable[[Search], Answer]) -> Answer:
    return context.portal().catalogue.attempt(search, run)


def _preview_rows() -> int:
    return context.portal().settings.preview_rows


def _sort(body: shapes.SearchBody) -> Sequence[SortKey]:
    return [SortKey(one.column, one.descending) for one in body.sort]


def _shown(search: Search, result: Result) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "columns": forms.result_columns(search.interface, result.columns),
        "rows": result.rows,
        "count": result.count,
        "elapsed_ms": result.elapsed_ms,
        "heavy": result.reason is not None,
        "unmatched": {},
    }
    if result.reason:
        shown |= {"estimated_count": result.estimated_count, "reason": result.reason, "extract": None}
    return shown


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
