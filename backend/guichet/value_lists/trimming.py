"""What a value is freed of, wherever it comes from: pasted, sent by a program, or read from a file.

The page has the same rules (`frontend/src/criteria/trimming.ts`); one table of tests holds both to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

# Nobody sees them: soft hyphen, zero width space, marks of direction, word joiner, byte-order mark.
# Joiners of letters (U+200C, U+200D) have a meaning within a word, so they go from the ends only.
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
JOINERS = "\u200c\u200d"
_NOTHING = str.maketrans(dict.fromkeys(INVISIBLE, ""))


def trim(text: str) -> str:
    """Return a value without spaces around it, without invisible characters, in Unicode's composed form (NFC).

    What spreadsheets write to keep zeros, `="00123"`, is taken out of its wrapping.
    """
    text = text.strip()
    if not text.isascii():
        text = text.translate(_NOTHING).strip()
        while text[:1] in tuple(JOINERS) or text[-1:] in tuple(JOINERS):
            text = text.strip(JOINERS).strip()
        text = unicodedata.normalize("NFC", text)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return trim(text[2:-1].replace('""', '"'))
    return text


def trim_all(texts: Sequence[str]) -> list[str]:
    """Return many values, trimmed. They are looked at all at once, and one by one only if any needs it."""
    values = [text.strip() for text in texts]
    joined = "\n".join(values)
    is_wrapped = "=" in joined and '="' in joined
    if is_wrapped or not (joined.isascii() or _is_clean(joined)):
        return [trim(value) for value in values]
    return values


def _is_clean(text: str) -> bool:
    return not any(mark in text for mark in INVISIBLE + JOINERS) and unicodedata.is_normalized("NFC", text)


# What no plain address has in it.
_MARKS = b"<>;,:\"'()[]?=| \t\r"
_WIDE_MARKS = [mark.encode() for mark in "“”„«»‹›\u00a0\u202f"]
_CHARACTER = r"[^\s@<>;,:\"()\[\]?=|“”„«»‹›]"
# Tried only where such characters begin, so that long texts take no longer than they are.
ADDRESS = re.compile(rf"(?<!{_CHARACTER}){_CHARACTER}++@{_CHARACTER}+\.{_CHARACTER}+")
ANGLED = re.compile(r"<\s*+(?:mailto:)?([^<>\s@]++@[^<>\s]++)\s*+>", re.I)
# Quoted names may have anything in them.
_ENTRIES = re.compile(r"""(?:"[^"]*"|[^;\n\r])+""")
_PIECES = re.compile(r"""(?:"[^"]*"|[^,])+""")


# An address that stands first, or behind a mark.
_LEADING = re.compile(rf"(?:[^@]*[:(\[\"'“„«=|<>])?\s*{ADDRESS.pattern}")
# Behind the last address: nothing, or a remark.
_BESIDE = re.compile(r"[\s'\"]*(?:\([^()]*\))?[\s'\"]*")


def split_addresses(text: str) -> list[str]:
    """Return the addresses of a text as mail programs copy it, `Name <a@b>; …`; what is none stays as it is.

    :param text: a trimmed value of a criterion whose values are addresses.
    """
    if "@" not in text or (ADDRESS.fullmatch(text) and text[0] != "'" and text[-1] not in "'."):
        return [text] if text else []
    addresses: list[str] = []
    for entry in _ENTRIES.findall(text):
        addresses.extend(_read_entry(entry.strip()))
    return [address for address in addresses if address]


def respell_all(values: Sequence[str], joined: bytes, kind: str) -> list[list[str]] | None:
    """Return for each of many values what it says, as a kind is written; None where all of them are so already.

    :param joined: the same values, joined by line feeds, in UTF-8.
    """
    if kind == "email":
        is_marked = len(joined.translate(None, _MARKS)) < len(joined) or joined.count(b"\n") >= len(values)
        is_plain = not is_marked and (joined.isascii() or not any(mark in joined for mark in _WIDE_MARKS))
        return None if is_plain else [split_addresses(value) for value in values]
    if kind not in RESPELLINGS:
        return None
    respelt = [respell(value, kind) for value in values]
    return None if respelt == list(values) else [[value] for value in respelt]


def respell(value: str, kind: str) -> str:
    """Return a value of a kind without what programs write around it, where that can mean only one value.

    Of whole numbers: `1.0`, `2,0`, `1 000`, `'7`, `9;` and digits of other scripts. But not `1.000`, which may be one
    or a thousand, nor `1E+05`, which spreadsheets show for many numbers alike: these stay, and are malformed.
    """
    return RESPELLINGS[kind](value) if kind in RESPELLINGS else value


_WHOLE = re.compile(r"'?([+-]?)(\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+|\d+)(?:[.,]0{1,2})?;?")


def _respell_whole_number(value: str) -> str:
    if value.isascii() and value.isdigit():
        return value
    number = _WHOLE.fullmatch(unicodedata.normalize("NFKC", value) if not value.isascii() else value)
    return (
        number[1] + "".join(str(unicodedata.digit(digit)) for digit in number[2] if digit.isdigit())
        if number
        else value
    )


def _respell_uuid(value: str) -> str:
    return value[9:] if value[:9].lower() == "urn:uuid:" else value


RESPELLINGS: Mapping[str, Callable[[str], str]] = {"integer": _respell_whole_number, "uuid": _respell_uuid}


def _read_entry(entry: str) -> list[str]:
    """Read what stands between two semicolons."""
    addresses: list[str] = []
    end = 0
    for angled in ANGLED.finditer(entry):
        # Before it stands its name, in which there may be a comma, and perhaps addresses without a name.
        *before, _name = _PIECES.findall(entry[end : angled.start()]) or [""]
        addresses.extend(address for piece in before for address in _read_bare_addresses(piece))
        addresses.append(angled[1])
        end = angled.end()
    for piece in _PIECES.findall(entry[end:]):
        # Of a text without any address nothing is known: it is kept whole, to be told of.
        addresses.extend(_read_bare_addresses(piece) or ([] if end and _BESIDE.fullmatch(piece) else [piece.strip()]))
    return addresses if any("@" in address for address in addresses) else [entry]


def _read_bare_addresses(piece: str) -> list[str]:
    """Read addresses without a name; of words before one it isn't known whether they belong to it."""
    return [address.strip("'").rstrip(".") for address in ADDRESS.findall(piece)] if _LEADING.match(piece) else []
