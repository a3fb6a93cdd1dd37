"""The model of a definition file: its keys, their types and defaults, and from them the JSON Schema.

What can be said of one key alone is said here. What needs more than one key (binds, places, sources) is checked in
`guichet.interfaces.loading`; what needs the database, in `guichet.authoring.check`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from guichet.interfaces.presets import Preset
from guichet.language import LANGUAGES, Language

NAME = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME)]
Scalar = bool | int | float | str
Words = Annotated[str, Field(min_length=1)]
Sql = Annotated[str, Field(min_length=1)]
SomeWords = Annotated[list[Words], Field(min_length=1)]
SomeNames = Annotated[list[Name], Field(min_length=1)]

Normalization = Literal["lower", "upper", "digits", "nfc", "nfd"]
Format = Literal["link", "email", "identifier", "quantity"]
FieldType = Literal["text", "multiline", "number", "date", "datetime", "boolean", "select", "list"]
AliasPath = Annotated[str, Field(pattern=r"^/[a-z][a-z0-9_-]*$")]


def _wrap_in_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _accept_number(value: Any) -> Any:
    if value is None:
        return None
    try:
        if isinstance(value, bool):
            raise TypeError
        return value if isinstance(value, int) else Decimal(str(value))
    except (ArithmeticError, TypeError) as error:
        raise ValueError("must be a number") from error


def _accept_choice(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    if not all(one is None or isinstance(one, str | int | float) for one in listed):
        raise ValueError("must be text, a number, or a list of them")
    return value


def _refuse_other_than_text(value: Any) -> Any:
    """Refuse what is no text and no text per language, with one sentence rather than one for each."""
    texts = list(value.values()) if isinstance(value, dict) else [value]
    unknown = [key for key in value if key not in LANGUAGES] if isinstance(value, dict) else []
    if unknown:
        raise ValueError(f"has no language `{unknown[0]}`: one of {', '.join(LANGUAGES)}")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("must be text")
    if not texts or not all(text.strip() for text in texts):
        raise ValueError("must not be empty")
    return value


def _accept_key(value: Any) -> Any:
    if value == []:
        raise ValueError("must not be empty")
    return _wrap_in_list(value)


def _refuse_duplicates(columns: list[str]) -> list[str]:
    if len(set(columns)) < len(columns):
        raise ValueError("names a column twice")
    return columns


MOST_KEY_COLUMNS = 10
Key = Annotated[list[Words], Field(min_length=1, max_length=MOST_KEY_COLUMNS), AfterValidator(_refuse_duplicates)]
LocalWords = Annotated[Words | dict[Language, Words], BeforeValidator(_refuse_other_than_text)]
Number = Annotated[int | Decimal | None, BeforeValidator(_accept_number)]


class DefinitionPart(BaseModel):
    """What every part of a definition has in common: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class OptionsDefinition(DefinitionPart):
    """The option list of a select: SQL that yields `value` and, if it differs, `label`."""

    sql: Sql = Field(description="Yields `value` and `label` (or `value` alone); may bind other criteria by name.")
    first: list[str] = Field(default=[], description="Labels that are pinned to the top, in this order.")
    search: bool = Field(default=False, description="Always search on the server while the user types.")
    missing: LocalWords | None = Field(
        default=None, description="Label of one more option, which finds the rows that have no value (NULL)."
    )


class Choice(DefinitionPart):
    """One option that stands in the file."""

    value: Scalar = Field(description="What is searched by.")
    label: LocalWords | None = Field(default=None, description="What is shown; the value when absent.")


def _build_option(value: Any) -> Any:
    if isinstance(value, dict | Choice):
        return value
    if not isinstance(value, Scalar):
        raise ValueError("has an option that is neither text nor a number; a date needs quotes")
    return {"value": value}


def _refuse_duplicate_values(choices: list[Choice]) -> list[Choice]:
    values = [str(one.value) for one in choices]
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"has the value {value} twice")
    return choices


# How pydantic names the two kinds of option lists where it says what is wrong; no key looks so.
QUERIED, WRITTEN = "[queried]", "[written]"
Option = Annotated[Choice, BeforeValidator(_build_option, json_schema_input_type=Scalar | Choice)]
Choices = Annotated[list[Option], Field(min_length=1, max_length=10_000), AfterValidator(_refuse_duplicate_values)]
OptionsOrChoices = Annotated[
    Annotated[OptionsDefinition, Tag(QUERIED)] | Annotated[Choices, Tag(WRITTEN)],
    Discriminator(lambda given: WRITTEN if isinstance(given, list) else QUERIED),
    Field(description="The options themselves, or the SQL that yields them."),
]


class CriterionBase(DefinitionPart):
    """What every criterion has, whatever its type."""

    label: LocalWords | None = Field(default=None, description="Shown over the field; made from the name when absent.")
    help: LocalWords | None = Field(default=None, description="A sentence under the field.")
    placeholder: LocalWords | None = Field(default=None, description="Shown in the empty field.")
    required: bool = Field(default=False, description="The form can't be searched without it.")
    negatable: bool = Field(default=True, description="Whether the form offers “is not”.")
    column: Sql | None = Field(default=None, description="The SQL expression that the value is compared with.")
    where: Sql | None = Field(default=None, description="A whole condition with `:name` binds, instead of `column`.")
    in_: Name | None = Field(default=None, alias="in", description="Goes to `{criteria:NAME}` instead of `{criteria}`.")


