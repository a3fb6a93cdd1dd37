"""The key of a record as one text, as it stands in an address, and back again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

Key = Mapping[str, str]


class KeyShapeError(ValueError):
    """A text that is no key: of another number of parts, or with a character that no database can hold."""


def write(columns: Sequence[str], values: Mapping[str, Any]) -> str:
    """Write a key: the values of its columns, with `,` between them. In each, `%`, `,` and `/` are percent-encoded."""
    return ",".join(_encode(str(values[name])) for name in columns)


def read(columns: Sequence[str], text: str) -> Key:
    """Read a key.

    :raises KeyShapeError: if it has another number of parts.
    """
    parts = text.split(",")
    if len(parts) != len(columns):
        raise KeyShapeError(f"The key has {len(columns)} parts, with a comma between them: {', '.join(columns)}.")
    key = {name: unquote(part) for name, part in zip(columns, parts, strict=True)}
    if any("\0" in part for part in key.values()):
        raise KeyShapeError("A key has no NUL character in it.")
    return key


def _encode(text: str) -> str:
    return "".join(quote(character, safe="") if character in "%,/" else character for character in text)
