"""An extract and the mail about it, as the portal database keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

State = Literal["queued", "running", "delivering", "done", "failed", "cancelled", "expired"]


@dataclass(frozen=True)
class Extract:
    """An extract.

    :param attempt: the number of its claims so far.
    :param request: what was asked for: criteria, sort, columns, dialect, part_rows, language.
    :param sealed_password: of its archive.
    :param handed_back: attempts that ended because their worker was stopped.
    :param bytes: of CSV that are written so far; `archive_bytes` is what they take in the archive.
    :param archive: its path below the archive folder; None when there is none.
    :param problem: why it failed, or waits again; in English.
    """

    id: str
    attempt: int
    owner: str
    interface: str
    source: str
    request: Mapping[str, Any]
    email: str | None
    created_at: datetime
    sealed_password: bytes | None = None
    handed_back: int = 0
    state: State = "queued"
    cancel_requested: bool = False
    estimated_rows: int | None = None
    rows: int = 0
    bytes: int = 0
    archive: str | None = None
    archive_bytes: int | None = None
    problem: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def counted_attempt(self) -> int:
        """Return the number of this attempt among those that count for the most that there may be."""
        return self.attempt - self.handed_back

    @property
    def seconds(self) -> float:
        """Return how long its last attempt took; 0 as long as it hasn't ended."""
        if self.started_at is None or self.finished_at is None:
            return 0
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True)
class ListedExtract(Extract):
    """An extract as its user sees it.

    :param place: in the queue, from 1.
    :param row_bytes: of an archive, and `row_seconds`: what a row took in earlier extracts of the same form.
    """

    delivery_state: str | None = None
    delivery_problem: str | None = None
    attached: bool | None = None
    place: int | None = None
    row_bytes: float | None = None
    row_seconds: float | None = None


@dataclass(frozen=True)
class Delivery:
    """A mail about an extract.

    :param attempt: the number of its claims so far.
    :param attached: whether the archive goes along; None until it is on its way.
    """

    id: str
    extract_id: str
    recipient: str
    message_id: str
    attempt: int
    state: str
    attached: bool | None = None
