"""Records behind an interface's rows, one at a time: their form, reading, creating, changing, deleting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal

from flask import Blueprint, Response, request, url_for

from guichet import errors
from guichet.audit import entries
from guichet.audit.entries import AuditEntry
from guichet.http import client_disconnect, context, serializers
from guichet.http.operations import Query, build_answer, operation, read_body, read_limit
from guichet.http.problems import MalformedError
from guichet.http.schemas.interfaces import OptionsPage
from guichet.http.schemas.records import RecordAnswer, RecordBody, RecordForm
from guichet.interfaces.interface import Interface
from guichet.messages import say
from guichet.records import values
from guichet.records.keys import Key, KeyShapeError
from guichet.records.records import Change, Condition, Records, Stored, Witness
from guichet.search import compose, options
from guichet.search.error_attribution import blaming
from guichet.sql import statement

blueprint = Blueprint("records", __name__)

READS = (
    errors.NotFoundError,
    errors.InterfaceBrokenError,
    errors.SourceUnavailableError,
    errors.SourceBusyError,
    errors.QueryTimeoutError,
)
WRITES = (
    *READS,
    errors.NotAllowedError,
    errors.RefusedError,
    errors.ChangedError,
    errors.OvertakenError,
    errors.PortalDatabaseError,
)

OPTIONS_QUERY = (
    Query("q", {"type": "string"}, "A part of the label that is looked for."),
    Query("limit", {"type": "integer", "minimum": 1}, "How many options are wanted; at most OPTIONS_LIMIT."),
    Query("value", {"type": "array", "items": {"type": "string"}}, "These values alone, to name those of a record."),
)


@blueprint.get("/interfaces/<interface_id>/record")
@operation("The form of a record", answers={200: RecordForm}, raises=READS)
def get_record_form(interface_id: str) -> Response:
    """Return the fields of a record. Types, lengths and what is required come from the database's catalogue."""
    interface = context.get_interface(interface_id)
    records = context.get_records(interface)

    def options_url(field: str) -> str:
        return url_for("records.list_record_options", interface_id=interface_id, field=field)

    time_zone = context.portal().settings.time_zone
    return build_answer(
        serializers.serialize_record_form(interface, records.layout, context.get_language(), options_url, time_zone)
    )


@blueprint.get("/interfaces/<interface_id>/record/options/<field>")
@operation("The options of a record's select", answers={200: OptionsPage}, query=OPTIONS_QUERY, raises=READS)
def list_record_options(interface_id: str, field: str) -> Response:
    """Return options in the author's order, pinned ones first."""
    interface = context.get_interface(interface_id)
    listed = interface.record.fields[field].options if interface.record and field in interface.record.fields else None
    if listed is None:
        raise errors.NotFoundError(say("The form “{id}” has no option list “{name}”.", id=interface_id, name=field))
    wanted = statement.OptionQuery(
        typed=request.args.get("q", "").replace("\0", "").strip()[: context.get_input_limits().text],
        values=[value for value in request.args.getlist("value") if "\0" not in value],
        limit=read_limit("limit", context.portal().settings.options_limit),
    )
    if listed.choices is not None:
        return build_answer(asdict(options.list_written(listed.choices, wanted, context.get_language())))
    source, seconds = context.get_source(interface), interface.limits.interactive_seconds
    with blaming(interface), source.session(seconds) as session, client_disconnect.watch(session):
        page = options.page(
            session, interface.dialect, compose.bind(listed.template, {}, interface.dialect), listed.first, wanted
        )
    return build_answer(asdict(page))


@blueprint.get("/interfaces/<interface_id>/records/<key>")
@operation(
    "One record",
    answers={200: RecordAnswer, 304: None},
    raises=READS,
    headers={200: ("ETag",)},
)
def get_record(interface_id: str, key: str) -> Response:
    """Return a record as it is now. Its ETag is for `If-Match`, with which a change is made only if nobody else
    made one meanwhile.

    The key is the values of its columns, with commas between them; in each, `%`, `,` and `/` are percent-encoded.
    """
    records = context.get_records(context.get_interface(interface_id))
    response = _serialize_record(records, records.get(_read_key(records, key)))
    if request.if_none_match:
        response.make_conditional(request)
    return response


@blueprint.post("/interfaces/<interface_id>/records")
@operation(
    "Create a record whose key the database makes",
    answers={201: RecordAnswer},
    body=RecordBody,
    raises=WRITES,
    scope="edit",
    headers={201: ("ETag", "Location")},
)
def create_record(interface_id: str) -> Response:
    """Create a record. Where its key is given among the values, there must be none of that key yet (412)."""
    interface = context.get_interface(interface_id)
    writer, records = context.get_writer(interface), context.get_records(interface)
    new_values = _read_values(records, None)
    key = {name: text for name in records.record.key if (text := new_values.get(name)) is not None}
    whole = key if len(key) == len(records.record.key) else None
    change = records.save(writer, whole, new_values, Condition(is_new=True), _build_change_recorder(interface))
    return _save(records, change)


