"""Files on their way to a portal: read as they are sent, never whole in memory."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from guichet.client.transport import CHUNK, Content

Progress = Callable[[int, int], None]


def build_form_body(path: Path, progress: Progress) -> Content:
    """Make the body of a form with one file (RFC 7578).

    :param progress: is told the bytes so far and in all.
    :raises OSError: if the file can't be read.
    """
    boundary, size = uuid.uuid4().hex, path.stat().st_size
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{quote(path.name, safe=" ")}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        done = 0
        with path.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                yield chunk
                done += len(chunk)
                progress(done, size)
        yield tail

    return Content(f"multipart/form-data; boundary={boundary}", pieces(), len(head) + size + len(tail))


def build_text_body(text: bytes) -> Content:
    """Make the body of lines of text."""
    return Content("text/plain; charset=utf-8", iter([text]), len(text))
