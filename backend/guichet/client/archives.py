"""Downloads of archives that go on where they were broken off, in this process or in an earlier one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import urllib3

from guichet.client import problems, transport
from guichet.client.transport import Transport

# A connection that breaks again and again, without a byte in between, is given up.
ATTEMPTS = 5
PAUSE_SECONDS = 1.0

Progress = Callable[[int, int], None]


def download(transfer: Transport, path: str, extract_id: str, place: Path, progress: Progress) -> Path:
    """Download an archive to a file, or into a folder. Until it is whole, it is called `….part` beside it.

    :raises BrokenOffError: if it can't be had whole; what came is kept for another try.
    """
    attempts = 0
    while True:
        part, file, size = _build_part_path(place, extract_id), place, 0
        had = part.stat().st_size if part.exists() else 0
        try:
            file, size = _download_rest(transfer, path, place, part, had, progress)
        except (problems.BrokenOffError, problems.UnreachableError) as error:
            came = (part.stat().st_size if part.exists() else 0) - had
            attempts = 1 if came > 0 else attempts + 1
            if attempts >= ATTEMPTS:
                raise problems.BrokenOffError(
                    f"The download broke off ({error}). Ask again, and it goes on."
                ) from error
            time.sleep(PAUSE_SECONDS)
            continue
        if part.stat().st_size == size:
            return part.rename(file)


def _build_part_path(place: Path, extract_id: str) -> Path:
    """Name the file of what came so far: an extract's archive never changes, so its id says what it is part of."""
    named = f"{extract_id}.part" if place.is_dir() else f"{place.name}.{extract_id[:8]}.part"
    return (place if place.is_dir() else place.parent) / named


def _download_rest(
    transfer: Transport, path: str, place: Path, part: Path, had: int, progress: Progress
) -> tuple[Path, int]:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={had}-"} if had else {})
    try:
        response = transfer.open("GET", path, headers=headers)
    except problems.ProblemError as error:
        if error.status == 416:  # it was whole already, or is another's: begin again
            part.unlink()
            return _download_rest(transfer, path, place, part, 0, progress)
        raise
    if response.status != 206:
        had = 0
    size = _read_size(response, had)
    file = place / _read_file_name(response) if place.is_dir() else place
    with part.open("ab" if had else "wb") as output:
        progress(had, size)
        for chunk in transport.read_chunks(response):
            output.write(chunk)
            had += len(chunk)
            progress(had, size)
    return file, size


def _read_size(response: urllib3.BaseHTTPResponse, had: int) -> int:
    total = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", ""))
    return int(total[1]) if total else had + int(response.headers.get("Content-Length", 0))


def _read_file_name(response: urllib3.BaseHTTPResponse) -> str:
    named = re.search(r'filename="?([A-Za-z0-9_.-]+)', response.headers.get("Content-Disposition", ""))
    return named[1] if named else "extract.zip"
