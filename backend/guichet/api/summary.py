"""The summary of a result."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from guichet import errors
from guichet.http import auditing, client_disconnect, context, search_request
from guichet.http.operations import build_answer, operation, read_body
from guichet.http.schemas.results import SummaryAnswer
from guichet.http.schemas.searches import SummaryBody
from guichet.interfaces.interface import Interface
from guichet.search import arrangement, summary
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search
from guichet.search.summary import ColumnSummary, Summary

blueprint = Blueprint("summary", __name__)


@blueprint.post("/interfaces/<interface_id>/summary")
@operation(
    "What a result holds",
    answers={200: SummaryAnswer},
    body=SummaryBody,
    raises=(*search_request.RAISES, errors.QueryTimeoutError),
)
def summarize(interface_id: str) -> Response:
    """Summarize columns over every row of the result, shown or not: top values or a histogram, and the NULLs.

    Without `columns`, those that the author marked.
    """
    body = read_body(SummaryBody)
    search = search_request.get_search(interface_id, body)
    names = _list_summary_columns(search.interface) if body.columns is None else body.columns

    def run(retried: Search) -> Summary:
        return summary.summarize(
            retried, arrangement.choose(retried.columns, names, summary.MOST_COLUMNS), client_disconnect.watch
        )

    with blaming(search.interface, search):
        made = search_request.run_with_retry(search, run)
    auditing.audit_action(
        "summarize",
        interface_id,
        search_request.build_audit_criteria(search, body.criteria),
        rows=made.total,
        duration_ms=made.elapsed_ms,
    )
    columns = [_serialize_column(search.interface, column) for column in made.columns]
    return build_answer({"total": made.total, "columns": columns, "elapsed_ms": made.elapsed_ms})


def _list_summary_columns(interface: Interface) -> list[str]:
    return [name for name, style in interface.definition.columns.items() if style.summary]


def _serialize_column(interface: Interface, column: ColumnSummary) -> dict[str, Any]:
    return {
        "name": column.column.name,
        "label": interface.column_label(column.column.name, context.get_language()),
        "type": column.column.type,
        "kind": column.kind,
        "nulls": column.nulls,
        "distinct": column.distinct,
        "values": [{"value": value, "count": count} for value, count in column.values],
        "buckets": [{"from": bucket.from_, "to": bucket.to, "count": bucket.count} for bucket in column.buckets],
        "other": column.other,
        "sum": column.sum,
    }
