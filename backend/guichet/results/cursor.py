"""Where a page of rows ends, as a text that comes back with the request for the next one.

It holds the key of a row and nothing else, so that it goes on being right whatever was inserted or deleted meanwhile.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from guichet.errors import CursorError
from guichet.sources.columns import Column

LONGEST = 4000


@dataclass(frozen=True)
class Cursor:
    """The key of a row: its columns' names, and their values as PostgreSQL prints them."""

    names: tuple[str, ...]
    values: tuple[str, ...]

    def __str__(self) -> str:
        written = json.dumps(dict(zip(self.names, self.values, strict=True)), ensure_ascii=False)
        return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def read(text: str, key: Sequence[Column]) -> Cursor:
    """Read a cursor.

    :raises CursorError: if it is none, or of another key than the interface has now.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(text[:LONGEST] + "=" * (-len(text) % 4)))
        json.dumps(values, ensure_ascii=False).encode()  # fails for half of a surrogate pair
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not all(
        isinstance(value, str) and "\0" not in value for value in values.values()
    ):
        raise CursorError("This cursor is none that this call gave; take the one of the Link header as it is.")
    if list(values) != [column.name for column in key]:
        raise CursorError("The key of this interface has changed since this cursor was given; begin again without it.")
    return Cursor(tuple(values), tuple(values.values()))
