"""What the API answers, as values. What a newer portal answers beside is passed over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Shape = TypeVar("Shape")

ENDED = ("done", "failed", "cancelled", "expired")


def build_shape(shape: type[Shape], answer: Mapping[str, Any]) -> Shape:
    """Make a value of an answer; a field that an older portal doesn't answer has its default."""
    known = {field.name for field in dataclasses.fields(shape)}  # type: ignore[arg-type]  # all are dataclasses
    return shape(**{name: value for name, value in answer.items() if name in known})


@dataclass(frozen=True)
class Interface:
    """An interface in the list of those that the user may see."""

    id: str
    title: str
    group: str = ""
    description: str = ""
    available: bool = True
    problem: str | None = None


@dataclass(frozen=True)
class Criterion:
    """One criterion of a form.

    :param options: where its options are, for a select: `url`, `depends_on`, `search`.
    """

    name: str
    type: str
    label: str
    help: str | None = None
    placeholder: str | None = None
    required: bool = False
    default: Any = None
    multiple: bool = False
    negatable: bool = True
    operators: Sequence[str] = ()
    match: str | None = None
    normalize: Sequence[str] | None = None
    addresses: bool = False
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Column:
    """One column of a result."""

    name: str
    label: str
    type: str
    format: str | None = None
    split: str | None = None
    hidden: bool = False
    summary: bool = False
    criterion: str | None = None


@dataclass(frozen=True)
class Form:
    """An interface's form, and the columns of its result."""

    id: str
    title: str
    version: str
    group: str
    description: str
    source: str
    filename: str
    require_one: bool
    criteria: Sequence[Criterion]
    columns: Sequence[Column]
    limits: Mapping[str, int]
    record: Mapping[str, Any] | None = None
    absent: Sequence[str] = ()


@dataclass(frozen=True)
class Option:
    """One option: what is searched by, and what it is called."""

    value: str | int | float | bool | None
    label: str


@dataclass(frozen=True)
class Options:
    """Options, and whether there are more than these."""

    options: Sequence[Option]
    more: bool


@dataclass(frozen=True)
class Count:
    """How many rows there are.

    :param estimate: whether it is a guess instead of counted.
    """

    count: int
    elapsed_ms: int
    estimate: bool = False
    unmatched: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Extract:
    """An extract: its state, how far it is, what became of it."""

    id: str
    interface: str
    state: str
    title: str = ""
    words: Sequence[Sequence[str]] = ()
    request: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    place: int | None = None
    rows: int = 0
    bytes: int = 0
    estimated_rows: int | None = None
    progress: float | None = None
    created_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    expires_at: str | None = None
    email: str | None = None
    delivery: str | None = None
    attached: bool | None = None
    archive_url: str | None = None
    archive_bytes: int | None = None
    encrypted: bool = False
    expected_bytes: int | None = None
    expected_seconds: int | None = None
    arrives: str | None = None
    problem: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will be written; a mail about it may still be on its way."""
        return self.state in ENDED or self.state == "delivering"


@dataclass(frozen=True)
class Result:
    """The rows of a search: all of a light result, or the first of a heavy one.

    :param count: None where the result is heavy and was not counted in a moment; then `estimated_count` is the
        planner's guess, or None.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    elapsed_ms: int
    count: int | None = None
    heavy: bool = False
    reason: str | None = None
    estimated_count: int | None = None
    unmatched: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    extract: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class SavedSearch:
    """A search that somebody keeps."""

    id: str
    interface: str
    name: str
    owner: str
    mine: bool
    interface_title: str = ""
    criteria: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    sort: Sequence[Mapping[str, Any]] = ()
    group: str | None = None
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True)
class ValueList:
    """A list of values that was uploaded, and how its file was read.

    In criteria it stands as `{"list": id}`.
    """

    id: str
    name: str
    rows: int
    values: int
    duplicates: int = 0
    blanks: int = 0
    malformed: int = 0
    malformed_sample: Sequence[Mapping[str, Any]] = ()
    encoding: str = ""
    delimiter: str | None = None
    header: bool = False
    header_line: int | None = None
    lines_above: int = 0
    likely_encodings: Sequence[str] = ()
    first_lines: Sequence[Mapping[str, Any]] = ()
    sheets: Sequence[str] = ()
    sheet: str | None = None
    columns: Sequence[str | None] = ()
    column: int = 0
    sample: Sequence[Sequence[str]] = ()
    bytes: int = 0
    url: str = ""
    created_at: str = ""
    used_at: str = ""
    expires_in_days: int | None = None


@dataclass(frozen=True)
class User:
    """Who is signed in."""

    user: str
    groups: Sequence[str] = ()
    email: str | None = None
    email_pending: str | None = None
    mails: bool = False
    archive_passwords: bool = False
    author: bool = False
    administrator: bool = False
    scopes: Sequence[str] = ()
    today: str = ""
    time_zone: str = ""
    version: str = ""


@dataclass(frozen=True, repr=False)
class Token:
    """A token, and when it expires."""

    token: str
    expires: str | None = None

    def __repr__(self) -> str:
        return f"Token(token='…', expires={self.expires!r})"


def build_form(answer: Mapping[str, Any]) -> Form:
    """Make a form of the API's answer."""
    parts = {
        "criteria": [build_shape(Criterion, criterion) for criterion in answer["criteria"]],
        "columns": [build_shape(Column, column) for column in answer["columns"]],
    }
    return build_shape(Form, {**answer, **parts})


def build_result(answer: Mapping[str, Any]) -> Result:
    """Make a result of the API's answer."""
    return build_shape(Result, {**answer, "columns": [build_shape(Column, column) for column in answer["columns"]]})


def build_options(answer: Mapping[str, Any]) -> Options:
    """Make options of the API's answer."""
    return Options([build_shape(Option, option) for option in answer["options"]], answer["more"])
