"""The rows of a value list on their way into a database, as the portal database writes them.

They are COPY's text format, in blocks of whole lines: a kind that has COPY passes them on, every other one reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

NULL = r"\N"
ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
UNESCAPES = {escaped: character for character, escaped in ESCAPES.items()}


def escape(text: str) -> str:
    """Write a text as a cell of such a row."""
    return re.sub(r"[\\\n\r\t]", lambda special: ESCAPES[special[0]], text)


def unescape(cell: str) -> str:
    """Read the text of a cell that is not NULL."""
    return re.sub(r"\\[\\nrt]", lambda escaped: UNESCAPES[escaped[0]], cell) if "\\" in cell else cell


def read_rows(blocks: Iterable[bytes]) -> Iterator[tuple[str | None, ...]]:
    """Yield the cells of each row as texts, None for NULL."""
    for block in blocks:
        plain = b"\\" not in block
        for line in block.decode().removesuffix("\n").split("\n"):
            cells = line.split("\t")
            yield tuple(cells) if plain else tuple(None if cell == NULL else unescape(cell) for cell in cells)
