"""Extracts: asked for, watched, cancelled, downloaded, delivered again."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, request, send_file, url_for
from pydantic import SecretStr

from guichet import errors, messages
from guichet.extracts import estimate, notifications, queue, rights
from guichet.extracts.archives import archive_passwords
from guichet.extracts.extract import Extract, ListedExtract
from guichet.extracts.queue import NewExtract
from guichet.http import auditing, context, search_request
from guichet.http.operations import build_answer, operation, read_body
from guichet.http.schemas.extracts import ExtractBody, ExtractList, ExtractShape
from guichet.http.schemas.shape import Nothing
from guichet.interfaces.interface import BrokenInterface, Interface
from guichet.search import arrangement, criteria_text, execution, prepare
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search

blueprint = Blueprint("extracts", __name__)

RAISES = (errors.PortalDatabaseError, errors.NotFoundError)
LISTED = 100
MOMENTS = ("created_at", "started_at", "finished_at", "expires_at")
REPEATED = ("criteria", "sort", "columns", "dialect", "part_rows")


@blueprint.post("/extracts")
@operation(
    "Extract a result to an archive",
    answers={202: ExtractShape},
    body=ExtractBody,
    raises=(*search_request.RAISES, *RAISES, errors.TooLargeError, errors.TooManyExtractsError),
    headers={202: ("Location",)},
    scope="extract",
)
def create_extract() -> Response:
    """Queue a search whose whole result goes to a zip, and by mail to the user where they have an address.

    Asked for again while it is under way, it is the same extract. One that the planner knows to be beyond the
    interface's `extract_rows` is answered 413.
    """
    body = read_body(ExtractBody)
    search = search_request.get_search(body.interface, body, columns_needed=bool(body.sort or body.columns))
    arrangement.sorts(search.columns, search_request.build_sort_keys(body))
    arrangement.choose(search.columns, body.columns)
    made = queue_extract(search, body, _estimate_rows(search))
    response = build_answer(serialize_extract(made, search.interface), 202)
    response.headers["Location"] = url_for("extracts.get_extract", extract_id=made.id)
    return response


@blueprint.get("/extracts")
@operation("My extracts", answers={200: ExtractList}, raises=(errors.PortalDatabaseError,))
def list_extracts() -> Response:
    """List the user's latest extracts, the newest first, with their progress."""
    extracts = queue.list_of_user(context.get_portal_database(), context.user().name, LISTED)
    return build_answer(_serialize_extracts(extracts))


@blueprint.get("/extracts/<uuid:extract_id>")
@operation("One of my extracts", answers={200: ExtractShape}, raises=RAISES)
def get_extract(extract_id: str) -> Response:
    """Return its state and progress."""
    return _build_answer(_get_extract(extract_id))


@blueprint.delete("/extracts/<uuid:extract_id>")
@operation("Cancel an extract", answers={204: None}, raises=(*RAISES, errors.ConflictError), scope="extract")
def cancel_extract(extract_id: str) -> Response:
    """Cancel it: a running query ends in the database within a second, and a mail that has not gone never goes."""
    queue.cancel(context.get_portal_database(), context.user().name, str(extract_id))
    return Response(status=204)


@blueprint.get("/extracts/<uuid:extract_id>/archive")
@operation(
    "Download an archive",
    answers={200: "application/zip", 206: "application/zip", 302: None, 304: None, 416: "application/problem+json"},
    raises=(*RAISES, errors.WithheldError, errors.AccountsError, errors.InterfaceBrokenError),
    scope="extract",
)
def get_archive(extract_id: str) -> Response:
    """Send the zip, or lead to the bucket that keeps it (302); Range requests resume a download that broke."""
    extract = _get_extract(extract_id)
    if not _has_archive(extract):
        raise errors.NotFoundError("This extract has no archive, or not any more.")
    _confirm_rights(extract, "download")
    link = context.portal().store.make_link(str(extract.archive))
    response = Response(status=302, headers={"Location": link}) if link else _send_archive(extract)
    _audit_download(extract)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("/extracts/<uuid:extract_id>/deliver")
@operation(
    "Send the mail again",
    answers={202: ExtractShape},
    body=Nothing,
    raises=(*RAISES, errors.ConflictError, errors.WithheldError, errors.AccountsError, errors.InterfaceBrokenError),
    scope="extract",
)
def deliver_again(extract_id: str) -> Response:
    """Send the mail about an extract once more, when the first failed or nobody knows whether it arrived.

    It goes to the address that the user has now: the one before may have been why it failed.
    """
    read_body(Nothing)
    extract = _get_extract(extract_id)
    _confirm_rights(extract, "mail")
    if extract.delivery_state not in ("failed", "unknown"):
        raise errors.ConflictError("Its mail is on its way, or has arrived.")
    address = context.get_email() or str(extract.email)
    message_id = functools.partial(notifications.make_message_id, context.portal().settings.public_url)
    queue.deliver_again(context.get_portal_database(), str(extract_id), address, message_id)
    return _build_answer(_get_extract(extract_id), 202)


def _confirm_rights(extract: Extract, what: str) -> None:
    """Refuse what belongs to a form that the user may not see any more, and audit it.

    :raises WithheldError: if that is so.
    """
    try:
        context.portal().rights.confirm(context.user().name, extract.interface)
    except errors.WithheldError:
        auditing.queue_entry(queue.build_withheld_entry(extract, what, request=g.request_id))
        raise


def _has_archive(extract: Extract) -> bool:
    """Whether there is an archive that is to be had; what a cancelled one had is about to be cleared away."""
    return bool(extract.archive) and extract.state != "cancelled"


