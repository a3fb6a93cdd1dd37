"""Text compared without accents and capitals, as Python does it; each dialect does the same in the database.

Letters that are no others with a mark (`ø`, `ß`) stay what they are.
"""

from __future__ import annotations

import re
import unicodedata

# Combining diacritical marks.
MARKS = re.compile("[\u0300-\u036f]")


def without_accents(text: str) -> str:
    """Take the accents off a text, as a dialect does in the database."""
    return text if text.isascii() else MARKS.sub("", unicodedata.normalize("NFD", text))


def fold(text: str) -> str:
    """Make a text comparable by what it says: without accents and capitals."""
    return without_accents(text).casefold()
