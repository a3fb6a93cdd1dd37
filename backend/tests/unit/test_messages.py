"""What the portal says to people: every sentence in three languages, found in the source itself."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

import guichet
import guichet.errors
from guichet import messages
from guichet.messages import say, translate

PACKAGE = Path(guichet.__file__).parent
CATALOGUES = {
    language: json.loads((resources.files("guichet") / "translations" / f"{language}.json").read_text("utf-8"))
    for language in ("fr", "es")
}

# Whoever reads these writes definitions, programs or the portal itself, and reads English.
FOR_DEVELOPERS = {
    *("AbandonedError", "AssertionError", "BrokenPipeError", "CursorError", "ForeignOriginError", "KeyShapeError"),
    *("MalformedError", "NotReadingError", "ScopeError", "SettingsError", "TermError", "TypeError", "UnfitError"),
    *("UnsupportedTypeError", "ValueError"),
}
# Where sentences arise that stand on the page, and the places in which they stand.
PARTS = (
    "access",
    "api",
    "criteria_types",
    "extracts",
    "portal_db",
    "records",
    "search",
    "sources",
    "tokens",
    "value_lists",
)
SENTENCE = re.compile(r"[A-ZÀ-Ý].*[.:…]", re.DOTALL)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for part in PARTS:
        for file in sorted((PACKAGE / part).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{part}/{file.name}:{node.lineno}", node


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_said(call: ast.Call) -> bool:
    name = name_of(call)
    return name == "Fault" or (name.endswith("Error") and name not in FOR_DEVELOPERS)


def plain() -> Iterator[tuple[str, str]]:
    """Lists where a fault or an error is raised with a text as it is."""
    for place, call in calls():
        for one in call.args if is_said(call) else ():
            if isinstance(one, ast.Constant) and SENTENCE.fullmatch(str(one.value)):
                yield place, str(one.value)


def templates() -> Iterator[tuple[str, str]]:
    """Lists what `say` makes sentences of."""
    for place, call in calls():
        if name_of(call) == "say" and isinstance(call.args[0], ast.Constant):
            yield place, call.args[0].value


def anywhere() -> str:
    return "\n".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))


def fields(template: str) -> set[str | None]:
    if "{“" in template:  # braces of JSON, in a sentence without values
        return set()
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_sentence_for_people_is_translated(language: str) -> None:
    missing = [f"{place} {text}" for place, text in (*plain(), *templates()) if text not in CATALOGUES[language]]

    assert not missing


def test_no_sentence_for_people_is_an_f_string_that_could_not_be_translated() -> None:
    found = [(place, one) for place, call in calls() if is_said(call) for one in call.args]

    assert not [place for place, one in found if isinstance(one, ast.JoinedStr) and not is_pointer(one)]


def is_pointer(text: ast.JoinedStr) -> bool:
    return isinstance(text.values[0], ast.Constant) and str(text.values[0].value).startswith("/")


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_translation_is_of_a_sentence_that_nobody_says(language: str) -> None:
    source = re.sub(r'"\s*\n\s*"', "", anywhere())

    assert not [text for text in CATALOGUES[language] if text not in source]


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_values_of_its_sentence(language: str) -> None:
    assert not {one: other for one, other in CATALOGUES[language].items() if fields(one) != fields(other)}


def label(language: str) -> str:
    return {"en": "Country", "fr": "Pays", "es": "País"}[language]


@pytest.mark.parametrize(
    ("said", "english", "french", "spanish"),
    [
        ("This must be a text.", "This must be a text.", "Ceci doit être un texte.", "Esto debe ser un texto."),
        (
            say("{label} is required.", label=label),
            "Country is required.",
            "Il faut remplir «\N{NO-BREAK SPACE}Pays\N{NO-BREAK SPACE}».",
            "Hay que rellenar «País».",
        ),
        (
            say("This is longer than {most} characters.", most=10_000),
            "This is longer than 10,000 characters.",
            "Ce texte dépasse 10\N{NARROW NO-BREAK SPACE}000 caractères.",
            "Este texto supera los 10.000 caracteres.",
        ),
        (say("Nobody translated {this}.", this="that"), *["Nobody translated that."] * 3),
        (*["No sentence of ours"] * 4,),
    ],
)
def test_it_says_a_sentence_in_each_language(said: str, english: str, french: str, spanish: str) -> None:
    assert [said, translate(said, "en"), translate(said, "fr"), translate(said, "es")] == [
        *(english, english),
        *(french, spanish),
    ]


def test_an_error_keeps_the_sentence_that_it_was_raised_with() -> None:
    sentence = say("This is longer than {most} characters.", most=5)

    assert messages.get_sentence(guichet.errors.TooLargeError(sentence)) is sentence
    assert messages.get_sentence(ValueError("plain")) == "plain"
    assert messages.get_sentence(ValueError()) == ""
