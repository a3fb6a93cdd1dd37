"""The shapes of the API's bodies: requests are checked against them, and the OpenAPI document is made from them.

Answers are written straight from the core's values; that they have these shapes is what the tests check.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, SecretStr, WithJsonSchema

from guichet.access.scopes import Scope, TokenScope
from guichet.criteria_types.registry import CRITERION_TYPES
from guichet.criteria_types.values import Normalization
from guichet.interfaces.model import FieldType
from guichet.sources.columns import Type
from guichet.sql.formats import CsvFormat

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

CriterionType = Annotated[str, WithJsonSchema({"type": "string", "enum": [*CRITERION_TYPES]})]


MOST_OF_A_NAME = 200
MOST_OF_A_PASSWORD = 1000


def _trim(text: str) -> str:
    trimmed = text.strip()
    if not trimmed or "\0" in trimmed:
        raise ValueError("must be a name")
    return trimmed


class Shape(BaseModel):
    """A body that has the fields that are named, and no others."""

    model_config = ConfigDict(extra="forbid")


# Requests


class CriteriaBody(Shape):
    """What to search for."""

    criteria: dict[str, Any] = Field(
        default={},
        description="By name: a value, a list, `{from, to}`, or `{not: …}` around one of them.",
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

    sort: Sorts = []


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


class SummaryBody(CriteriaBody):
    """Which columns of which result to summarize."""

    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=12)] | None = Field(
        default=None, description="Null: those that the author marked."
    )


class Nothing(Shape):
    """An empty object."""


TokenName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_trim)]

SearchName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_trim)]


class UserChange(Shape):
    """What users may change about themselves."""

    email: str | None


class AddressConfirmation(Shape):
    """The token of the mail that a new address got."""

    token: str = Field(max_length=100)


class Credentials(Shape):
    """A user name and its password."""

    user: str = Field(max_length=MOST_OF_A_NAME)
    password: str = Field(max_length=MOST_OF_A_PASSWORD)


class NewUser(Shape):
    """A user to be added. The password is for them to change."""

    user: str = Field(max_length=MOST_OF_A_NAME)
    password: str = Field(max_length=MOST_OF_A_PASSWORD)


class PasswordChange(Shape):
    """A new password, and the one that it takes the place of."""

    current: str = Field(max_length=MOST_OF_A_PASSWORD)
    password: str = Field(max_length=MOST_OF_A_PASSWORD, description="The new one.")


class NewToken(Shape):
    """A personal token to be made."""

    name: TokenName = Field(description="What it is for; one's own tokens have different names.")
    scopes: list[TokenScope] = Field(default=["read"], max_length=3, description="`read` is always among them.")
    days: int = Field(default=90, ge=1, le=3650, description="How long it is good: PERSONAL_TOKEN_DAYS at most.")


class RecordBody(Shape):
    """What to write into a record."""

    values: dict[str, Any] = Field(
        description="By field. What is left out stays as it is; in a new record it is NULL.",
        examples=[{"name": "Lyon-Gerland", "city": "Lyon", "opened_on": "2009-03-02", "tags": ["biobank"]}],
    )


class NewSavedSearch(SearchBody):
    """A search to keep."""

    interface: str
    name: SearchName
    group: str | None = Field(default=None, description="One of the user's groups, to share it with.")


class SavedSearchChange(Shape):
    """What to change of a kept search."""

    name: SearchName | None = None
    criteria: dict[str, Any] | None = None
    sort: Sorts | None = None
    group: str | None = None


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


# Answers


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


class Matched(Shape):
    """What a search found of a list, or of several values."""

    values: int = Field(description="Different ones that were looked for.")
    matched: int | None = Field(description="How many of them were found; null of a heavy result.")
    malformed: int
    url: str | None = Field(
        description="Of a list: those that were not found, as CSV. Null of pasted values: `POST …/unmatched` has those."
    )


class SavedSearch(Shape):
    """A search that somebody keeps."""

    id: str
    interface: str
    name: str
    criteria: dict[str, Any]
    sort: list[SortBody]
    group: str | None = Field(description="The group that it is shared with.")
    interface_title: str
    owner: str
    mine: bool
    created_at: str
    updated_at: str


class ListedSearch(SavedSearch):
    """A search that somebody keeps, as one of many."""

    criteria: dict[str, Any] | None = Field(  # type: ignore[assignment]  # wider than what is kept
        description="Null where they are long: `GET /saved-searches/{id}` has them."
    )


class SavedSearchList(RootModel[list[ListedSearch]]):
    """The searches that the user keeps, and those that their groups share."""


class InterfaceSummary(Shape):
    """A form as it is listed."""

    id: str
    title: str
    group: str
    description: str
    available: bool = Field(description="Whether it can be searched; broken ones are listed for authors.")
    problem: str | None = Field(description="What is wrong with it, for authors.")


class InterfaceList(RootModel[list[InterfaceSummary]]):
    """The interfaces that the user may see."""


class OptionsPlace(Shape):
    """Where a criterion's options are asked for."""

    url: str
    depends_on: list[str] = Field(description="Criteria whose values are sent along.")
    search: bool = Field(description="Whether the list is always searched on the server.")