@blueprint.post("/interfaces/<interface_id>/records/<key>")
@operation(
    "Create or change a record",
    answers={200: RecordAnswer, 201: RecordAnswer},
    body=RecordBody,
    raises=WRITES,
    scope="edit",
    headers={200: ("ETag",), 201: ("ETag", "Location")},
)
def save_record(interface_id: str, key: str) -> Response:
    """Change the record of this key, or create it where there is none, in one statement.

    `If-Match` with an ETag: only if it is still as it was read. `If-Match: *`: only if it is there.
    `If-None-Match: *`: only if it is not. Otherwise the answer is 412, and nothing is changed.
    """
    interface = context.get_interface(interface_id)
    writer, records = context.get_writer(interface), context.get_records(interface)
    read = _read_key(records, key)
    change = records.save(
        writer, read, _read_values(records, read), _read_condition(), _build_change_recorder(interface)
    )
    return _save(records, change)


@blueprint.delete("/interfaces/<interface_id>/records/<key>")
@operation("Delete a record", answers={204: None}, raises=WRITES, scope="edit")
def delete_record(interface_id: str, key: str) -> Response:
    """Delete it, for good. With `If-Match`, only if it is still as it was read (412)."""
    interface = context.get_interface(interface_id)
    writer, records = context.get_writer(interface), context.get_records(interface)
    if records.record.delete is None:
        raise errors.NotAllowedError("These records can’t be deleted: their definition has no `delete`.")
    records.delete(writer, _read_key(records, key), _read_condition(), _build_change_recorder(interface))
    return Response(status=204)


def _build_change_recorder(interface: Interface) -> Witness:
    """Write each change into the audit, with the record before and after: both last, or neither.

    :raises PortalDatabaseError: if it can't be written down; then nothing is changed.
    """
    database, user = context.get_portal_database(), context.user().name

    @contextmanager
    def witness(change: Change) -> Iterator[None]:
        with database.transaction() as transaction:
            entries.record(transaction, _build_audit_entry(user, interface, change))
            yield

    return witness


def _build_audit_entry(user: str, interface: Interface, change: Change) -> AuditEntry:
    present = change.after or change.before
    assert present is not None
    action: Literal["create", "update", "delete"] = "update" if change.before and change.after else "delete"
    if change.before is None:
        action = "create"
    details = {
        "key": present.key,
        "before": dict(change.before.texts) if change.before else None,
        "after": dict(change.after.texts) if change.after else None,
    }
    return AuditEntry(user, action, interface.id, {}, rows=1, details=details)


def _read_key(records: Records, text: str) -> Key:
    try:
        return records.key(text)
    except KeyShapeError as error:
        raise MalformedError(str(error)) from error


def _read_key_column(name: str, raw: Any) -> str | None:
    """Read a column of the key from the body."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool | list | dict) or "\0" in str(raw):
        raise errors.CriteriaError([errors.Fault(values.pointer(name), "This can’t be a key.")])
    return str(raw)


def _read_values(records: Records, key: Key | None) -> dict[str, str | None]:
    """Read the values of the body. Those of the key may be among them, if they are those of the address."""
    sent = read_body(RecordBody).values
    fixed = {name: sent.pop(name) for name in records.record.key if name in sent}
    limit = context.portal().settings.text_limit
    bound = dict(values.read(records.layout.fields, sent, limit))
    for name, raw in fixed.items():
        text = _read_key_column(name, raw)
        if key is not None and text not in (None, key[name]):
            raise errors.CriteriaError([errors.Fault(values.pointer(name), "The key of a record can’t be changed.")])
        bound[name] = text
    return bound


def _read_condition() -> Condition:
    if request.if_none_match and not request.if_none_match.star_tag:
        raise MalformedError("“If-None-Match” can only be * here: create it if there is none.")
    tags_sent = request.if_match
    if request.headers.get("If-Match") is None:
        return Condition(is_new=request.if_none_match.star_tag)
    # A tag is weak where the answer was compressed on its way; it stands for the same values.
    tags = frozenset(tags_sent.as_set(include_weak=True)) | ({"*"} if tags_sent.star_tag else set())
    return Condition(tags, is_new=request.if_none_match.star_tag)


def _save(records: Records, change: Change) -> Response:
    assert change.after is not None
    response = _serialize_record(records, change.after)
    if change.before is None:
        response.status_code = 201
        response.headers["Location"] = url_for(
            "records.get_record", interface_id=records.interface.id, key=change.after.key
        )
    return response


def _serialize_record(records: Records, stored: Stored) -> Response:
    names = {*records.record.key, *records.layout.fields}
    shown = {name: value for name, value in stored.values.items() if name in names}
    response = build_answer({"key": stored.key, "values": shown, "etag": f'"{stored.tag}"'})
    response.set_etag(stored.tag)
    return response
