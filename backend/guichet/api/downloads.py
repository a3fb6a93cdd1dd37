"""Light results as files, for download."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from flask import Blueprint, Response

from guichet import errors
from guichet.api import asking, auditing, context, hangup, shapes
from guichet.api.operations import operation, read_body
from guichet.search import downloads
from guichet.search.arrangement import Arrangement
from guichet.search.blame import blaming
from guichet.search.downloads import Download
from guichet.search.searches import Search

blueprint = Blueprint("downloads", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RAISES = (*asking.RAISES, errors.TooLargeError)
HEADERS = {200: ("Content-Disposition",)}
CHUNK = 1 << 16


@blueprint.post("/interfaces/<interface_id>/csv")
@operation(
    "The rows that match, as CSV", answers={200: "text/csv"}, body=shapes.CsvBody, raises=RAISES, headers=HEADERS
)
def csv(interface_id: str) -> Response:
    """Streams a light result as a CSV download; a heavy one is answered 413.

    Text that a spreadsheet would run as a formula gets an apostrophe in front, unless `formula_guard` is false.
    """
    body = read_body(shapes.CsvBody)
    search, wanted, style = asking.get_search(interface_id, body), _arrangement(body), body.dialect.dialect()
    with blaming(search.interface, search):
        made = asking.attempt(search, lambda one: downloads.csv(one, wanted, style, hangup.watch))
    return _download(made, search, body, "csv", "text/csv")


@blueprint.post("/interfaces/<interface_id>/xlsx")
@operation("The rows that match, as XLSX", answers={200: XLSX}, body=shapes.FileBody, raises=RAISES, headers=HEADERS)
def xlsx(interface_id: str) -> Response:
    """Sends a light result as a spreadsheet with typed cells; a heavy one is answered 413.

    Text stays text, with its leading zeros; beyond 1,048,575 rows there are several sheets.
    """
    body = read_body(shapes.FileBody)
    search, wanted = asking.get_search(interface_id, body), _arrangement(body)
    with blaming(search.interface, search):
        made = asking.attempt(search, lambda one: downloads.xlsx(one, wanted, hangup.watch))
    return _download(made, search, body, "xlsx", XLSX)


def file_name(named: str, now: datetime, ending: str) -> str:
    """Names a download: the interface's file name and the time in UTC."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", named)
    return f"{safe}_{now:%Y%m%dT%H%M%SZ}.{ending}"


def _arrangement(body: shapes.FileBody) -> Arrangement:
    return Arrangement(asking.sort_keys(body), body.columns, context.language())


def _download(made: Download, search: Search, body: shapes.FileBody, ending: str, media_type: str) -> Response:
    auditing.note("download", search.interface.id, asking.audited(search, body.criteria), rows=made.rows, format=ending)
    return sent(made.file, search.interface.filename, ending, media_type)


def sent(file: IO[bytes], named: str, ending: str, media_type: str) -> Response:
    """Sends a file, and closes it."""
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(_chunks(file), mimetype=media_type)
    name = file_name(named, datetime.now(UTC), ending)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.call_on_close(file.close)
    return response


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
