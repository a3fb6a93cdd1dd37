"""What keys of a definition are made of: the kinds of text and number that several of its parts have."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from guichet.language import LANGUAGES, Language

NAME = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME)]
Scalar = bool | int | float | str
Words = Annotated[str, Field(min_length=1)]
Sql = Annotated[str, Field(min_length=1)]


def wrap_in_list(value: Any) -> Any:
    """Make a list of a single text."""
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


def accept_choice(value: Any) -> Any:
    """Refuse what is no text, no number, and no list of them."""
    listed = value if isinstance(value, list) else [value]
    if not all(choice is None or isinstance(choice, str | int | float) for choice in listed):
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


LocalWords = Annotated[Words | dict[Language, Words], BeforeValidator(_refuse_other_than_text)]
Number = Annotated[int | Decimal | None, BeforeValidator(_accept_number)]


class DefinitionPart(BaseModel):
    """What every part of a definition has in common: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
