r"""Text compared without accents: `chateau` finds `Château`, and the other way round.

Both sides are split into letters and marks (NFD), and the marks are left out. It needs nothing but PostgreSQL itself:
no extension, no dictionary. What has ASCII letters only is compared as it is, which is nearly all there is in most
tables and costs next to nothing. Letters that are no others with a mark (`ø`, `ß`) stay what they are.

`normalize` works in databases of encoding UTF8 alone. In those of one byte a character, texts stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

# Combining diacritical marks.
MARKS = re.compile("[\u0300-\u036f]")


def without_accents(text: str) -> str:
    """Take the accents off a text, as `expression` does in the database."""
    return text if text.isascii() else MARKS.sub("", unicodedata.normalize("NFD", text))


def fold(text: str) -> str:
    """Make a text comparable by what it says: without accents and capitals."""
    return without_accents(text).casefold()


def expression(operand: str) -> str:
    """Make the SQL expression of a text without its accents. It is immutable: an index may be made of it."""
    text = f"({operand})::text"
    folded = rf"regexp_replace(normalize({text}, NFD), '[\u0300-\u036f]', '', 'g')"
    return f"CASE WHEN octet_length({text}) = length({text}) THEN {text} ELSE {folded} END"
