"""Which encodings explain a file better than the one that the rule of `value_lists/encodings.py` found."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import IO

from guichet.value_lists import encodings

# So many bytes with what stands around them tell what letters a file has.
JUDGED_BYTES = 64_000
# Of the letters beyond ASCII, so many may be odd.
MOST_ODD = 0.3
MOST_LIKELY = 4


def find_likely_encodings(file: IO[bytes], encoding: str) -> list[str]:
    """Return the encodings that explain a file better than the one that the rule found, the likeliest first.

    None where its letters may well be a language's. Of double-byte and Cyrillic files, and those of old systems, the
    rule makes text that nobody can read.
    """
    if encoding == encodings.MIXED:
        return [encodings.MIXED, "windows-1252"]
    if encoding not in ("windows-1252", "iso-8859-1"):
        return []
    passages = _collect_passages(file)
    text = passages.decode("cp1252" if encoding == "windows-1252" else "latin-1", "replace")
    if _measure_oddness(text) < MOST_ODD:
        return [*others, encoding] if (others := _find_encodings_of_a_language(passages, text)) else []
    scores = {name: _measure_likeness(passages, name) for name in (*SINGLE, *DOUBLE)}
    known = sorted((name for name, score in scores.items() if score > 0.5), key=lambda name: -scores[name])
    return known[:MOST_LIKELY] or [encoding]


# The letters beyond ASCII that languages of Western Europe have, each by itself: those of a file are of one of them.
WESTERN = (
    *("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüªº", "áâãàçéêíóôúü", "àèéìíîòóù", "áéèëïíóöúü", "åäöé", "æøåé"),
    *("áðéíóúýþæö", "àçèéíïòóúü", "äöüõšž", "áéíóú"),
)
# … and those of languages that the same bytes mean something else in.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "windows-1250": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž"),
    "iso-8859-2": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž"),
    "windows-1254": ("çğıöşüâîû",),
}
# So much better another language must explain a file, and so much of it.
MUCH_BETTER = 0.12
NEARLY_ALL = 0.97


def _find_encodings_of_a_language(passages: bytes, text: str) -> list[str]:
    """Find encodings whose text has the letters of one language, where Windows-1252's has those of none.

    Gyõzõ Szûcs is Győző Szűcs, and Iþýl is Işıl: such letters stand well enough where they stand.
    """
    western = _measure_letters(re.sub("õ(?=[eE])|Õ(?=[eE])", "ã", text), WESTERN)
    scores = {}
    for name, languages in OTHERS.items():
        other = passages.decode(encodings.ENCODINGS[name], "replace")
        is_another = sum(theirs != ours for theirs, ours in zip(other, text, strict=True)) > 1
        share = _measure_letters(other, languages)
        if is_another and share >= NEARLY_ALL and share > western + MUCH_BETTER:
            scores[name] = share - RARER.get(name, 0.0)
    return sorted(scores, key=lambda name: -scores[name])


def _measure_letters(text: str, languages: tuple[str, ...]) -> float:
    """Measure which share of the characters beyond ASCII one of some languages has: that which has the most."""
    characters = [character for character in text.lower() if character > "\x7f" and character not in PUNCTUATION]
    if not characters:
        return 0.0
    return max(sum(character in letters for character in characters) for letters in languages) / len(characters)


def _collect_passages(file: IO[bytes]) -> bytes:
    """Gather lines with bytes beyond ASCII, from the beginning on."""
    file.seek(0)
    lines = (line for line in itertools.islice(file, 200_000) if not line.isascii())
    passages, size = [], 0
    for line in lines:
        passages.append(line[:2000])
        size += len(passages[-1])
        if size > JUDGED_BYTES:
            break
    return b"".join(passages)


# Symbols that stand within words or beside them.
FITTING = frozenset("’‘´`·–—-°ºª²³½¼¾€£§©®™…«»„“”‹›¿¡•†\u00a0\u00ad\u202f")
# What every language has, and what is left of a Turkish capital İ in small.
PUNCTUATION = frozenset("’‘´·–—°€£§™…«»„“”‹›•†\u00a0\u00ad\u202f\u0307")


def _measure_oddness(text: str, *, western: bool = True) -> float:
    """Measure which share of the characters beyond ASCII no language has where they stand.

    :param western: whether letters with marks hardly stand beside each other.
    """
    odd, count = 0.0, 0
    padded = f"  {text}  "
    for index in range(2, len(padded) - 2):
        character = padded[index]
        if character < "\x80":
            continue
        count += 1
        before, after = padded[index - 1], padded[index + 1]
        if unicodedata.category(character)[0] == "L" and character not in "ªº":
            if character == "ƒ" or (character.isupper() and before.islower()):
                odd += 1
            elif western and "ß" not in (before, character, after):
                odd += _is_crowded(padded[index - 2 : index + 3])
        elif character not in FITTING or (before.isalpha() and after.isalpha() and character not in "’‘´·–—\u00ad"):
            odd += 1
    return odd / count if count else 0.0


def _is_crowded(around: str) -> float:
    """Tell of the middle one of five characters whether it stands among three beyond ASCII, or between two."""
    far_before, before, _, after, far_after = (character >= "\x80" for character in around)
    if (before and after) or (before and far_before) or (after and far_after):
        return 1.0
    return 0.3 if before or after else 0.0


SINGLE = (
    *("windows-1251", "koi8-r", "ibm866", "windows-1253", "windows-1255", "windows-1256"),
    *("windows-1250", "iso-8859-2", "macintosh", "ibm850"),
)
DOUBLE = ("shift-jis", "euc-jp", "gb18030", "big5", "euc-kr")
# What most text of an encoding is written in.
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("windows-1251", "koi8-r", "ibm866"), ("CYRILLIC",)),
    "windows-1253": ("GREEK",),
    "windows-1255": ("HEBREW",),
    "windows-1256": ("ARABIC",),
    **dict.fromkeys(("windows-1250", "iso-8859-2", "macintosh", "ibm850"), ("LATIN",)),
    "shift-jis": ("HIRAGANA", "KATAKANA", "CJK"),
    "euc-jp": ("HIRAGANA", "KATAKANA", "CJK"),
    "gb18030": ("CJK",),
    "big5": ("CJK",),
    "euc-kr": ("HANGUL",),
}


RARER: Mapping[str, float] = dict.fromkeys(("iso-8859-2", "ibm850", "ibm866"), 0.02)
MINGLED = re.compile(r"[A-Za-z][^\W\d_a-zA-Z]|[^\W\d_a-zA-Z][A-Za-z]")


def _measure_likeness(passages: bytes, name: str) -> float:
    """Measure how well an encoding explains bytes: what share are letters as they come in words."""
    try:
        text = passages.decode(encodings.ENCODINGS[name])
    except UnicodeDecodeError:
        return 0.0
    characters = [character for character in text if character > "\x7f"]
    if not characters:
        return 0.0
    fitting = sum(
        encodings.find_script(character) in SCRIPTS[name] and unicodedata.category(character)[0] == "L"
        for character in characters
    )
    share = fitting / len(characters)
    if name in DOUBLE:
        return share * COMMON[name](text, characters) + (0.05 if name == "euc-kr" else 0.0)
    shouting = sum(character.isupper() and before.islower() for before, character in itertools.pairwise(text))
    lower = sum(character.islower() for character in characters)
    upper = sum(character.isupper() for character in characters)
    # Most letters are small, unless all are capitals.
    cased = 1.0 if lower >= upper or not lower else 0.6
    is_latin = SCRIPTS[name] == ("LATIN",)  # words are of one script
    odd = _measure_oddness(text, western=False) if is_latin else len(MINGLED.findall(text)) / len(characters)
    if lower and not upper and lower > 8:
        cased = 0.9
    return share * cased * (1 - min(1.0, shouting / len(characters) * 2)) * (1 - min(1.0, odd)) - RARER.get(name, 0.0)


def _measure_frequent_share(encoding: str, low: int, high: int) -> Callable[[str, list[str]], float]:
    """Measure which share of characters are of the frequent rows of a set, which stand first in it."""

    def share(text: str, characters: list[str]) -> float:
        leads = [character.encode(encoding, "replace")[0] for character in characters]
        return sum(low <= lead <= high for lead in leads) / len(leads)

    return share


def _find_japanese_encoding(text: str, characters: list[str]) -> float:
    # Half-width katakana are what other encodings look like.
    narrow = sum("\uff61" <= character <= "\uff9f" for character in characters) / len(characters)
    kana = sum("\u3040" <= character <= "\u30ff" for character in characters) / len(characters)
    frequent = _measure_frequent_share("cp932", 0x81, 0x97)(text, characters)
    return (1 - narrow) * min(1.0, 0.75 * frequent + kana + 0.1)


COMMON: Mapping[str, Callable[[str, list[str]], float]] = {
    "shift-jis": _find_japanese_encoding,
    "euc-jp": _find_japanese_encoding,
    "gb18030": _measure_frequent_share("gb18030", 0xA1, 0xD7),
    "big5": _measure_frequent_share("big5hkscs", 0xA1, 0xC6),
    "euc-kr": _measure_frequent_share("cp949", 0xA1, 0xC8),
}
