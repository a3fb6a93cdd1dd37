"""Criteria in words, for people who read them later: in a mail, in a list of extracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guichet import errors
from guichet.interfaces.interface import Criterion
from guichet.interfaces.language import Language
from guichet.search import options
from guichet.search.criteria import Filled, ListRef, Range
from guichet.search.options import Wanted
from guichet.search.searches import Search

# Of a long list, so many are named.
NAMED = 5

NOT: Mapping[Language, str] = {"en": "not", "fr": "pas", "es": "no"}


def describe(search: Search, language: Language) -> list[tuple[str, str]]:
    """Pairs the label of each filled criterion with its value in words; options go by their labels."""
    return [
        (search.interface.criteria[name].label(language), _value(search, name, filled, language))
        for name, filled in search.criteria.items()
    ]


def _value(search: Search, name: str, filled: Filled, language: Language) -> str:
    criterion, value = search.interface.criteria[name], filled.value
    if isinstance(value, ListRef):
        used = search.lists[name]
        words = f"{used.name} ({used.values})"
    elif isinstance(value, Range):
        words = f"{'…' if value.from_ is None else value.from_} – {'…' if value.to is None else value.to}"
    else:
        values = list(value) if isinstance(value, tuple) else [value]
        words = _listed(_labels(search, criterion, [str(one) for one in values[:NAMED]], language), len(values))
    return f"{NOT[language]}: {words}" if filled.negated else words


def _listed(named: Sequence[str], total: int) -> str:
    more = f" (+{total - len(named)})" if total > len(named) else ""
    return ", ".join(named) + more


def _labels(search: Search, criterion: Criterion, values: list[str], language: Language) -> list[str]:
    if not criterion.options:
        return values
    try:
        wanted = Wanted(values=values, limit=len(values))
        page = options.load(search.interface, criterion, search.criteria, wanted, search.source, language=language)
    except errors.GuichetError:  # their values must do
        return values
    known = {str(option.value): option.label for option in page.options}
    return [known.get(value, value) for value in values]
