"""Criteria in words, for people who read them later: in a mail, in a list of extracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from guichet import errors
from guichet.interfaces.interface import Criterion
from guichet.language import Language, pick
from guichet.search import options
from guichet.search.criteria import MISSING, Filled, ListRef, Range
from guichet.search.execution import Search
from guichet.search.options import OptionSearch
from guichet.sql.statement import Wanted, scalar_text

# Of a long list, so many are named.
NAMED = 5

NOT: Mapping[Language, str] = {"en": "not", "fr": "pas", "es": "no"}


def describe(search: Search, language: Language) -> list[tuple[str, str]]:
    """Pair the label of each filled criterion with its value in words; options go by their labels."""
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
        words = _listed(_labels(search, criterion, values[:NAMED], language), len(values))
    return f"{NOT[language]}: {words}" if filled.negated else words


def _listed(named: Sequence[str], total: int) -> str:
    more = f" (+{total - len(named)})" if total > len(named) else ""
    return ", ".join(named) + more


def _labels(search: Search, criterion: Criterion, values: Sequence[Any], language: Language) -> list[str]:
    texts = [str(one) for one in values]
    listed = criterion.options
    if not listed:
        return texts
    wanted = Wanted(values=[scalar_text(one) for one in values if one is not MISSING], limit=len(values))
    known: dict[str, str] = {}
    with suppress(errors.GuichetError):  # their values must do
        if wanted.values:
            asked = OptionSearch(
                search.interface,
                search.criteria,
                search.source,
                (),
                search.lists,
                search.placed,
                search.pasted,
                criterion=criterion,
            )
            known = {
                scalar_text(one.value): one.label for one in options.load(asked, wanted, language=language).options
            }
    missing = pick(listed.missing, language) or ""
    return [missing if one is MISSING else known.get(scalar_text(one), str(one)) for one in values]
