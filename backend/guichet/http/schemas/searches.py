"""The bodies of searches: what is asked for, and how it is to be written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from guichet.http.schemas.shape import MOST_OF_A_NAME, Shape
from guichet.sql.formats import CsvFormat


class CriteriaBody(Shape):
    """What to search for."""

    criteria: dict[str, Any] = Field(
        default={},
        description="By name: a value, a list, `{from, to}`, `{contains: text}`, `{prefix: text}`, `{exact: text}`,"
        " `{empty: true}`, or `{not: …}` around one of them.",
        examples=[{"country": [250], "name": "labs", "updated": {"from": "2026-01-01"}}],
    )


ColumnName = Annotated[str, Field(max_length=MOST_OF_A_NAME, description="The name of a column of the result.")]


class SortBody(Shape):
    """A column to sort by."""

    column: ColumnName
    descending: bool = False


MOST_SORTS = 10

MOST_COLUMNS = 2000

Sorts = Annotated[list[SortBody], Field(max_length=MOST_SORTS, description="NULLs come last either way.")]


class SearchBody(CriteriaBody):
    """What to search for, and in which order."""

    sort: Sorts = Field(default=[])


class PageBody(SearchBody):
    """What to search for, and what becomes of a heavy result."""

    extract: bool = Field(
        default=True, description="Whether a heavy result becomes an extract by itself, where the portal can make one."
    )


class DialectBody(Shape):
    """How the CSV is written; what is left out has its default."""

    delimiter: Literal[",", ";", "|", "\t"] = ","
    decimal: Literal[".", ","] = "."
    dates: Literal["iso", "locale"] = "iso"
    locale: Literal["en", "fr", "es"] = "en"
    bom: bool = False
    formula_guard: bool = True

    def dialect(self) -> CsvFormat:
        """Return the CSV's format."""
        return CsvFormat(**self.model_dump())


class FileBody(SearchBody):
    """What to search for, in which order, and which columns to write."""

    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=MOST_COLUMNS)] | None = Field(
        default=None, description="Columns and their order; null: all."
    )


class CsvBody(FileBody):
    """What to write, and how."""

    dialect: DialectBody = DialectBody()


class SummaryBody(CriteriaBody):
    """Which columns of which result to summarize."""

    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=12)] | None = Field(
        default=None, description="Null: those that the author marked."
    )
