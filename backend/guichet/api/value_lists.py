"""Value lists: uploaded, read another way, looked at, deleted; and which of their values a search did not find."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, Response, request, url_for

from guichet import errors
from guichet.api import downloads
from guichet.audit import entries
from guichet.http import admission, auditing, client_disconnect, context, search_request, uploads
from guichet.http.operations import Query, build_answer, operation, read_body
from guichet.http.problems import MalformedError, UnsupportedTypeError
from guichet.http.schemas.searches import CriteriaBody
from guichet.http.schemas.value_lists import NewLines, ValueList, ValueListChange, ValueLists
from guichet.interfaces.interface import Criterion, Interface
from guichet.messages import say
from guichet.portal_db.database import Record, Transaction
from guichet.search import unmatched, value_list_binding
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search
from guichet.value_lists import storage
from guichet.value_lists.column_proposal import ColumnWish
from guichet.value_lists.parsing import ListBounds
from guichet.value_lists.storage import ListReading, ReadingChoice
from guichet.value_lists.workbooks import WorkbookBounds

blueprint = Blueprint("value_lists", __name__)

RAISES = (errors.PortalDatabaseError, errors.NotFoundError)
READING = (*RAISES, errors.CrowdedError, errors.InterfaceBrokenError, errors.FileFaultError, errors.ListTooLargeError)
MALFORMED_SHOWN = 20

FOR = (
    Query("interface", {"type": "string"}, "The form that the list is for."),
    Query("criterion", {"type": "string"}, "Its criterion: says which column fits, and what is malformed."),
)
NAMED = Query("name", {"type": "string"}, "What lines of text are to be called.")


@blueprint.post("/value-lists")
@operation(
    "Upload a list of values",
    answers={201: ValueList},
    body=NewLines,
    query=(*FOR, NAMED),
    raises=(*READING, MalformedError, UnsupportedTypeError, errors.StalledUploadError, errors.TooManyListsError),
    scope="edit",
)
def create_value_list() -> Response:
    """Take a file (multipart/form-data, field `file`) or lines (text/plain, or JSON), and find out how to read it.

    The column that fits best is taken; `PATCH` takes another. Nothing of a broken upload is kept.
    """
    settings = context.portal().settings
    interface, criterion = _read_criterion()
    _refuse_too_many()
    admission.take_share()
    upload = uploads.receive_upload(settings.value_list_mb * 1_000_000, settings.upload_stall_seconds)
    choice, wish = ReadingChoice(layout=upload.layout), _build_wish(interface, criterion)
    admission.wait_for_turn()
    with closing(upload.file), context.get_portal_database().transaction() as transaction:
        transaction.allow(storage.SECONDS)
        name = _clean_file_name(upload.name)
        made = storage.create_list(transaction, context.user().name, name, upload.file, choice, wish, *_build_bounds())
        entries.record(transaction, _build_audit_entry("create", made))
        shown = _serialize_list(transaction, made, _build_reading(interface, criterion))
    return build_answer(shown, 201)


@blueprint.get("/value-lists")
@operation("My value lists", answers={200: ValueLists}, raises=(errors.PortalDatabaseError,))
def list_value_lists() -> Response:
    """List the user's own, those first that were used last."""
    with context.get_portal_database().transaction() as transaction:
        value_lists = transaction.fetch("value_lists.recent", owner=context.user().name, limit=_get_list_limit())
        return build_answer([_serialize_list(transaction, value_list, ListReading()) for value_list in value_lists])


@blueprint.get("/value-lists/<uuid:value_list_id>")
@operation(
    "One of my value lists",
    answers={200: ValueList},
    query=FOR,
    raises=(*RAISES, errors.InterfaceBrokenError),
)
def get_value_list(value_list_id: str) -> Response:
    """Return a list, counted as the criterion reads it."""
    interface, criterion = _read_criterion()
    with context.get_portal_database().transaction() as transaction:
        transaction.allow(storage.SECONDS)
        value_list = _get_list(transaction, value_list_id)
        return build_answer(_serialize_list(transaction, value_list, _build_reading(interface, criterion)))


