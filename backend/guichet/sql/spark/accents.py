"""Text without accents, which Spark has no function for: letters are replaced one by one, by a list made here."""

from __future__ import annotations

import unicodedata

# Latin, Greek and Cyrillic letters; then the marks themselves.
LETTERS = (*range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000))
MARKS = range(0x300, 0x370)


def _plain(letter: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFD", letter) if ord(character) not in MARKS)


REPLACED = {letter: plain for code in LETTERS if len(plain := _plain(letter := chr(code))) == 1 and plain != letter} | {
    "".join(map(chr, MARKS)): ""
}
# As `translate` takes them: what has no counterpart is taken away.
FROM, TO = "".join(REPLACED), "".join(REPLACED.values())
TABLE = str.maketrans(FROM[: len(TO)], TO, FROM[len(TO) :])


def strip(text: str) -> str:
    """Take the accents off a text, as `without_accents` does in the cluster."""
    return text if text.isascii() else text.translate(TABLE)


def without_accents(operand: str) -> str:
    """Return the expression of a text without its accents."""
    return f"translate(CAST({operand} AS STRING), '{FROM}', '{TO}')"
