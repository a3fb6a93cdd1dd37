"""The bodies of interfaces: the list of them, their forms and the options of these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, WithJsonSchema

from guichet.criteria_types.operands import Match, Operator
from guichet.criteria_types.registry import CRITERION_TYPES
from guichet.criteria_types.values import Normalization
from guichet.http.schemas.records import RecordSummary
from guichet.http.schemas.results import ResultColumn
from guichet.http.schemas.shape import Shape

CriterionType = Annotated[str, WithJsonSchema({"type": "string", "enum": [*CRITERION_TYPES]})]


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
    operators: list[Operator] = Field(
        description="How it may be asked beside its value alone: `{contains: text}`, `{empty: true}`."
    )
    match: Match | None
    normalize: list[Normalization] | None = Field(
        description="What is done to each of many values before it is compared; null for other types."
    )
    addresses: bool = Field(description="Whether many values are addresses of mails, which may be copied with names.")
    options: OptionsPlace | None


class LimitsForm(Shape):
    """What a form's searches may take."""

    display_rows: int
    interactive_seconds: int = Field(description="Seconds after which a count is stopped and a search is heavy.")
    extract_rows: int


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
