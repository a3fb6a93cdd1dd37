"""What an extract will come to, as soon as anything tells: how large its archive, how long it takes, how it arrives.

While it waits, by the extracts of the same form before it; while it runs, by what is written of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guichet.extracts.extract import ListedExtract

# Of the first rows alone nothing can be told: the compressor hasn't given anything back yet.
TELLING_ROWS = 20_000


@dataclass(frozen=True)
class ExtractEstimate:
    """What is expected; None where nothing tells.

    :param bytes: of the archive.
    :param seconds: from its start to its end.
    """

    bytes: int | None = None
    seconds: int | None = None
    arrives: Literal["attached", "linked"] | None = None


def estimate_extract(extract: ListedExtract, attachment_bytes: int) -> ExtractEstimate:
    """Say what an extract will come to, and of one that is written how it came.

    :param extract: with `row_bytes` and `row_seconds` of the extracts before it.
    :param attachment_bytes: up to which size an archive is attached.
    """
    if extract.state not in ("queued", "running"):
        return ExtractEstimate()
    rows = max(extract.estimated_rows or 0, extract.rows)
    row_bytes = _measure_row_bytes(extract) or extract.row_bytes
    size = round(rows * row_bytes) if rows and row_bytes else None
    seconds = max(1, round(rows * extract.row_seconds)) if rows and extract.row_seconds else None
    return ExtractEstimate(size, seconds, _choose_arrival(extract, size, attachment_bytes))


def _measure_row_bytes(extract: ListedExtract) -> float | None:
    if extract.state != "running" or extract.rows < TELLING_ROWS or not extract.archive_bytes:
        return None
    return float(extract.archive_bytes / extract.rows)


def _choose_arrival(
    extract: ListedExtract, size: int | None, attachment_bytes: int
) -> Literal["attached", "linked"] | None:
    if extract.email is None or size is None:
        return None
    return "attached" if size <= attachment_bytes else "linked"
