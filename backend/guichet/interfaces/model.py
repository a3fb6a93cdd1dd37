"""The model of a definition file: its keys, their types and defaults, and from them the JSON Schema.

What can be said of one key alone is said here, and of a criterion in `guichet.criteria_types`. What needs more than
one key (binds, places, sources) is checked in `guichet.interfaces.loading`; what needs the database, in
`guichet.authoring.check`.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.keys import (
    NAME,
    DefinitionPart,
    LocalWords,
    Name,
    Scalar,
    Sql,
    Words,
    accept_choice,
    wrap_in_list,
)
from guichet.criteria_types.option_lists import OptionsOrChoices
from guichet.criteria_types.registry import TYPES

SomeWords = Annotated[list[Words], Field(min_length=1)]
SomeNames = Annotated[list[Name], Field(min_length=1)]

Format = Literal["link", "email", "identifier", "quantity"]
FieldType = Literal["text", "multiline", "number", "date", "datetime", "boolean", "select", "list"]
AliasPath = Annotated[str, Field(pattern=r"^/[a-z][a-z0-9_-]*$")]


def _accept_key(value: Any) -> Any:
    if value == []:
        raise ValueError("must not be empty")
    return wrap_in_list(value)


def _refuse_duplicates(columns: list[str]) -> list[str]:
    if len(set(columns)) < len(columns):
        raise ValueError("names a column twice")
    return columns


MOST_KEY_COLUMNS = 10
Key = Annotated[list[Words], Field(min_length=1, max_length=MOST_KEY_COLUMNS), AfterValidator(_refuse_duplicates)]

if TYPE_CHECKING:
    Criterion = CriterionDefinition
else:  # whichever type the key `type` names
    Criterion = Annotated[reduce(or_, TYPES), Field(discriminator="type")]


class ColumnStyle(DefinitionPart):
    """How one column of the result is shown."""

    label: LocalWords | None = Field(default=None, description="The column's heading; made from its name when absent.")
    split: str | None = Field(default=None, min_length=1, description="Separates several values in one cell.")
    format: Format | None = Field(default=None, description="How a value is drawn.")
    hidden: bool = Field(default=False, description="Left out of the table until the user chooses it.")
    summary: bool = Field(default=False, description="Shown in the summary of a result, unasked.")
    criterion: Name | None = Field(default=None, description="What a click on one of its values fills in.")


class RecordFieldDefinition(DefinitionPart):
    """One field of a record's form. What is left out here follows from the column that it comes from."""

    label: LocalWords | None = Field(default=None, description="Shown over the field; made from the name when absent.")
    help: LocalWords | None = Field(default=None, description="A sentence under the field.")
    placeholder: LocalWords | None = Field(default=None, description="Shown in the empty field.")
    type: FieldType | None = Field(default=None, description="How it is filled in; the column's own way when absent.")
    required: bool | None = Field(
        default=None, description="Absent: required where the column is NOT NULL and has no default."
    )
    default: Annotated[Scalar | list[Scalar] | None, BeforeValidator(accept_choice)] = Field(
        default=None, description="Filled into the form of a new record."
    )
    options: OptionsOrChoices | None = Field(default=None, description="The choices of a select.")


def _build_empty_field(value: Any) -> Any:
    return {} if value is None else value


class RecordDefinition(DefinitionPart):
    """How single records behind the rows are read, created, changed and deleted, and by whom."""

    title: LocalWords | None = Field(default=None, description="What one of them is called: `Site`.")
    groups: Annotated[SomeWords, BeforeValidator(wrap_in_list, json_schema_input_type=Words | SomeWords)] = Field(
        description="Who may create, change and delete: members of these groups of .htgroup."
    )
    key: Annotated[SomeNames, BeforeValidator(wrap_in_list, json_schema_input_type=Name | SomeNames)] = Field(
        description="The columns, of `select` and of the interface's `sql`, that tell a record from all others."
    )
    select: Sql = Field(description="Yields the one record whose key is bound, with a column for each field.")
    upsert: Sql | None = Field(
        default=None, description="Creates or changes one record, in one statement; fields and key are bound."
    )
    insert: Sql | None = Field(default=None, description="Creates one, with `update`: both instead of `upsert`.")
    update: Sql | None = Field(default=None, description="Changes one, with `insert`: both instead of `upsert`.")
    delete: Sql | None = Field(default=None, description="Deletes the record whose key is bound; absent: none can be.")
    fields: dict[
        Name,
        Annotated[
            RecordFieldDefinition,
            BeforeValidator(_build_empty_field, json_schema_input_type=RecordFieldDefinition | None),
        ],
    ] = Field(
        min_length=1,
        description="The form's fields, in order: columns of `select`, bound in what writes them.",
        json_schema_extra={"propertyNames": {"pattern": NAME}},
    )
    constraints: dict[str, LocalWords] = Field(
        default={}, description="What the user is told when a constraint of that name refuses a record."
    )


class AliasDefinition(DefinitionPart):
    """Short addresses, for programs that knew them before."""

    rows: AliasPath | None = Field(default=None, description="The rows, as objects: `/sites`, `/sites/OFFSET/LIMIT`.")
    record: AliasPath | None = Field(default=None, description="One record: `/site/KEY`.")


class LimitsDefinition(DefinitionPart):
    """Limits of this interface; the environment's hold where one is absent."""

    display_rows: int | None = Field(default=None, ge=1, le=1_000_000)
    interactive_seconds: int | None = Field(default=None, ge=1, le=600)
    extract_rows: int | None = Field(default=None, ge=1)


class Definition(DefinitionPart):
    """One interface, as its author writes it."""

    model_config = ConfigDict(title="Guichet interface definition", extra="forbid", frozen=True, populate_by_name=True)

    title: LocalWords = Field(description="The interface's name, for people; a text, or one per language.")
    group: LocalWords = Field(default="Interfaces", description="The heading in the left panel.")
    source: Name = Field(description="The source that is read: `crm` stands for SOURCE_CRM_URL.")
    description: LocalWords | None = Field(default=None, description="A sentence under the title.")
    groups: Annotated[
        list[Words] | None, BeforeValidator(wrap_in_list, json_schema_input_type=Words | list[Words] | None)
    ] = Field(default=None, description="Who may see it; absent: everyone signed in.")
    filename: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,100}$",
        description="How its downloads are named; absent: its id.",
    )
    require_one: bool = Field(default=False, description="Refuse a search with no criterion filled.")
    sql: Sql = Field(
        description="The SELECT, with `{criteria}` where the conditions go. ORDER BY is followed, but for rows for "
        "programs where there is a `key`."
    )
    criteria: dict[Name, Criterion] = Field(
        default={},
        description="The form's fields, in order.",
        json_schema_extra={"propertyNames": {"pattern": NAME}},
    )
    columns: dict[str, ColumnStyle] = Field(default={}, description="How columns of the result are shown.")
    record: RecordDefinition | None = Field(default=None, description="How the records behind the rows are edited.")
    alias: AliasDefinition | None = Field(default=None, description="Short addresses beside those of the API.")
    key: Annotated[Key | None, BeforeValidator(_accept_key, json_schema_input_type=Words | Key | None)] = Field(
        default=None,
        description="Columns of the result that are never NULL and together tell each row from all others. Programs "
        "get rows in their order, whatever ORDER BY says.",
    )
    limits: LimitsDefinition = Field(default=LimitsDefinition())


def build_json_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12) that editors check and complete definitions with."""
    schema = Definition.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
