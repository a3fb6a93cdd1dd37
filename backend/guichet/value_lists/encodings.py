"""How a file's bytes become text. What is UTF-8 throughout is UTF-8, and a rule says the rest.

Statistics were tried, and took the names of a few Frenchmen for Polish. So the rule's answer stands. But where its text
can hardly be a language's, `value_lists/likely_encodings.py` says so, and a user chooses.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import IO

from guichet import errors
from guichet.messages import say

BLOCK = 1 << 18

# UTF-8 with some bytes of Windows-1252 in it: files that were put together from two.
MIXED = "utf-8, windows-1252"

# What a user may choose, by the names that people know, with Python's.
ENCODINGS: Mapping[str, str] = {
    "utf-8": "utf-8-sig",
    MIXED: "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32",
    "utf-32-le": "utf-32-le",
    "utf-32-be": "utf-32-be",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso8859-2",
    "windows-1251": "cp1251",
    "koi8-r": "koi8-r",
    "ibm866": "cp866",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "macintosh": "mac-roman",
    "ibm850": "cp850",
    "shift-jis": "cp932",
    "euc-jp": "euc_jp",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
}

# How files begin that are no text, whatever they are called.
SIGNATURES: Mapping[bytes, str] = {
    b"PK\x05\x06": "an empty zip",
    b"\x1f\x8b": "compressed by gzip: unpack it first",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}

# Of every second byte, so many are zero at least in UTF-16: some letters of Polish or Turkish have none.
WIDE = 0.7

# The bytes that Windows-1252 has no character for: a file with one of them is ISO-8859-1 to the letter.
NOT_IN_WINDOWS_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")

# Of a text that is nearly UTF-8, so many sequences are whole for each byte that belongs to none.
WHOLE_FOR_EACH_STRAY = 3


def find_encoding(file: IO[bytes]) -> str:
    """Find the encoding of a file, by its name in `ENCODINGS`. Reads all of it, a block at a time.

    :raises FileFaultError: if it is no text.
    """
    file.seek(0)
    head = file.read(BLOCK)
    refuse_signatures(head)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := _find_wide_encoding(head):
        return wide
    stray = _find_stray_bytes(file)
    if stray is None:
        return "utf-8"
    return MIXED if stray else _find_single_byte_encoding(file)


def refuse_signatures(head: bytes) -> None:
    """Refuse what is known to be no text by its first bytes.

    :raises FileFaultError: saying what it is.
    """
    for signature, what in SIGNATURES.items():
        if head.startswith(signature):
            raise errors.FileFaultError(say("This is no text but {what}.", what=what))


def _find_wide_encoding(head: bytes) -> str | None:
    """Find UTF-16 and UTF-32 without a mark by where their zeros are, and by what they decode to."""
    if b"\0" not in head:
        return None
    quarter = max(1, len(head) // 4)
    zeros = [head[start::4].count(0) for start in range(4)]
    if zeros[3] >= quarter - 1 and zeros[2] > quarter * WIDE and zeros[0] < quarter * 0.3:
        return "utf-32-le"
    if zeros[0] >= quarter - 1 and zeros[1] > quarter * WIDE and zeros[3] < quarter * 0.3:
        return "utf-32-be"
    half = max(1, len(head) // 2)
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if odd > half * WIDE and even < half * 0.05:
        return "utf-16-le"
    if even > half * WIDE and odd < half * 0.05:
        return "utf-16-be"
    # Other letters than Latin have few zeros: those of line ends and delimiters.
    return next((name for name in ("utf-16-le", "utf-16-be") if _is_text_in(head, name)), None)


def _is_text_in(head: bytes, name: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(ENCODINGS[name])().decode(head)
    except UnicodeDecodeError:
        return False
    letters = sum(unicodedata.category(character)[0] in "LMNPSZ" or character in "\r\n\t" for character in text[:4000])
    return (
        "\n" in text
        and letters == len(text[:4000])
        and len({find_script(character) for character in text[:4000]} - {""}) <= 3
    )


def _read_blocks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(BLOCK):
        if b"\0" in block:
            raise errors.FileFaultError("This is no text: it has NUL bytes in it.")
        yield block


def _find_stray_bytes(file: IO[bytes]) -> bool | None:
    """Tell whether a file that is no UTF-8 nearly is; None of one that is UTF-8 throughout."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _read_blocks(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        whole, stray = _count_sequences(file)
        return whole >= WHOLE_FOR_EACH_STRAY * stray
    return None


SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|([\x80-\xff])")


def _count_sequences(file: IO[bytes]) -> tuple[int, int]:
    """Count the sequences of UTF-8 beyond ASCII, and the bytes beyond ASCII that belong to none."""
    whole = stray = 0
    for block in _read_blocks(file):
        sequences = SEQUENCE.findall(block)
        strays = sum(map(bool, sequences))
        whole, stray = whole + len(sequences) - strays, stray + strays
    return whole, stray


def _find_single_byte_encoding(file: IO[bytes]) -> str:
    undefined = bytes(NOT_IN_WINDOWS_1252)
    if any(len(block.translate(None, undefined)) < len(block) for block in _read_blocks(file)):
        return "iso-8859-1"
    return "windows-1252"


def _decode_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("guichet-windows-1252", _decode_windows_1252)


def get_error_handler(encoding: str) -> str:
    """Return the name of the codec error handler that an encoding of `ENCODINGS` is read with."""
    return "guichet-windows-1252" if encoding == MIXED else "strict"


def find_script(character: str) -> str:
    """Return the first word of a character's Unicode name, such as `CYRILLIC`; "" of ASCII."""
    return unicodedata.name(character, "").split(" ")[0].split("-")[0] if character > "\x7f" else ""
