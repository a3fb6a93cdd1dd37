"""Sentences for people, said in English where they arise and in the reader's language where they are answered.

A sentence with values in it is made by `say`, which remembers its parts; one without is an ordinary text. The English
sentence is the key of its translations (`translations/fr.json`, `es.json`). What has none stays English.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

# What stands between thousands.
SEPARATORS = {"en": ",", "fr": "\N{NARROW NO-BREAK SPACE}", "es": "."}

# Of what somebody sent, so many characters are said back.
QUOTED_CHARACTERS = 500

Value = str | int | Callable[[Any], str]


class Sentence(str):
    """An English sentence that knows what it was made of."""

    template: str
    values: Mapping[str, Value]


def say(template: str, **values: Value) -> Sentence:
    """Make a sentence.

    :param template: the English sentence, with `{name}` where a value goes.
    :param values: a text as it is, a number (written with separators), or a function of the language, such as
        that of a label.
    """
    sentence = Sentence(_fill(template, values, "en"))
    sentence.template, sentence.values = template, values
    return sentence


def translate(text: str, language: str) -> str:
    """Say a sentence in a language."""
    known = _load_translations(language)
    if isinstance(text, Sentence):
        return _fill(known.get(text.template, text.template), text.values, language)
    return known.get(text, text)


def get_sentence(error: Exception) -> str:
    """Return what an error says, as the sentence that it was raised with."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Sentence) else str(error)


def _fill(template: str, values: Mapping[str, Value], language: str) -> str:
    return template.format(**{name: _format_value(value, language) for name, value in values.items()})


def _format_value(value: Value, language: str) -> str:
    if callable(value):
        return value(language)
    if isinstance(value, int):
        return f"{value:,}".replace(",", SEPARATORS[language])
    return shorten(translate(value, language), QUOTED_CHARACTERS)


def shorten(text: str, most: int) -> str:
    """Return a text, or its beginning where it is longer than so many characters."""
    return text if len(text) <= most else f"{text[:most]}…"


@lru_cache
def _load_translations(language: str) -> Mapping[str, str]:
    if language == "en":
        return {}
    file = resources.files(__package__).joinpath("translations", f"{language}.json")
    translations: dict[str, str] = json.loads(file.read_text("utf-8"))
    return translations
