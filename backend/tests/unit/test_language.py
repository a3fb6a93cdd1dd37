"""Texts that an author gives once, or once per language."""

from __future__ import annotations

import pytest

from guichet.language import Language, LocalText, pick


@pytest.mark.parametrize(
    ("text", "language", "picked"),
    [
        ("Companies", "en", "Companies"),
        ("Companies", "fr", "Companies"),
        ({"en": "Companies", "fr": "Sociétés"}, "fr", "Sociétés"),
        ({"fr": "Sociétés", "en": "Companies"}, "es", "Sociétés"),
        ({"en": "Companies", "fr": ""}, "fr", "Companies"),
        ("", "en", ""),
        (None, "en", None),
    ],
)
def test_it_picks_the_text_of_a_language_and_else_the_first(
    text: LocalText | None, language: Language, picked: str | None
) -> None:
    assert pick(text, language) == picked