@blueprint.patch("/value-lists/<uuid:value_list_id>")
@operation(
    "Read a value list another way",
    answers={200: ValueList},
    body=ValueListChange,
    query=FOR,
    raises=READING,
    scope="edit",
)
def change_value_list(value_list_id: str) -> Response:
    """Take another column or sheet, or say which line is the header, or which encoding or delimiter it is."""
    body = read_body(ValueListChange)
    interface, criterion = _read_criterion()
    changes = body.model_dump(exclude_unset=True)
    if changes.keys() - {"name"}:
        admission.take_share()
        admission.wait_for_turn()
    with context.get_portal_database().transaction() as transaction, SpooledTemporaryFile(uploads.SPOOL_BYTES) as file:
        transaction.allow(storage.SECONDS)
        value_list = _get_list(transaction, value_list_id, "one_of_mine_to_change")
        if body.name is not None:
            value_list = transaction.fetch("value_lists.rename", id=str(value_list_id), name=body.name)[0]
        if changes.keys() - {"name"}:
            choice = storage.build_choice(value_list, changes)
            value_list = storage.change_list(
                transaction, value_list, file, choice, _build_wish(interface, criterion), *_build_bounds()
            )
        entries.record(transaction, _build_audit_entry("update", value_list))
        return build_answer(_serialize_list(transaction, value_list, _build_reading(interface, criterion)))


@blueprint.delete("/value-lists/<uuid:value_list_id>")
@operation("Delete a value list", answers={204: None}, raises=RAISES, scope="edit")
def delete_value_list(value_list_id: str) -> Response:
    """Delete it; searches that were kept with it can't be run any more."""
    with context.get_portal_database().transaction() as transaction:
        gone = transaction.find("value_lists.delete", id=str(value_list_id), owner=context.user().name)
        if gone is None:
            raise errors.NotFoundError("You have no such list.")
        entries.record(transaction, _build_audit_entry("delete", gone))
    return Response(status=204)


@blueprint.get("/value-lists/<uuid:value_list_id>/unmatched")
@operation(
    "The values that the last search did not find",
    answers={200: "text/csv"},
    query=FOR,
    raises=(*search_request.RAISES, errors.PortalDatabaseError, errors.QueryTimeoutError, errors.CriteriaError),
    headers={200: ("Content-Disposition",)},
)
def list_unmatched(value_list_id: str) -> Response:
    """Run the last search by this list in the interface again, and send what it does not find as CSV.

    In the order and the spelling of the file, with its line numbers.
    """
    interface, _ = _read_criterion()
    if interface is None:
        raise errors.NotFoundError("Name the form that was searched.")
    with context.get_portal_database().transaction() as transaction:
        _get_list(transaction, value_list_id)
        last = transaction.find(
            "value_lists.last_search",
            id=str(value_list_id),
            interface=interface.id,
            criterion=request.args.get("criterion"),
        )
    if last is None:
        raise errors.NotFoundError("Nothing was searched by this list in this form yet.")
    search = search_request.get_search(interface.id, CriteriaBody(criteria=last["criteria"]))
    return _send_unmatched(search, last["criterion"], last["criteria"])


@blueprint.post("/interfaces/<interface_id>/unmatched")
@operation(
    "The values that a search does not find",
    answers={200: "text/csv"},
    body=CriteriaBody,
    query=(Query("criterion", {"type": "string"}, "Which one's values."),),
    raises=(*search_request.RAISES, errors.PortalDatabaseError, errors.QueryTimeoutError),
    headers={200: ("Content-Disposition",)},
)
def list_unmatched_values(interface_id: str) -> Response:
    """Run a search by several values, or by a list, and send what it does not find as CSV.

    As they were written, with their places among them, counted from 1.
    """
    body, name = read_body(CriteriaBody), request.args.get("criterion", "")
    search = search_request.get_search(interface_id, body)
    if name not in search.looked_for:
        raise errors.NotFoundError(say("“{name}” is filled neither by several values nor by a list.", name=name))
    return _send_unmatched(search, name, body.criteria)


def _send_unmatched(search: Search, criterion: str, criteria: Mapping[str, Any]) -> Response:
    with blaming(search.interface, search):
        file = unmatched.file(search, criterion, client_disconnect.watch)
    auditing.audit_action(
        "download", search.interface.id, search_request.build_audit_criteria(search, criteria), format="unmatched"
    )
    return downloads.send_file(file, f"{search.interface.filename}_not_found", "csv", "text/csv")


