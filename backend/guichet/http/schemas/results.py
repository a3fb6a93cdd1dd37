"""The bodies of results: rows, counts and summaries."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from guichet.http.schemas.extracts import ExtractShape
from guichet.http.schemas.shape import Shape
from guichet.sources.columns import Type


class Matched(Shape):
    """What a search found of a list, or of several values."""

    values: int = Field(description="Different ones that were looked for.")
    matched: int | None = Field(description="How many of them were found; null of a heavy result.")
    malformed: int
    url: str | None = Field(
        description="Of a list: those that were not found, as CSV. Null of pasted values: `POST …/unmatched` has those."
    )


class ResultColumn(Shape):
    """A column of a result."""

    name: str
    label: str
    type: Type
    format: Literal["link", "email", "identifier", "quantity"] | None
    split: str | None
    hidden: bool
    summary: bool = Field(description="Whether the author wants it in the summary.")
    criterion: str | None = Field(description="The criterion that one of its values fills in.")


class CountAnswer(Shape):
    """How many rows a search finds."""

    count: int
    elapsed_ms: int
    estimate: bool = Field(description="Whether it is the planner's guess, rounded, instead of counted.")
    unmatched: dict[str, Matched] = Field(description="By criterion that is filled by a list.")


Cell = str | int | float | bool | None


class LightResult(Shape):
    """All rows of a result that fits the display limit."""

    columns: list[ResultColumn]
    rows: list[list[Cell]]
    count: int
    elapsed_ms: int
    heavy: Literal[False]
    unmatched: dict[str, Matched]


class HeavyResult(Shape):
    """The first rows of a result that is too large to show."""

    columns: list[ResultColumn]
    rows: list[list[Cell]] = Field(description="The first rows; none when even they took too long.")
    count: int | None = Field(description="How many there are, where that could be counted in a moment.")
    estimated_count: int | None = Field(description="Else the planner's guess, rounded; null if it made none.")
    elapsed_ms: int
    heavy: Literal[True]
    reason: Literal["rows", "time"]
    extract: ExtractShape | None = Field(description="The extract that it becomes; null where there can be none.")
    unmatched: dict[str, Matched]


class Result(RootModel[LightResult | HeavyResult]):
    """A light result, or a heavy one that became no extract."""


class ValueCount(Shape):
    """A value of a column, and how many rows have it."""

    value: str
    count: int


class BucketCount(BaseModel):
    """Rows between two ends. Both are included, but for fractions, where `to` is the next bucket's `from`."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str | int | float = Field(alias="from")
    to: str | int | float
    count: int


class ColumnSummaryShape(Shape):
    """What the rows of a result have in one column."""

    name: str
    label: str
    type: Type
    kind: Literal["values", "histogram", "none"]
    nulls: int
    distinct: int | None
    values: list[ValueCount] = Field(description="The commonest values.")
    buckets: list[BucketCount]
    other: int = Field(description="Rows with another value than those listed.")
    sum: str | None = Field(
        description="Of numbers, over all rows, as text: whole and decimal numbers exactly. Null where there is none:"
        " no row has a value, or one is infinite or no number."
    )


class SummaryAnswer(Shape):
    """What the columns of a whole result hold."""

    total: int
    columns: list[ColumnSummaryShape]
    elapsed_ms: int
