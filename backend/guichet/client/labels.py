"""Options by their labels: `France` becomes the value that the portal searches by."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from guichet.client.calls import Client
from guichet.client.problems import ClientError
from guichet.client.shapes import Criterion, Form, Option

# The keys of a value that asks otherwise than by itself.
OPERATORS = frozenset({"not", "contains", "prefix", "exact", "empty"})


class UnknownOptionError(ClientError):
    """A select has no such option, or several of that label."""


def resolve(client: Client, form: Form, criteria: Mapping[str, Any]) -> dict[str, Any]:
    """Replace labels by values in the criteria that are selects; values stay what they are.

    :raises UnknownOptionError: if there is no such option; it says which is nearest.
    """
    resolved = dict(criteria)
    selects = [criterion for criterion in form.criteria if criterion.options and criterion.name in criteria]
    # A list that depends on another is asked for with that one's value.
    for select in sorted(selects, key=lambda select: len((select.options or {}).get("depends_on") or ())):
        resolved[select.name] = _resolve_criterion(client, form, select, resolved)
    return resolved


def _resolve_criterion(client: Client, form: Form, select: Criterion, criteria: Mapping[str, Any]) -> Any:
    value = criteria[select.name]
    if isinstance(value, Mapping):
        if "not" not in value:
            return value
        return {"not": _resolve_criterion(client, form, select, {**criteria, select.name: value["not"]})}
    texts = value if isinstance(value, list) else [value]
    depends_on = (select.options or {}).get("depends_on") or ()
    narrowed = {name: criteria[name] for name in depends_on if name in criteria and _narrows(criteria[name])}
    options = client.options(form.id, select.name, criteria=narrowed)
    values = []
    for text in texts:
        known = list(options.options)
        if options.more and not _find_values(known, text):
            known += client.options(form.id, select.name, typed=str(text), criteria=narrowed).options
            known += client.options(form.id, select.name, values=[text], criteria=narrowed).options
        values.append(_find_value(select, text, known) if text not in (None, "") else text)
    return values if isinstance(value, list) else values[0]


def _narrows(value: Any) -> bool:
    """Tell whether options depend on a value: not where it is turned round, or asked by an operator."""
    return not isinstance(value, Mapping) or OPERATORS.isdisjoint(value)


def _find_values(options: Sequence[Option], text: Any) -> dict[str, Any]:
    """Return the values that a text may mean, by what they are written as; one that is written so comes first."""
    same = {str(option.value): option.value for option in options if str(option.value) == str(text)}
    return same or {
        str(option.value): option.value for option in options if option.label.casefold() == str(text).casefold()
    }


def _find_value(select: Criterion, text: Any, options: Sequence[Option]) -> Any:
    meant = _find_values(options, text)
    if len(meant) == 1:
        return next(iter(meant.values()))
    if meant:
        raise UnknownOptionError(f"{select.name}: several options are called “{text}”: give one of {', '.join(meant)}.")
    labels = {option.label.casefold(): option.label for option in options}
    near = difflib.get_close_matches(str(text).casefold(), labels, n=1, cutoff=0.6)
    hint = f" Did you mean “{labels[near[0]]}”?" if near else ""
    raise UnknownOptionError(f"{select.name} has no option “{text}”.{hint}")