def _read_criterion() -> tuple[Interface | None, Criterion | None]:
    """Read the criterion that the list is for, if the request names one."""
    interface_id, name = request.args.get("interface"), request.args.get("criterion")
    if interface_id is None:
        return None, None
    interface = context.get_interface(interface_id)
    criterion = interface.criteria.get(name) if name is not None else None
    if name is not None and (criterion is None or not criterion.definition.takes_lists):
        raise errors.NotFoundError(
            say("The form “{id}” has no criterion “{name}” that takes a list.", id=interface.id, name=name)
        )
    return interface, criterion


def _build_reading(interface: Interface | None, criterion: Criterion | None) -> ListReading:
    if interface is None or criterion is None:
        return ListReading()
    return value_list_binding.reading_of(criterion, _find_list_type(interface, criterion), interface.dialect)


def _find_list_type(interface: Interface, criterion: Criterion) -> str:
    """Ask the source; while it can't tell, the values are text."""
    try:
        return context.portal().catalogue.list_type(interface, context.get_source(interface), criterion.name)
    except errors.SourceError:
        return "text"


def _build_wish(interface: Interface | None, criterion: Criterion | None) -> ColumnWish:
    if interface is None or criterion is None:
        return ColumnWish()
    return value_list_binding.wish_of(criterion, _find_list_type(interface, criterion), interface.dialect)


def _get_list_limit() -> int:
    return context.portal().settings.value_lists_per_user


def _refuse_too_many() -> None:
    """Refuse another list before its file is read."""
    with context.get_portal_database().transaction() as transaction:
        kept = transaction.fetch("value_lists.count_mine", owner=context.user().name)[0]["lists"]
    if kept >= _get_list_limit():
        wish = "You keep {most} lists already, as many as you may. Delete some that you no longer need."
        raise errors.TooManyListsError(say(wish, most=_get_list_limit()))


def _build_bounds() -> tuple[ListBounds, WorkbookBounds]:
    settings = context.portal().settings
    workbook = WorkbookBounds(settings.value_list_workbook_mb, settings.value_list_mb * 1_000_000)
    return ListBounds(settings.value_list_values, settings.text_limit), workbook


def _get_list(transaction: Transaction, value_list_id: Any, query: str = "one_of_mine") -> Record:
    value_list = transaction.find(f"value_lists.{query}", id=str(value_list_id), owner=context.user().name)
    if value_list is None:
        raise errors.NotFoundError("You have no such list.")
    return value_list


def _clean_file_name(name: str) -> str:
    """Return the last part of a file's name, without what is no text."""
    return re.sub(r"[\x00-\x1f\ud800-\udfff]", "", re.split(r"[/\\]", name)[-1]).strip()[:200] or "values"


def _build_audit_entry(action: entries.Action, record: Record) -> entries.AuditEntry:
    details = {"value_list": str(record["id"]), "values": record["values"], "sha256": record["hash"]}
    return auditing.build_entry(action, "", {}, **details)


def _serialize_list(transaction: Transaction, record: Record, reading: ListReading) -> dict[str, Any]:
    values, malformed = storage.count_values(transaction, record, reading)
    wrong = storage.find_malformed(transaction, record["id"], reading, MALFORMED_SHOWN) if malformed else []
    days = context.portal().settings.value_list_days
    return {
        "id": str(record["id"]),
        "name": record["name"],
        "encoding": record["encoding"],
        "likely_encodings": record["likely"],
        "delimiter": record["delimiter"],
        "header": record["header"],
        "header_line": record["header_line"],
        "lines_above": record["above"],
        "first_lines": [{"line": line, "text": text} for line, text in record["head"]],
        "sheets": record["sheets"],
        "sheet": record["sheet"],
        "columns": record["columns"],
        "sample": record["sample"],
        "column": record["column_at"],
        "rows": record["rows"],
        "values": values,
        "duplicates": record["rows"] - record["blanks"] - values - malformed,
        "blanks": record["blanks"],
        "malformed": malformed,
        "malformed_sample": [{"line": value["line"], "value": value["value"]} for value in wrong],
        "bytes": record["bytes"],
        "url": url_for("value_lists.get_value_list", value_list_id=record["id"]),
        "created_at": record["created_at"].isoformat(),
        "used_at": record["used_at"].isoformat(),
        "expires_in_days": days,
    }
