"""What a criterion is filled by, once it is read: typed values, with which a condition compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, TypeVar

from guichet.messages import say

Scalar = str | int | float | Decimal | bool
Number = int | Decimal

# What a text has to do with the texts that it finds, the narrowest first: each finds all that those before it find.
Match = Literal["exact", "prefix", "contains"]
# How a criterion asks otherwise than by its value alone.
Operator = Literal["contains", "prefix", "exact", "empty"]


@dataclass(frozen=True)
class Range:
    """Two ends, either of which may be open (None), but not both. A number as text has the type of its column."""

    from_: Number | date | str | None
    to: Number | date | str | None


@dataclass(frozen=True)
class ListRef:
    """A value list that is kept in the portal database. Whose it is, and whether there is one, is not known here."""

    id: str


@dataclass(frozen=True)
class MatchedText:
    """A text that is compared in another way than the author's."""

    text: str
    match: Match


class Empty(Enum):
    """What a criterion is asked by for rows whose column has no value."""

    VALUE = True


EMPTY = Empty.VALUE


class Missing(Enum):
    """The option of a select that stands for NULL: rows that have no value."""

    VALUE = None


MISSING = Missing.VALUE

Chosen = Scalar | Missing
Value = Scalar | date | Range | ListRef | Missing | Empty | MatchedText | tuple[Chosen, ...]


@dataclass(frozen=True)
class InputLimits:
    """How long a text may be, in characters, how many values one criterion may have, and which day is today."""

    text: int
    values: int
    today: date


class ValueRefusedError(ValueError):
    """A value that can't be read. `pointer` leads to it, below the criterion's own."""

    def __init__(self, detail: str, pointer: str = "") -> None:
        self.detail = detail
        self.pointer = pointer
        super().__init__(detail)


def list_texts(value: Value) -> list[str]:
    """Return the texts of a value: each that it is, or has."""
    texts = value if isinstance(value, tuple) else (value.text if isinstance(value, MatchedText) else value,)
    return [text for text in texts if isinstance(text, str)]


def is_blank(raw: Any) -> bool:
    """Tell whether a field was left empty."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def check_text(text: str, limits: InputLimits) -> str:
    """Return a text that a database can compare with.

    :raises ValueRefusedError: if it is too long, or has a NUL character.
    """
    if len(text) > limits.text:
        raise ValueRefusedError(say("This is longer than {most} characters.", most=limits.text))
    if "\0" in text:
        raise ValueRefusedError("This has a NUL character, which no database can compare with.")
    return text


Element = TypeVar("Element")


def check_count(values: tuple[Element, ...], limits: InputLimits) -> tuple[Element, ...]:
    """Return values that are not too many.

    :raises ValueRefusedError: if they are.
    """
    if len(values) > limits.values:
        raise ValueRefusedError(
            say("These are {count} values; at most {most} can be given here.", count=len(values), most=limits.values)
        )
    return values


def list_values(raw: Any) -> Sequence[Any]:
    """Return the values of a criterion that takes several: none of an empty field, one of a single value."""
    if raw is None or raw == "":
        return ()
    return raw if isinstance(raw, list) else [raw]
