"""Criteria in words, for people who read them later: in a mail, in a list of extracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from guichet import errors
from guichet.criteria_types.operands import MISSING, Operator
from guichet.interfaces.interface import Criterion
from guichet.language import Language, pick
from guichet.search import options
from guichet.search.criteria import Filled
from guichet.search.execution import Search
from guichet.search.options import OptionSearch
from guichet.sql.statement import OptionQuery, scalar_text

# What a criterion asks, behind its label: as it is, and turned round.
PHRASES: Mapping[Language, Mapping[Operator | None, tuple[str, str]]] = {
    "en": {
        None: ("{value}", "is not {value}"),
        "contains": ("contains {value}", "does not contain {value}"),
        "prefix": ("begins with {value}", "does not begin with {value}"),
        "exact": ("is exactly {value}", "is not exactly {value}"),
        "empty": ("is empty", "is not empty"),
    },
    "fr": {
        None: ("{value}", "n’est pas {value}"),
        "contains": ("contient {value}", "ne contient pas {value}"),
        "prefix": ("commence par {value}", "ne commence pas par {value}"),
        "exact": ("est exactement {value}", "n’est pas exactement {value}"),
        "empty": ("est vide", "n’est pas vide"),
    },
    "es": {
        None: ("{value}", "no es {value}"),
        "contains": ("contiene {value}", "no contiene {value}"),
        "prefix": ("empieza por {value}", "no empieza por {value}"),
        "exact": ("es exactamente {value}", "no es exactamente {value}"),
        "empty": ("está en blanco", "no está en blanco"),
    },
}


def describe(search: Search, language: Language) -> list[tuple[str, str]]:
    """Pair the label of each filled criterion with its value in words; options go by their labels."""
    return [
        (search.interface.criteria[name].label(language), _describe_value(search, name, filled, language))
        for name, filled in search.criteria.items()
    ]


def _describe_value(search: Search, name: str, filled: Filled, language: Language) -> str:
    criterion = search.interface.criteria[name]
    operator = criterion.definition.find_operator(filled.value)
    phrase = PHRASES[language][operator][filled.negated]
    if operator == "empty":
        return phrase
    return phrase.format(value=criterion.definition.describe(filled.value, SearchNaming(search, criterion, language)))


@dataclass(frozen=True)
class SearchNaming:
    """How the values of one criterion of a search are called."""

    search: Search
    criterion: Criterion
    language: Language

    def name_list(self) -> str:
        """Return a list's name, with the number of its values."""
        used = self.search.lists[self.criterion.name]
        return f"{used.name} ({used.values})"

    def label(self, values: Sequence[Any]) -> list[str]:
        """Return the labels of chosen options; the value itself where there is none."""
        listed = self.criterion.options
        if not listed:
            return [str(value) for value in values]
        labels = self._load_labels([scalar_text(value) for value in values if value is not MISSING])
        missing = pick(listed.missing, self.language) or ""
        return [missing if value is MISSING else labels.get(scalar_text(value), str(value)) for value in values]

    def _load_labels(self, values: Sequence[str]) -> dict[str, str]:
        if not values:
            return {}
        search = self.search
        asked = OptionSearch(
            search.interface,
            search.criteria,
            search.source,
            (),
            search.lists,
            search.placed,
            search.pasted,
            criterion=self.criterion,
        )
        with suppress(errors.GuichetError):  # their values must do
            page = options.load(asked, OptionQuery(values=values, limit=len(values)), language=self.language)
            return {scalar_text(option.value): option.label for option in page.options}
        return {}
