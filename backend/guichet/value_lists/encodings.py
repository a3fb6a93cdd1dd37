"""How a file's bytes become text. Not a guess: what is UTF-8 throughout is UTF-8, and a rule says the rest.

Statistics were tried, and took the names of a few Frenchmen for Polish; a user who knows better says so (`PATCH`).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import IO

from guichet import errors
from guichet.sentences import say

BLOCK = 1 << 18

# What a user may choose, by the names that people know, with Python's.
ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "macintosh": "mac-roman",
    "shift-jis": "cp932",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
}

# How files begin that are no text, whatever they are called.
SIGNATURES: Mapping[bytes, str] = {
    b"PK\x03\x04": "a zip or an Excel workbook: save the sheet as CSV",
    b"PK\x05\x06": "an empty zip",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document: save the sheet as CSV",
    b"\x1f\x8b": "compressed by gzip: unpack it first",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}

# Of every second byte, so many are zero at least in UTF-16: some letters of Polish or Turkish have none.
WIDE = 0.7

# The bytes that Windows-1252 has no character for: a file with one of them is ISO-8859-1 to the letter.
NOT_IN_WINDOWS_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def find(file: IO[bytes]) -> str:
    """Finds the encoding of a file, by its name in `ENCODINGS`. Reads all of it, a block at a time.

    :raises FileFaultError: if it is no text.
    """
    file.seek(0)
    head = file.read(BLOCK)
    refuse_signatures(head)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := _wide(head):
        return wide
    return "utf-8" if _is_utf8(file) else _single_byte(file)


def refuse_signatures(head: bytes) -> None:
    """Refuses what is known to be no text by its first bytes.

    :raises FileFaultError: saying what it is.
    """
    for signature, what in SIGNATURES.items():
        if head.startswith(signature):
            raise errors.FileFaultError(say("This is no text but {what}.", what=what))


def _wide(head: bytes) -> str | None:
    """Finds UTF-16 without a mark by where its zeros are: every second byte of Latin letters, nearly."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * WIDE and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * WIDE and odd < half * 0.05 else None


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(BLOCK):
        if b"\0" in block:
            raise errors.FileFaultError("This is no text: it has NUL bytes in it.")
        yield block


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _single_byte(file: IO[bytes]) -> str:
    undefined = bytes(NOT_IN_WINDOWS_1252)
    if any(len(block.translate(None, undefined)) < len(block) for block in _blocks(file)):
        return "iso-8859-1"
    return "windows-1252"