def _send_archive(extract: Extract) -> Response:
    path = context.portal().settings.archive_dir.resolve() / str(extract.archive)
    if not path.is_file():
        raise errors.NotFoundError("This extract has no archive, or not any more.")
    return _send_by_proxy(str(extract.archive)) or send_file(
        path, "application/zip", as_attachment=True, download_name=path.name, etag=extract.id
    )


def _send_by_proxy(archive: str) -> Response | None:
    """Leave the archive to nginx, where one stands in front: it then knows Range and ETag by itself."""
    prefix = context.portal().settings.accel_redirect_prefix
    if prefix is None:
        return None
    response = Response(mimetype="application/zip")
    response.headers["X-Accel-Redirect"] = prefix + quote(archive)
    response.headers["Content-Disposition"] = f'attachment; filename="{PurePosixPath(archive).name}"'
    return response


def _audit_download(extract: Extract) -> None:
    details: dict[str, Any] = {"format": "zip", "extract": extract.id}
    if "Range" in request.headers:
        details["range"] = request.headers["Range"]
    criteria = queue.get_audit_criteria(extract.request)
    auditing.audit_action("download", extract.interface, criteria, rows=extract.rows, **details)


def queue_extract(
    search: Search, body: ExtractBody, estimated_rows: int | None, young_seconds: int = 0
) -> ListedExtract:
    """Queue what a body asks for, as `queue.enqueue` does."""
    new = NewExtract(
        owner=context.user().name,
        interface=search.interface.id,
        source=search.interface.source,
        request=_build_request(search, body),
        email=context.get_email() if body.mail and context.portal().sends_mails else None,
        estimated_rows=estimated_rows,
        sealed_password=_seal_password(body.password),
    )
    most = context.portal().settings.extracts_waiting_per_user
    return queue.enqueue(context.get_portal_database(), new, most, young_seconds)


def _build_request(search: Search, body: ExtractBody) -> dict[str, Any]:
    language = context.get_language()
    return {
        "criteria": body.criteria,
        "audited": search_request.build_audit_criteria(search, body.criteria),
        "sort": [key.model_dump() for key in body.sort],
        "columns": body.columns,
        "dialect": body.dialect.model_dump(),
        "part_rows": body.part_rows,
        "mail": body.mail,
        "encrypted": body.password is not None,
        "language": language,
        "definition": search.interface.version,
        "title": search.interface.title(language),
        "words": [list(pair) for pair in criteria_text.describe(search, language)],
    }


def _seal_password(password: SecretStr | None) -> bytes | None:
    if password is None:
        return None
    key = context.portal().settings.secret_key
    if key is None:
        raise errors.CriteriaError([errors.Fault("/password", "This portal makes no archives with a password.")])
    return archive_passwords.seal(password, key, context.user().name)


def _build_answer(extract: ListedExtract, status: int = 200) -> Response:
    return build_answer(_serialize_extracts([extract])[0], status)


def _serialize_extracts(extracts: Sequence[ListedExtract]) -> list[dict[str, Any]]:
    """Show extracts, also while the definitions can't be read: whether an archive may be had is looked at again then.

    Nobody can know in the meantime whom a form is for, as of one whose file has faults.
    """
    try:
        interfaces = context.portal().registry.current()
    except errors.DefinitionsError:
        interfaces = {name: BrokenInterface(name, name, ()) for name in {extract.interface for extract in extracts}}
    return [serialize_extract(extract, interfaces.get(extract.interface)) for extract in extracts]


def serialize_extract(extract: ListedExtract, interface: Interface | BrokenInterface | None) -> dict[str, Any]:
    """Show an extract; its archive as long as the user may see the interface."""
    refusal = rights.find_refusal(context.user(), interface) if extract.archive else None
    attachment_bytes = context.portal().settings.email_attachment_mb * 1_000_000
    hoped = estimate.estimate_extract(extract, attachment_bytes)
    moments = {name: getattr(extract, name) for name in MOMENTS}
    estimated, rows = extract.estimated_rows, extract.rows
    return {
        "id": extract.id,
        "interface": extract.interface,
        "title": interface.title(context.get_language())
        if isinstance(interface, Interface) and not refusal
        else extract.request["title"],
        "words": extract.request["words"],
        "request": {name: extract.request[name] for name in REPEATED} | {"mail": extract.request.get("mail", True)},
        "state": "cancelling" if extract.cancel_requested and extract.state == "running" else extract.state,
        "place": extract.place,
        "rows": rows,
        "bytes": extract.bytes,
        "estimated_rows": estimated,
        "progress": min(1.0, rows / estimated) if estimated and extract.state == "running" else None,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "email": extract.email,
        "delivery": extract.delivery_state,
        "attached": extract.attached,
        "archive_url": url_for("extracts.get_archive", extract_id=extract.id)
        if _has_archive(extract) and not refusal
        else None,
        "archive_bytes": extract.archive_bytes,
        "encrypted": extract.request.get("encrypted", False),
        "expected_bytes": hoped.bytes,
        "expected_seconds": hoped.seconds,
        "arrives": hoped.arrives,
        "problem": _find_problem(extract, refusal),
    }


def _find_problem(extract: ListedExtract, refusal: str | None) -> str | None:
    said = refusal or extract.problem or extract.delivery_problem
    return messages.translate(said, context.get_language()) if said else None


def _estimate_rows(search: Search) -> int | None:
    """Ask the planner how many rows there will be.

    :raises TooLargeError: if they are far too many.
    """
    try:
        with blaming(search.interface, search):
            estimated = execution.estimate(search).count
    except errors.QueryTimeoutError:
        return None
    prepare.refuse_too_large(search, estimated)
    return estimated


def _get_extract(extract_id: str) -> ListedExtract:
    return queue.get_of_user(context.get_portal_database(), context.user().name, str(extract_id))
