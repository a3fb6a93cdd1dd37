"""Criteria as people write them in an address or on a command line, turned into what the API takes.

    country=250&country=56     several values of one criterion
    country!=250               turned round
    employees=10..50           a range; either end may be left out
    created=last_30_days       days by their name
    code.is=empty              the option that is an empty text
    code.is=missing            the option for rows that have no value
    name.prefix=Lab            a text in another way than its author's; name.contains, name.exact
    name.empty=true            rows that have no value; name.empty!=true those that have one

Pure, and strict about nothing: whoever reads the criteria checks them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
NAME = re.compile(r"(?P<name>.*?)(?P<end>\.(?:from|to|is|contains|prefix|exact|empty))?(?P<negated>!?)", re.DOTALL)
# Options that no text can stand for, since a field that is left blank is sent as an empty one.
OPTIONS: Mapping[str, str | None] = {"empty": "", "missing": None}


@dataclass(frozen=True)
class Notation:
    """How a criterion of a type is written.

    :param example: what stands behind `NAME=`.
    :param parse: makes the JSON value of a text.
    :param ends: what may follow the name, behind a dot.
    """

    example: str
    parse: Callable[[str], Any] = lambda text: text
    ends: tuple[str, ...] = ()


def _parse_boolean(text: str) -> Any:
    return BOOLEANS.get(text.lower(), text)


def _parse_range(text: str) -> Any:
    low, dots, high = text.partition("..")
    return {"from": low or None, "to": (high if dots else text) or None}


def _parse_days(text: str) -> Any:
    if ".." in text or text[:1].isdigit():
        return _parse_range(text)
    return {"preset": text} if text else None


# By the type of criterion; one that is not here is written as a text.
NOTATIONS: Mapping[str, Notation] = {
    "text": Notation("TEXT"),
    "number": Notation("12"),
    "number_range": Notation("10..50", _parse_range, ("from", "to")),
    "date": Notation("2026-01-31"),
    "date_range": Notation("2026-01-01..2026-01-31", _parse_days, ("from", "to")),
    "select": Notation("OPTION", ends=("is",)),
    "boolean": Notation("true", _parse_boolean),
    "values": Notation("VALUE"),
}
PLAIN = Notation("VALUE")
# How a criterion of any type may be asked otherwise than by its value alone, and what stands behind `=` then.
OPERATORS: Mapping[str, Notation] = {
    "contains": PLAIN,
    "prefix": PLAIN,
    "exact": PLAIN,
    "empty": Notation("true", _parse_boolean),
}


class QuerySyntaxError(ValueError):
    """Terms that contradict each other."""


@dataclass(frozen=True)
class CriterionKind:
    """What must be known of a criterion to read its text."""

    type: str
    multiple: bool = False

    @property
    def notation(self) -> Notation:
        return NOTATIONS.get(self.type, PLAIN)


def parse_criteria(terms: Iterable[tuple[str, str]], kinds: Mapping[str, CriterionKind]) -> dict[str, Any]:
    """Make the criteria of a request.

    :param terms: names and texts, in the order of their writing. A criterion that is not in `kinds` keeps its text, so
        that whoever checks it can say which name is nearest.
    :raises TermError: if one criterion is wanted and turned round at once.
    """
    texts: dict[tuple[str, bool], list[str]] = {}
    options: dict[tuple[str, bool], list[str | None]] = {}
    ends: dict[tuple[str, bool], dict[str, Any]] = {}
    for written, text in terms:
        name, end, negated = _split_name(written, kinds)
        if end == "is":
            options.setdefault((name, negated), []).append(_find_option(name, text))
        elif end in OPERATORS:
            ends.setdefault((name, negated), {})[end] = OPERATORS[end].parse(text)
        elif end:
            ends.setdefault((name, negated), {})[end] = text
        else:
            texts.setdefault((name, negated), []).append(text)
    criteria: dict[str, Any] = {}
    for name, negated in {**texts, **options, **ends}:
        if name in criteria or ((name, negated) in texts and (name, negated) in ends):
            raise QuerySyntaxError(f"“{name}” is given in two ways; give it in one.")
        key = (name, negated)
        value = ends[key] if key in ends else parse_value(kinds.get(name, CriterionKind("text")), texts.get(key, []))
        if key in options:
            value = [*(value if isinstance(value, list) else [value]), *options[key]]
        criteria[name] = {"not": value} if negated else value
    return criteria


def parse_value(kind: CriterionKind, texts: Sequence[str]) -> Any:
    """Make the value of one criterion of its texts; several of one that takes one are left for the check to refuse."""
    if kind.multiple:
        return [] if list(texts) == [""] else list(texts)
    values = [kind.notation.parse(text) for text in texts]
    return values[0] if len(values) == 1 else values


def _split_name(written: str, kinds: Mapping[str, CriterionKind]) -> tuple[str, str, bool]:
    matched = NAME.fullmatch(written)
    assert matched
    name, end, negated = matched["name"], matched["end"] or "", bool(matched["negated"])
    if end and name in kinds and end[1:] in (*kinds[name].notation.ends, *OPERATORS):
        return name, end[1:], negated
    return name + end, "", negated


def _find_option(name: str, text: str) -> str | None:
    if text not in OPTIONS:
        raise QuerySyntaxError(f"“{name}.is” is one of {', '.join(OPTIONS)}.")
    return OPTIONS[text]
