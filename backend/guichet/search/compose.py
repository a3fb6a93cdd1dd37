"""An interface and criteria become one statement, and criteria the values that are bound in it.

Text comes from the definition alone; what users fill in is only ever bound. `column` is shorthand for a condition,
and is turned into one here, in the words of the dialect. Pure: `(sql, parameters)` out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from guichet.interfaces.interface import Criterion, Interface
from guichet.search.criteria import MISSING, Criteria, Filled, ListRef, Range, Value
from guichet.sql.dialect import Dialect
from guichet.sql.statement import NO_LISTS, Lists, Statement, scalar_text
from guichet.sql.template import Template


def search(interface: Interface, criteria: Criteria, lists: Lists = NO_LISTS) -> Statement:
    """Compose the statement whose rows are the result. Count, page and file all wrap this one.

    :param lists: where the values are of the criteria that are filled by a list.
    """
    places = _conditions(interface, criteria, lists)
    sql = interface.dialect.render(interface.template, places, lists)
    return Statement(sql, _parameters(interface, criteria, lists))


def options(interface: Interface, criterion: Criterion, criteria: Criteria, lists: Lists = NO_LISTS) -> Statement:
    """Compose the SQL of an option list, with the criteria that it depends on bound (NULL where not filled)."""
    assert criterion.options is not None
    used = {name: one for name, one in lists.items() if not criteria[name].negated}
    parameters = _parameters(interface, criteria, used, kept=criterion.options.template.binds)
    return Statement(interface.dialect.render(criterion.options.template, {}, used), parameters)


def bind(template: Template, parameters: Mapping[str, Any], dialect: Dialect) -> Statement:
    """Compose SQL that stands as its author wrote it, with values bound."""
    return Statement(dialect.render(template, {}), {name: parameters.get(name) for name in template.binds})


def _conditions(interface: Interface, criteria: Criteria, lists: Lists) -> dict[str | None, str]:
    places: dict[str | None, list[str]] = {}
    for name, filled in criteria.items():
        criterion = interface.criteria[name]
        if criterion.column or criterion.where:
            places.setdefault(criterion.place, []).append(_condition(criterion, filled, lists, interface.dialect))
    return {place: interface.dialect.join(some) for place, some in places.items()}


def _condition(criterion: Criterion, filled: Filled, lists: Lists, dialect: Dialect) -> str:
    if filled.absent:
        return dialect.constant(filled.negated)
    if criterion.where:
        condition = dialect.render(criterion.where, {}, lists)
        return dialect.negate(condition) if filled.negated else condition
    assert criterion.column is not None
    operand = dialect.operand(dialect.render(criterion.column, {}, lists))
    listed = lists.get(criterion.name)
    if listed and listed.rows:
        return dialect.is_in_rows(operand, listed.rows, negated=filled.negated)
    return _comparison(criterion, operand, filled, dialect)


def _comparison(criterion: Criterion, operand: str, filled: Filled, dialect: Dialect) -> str:
    name, value = criterion.name, filled.value
    if _is_pattern(criterion):
        condition = dialect.matches(operand, _pattern_name(criterion), ignore_accents=_ignores_accents(criterion))
    elif value is MISSING:
        return dialect.is_null(operand, negated=filled.negated)
    elif criterion.multiple:
        condition = dialect.is_any(operand, name, or_null=isinstance(value, tuple) and MISSING in value)
    elif criterion.type in ("text", "number", "boolean", "select"):
        return dialect.equals(operand, name, negated=filled.negated)
    elif criterion.type == "date":
        condition = dialect.lies_between(operand, name, name, whole_day=True)
    else:
        condition = _range_condition(name, operand, value, dialect)
    return dialect.negate(condition) if filled.negated else condition


def _range_condition(name: str, operand: str, value: Value, dialect: Dialect) -> str:
    assert isinstance(value, Range)
    low = None if value.from_ is None else f"{name}_from"
    high = None if value.to is None else f"{name}_to"
    return dialect.lies_between(operand, low, high, whole_day=isinstance(value.to, date))


def _is_pattern(criterion: Criterion) -> bool:
    definition = criterion.definition
    return definition.type == "text" and definition.match != "exact" and criterion.column is not None


def _ignores_accents(criterion: Criterion) -> bool:
    definition = criterion.definition
    return definition.type == "text" and definition.ignore_accents


def _pattern_name(criterion: Criterion) -> str:
    """Return a name that no `:bind` can have: the text itself stays bound under the criterion's own."""
    return f"{criterion.name}:pattern"


def _parameters(
    interface: Interface, criteria: Criteria, lists: Lists, kept: frozenset[str] | None = None
) -> dict[str, Any]:
    """Make the parameters of all criteria, NULL where one is not filled.

    :param kept: the only names that are wanted. A criterion that was turned round does not narrow an option list, so
        it counts as not filled there.
    """
    parameters: dict[str, Any] = {}
    for name, criterion in interface.criteria.items():
        filled = criteria.get(name)
        if kept is not None and filled and filled.negated:
            filled = None
        listed = isinstance(filled.value, ListRef) if filled else False
        parameters.update({name: lists[name].literal} if listed else _bound(criterion, filled, interface.dialect))
    return {name: value for name, value in parameters.items() if kept is None or name in kept}


def _bound(criterion: Criterion, filled: Filled | None, dialect: Dialect) -> dict[str, Any]:
    if filled is None or filled.absent or filled.value is MISSING:
        return dict.fromkeys(criterion.bind_names)
    value = filled.value
    if isinstance(value, Range):
        return {f"{criterion.name}_from": _untyped(value.from_), f"{criterion.name}_to": _untyped(value.to)}
    if isinstance(value, tuple):
        return {criterion.name: dialect.array(one for one in value if one is not MISSING)}
    bound = {criterion.name: scalar_text(value) if criterion.type == "select" else _untyped(value)}
    if _is_pattern(criterion):
        bound[_pattern_name(criterion)] = _pattern(criterion, str(value), dialect)
    return bound


def _pattern(criterion: Criterion, text: str, dialect: Dialect) -> str:
    definition = criterion.definition
    prefix = definition.type == "text" and definition.match == "prefix"
    return dialect.pattern(text, prefix=prefix, ignore_accents=_ignores_accents(criterion))


def _untyped(value: Any) -> Any:
    """Bind dates as untyped text, so that a timestamp column reads them in the session's time zone."""
    return value.isoformat() if isinstance(value, date) else value
