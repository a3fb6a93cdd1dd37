"""Texts that an author gives once, or once per language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "fr", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

LocalText = str | Mapping[Language, str]


def pick(text: LocalText | None, language: Language) -> str | None:
    """Pick the text in a language; where it is not given, in the first that is."""
    if text is None or isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()), None)


def build_label(name: str) -> str:
    """Make a label of a name: `company_size` → `Company size`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
