"""Rows for programs: by the page, from an offset or a cursor, or a whole result as a stream."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO, Any, cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request

from guichet import errors, query_syntax
from guichet.api.downloads import CHUNK, build_file_name
from guichet.extracts.rights import Rights
from guichet.http import auditing, client_disconnect, context, search_request
from guichet.http.operations import (
    FLAG,
    Query,
    build_shape,
    operation,
    parse_json,
    read_body,
    read_choice,
    read_count,
    read_flag,
)
from guichet.http.problems import MalformedError
from guichet.http.schemas.searches import MOST_COLUMNS, MOST_SORTS, FileBody
from guichet.results import cursor, pages, row_formats, streams
from guichet.results.cursor import Cursor
from guichet.results.pages import RowPage
from guichet.results.row_formats import Name, RowFormat
from guichet.results.streams import Stream
from guichet.search import arrangement, execution, prepare
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search
from guichet.sql.formats import CsvFormat, Shape

logger = logging.getLogger(__name__)

blueprint = Blueprint("rows", __name__)

PAGE_ROWS = 1000
# How long a client may be waited for in all before its pace counts.
SLOW_SECONDS = 60
# How often it is looked at whether who takes a stream still may.
LOOK_SECONDS = 1.0
MEDIA_TYPES: dict[Name, str] = {"json": "application/json", "ndjson": "application/x-ndjson", "csv": "text/csv"}

PAGING = (
    Query("format", {"type": "string", "enum": list(MEDIA_TYPES)}, "Else by the Accept header; else JSON."),
    Query("shape", {"type": "string", "enum": list(get_args(Shape))}, "What a row is in JSON; objects if absent."),
    Query(
        "limit",
        {"type": "integer", "minimum": 1},
        "Rows of a page, at most the interface's display_rows; if absent, 1000 of JSON, and all of NDJSON and CSV.",
    ),
    Query("offset", {"type": "integer", "minimum": 0}, "How many rows to skip."),
    Query("after", {"type": "string"}, "The cursor of a row: the page begins after it."),
    Query("before", {"type": "string"}, "The cursor of a row: the page ends before it."),
    Query("formula_guard", FLAG, "0 to leave text in CSV as it is."),
)
SEARCH = (
    Query("criteria", {"type": "string"}, "The criteria as JSON, beside or instead of parameters of their names."),
    Query("sort", {"type": "string"}, "Columns to sort by, separated by commas; -column for descending."),
    Query("columns", {"type": "string"}, "Columns and their order, separated by commas; absent: all."),
)
NAMES = frozenset(parameter.name for parameter in (*PAGING, *SEARCH))

DECLARED: dict[str, Any] = {
    "answers": {200: tuple(MEDIA_TYPES.values())},
    "raises": (
        *search_request.RAISES,
        errors.CriteriaError,
        errors.CursorError,
        errors.TooLargeError,
        errors.QueryTimeoutError,
    ),
    "headers": {200: ("Link", "Content-Disposition")},
}


@blueprint.get("/interfaces/<interface_id>/rows")
@operation("The rows that match, for programs", query=(*PAGING, *SEARCH), **DECLARED)
def get_rows(interface_id: str) -> Response:
    """Return a page of rows, with `Link` headers to the next, or stream the whole result where no limit is given.

    Criteria are parameters of their names: `country=250`, repeated for several values; `country!=250` turned round;
    `employees=10..50`, `created=2024-01-01..` for ranges; `created=last_30_days`. A stream that ends in an error is
    broken off: its last chunk is missing.
    """
    return _send_rows(interface_id, _read_query_body(interface_id))


@blueprint.post("/interfaces/<interface_id>/rows")
@operation("The rows that match criteria in the body, for programs", body=FileBody, query=PAGING, **DECLARED)
def post_rows(interface_id: str) -> Response:
    """Do the same for criteria that are too long for an address."""
    return _send_rows(interface_id, read_body(FileBody))


def _read_query_body(interface_id: str) -> FileBody:
    interface = context.get_interface(interface_id)
    kinds = {
        name: query_syntax.CriterionKind(criterion.type, criterion.multiple)
        for name, criterion in interface.criteria.items()
    }
    terms = [(name, text) for name, text in request.args.items(multi=True) if name not in NAMES]
    try:
        criteria = query_syntax.parse_criteria(terms, kinds)
    except query_syntax.QuerySyntaxError as error:
        raise MalformedError(str(error)) from error
    written = parse_json((request.args.get("criteria") or "{}").encode())
    if not isinstance(written, dict) or set(written) & set(criteria):
        raise MalformedError("“criteria” must be a JSON object, of criteria that no other parameter gives.")
    sort = [
        {"column": key.removeprefix("-"), "descending": key.startswith("-")}
        for key in _read_list("sort", MOST_SORTS) or ()
    ]
    columns = _read_list("columns", MOST_COLUMNS)
    return build_shape(FileBody, {"criteria": {**written, **criteria}, "sort": sort, "columns": columns})


def _read_list(name: str, most: int) -> list[str] | None:
    text = request.args.get(name, "")
    if text.count(",") >= most:
        raise MalformedError(f"“{name}” may name {most} columns.")
    return text.split(",") if text else None


@dataclass(frozen=True)
class _Window:
    """Which rows are asked for.

    :param limit: None for all.
    """

    limit: int | None
    offset: int | None
    cursor: Cursor | None
    before: bool


def _send_rows(interface_id: str, body: FileBody) -> Response:
    search, name = search_request.get_search(interface_id, body), _choose_format()
    with blaming(search.interface, search):
        response = search_request.run_with_retry(search, lambda retried: _build_response(retried, body, name))
    try:
        search_request.remember_list_search(search, body.criteria)
    except BaseException:
        response.close()
        raise
    return response


def _choose_format() -> Name:
    chosen = read_choice("format", list(MEDIA_TYPES))
    if chosen:
        return cast(Name, chosen)
    best = request.accept_mimetypes.best_match(MEDIA_TYPES.values(), default=MEDIA_TYPES["json"])
    return next(name for name, media_type in MEDIA_TYPES.items() if media_type == best)


def _build_response(search: Search, body: FileBody, name: Name) -> Response:
    window, style = _read_window(search, body, name), _choose_row_format(search, body, name)
    response = (
        _send_stream(search, body, style, window, name)
        if window.limit is None
        else _send_page(search, body, style, window)
    )
    response.mimetype = MEDIA_TYPES[name]
    if name != "json":
        response.headers["Content-Disposition"] = (
            f'attachment; filename="{build_file_name(search.interface.filename, datetime.now(UTC), name)}"'
        )
    return response


def _choose_row_format(search: Search, body: FileBody, name: Name) -> RowFormat:
    columns = arrangement.choose(search.columns, body.columns)
    shape = cast(Shape, read_choice("shape", get_args(Shape)) or "objects")
    guard = read_flag("formula_guard", default=True)
    if name == "json":
        return row_formats.json(columns, shape, search.dialect)
    if name == "ndjson":
        return row_formats.ndjson(columns, shape, search.dialect)
    labels = [search.interface.column_label(column.name, context.get_language()) for column in columns]
    return row_formats.csv(columns, CsvFormat(formula_guard=guard), labels, search.dialect)


def _read_window(search: Search, body: FileBody, name: Name) -> _Window:
    limit, offset = read_count("limit"), read_count("offset")
    after, before = request.args.get("after"), request.args.get("before")
    if limit == 0:
        raise MalformedError("“limit” must be at least 1.")
    if sum(start is not None for start in (offset, after, before)) > 1:
        raise MalformedError("Give one of “offset”, “after” and “before”.")
    boundary = _read_cursor(search, body, after if before is None else before)
    if limit is None and (name == "json" or before is not None):
        limit = PAGE_ROWS
    if limit is not None:
        limit = min(limit, search.interface.limits.display_rows)
    return _Window(limit, offset, boundary, before is not None)


def _read_cursor(search: Search, body: FileBody, text: str | None) -> Cursor | None:
    if text is None:
        return None
    key = pages.key_of(search)
    if not key:
        raise errors.CursorError("This interface has no key that a cursor could follow; page by “offset”.")
    if body.sort:
        raise errors.CursorError("A cursor follows the order of the key; page by “offset” to sort.")
    return cursor.read(text, key)


def _send_page(search: Search, body: FileBody, style: RowFormat, window: _Window) -> Response:
    assert window.limit is not None
    keyed = window.offset is None and not body.sort and bool(pages.key_of(search))
    if keyed:
        page = pages.by_cursor(search, style, window.limit, window.cursor, window.before, client_disconnect.watch)
    else:
        sort, offset = search_request.build_sort_keys(body), window.offset or 0
        page = pages.by_offset(search, style, sort, window.limit, offset, client_disconnect.watch)
    audited = search_request.build_audit_criteria(search, body.criteria)
    auditing.audit_action("search", search.interface.id, audited, rows=page.rows, duration_ms=page.elapsed_ms)
    response = Response(_read_chunks(page.file))
    response.call_on_close(page.file.close)
    links = _build_cursor_links(page, window) if keyed else _build_offset_links(page, window)
    response.headers["Link"] = ", ".join(f'<{_build_address(place)}>; rel="{name}"' for name, place in links.items())
    return response


def _build_cursor_links(page: RowPage, window: _Window) -> dict[str, dict[str, Any]]:
    links: dict[str, dict[str, Any]] = {"first": {}}
    if page.last and (page.more or window.before):
        links["next"] = {"after": page.last}
    if page.first and window.cursor and (not window.before or page.rows == window.limit):
        links["prev"] = {"before": page.first}
    return links


def _build_offset_links(page: RowPage, window: _Window) -> dict[str, dict[str, Any]]:
    limit, offset = window.limit or 0, window.offset or 0
    links = {"first": {"offset": 0}}
    if page.more:
        links["next"] = {"offset": offset + limit}
    if offset:
        links["prev"] = {"offset": max(0, offset - limit)}
    return links


def _build_address(place: dict[str, Any]) -> str:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in ("offset", "after", "before")]
    query = urlencode([*kept, *place.items()])
    return f"{request.path}?{query}" if query else request.path


def _read_chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _send_stream(search: Search, body: FileBody, style: RowFormat, window: _Window, name: Name) -> Response:
    portal = context.portal()
    selected = pages.whole(search, style, search_request.build_sort_keys(body), window.offset or 0, window.cursor)
    _refuse_far_too_large(search)
    bound = streams.Terms(
        portal.settings.stream_seconds, client_disconnect.build_watch(), client_disconnect.build_disconnect()
    )
    leave = portal.streams_of_users.enter(context.user().name)
    if not portal.streams.acquire(blocking=False):
        leave()
        raise errors.SourceBusyError(search.source.name, "Too many results are being streamed at once.")
    try:
        stream = streams.rows(search, style, selected, bound)
    except BaseException:
        portal.streams.release()
        leave()
        raise
    watched = _stop_when_withheld(stream, portal.rights, context.user().name, search.interface.id)
    paced = _stop_when_slow(watched, portal.settings.stream_kb_per_second * 1000)
    response = Response(_stream_pieces(paced, g.request_id))
    entry = auditing.build_entry(
        "download", search.interface.id, search_request.build_audit_criteria(search, body.criteria), format=name
    )

    def end() -> None:
        stream.close()
        portal.streams.release()
        leave()
        if portal.recorder:
            portal.recorder.record(replace(entry, rows=stream.rows, duration_ms=stream.elapsed_ms))

    response.call_on_close(end)
    response.headers["X-Accel-Buffering"] = "no"  # nginx passes rows on as they come, at the client's pace
    return response


def _refuse_far_too_large(search: Search) -> None:
    try:
        estimated = execution.guess(search, client_disconnect.watch).count
        if estimated > 2 * search.interface.limits.extract_rows:
            estimated = execution.estimate(search, client_disconnect.watch).count
    except errors.QueryTimeoutError:
        return
    prepare.refuse_too_large(search, estimated)


def _stop_when_withheld(stream: Stream, rights: Rights, name: str, interface_id: str) -> Iterator[bytes]:
    """Pass pieces on as long as the user may see the interface, which is looked at once a second.

    :raises WithheldError: when they may not any more.
    """
    look_at = time.monotonic() + LOOK_SECONDS
    for piece in stream:
        if time.monotonic() >= look_at:
            rights.confirm(name, interface_id)
            look_at = time.monotonic() + LOOK_SECONDS
        yield piece


def _stop_when_slow(pieces: Iterator[bytes], pace: int) -> Iterator[bytes]:
    """Pass pieces on to a client that takes enough of them.

    :param pace: bytes a second, on the average of the time that the client was waited for.
    :raises AbandonedError: when it takes less.
    """
    waited, taken = 0.0, 0
    for piece in pieces:
        given_at = time.monotonic()
        yield piece
        waited, taken = waited + time.monotonic() - given_at, taken + len(piece)
        if waited > SLOW_SECONDS and taken < pace * waited:
            raise streams.AbandonedError("The client takes too little.")


def _stream_pieces(stream: Iterator[bytes], request_id: str) -> Iterator[bytes]:
    """Pass pieces on. An error breaks the connection off, so that no program takes what came for the whole."""
    try:
        yield from stream
    except (errors.GuichetError, streams.AbandonedError) as error:
        level = (
            logging.INFO if isinstance(error, streams.AbandonedError | errors.QueryCancelledError) else logging.WARNING
        )
        logger.log(level, "%s a stream was broken off: %s", request_id, error)
        # The server takes this for a client that is gone, and closes without the last chunk.
        raise BrokenPipeError(errno.EPIPE, "the stream was broken off") from None
