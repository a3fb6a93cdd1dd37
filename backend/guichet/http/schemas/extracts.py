"""The bodies of extracts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, SecretStr

from guichet.http.schemas.searches import CsvBody, DialectBody, SortBody
from guichet.http.schemas.shape import Shape


class ExtractBody(CsvBody):
    """What to extract, and how to write it."""

    interface: str
    part_rows: Annotated[int, Field(ge=10_000, le=1_000_000)] | None = Field(
        default=None, description="Rows that one CSV of the archive may have; null: one file."
    )
    mail: bool = Field(default=True, description="Whether a mail goes to the user's address when it is written.")
    password: Annotated[SecretStr, Field(min_length=8, max_length=128)] | None = Field(
        default=None, description="Encrypts the files of the archive (WinZip's AES-256). It is never stored as it is."
    )


class ExtractRequest(Shape):
    """What an extract was asked for, to ask for the same again."""

    criteria: dict[str, Any]
    sort: list[SortBody]
    columns: list[str] | None
    dialect: DialectBody
    part_rows: int | None
    mail: bool


class ExtractShape(Shape):
    """An extract: its state, how far it is, and what became of it."""

    id: str
    interface: str
    title: str
    words: list[tuple[str, str]] = Field(description="The criteria in words: pairs of a label and a value.")
    request: ExtractRequest
    state: Literal["queued", "running", "cancelling", "delivering", "done", "failed", "cancelled", "expired"]
    place: int | None = Field(description="Its place in the queue while it waits.")
    rows: int
    bytes: int = Field(description="Of the CSV, before compression.")
    estimated_rows: int | None
    progress: float | None = Field(description="Between 0 and 1 while it runs, by the planner's estimate.")
    created_at: str
    started_at: str | None
    finished_at: str | None
    expires_at: str | None
    email: str | None
    delivery: Literal["pending", "sending", "sent", "failed", "unknown", "cancelled"] | None
    attached: bool | None
    archive_url: str | None
    archive_bytes: int | None = Field(description="Of the archive; so far, while it runs.")
    encrypted: bool = Field(description="Whether the archive has a password.")
    expected_bytes: int | None = Field(description="What the archive will have, as soon as anything tells.")
    expected_seconds: int | None = Field(description="How long it will run, by those of the same form before it.")
    arrives: Literal["attached", "linked"] | None = Field(description="How it will be in the mail, once that is known.")
    problem: str | None


class ExtractList(RootModel[list[ExtractShape]]):
    """The user's latest extracts."""
