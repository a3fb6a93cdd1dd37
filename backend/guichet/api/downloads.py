"""Light results as files, for download."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from flask import Blueprint, Response

from guichet import errors
from guichet.http import auditing, client_disconnect, context, search_request
from guichet.http.operations import operation, read_body
from guichet.http.schemas.searches import CsvBody, FileBody
from guichet.results import downloads
from guichet.results.downloads import Download
from guichet.search.arrangement import Arrangement
from guichet.search.error_attribution import blaming
from guichet.search.execution import Search

blueprint = Blueprint("downloads", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RAISES = (*search_request.RAISES, errors.TooLargeError)
HEADERS = {200: ("Content-Disposition",)}
CHUNK = 1 << 16


@blueprint.post("/interfaces/<interface_id>/csv")
@operation("The rows that match, as CSV", answers={200: "text/csv"}, body=CsvBody, raises=RAISES, headers=HEADERS)
def download_csv(interface_id: str) -> Response:
    """Stream a light result as a CSV download; a heavy one is answered 413.

    Text that a spreadsheet would run as a formula gets an apostrophe in front, unless `formula_guard` is false.
    """
    body = read_body(CsvBody)
    search, wanted, style = (
        search_request.get_search(interface_id, body),
        _build_arrangement(body),
        body.dialect.dialect(),
    )
    with blaming(search.interface, search):
        made = search_request.run_with_retry(
            search, lambda retried: downloads.csv(retried, wanted, style, client_disconnect.watch)
        )
    return _send_download(made, search, body, "csv", "text/csv")


@blueprint.post("/interfaces/<interface_id>/xlsx")
@operation("The rows that match, as XLSX", answers={200: XLSX}, body=FileBody, raises=RAISES, headers=HEADERS)
def download_xlsx(interface_id: str) -> Response:
    """Send a light result as a spreadsheet with typed cells; a heavy one is answered 413.

    Text stays text, with its leading zeros; beyond 1,048,575 rows there are several sheets.
    """
    body = read_body(FileBody)
    search, wanted = search_request.get_search(interface_id, body), _build_arrangement(body)
    with blaming(search.interface, search):
        made = search_request.run_with_retry(
            search, lambda retried: downloads.xlsx(retried, wanted, client_disconnect.watch)
        )
    return _send_download(made, search, body, "xlsx", XLSX)


def build_file_name(named: str, now: datetime, ending: str) -> str:
    """Name a download: the interface's file name and the time in UTC."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", named)
    return f"{safe}_{now:%Y%m%dT%H%M%SZ}.{ending}"


def _build_arrangement(body: FileBody) -> Arrangement:
    return Arrangement(search_request.build_sort_keys(body), body.columns, context.get_language())


def _send_download(made: Download, search: Search, body: FileBody, ending: str, media_type: str) -> Response:
    auditing.audit_action(
        "download",
        search.interface.id,
        search_request.build_audit_criteria(search, body.criteria),
        rows=made.rows,
        format=ending,
    )
    return send_file(made.file, search.interface.filename, ending, media_type)


def send_file(file: IO[bytes], named: str, ending: str, media_type: str) -> Response:
    """Send a file, and close it."""
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(_read_chunks(file), mimetype=media_type)
    name = build_file_name(named, datetime.now(UTC), ending)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.call_on_close(file.close)
    return response


def _read_chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
