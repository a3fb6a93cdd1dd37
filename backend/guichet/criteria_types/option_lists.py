"""The key `options`, of a select and of a record's field: options that stand in the file, or SQL that yields them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from guichet.criteria_types.keys import DefinitionPart, LocalWords, Scalar, Sql


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
    if isinstance(value, dict) and len(value) == 1 and not set(value) & {"value", "label"}:
        raise ValueError(f"has an option without `value`: write {_format_choice(value)}")
    if isinstance(value, dict | Choice):
        return value
    if not isinstance(value, Scalar):
        raise ValueError("has an option that is neither text nor a number; a date needs quotes")
    return {"value": value}


def _refuse_mapping(value: Any) -> Any:
    """Refuse options that are written as a mapping of their own, and say how they are written."""
    if isinstance(value, dict) and value and not set(value) & {*OptionsDefinition.model_fields}:
        known = difflib.get_close_matches(str(next(iter(value))), OptionsDefinition.model_fields)
        if not known and all(isinstance(label, Scalar | dict) for label in value.values()):
            more = ", …" if len(value) > 1 and "value" not in value else ""
            raise ValueError(f"must be a list: [{_format_choice(value)}{more}]")
    return value


def _format_choice(mapping: Mapping[Any, Any]) -> str:
    """Write the first entry of a mapping from values to labels as an option."""
    value, label = next(iter(mapping.items()))
    if "value" in mapping:
        value, label = mapping["value"], mapping.get("label", mapping["value"])
    return f"{{ value: {_format_scalar(value)}, label: {_format_scalar(label)} }}"


def _format_scalar(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_format_scalar(text)}" for key, text in value.items()) + " }"
    text = str(value)
    return text if isinstance(value, int | float) or re.fullmatch(r"[^\W\d][\w -]*", text) else json.dumps(text)


def _refuse_duplicate_values(choices: list[Choice]) -> list[Choice]:
    values = [str(choice.value) for choice in choices]
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
    Discriminator(lambda value: WRITTEN if isinstance(value, list) else QUERIED),
    BeforeValidator(_refuse_mapping),
    Field(description="The options themselves, or the SQL that yields them."),
]
