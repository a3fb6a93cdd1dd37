"""A file or lines on their way in: into a temporary file, never whole in memory, and not for ever.

A client that stops sending is told so after a while; what came of its file is gone then. A server in front that passes
bodies on as they come needs no memory for them either.
"""

from __future__ import annotations

import csv
import io
import socket
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from flask import request

from guichet import errors
from guichet.http.operations import read_body
from guichet.http.problems import MalformedError, UnsupportedTypeError
from guichet.http.schemas.value_lists import NewLines
from guichet.messages import say
from guichet.value_lists.csv_layout import CsvLayout

MULTIPART, TEXT, JSON = "multipart/form-data", "text/plain", "application/json"

# How long the whole may take.
WHOLE_SECONDS = 900
# Around the file: the multipart's own lines.
MARGIN_BYTES = 100_000
SPOOL_BYTES = 1 << 20
CHUNK = 1 << 18

# Lines as they were pasted: nothing separates or encloses. Those of JSON may have line breaks in them.
LINES = CsvLayout(None, None)
QUOTED = CsvLayout(None, '"')


@dataclass
class Upload:
    """What was uploaded.

    :param layout: how it is laid out, where that is known; None is to be found out.
    """

    name: str
    file: IO[bytes]
    layout: CsvLayout | None = None


def receive_upload(most_bytes: int, stall_seconds: int) -> Upload:
    """Receive the file of a request, or its lines.

    :param stall_seconds: how long nothing may come.

    :raises UnsupportedTypeError: if it is neither a form with a file, nor text, nor JSON.
    :raises MalformedError: if there is no file, or not the whole of it.
    :raises StalledUploadError: if it doesn't come.
    """
    client, announced = request.environ.get("gunicorn.socket"), request.content_length
    request.environ["wsgi.input"] = TimedBody(request.environ["wsgi.input"], client, stall_seconds, announced)
    if request.mimetype == JSON:
        return _write_lines(read_body(NewLines))
    if (announced or 0) > most_bytes + MARGIN_BYTES:
        raise _build_too_large_error(most_bytes)
    request.max_content_length = most_bytes + MARGIN_BYTES
    if request.mimetype == MULTIPART:
        return _check_size(_read_form_file(), most_bytes)
    if request.mimetype == TEXT:
        return _check_size(Upload(request.args.get("name", ""), _spool_body(), LINES), most_bytes)
    raise UnsupportedTypeError("Send a file as multipart/form-data, lines as text/plain or as JSON.")


def _read_form_file() -> Upload:
    file = request.files.get("file")
    if file is None:
        raise MalformedError("There is no whole file in the field “file” of the form.")
    return Upload(file.filename or "", file.stream)


def _spool_body() -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 -- the caller closes it
    while chunk := request.stream.read(CHUNK):
        file.write(chunk)
    return file


def _write_lines(body: NewLines) -> Upload:
    file = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 -- the caller closes it
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([line] for line in body.lines)
    text.detach()
    return Upload(body.name, file, QUOTED)


def _check_size(upload: Upload, most_bytes: int) -> Upload:
    if upload.file.seek(0, 2) > most_bytes:
        upload.file.close()
        raise _build_too_large_error(most_bytes)
    return upload


def _build_too_large_error(most_bytes: int) -> errors.ListTooLargeError:
    return errors.ListTooLargeError(
        say("The file is larger than {most} MB (VALUE_LIST_MB).", most=most_bytes // 1_000_000)
    )


class TimedBody:
    """A request's body that is waited for, but not for ever.

    :param client: its socket, where the server lends it.
    :param announced: how many bytes there should be; None where the client didn't say.
    """

    def __init__(
        self, body: Any, client: socket.socket | None, stall_seconds: int, announced: int | None = None
    ) -> None:
        self._body = body
        self._client = client
        self._missing = announced or 0
        self._until = time.monotonic() + WHOLE_SECONDS
        if client:
            client.settimeout(stall_seconds)

    def read(self, size: int = -1) -> bytes:
        """Read as a file does.

        :raises StalledUploadError: if nothing came for too long, or the whole takes too long.
        :raises MalformedError: if the client went away, or sends less than it announced.
        """
        if time.monotonic() > self._until:
            self._give_up()
        try:
            chunk = bytes(self._body.read(size))
        except TimeoutError:
            self._give_up()
        self._missing -= len(chunk)
        if not chunk and size and self._missing > 0:
            raise MalformedError("The upload ended before it was complete.")
        return chunk

    def _give_up(self) -> NoReturn:
        if self._client:
            with suppress(OSError):
                self._client.shutdown(socket.SHUT_RD)  # or the server would wait for the rest
        raise errors.StalledUploadError("The upload stopped before it was complete.")
