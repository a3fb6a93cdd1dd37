"""What an extract is expected to come to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from guichet.extracts.estimate import ExtractEstimate, estimate_extract
from guichet.extracts.extract import ListedExtract

WAITING = {
    "state": "queued",
    "estimated_rows": 1_000_000,
    "rows": 0,
    "archive_bytes": None,
    "row_bytes": 60.0,
    "row_seconds": 0.000_002,
    "email": "anne@shop.example",
}
RUNNING = {**WAITING, "state": "running", "rows": 500_000, "archive_bytes": 4_000_000}


def build_extract(known: dict[str, Any]) -> ListedExtract:
    named = {"id": "1", "attempt": 1, "owner": "anne", "interface": "companies", "source": "crm", "request": {}}
    return ListedExtract(**named, created_at=datetime(2026, 2, 3, tzinfo=UTC), **known)


@pytest.mark.parametrize(
    ("extract", "known"),
    [
        (WAITING, ExtractEstimate(60_000_000, 2, "linked")),
        ({**WAITING, "estimated_rows": 1000}, ExtractEstimate(60_000, 1, "attached")),
        ({**WAITING, "email": None}, ExtractEstimate(60_000_000, 2, None)),
        ({**WAITING, "estimated_rows": None}, ExtractEstimate()),
        ({**WAITING, "row_bytes": None, "row_seconds": None}, ExtractEstimate()),
        (RUNNING, ExtractEstimate(8_000_000, 2, "attached")),
        ({**RUNNING, "rows": 2_000_000, "archive_bytes": 16_000_000}, ExtractEstimate(16_000_000, 4, "linked")),
        ({**RUNNING, "row_bytes": None, "row_seconds": None}, ExtractEstimate(8_000_000, None, "attached")),
        ({**RUNNING, "rows": 10, "archive_bytes": 1}, ExtractEstimate(60_000_000, 2, "linked")),
        ({**RUNNING, "state": "done"}, ExtractEstimate()),
    ],
)
def test_it_tells_what_earlier_ones_and_the_written_rows_tell(extract: dict[str, Any], known: ExtractEstimate) -> None:
    assert estimate_extract(build_extract(extract), attachment_bytes=10_000_000) == known
