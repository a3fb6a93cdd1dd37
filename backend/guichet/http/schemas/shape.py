"""What all bodies of the API have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

MOST_OF_A_NAME = 200


def trim_name(text: str) -> str:
    """Return a name without spaces around it.

    :raises ValueError: if nothing is left, or what no name has.
    """
    trimmed = text.strip()
    if not trimmed or "\0" in trimmed:
        raise ValueError("must be a name")
    return trimmed


class Shape(BaseModel):
    """A body that has the fields that are named, and no others."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Shape):
    """An empty object."""
