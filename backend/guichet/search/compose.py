"""An interface and criteria become one statement, and criteria the values that are bound in it.

Text comes from the definition alone; what users fill in is only ever bound. `column` is shorthand for a condition,
and is turned into one by its type of criterion, in the words of the dialect. Pure: `(sql, parameters)` out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guichet.criteria_types.operands import EMPTY, MISSING, ListRef, MatchedText
from guichet.interfaces.interface import Criterion, Interface
from guichet.search.criteria import Criteria, Filled
from guichet.sql.dialect import Dialect
from guichet.sql.statement import NO_LISTS, Lists, Statement
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
    used = {name: listed for name, listed in lists.items() if not criteria[name].negated}
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
    if filled.value is EMPTY:
        return criterion.definition.build_empty_condition(operand, dialect, negated=filled.negated)
    listed = lists.get(criterion.name)
    if listed and listed.rows:
        return dialect.is_in_rows(operand, listed.rows, negated=filled.negated)
    return criterion.definition.build_condition(criterion.name, operand, filled.value, dialect, negated=filled.negated)


def _parameters(
    interface: Interface, criteria: Criteria, lists: Lists, kept: frozenset[str] | None = None
) -> dict[str, Any]:
    """Make the parameters of all criteria, NULL where one is not filled.

    :param kept: the only names that are wanted. A criterion that was turned round, or asked otherwise than its author
        does, does not narrow an option list, so it counts as not filled there.
    """
    parameters: dict[str, Any] = {}
    for name, criterion in interface.criteria.items():
        filled = criteria.get(name)
        if kept is not None and filled and (filled.negated or isinstance(filled.value, MatchedText)):
            filled = None
        listed = isinstance(filled.value, ListRef) if filled else False
        parameters.update({name: lists[name].literal} if listed else _bound(criterion, filled, interface.dialect))
    return {name: value for name, value in parameters.items() if kept is None or name in kept}


def _bound(criterion: Criterion, filled: Filled | None, dialect: Dialect) -> dict[str, Any]:
    if filled is None or filled.absent or filled.value in (EMPTY, MISSING):
        return dict.fromkeys(criterion.bind_names)
    return criterion.definition.bind(criterion.name, filled.value, dialect)
