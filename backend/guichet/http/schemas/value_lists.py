"""The bodies of value lists."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from guichet.http.schemas.saved_searches import SearchName
from guichet.http.schemas.shape import Shape

Encoding = Literal[
    "utf-8",
    "utf-8, windows-1252",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "windows-1252",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1250",
    "iso-8859-2",
    "windows-1251",
    "koi8-r",
    "ibm866",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "macintosh",
    "ibm850",
    "shift-jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
]


class NewLines(Shape):
    """Values to keep as a list, one by one. Lines of text and files have other media types."""

    lines: list[str]
    name: Annotated[str, Field(max_length=200)] = "values"


class ValueListChange(Shape):
    """How to read the file of a list; what is left out stays."""

    column: Annotated[int, Field(ge=0)] | None = Field(default=None, description="Counted from 0.")
    header: bool | None = None
    header_line: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None,
        description="The line of the file that names the columns, counted from 1; what stands above is left out. Null:"
        " there is none, and values begin in the first line.",
    )
    delimiter: Literal[",", ";", "|", "\t", ":", " ", "^", "~", "│"] | None = Field(
        default=None, description="Null: each line is one value."
    )
    encoding: Encoding | None = None
    sheet: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Of a workbook."
    )
    name: SearchName | None = None


class FileLine(Shape):
    """A line of a file as it was uploaded."""

    line: int
    text: str


class MalformedValue(Shape):
    """A value that the column can’t have, and where it stands."""

    line: int
    value: str


class ValueList(Shape):
    """A list of values, and how its file was read."""

    id: str
    name: str
    encoding: str = Field(description="Of a workbook, what kind it is: `xlsx`, `xls` or `ods`.")
    likely_encodings: list[str] = Field(
        description="Where the letters that came of it are hardly a language's: what else it may be, likeliest first."
    )
    delimiter: str | None
    header: bool
    header_line: int | None = Field(description="The line that names the columns; null without one.")
    lines_above: int = Field(description="How many lines above the header, or above the first row, are left out.")
    first_lines: list[FileLine] = Field(
        description="How the file begins: its first lines that are not blank, cut short."
    )
    sheets: list[str] = Field(description="Of a workbook, its sheets.")
    sheet: str | None = Field(description="Of a workbook, the one that the values come from.")
    columns: list[str | None] = Field(description="Their names; null where the file has no header.")
    sample: list[list[str]] = Field(description="The first rows.")
    column: int = Field(description="Where the values come from, counted from 0.")
    rows: int = Field(description="Of the file, without its header.")
    values: int = Field(description="Different ones that the criterion can read.")
    duplicates: int
    blanks: int
    malformed: int = Field(description="Those that the criterion can't read; they are left out.")
    malformed_sample: list[MalformedValue] = Field(description="The first of them.")
    bytes: int
    url: str
    created_at: str
    used_at: str
    expires_in_days: int = Field(description="After its last use, unless a kept search uses it.")


class ValueLists(RootModel[list[ValueList]]):
    """The user's lists, those first that were used last."""
