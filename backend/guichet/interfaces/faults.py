"""Words for what pydantic finds wrong with a definition: the key, its line, and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.option_lists import QUERIED, WRITTEN, Choice, OptionsDefinition
from guichet.criteria_types.registry import CRITERION_TYPES
from guichet.interfaces import model
from guichet.interfaces.document import Document

# What pydantic says in Python's words, in an author's.
WORDS: dict[str, str] = {
    "model_type": "must be a mapping of keys",
    "model_attributes_type": "must be a mapping of keys",
    "dict_type": "must be a mapping of names",
    "list_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "date_from_datetime_parsing": "must be a date such as 2026-01-31",
    "date_type": "must be a date such as 2026-01-31",
}

LIMITS = {"less_than_equal": ("at most", "le"), "greater_than_equal": ("at least", "ge")}

# What a text must look like, where it is no name.
PATTERNS = {
    "filename": "can have letters, digits, _ and - only",
    "rows": "must be one short address such as /sites",
    "record": "must be one short address such as /site",
}

NAME_RULE = "a name has small letters, digits and _, and begins with a letter"


def suggest_nearest(wrong: str, valid: Iterable[str]) -> str:
    """Return “; did you mean `x`?” for the valid name nearest to a wrong one, or nothing."""
    near = difflib.get_close_matches(str(wrong)[:100], list(valid), n=1, cutoff=0.55)
    return f"; did you mean `{near[0]}`?" if near else ""


def list_keys(part: type[BaseModel]) -> list[str]:
    """List the keys of a part as an author writes them."""
    return [field.alias or name for name, field in part.model_fields.items()]


def describe_error(error: ErrorDetails, document: Document) -> tuple[int, str]:
    """Put one error into words.

    :returns: the line, counted from 1, and the sentence.
    """
    loc = tuple(part for part in error["loc"] if part not in (QUERIED, WRITTEN))
    kind, context = error["type"], error.get("ctx", {})
    line, key = document.line(*loc), _find_key(loc, document)
    if kind == "value_error":
        return line, f"`{key}` {context['error']}"
    if kind == "invalid_key":
        return line, f"unknown key `{loc[-1]}`"
    if kind in LIMITS:
        return line, f"`{key}` must be {LIMITS[kind][0]} {context[LIMITS[kind][1]]}"
    if kind == "extra_forbidden" and error["input"] is None and document.is_inline(*loc[:-1]):
        return line, f"unknown key `{key}`: in {{ }} a comma begins another key, so put the text before it in quotes"
    if kind == "extra_forbidden":
        return line, f"unknown key `{key}`{suggest_nearest(key, list_keys(_find_part(loc[:-1])))}"
    if kind == "missing":
        return line, f"`{loc[-1]}` is missing{_describe_place(loc)}"
    if kind == "union_tag_not_found":
        return line, f"`type` is missing in criterion `{key}`: one of {', '.join(CRITERION_TYPES)}"
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        near = suggest_nearest(tag, CRITERION_TYPES) or "."
        return document.line(*loc, "type"), f"unknown type `{tag}`{near} There are {', '.join(CRITERION_TYPES)}"
    if kind == "literal_error":
        valid = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return line, f"`{key}` must be one of {', '.join(valid)}{suggest_nearest(str(error['input']), valid)}"
    if kind == "model_type" and key == "options":
        return line, "`options` must be a list such as [a, { value: b, label: B }], or have `sql`"
    if kind == "model_type" and loc[-2:-1] and CRITERION_TYPES.get(str(loc[-2]), CriterionDefinition).default_rule:
        return line, f"`default` {CRITERION_TYPES[str(loc[-2])].default_rule}"
    if loc[-1:] == ("[key]",):
        return line, f"`{key}` can't be a name: {NAME_RULE}"
    if kind == "string_pattern_mismatch" and key in PATTERNS:
        return line, f"`{key}` {PATTERNS[key]}"
    if kind == "string_pattern_mismatch":
        return line, f"`{key}` must be a name: {NAME_RULE}"
    return line, f"`{key}` {WORDS[kind]}" if kind in WORDS else f"`{key}`: {_lower_first(error['msg'])}"


def _find_key(loc: tuple[int | str, ...], document: Document) -> str:
    """Find the innermost key that the author wrote: positions in lists and pydantic's own words are none."""
    key, here = "the file", document.values
    for item in loc:
        if isinstance(here, dict) and item in here:
            key, here = str(item), here[item]
        elif isinstance(here, list) and isinstance(item, int) and item < len(here):
            here = here[item]
    return key


def _describe_place(loc: tuple[int | str, ...]) -> str:
    if len(loc) > 2 and loc[0] == "criteria":
        return f" in criterion `{loc[1]}`"
    return " in `record`" if len(loc) == 2 and loc[0] == "record" else ""


def _find_part(loc: tuple[int | str, ...]) -> type[BaseModel]:
    match loc:
        case ("criteria", _, str(kind)):
            return CRITERION_TYPES[kind]
        case ("criteria", _, _, "options", int()) | ("record", "fields", _, "options", int()):
            return Choice
        case ("criteria", _, _, "options"):
            return OptionsDefinition
        case ("criteria", _, str(kind), "default"):
            return CRITERION_TYPES[kind].default_part or model.Definition
        case ("record",):
            return model.RecordDefinition
        case ("record", "fields", _):
            return model.RecordFieldDefinition
        case ("record", "fields", _, "options"):
            return OptionsDefinition
        case ("alias",):
            return model.AliasDefinition
        case ("columns", _):
            return model.ColumnStyle
        case ("limits",):
            return model.LimitsDefinition
        case _:
            return model.Definition


def _lower_first(sentence: Any) -> str:
    return str(sentence)[:1].lower() + str(sentence)[1:]