class CriterionForm(Shape):
    """A field of a form."""

    name: str
    type: CriterionType
    label: str
    help: str | None
    placeholder: str | None
    required: bool
    default: Any
    multiple: bool
    negatable: bool
    match: Literal["exact", "prefix", "contains"] | None
    normalize: list[Normalization] | None = Field(
        description="What is done to each of many values before it is compared; null for other types."
    )
    addresses: bool = Field(description="Whether many values are addresses of mails, which may be copied with names.")
    options: OptionsPlace | None


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


class LimitsForm(Shape):
    """What a form's searches may take."""

    display_rows: int
    interactive_seconds: int = Field(description="Seconds after which a count is stopped and a search is heavy.")
    extract_rows: int


class RecordSummary(Shape):
    """How the records behind the rows can be edited."""

    title: str = Field(description="What one of them is called.")
    key: list[str] = Field(description="The columns that tell a row's record from all others.")
    editable: bool = Field(description="Whether this user may create and change them, and the portal can.")
    deletable: bool = Field(description="Whether they can be deleted as well.")
    writable: bool = Field(description="False where the portal has no role to write with, for members of the groups.")


class RecordOptions(Shape):
    """Where the options of a record's field are asked for."""

    url: str
    search: bool = Field(description="Whether the list is always searched on the server.")


class RecordFieldForm(Shape):
    """A field of a record."""

    name: str
    type: FieldType
    label: str
    help: str | None
    placeholder: str | None
    required: bool
    default: Any
    max_length: int | None = Field(description="Characters that there is room for.")
    whole: bool = Field(description="Whether only whole numbers go in.")
    is_key: bool = Field(description="Whether it is of the key: chosen for a new record, fixed ever after.")
    choices: list[str] = Field(description="The values of a select that has no list to load; in their order.")
    options: RecordOptions | None


class RecordForm(Shape):
    """The form of a record: its fields, in order."""

    title: str
    key: list[str]
    fields: list[RecordFieldForm]
    time_zone: str = Field(description="The zone of dates with a time.")


class RecordAnswer(Shape):
    """One record, whole."""

    key: str = Field(description="As it stands in the address.")
    values: dict[str, Any] = Field(description="By field, and by column of the key.")
    etag: str = Field(description="The same as the header ETag, for If-Match.")


AbsentCapability = Literal[
    "cancel", "time_limit", "read_only", "estimate", "temporary_tables", "snapshot", "writes", "catalogue"
]


class Form(Shape):
    """An interface's form and the columns of its result."""

    id: str
    version: str
    title: str
    group: str
    description: str
    source: str
    absent: list[AbsentCapability] = Field(description="What the form's database can't do; empty where it can do all.")
    filename: str
    require_one: bool
    criteria: list[CriterionForm]
    columns: list[ResultColumn]
    record: RecordSummary | None = Field(description="Null where the rows have no records to edit.")
    limits: LimitsForm


class OptionShape(Shape):
    """An option: the value that is sent, and the label that is shown."""

    value: str | int | float | bool | None
    label: str


class OptionsPage(Shape):
    """Some options of a list."""

    options: list[OptionShape]
    more: bool = Field(description="Whether there are more than were sent.")


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


class ExtractList(RootModel[list[ExtractShape]]):
    """The user's latest extracts."""


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


class SummaryAnswer(Shape):
    """What the columns of a whole result hold."""

    total: int
    columns: list[ColumnSummaryShape]
    elapsed_ms: int


class UserAnswer(Shape):
    """Who asks, and what they may do."""

    user: str
    groups: list[str]
    email: str | None
    email_pending: str | None = Field(description="The address that was asked for, and is not confirmed yet.")
    mails: bool = Field(description="Whether the portal sends mails.")
    archive_passwords: bool = Field(description="Whether archives can have a password.")
    author: bool = Field(description="Whether this user is told what is wrong with broken definitions.")
    administrator: bool = Field(description="Whether this user may add others.")
    scopes: list[Scope] = Field(description="What this sign-in is good for; a password is for everything.")
    today: str = Field(description="The day that it is in the portal's time zone.")
    time_zone: str
    version: str = Field(description="Of the portal.")


class AddedUser(Shape):
    """A user who was added."""

    user: str


class SignedToken(Shape):
    """A token to send as `Authorization: Bearer …`."""

    token: str
    expires: str


class TokenShape(Shape):
    """What is known of a personal token."""

    id: str
    name: str
    scopes: list[TokenScope]
    created_at: str
    expires_at: str
    last_used_at: str | None = Field(description="To the minute.")
    state: Literal["active", "expired", "stopped"] = Field(description="Stopped: the password was changed since.")


class MadeToken(TokenShape):
    """A new token, shown this once."""

    token: str


class TokenList(RootModel[list[TokenShape]]):
    """The user's personal tokens."""


class InputFault(Shape):
    """What is wrong with one place of a request."""

    pointer: str = Field(description="A JSON pointer into the request's body.")
    detail: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str = Field(description="Quote it when you report the problem; the log has it too.")
    retryable: bool = Field(description="Whether the same request may succeed later; see Retry-After.")
    errors: list[InputFault] | None = None
    line: int | None = Field(default=None, description="The line of an uploaded file that can't be read.")