class TextCriterion(CriterionBase):
    type: Literal["text"]
    match: Literal["exact", "prefix", "contains"] = Field(
        default="contains",
        description="How the text is compared; % and _ are taken literally, case only by exact.",
    )
    ignore_accents: bool = Field(
        default=False, description="Whether `chateau` finds `Château`, too; by prefix and contains, in UTF8 databases."
    )
    default: str | None = None


class NumberCriterion(CriterionBase):
    type: Literal["number"]
    default: Number = None


def _refuse_reversed_range(low: Any, high: Any) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError("ends before it begins")


class NumberSpan(DefinitionPart):
    from_: Number = Field(default=None, alias="from")
    to: Number = None

    @model_validator(mode="after")
    def _is_ordered(self) -> NumberSpan:
        _refuse_reversed_range(self.from_, self.to)
        return self


class NumberRangeCriterion(CriterionBase):
    type: Literal["number_range"]
    default: NumberSpan | None = None


class DateCriterion(CriterionBase):
    type: Literal["date"]
    default: date | None = None


class DateSpan(DefinitionPart):
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    preset: Preset | None = Field(default=None, description="A named range such as last_30_days, instead of both ends.")

    @model_validator(mode="after")
    def _is_ordered(self) -> DateSpan:
        if self.preset and (self.from_ or self.to):
            raise ValueError("has a preset or its ends, not both")
        _refuse_reversed_range(self.from_, self.to)
        return self


class DateRangeCriterion(CriterionBase):
    type: Literal["date_range"]
    default: DateSpan | None = None


class SelectCriterion(CriterionBase):
    type: Literal["select"]
    multiple: bool = Field(default=False, description="Whether several options may be chosen.")
    options: OptionsOrChoices
    default: Annotated[Scalar | list[Scalar] | None, BeforeValidator(_accept_choice)] = None


class BooleanCriterion(CriterionBase):
    type: Literal["boolean"]
    default: bool | None = None


class FoundSql(DefinitionPart):
    """SQL that yields every value that could be found."""

    sql: Sql


def _build_found_sql(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict) and set(value) == {"sql"}:
        return FoundSql.model_validate(value)
    raise ValueError("must be a column of the result, or {sql: …}")


class ValuesCriterion(CriterionBase):
    type: Literal["values"]
    normalize: Annotated[
        list[Normalization], BeforeValidator(_wrap_in_list, json_schema_input_type=Normalization | list[Normalization])
    ] = Field(default=[], description="What is done to each value after trimming it.")
    expects: Literal["email", "text"] | None = Field(
        default=None,
        description="What each value of a list must look like, beside what the column's type can read. Addresses may"
        " come with names, as mail programs copy them: with `email`, or where the criterion is called so.",
    )
    found_in: Annotated[str | FoundSql | None, BeforeValidator(_build_found_sql)] = Field(
        default=None,
        description="Where the values stand that were found: a column of the result, or SQL that yields them.",
    )
    default: list[str] | None = None


Criterion = Annotated[
    TextCriterion
    | NumberCriterion
    | NumberRangeCriterion
    | DateCriterion
    | DateRangeCriterion
    | SelectCriterion
    | BooleanCriterion
    | ValuesCriterion,
    Field(discriminator="type"),
]


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
    default: Annotated[Scalar | list[Scalar] | None, BeforeValidator(_accept_choice)] = Field(
        default=None, description="Filled into the form of a new record."
    )
    options: OptionsOrChoices | None = Field(default=None, description="The choices of a select.")


def _build_empty_field(value: Any) -> Any:
    return {} if value is None else value


class RecordDefinition(DefinitionPart):
    """How single records behind the rows are read, created, changed and deleted, and by whom."""

    title: LocalWords | None = Field(default=None, description="What one of them is called: `Site`.")
    groups: Annotated[SomeWords, BeforeValidator(_wrap_in_list, json_schema_input_type=Words | SomeWords)] = Field(
        description="Who may create, change and delete: members of these groups of .htgroup."
    )
    key: Annotated[SomeNames, BeforeValidator(_wrap_in_list, json_schema_input_type=Name | SomeNames)] = Field(
        description="The columns, of `select` and of the interface's `sql`, that tell a record from all others."
    )
    select: Sql = Field(description="Yields the one record whose key is bound, with a column for each field.")
    upsert: Sql = Field(description="Creates or changes one record, in one statement; fields and key are bound.")
    delete: Sql | None = Field(default=None, description="Deletes the record whose key is bound; absent: none can be.")
    fields: dict[
        Name,
        Annotated[
            RecordFieldDefinition,
            BeforeValidator(_build_empty_field, json_schema_input_type=RecordFieldDefinition | None),
        ],
    ] = Field(
        min_length=1,
        description="The form's fields, in order: columns of `select`, bound in `upsert`.",
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
        list[Words] | None, BeforeValidator(_wrap_in_list, json_schema_input_type=Words | list[Words] | None)
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
