"""An interface and criteria become one statement: the only module that puts SQL together.

Text comes from the definition alone; what users fill in is only ever bound. `column` is shorthand for a condition,
and is turned into one here. Pure: `(sql, parameters)` out, in the driver's `%(name)s` style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from guichet.interfaces.interface import Criterion, Interface
from guichet.interfaces.template import Bind, CriteriaPlace, Template
from guichet.search import accent_folding
from guichet.search.criteria import MISSING, Criteria, Filled, ListRef, Range, Value
from guichet.sources.columns import ORDERED, Column
from guichet.sql.statement import LISTED, LISTED_VALUE, NO_LISTS, Boundary, Lists, Sort, Statement

SIMPLE_COLUMN = re.compile(r'[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)*|"[^"]+"(\."[^"]+")*')


ANY_OPENED = re.compile(r"=\s*ANY\s*\(\s*$", re.IGNORECASE)
ANY_CLOSED = re.compile(r'^\s*(?:::\s*[\w. "]+\[\]\s*)?(?=\))')


def search(interface: Interface, criteria: Criteria, lists: Lists = NO_LISTS) -> Statement:
    """Compose the statement whose rows are the result. Count, page and file all wrap this one.

    :param lists: where the values are of the criteria that are filled by a list.
    """
    places = _conditions(interface, criteria, lists)
    sql = _render(interface.template, places, lists)
    return Statement(sql, _parameters(interface, criteria, lists))


def count(statement: Statement) -> Statement:
    """Wrap a statement to count its rows."""
    return Statement(f"SELECT count(*) FROM (\n{statement.sql}\n) AS result", statement.parameters)


def described(statement: Statement) -> Statement:
    """Wrap a statement to return its columns and no rows."""
    return Statement(f"SELECT * FROM (\n{statement.sql}\n) AS result LIMIT 0", statement.parameters)


def selection(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int) -> Statement:
    """Wrap a statement to return expressions over its columns, sorted, up to a number of rows.

    :param expressions: SQL made from quoted column names (see `quoted`).
    """
    order = f"\nORDER BY {', '.join(_order(one) for one in sort)}" if sort else ""
    listed = ", ".join(expressions)
    sql = f"SELECT {listed} FROM (\n{statement.sql}\n) AS result{order}\nLIMIT {int(limit)}"
    return Statement(sql, statement.parameters)


def page(statement: Statement, expressions: Iterable[str], sort: Sequence[Sort], limit: int, offset: int) -> Statement:
    """Wrap a statement to return expressions over some of its rows, skipping those before them."""
    selected = selection(statement, expressions, sort, limit)
    return Statement(f"{selected.sql} OFFSET {int(offset)}", selected.parameters)


def beyond(statement: Statement, boundary: Boundary | None, key: Sequence[Column], limit: int) -> Statement:
    """Wrap a statement to return its rows beyond a boundary, nearest first, up to a number of them.

    The comparison is one of whole rows, so that an index on the key answers it, however far the boundary.
    """
    parameters = dict(statement.parameters)
    before = boundary is not None and boundary.before
    condition = ""
    if boundary is not None:
        # No `:bind` can have such a name.
        names = [f"key:{at}" for at in range(len(boundary.values))]
        parameters |= dict(zip(names, boundary.values, strict=True))
        binds = ", ".join(f"%({name})s" for name in names)
        condition = f"\nWHERE ({_key(key)}) {'<' if before else '>'} ({binds})"
    order = _key(key, " DESC" if before else "")
    sql = f"SELECT * FROM (\n{statement.sql}\n) AS result{condition}\nORDER BY {order}\nLIMIT {int(limit)}"
    return Statement(sql, parameters)


def offence(statement: Statement, key: Sequence[Column]) -> Statement:
    """Wrap a statement to return a key that is NULL or that several rows have, if there is one, and of how many."""
    names, null = _key(key), " OR ".join(f"result.{quoted(column.name)} IS NULL" for column in key)
    listed = ", ".join(f"result.{quoted(column.name)}::text" for column in key)
    sql = f"SELECT count(*), {listed} FROM (\n{statement.sql}\n) AS result\nGROUP BY {names}"
    return Statement(f"{sql}\nHAVING count(*) > 1 OR ({null})\nLIMIT 1", statement.parameters)


def quoted(name: str) -> str:
    """Quote an identifier, with `%` doubled for the driver."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def escaped_pattern(text: str) -> str:
    r"""Make `%`, `_` and `\` stand for themselves in a LIKE pattern."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def array_literal(values: Iterable[Any]) -> str:
    """Write values as PostgreSQL's array literal.

    Bound as text, it takes the type of the column that it is compared with: integers, uuids and enums alike.
    """
    return "{" + ",".join(_element(value) for value in values) + "}"


def _element(value: Any) -> str:
    return "NULL" if value is None else '"' + re.sub(r'(["\\])', r"\\\1", scalar_text(value)) + '"'


def options(interface: Interface, criterion: Criterion, criteria: Criteria, lists: Lists = NO_LISTS) -> Statement:
    """Compose the SQL of an option list, with the criteria that it depends on bound (NULL where not filled)."""
    assert criterion.options is not None
    used = {name: one for name, one in lists.items() if not criteria[name].negated}
    parameters = _parameters(interface, criteria, used, kept=criterion.options.template.binds)
    return Statement(_render(criterion.options.template, {}, used), parameters)


def written(template: Template, parameters: Mapping[str, Any]) -> Statement:
    """Compose SQL that stands as its author wrote it, with values bound."""
    return Statement(_render(template, {}), {name: parameters.get(name) for name in template.binds})


def scalar_text(value: Any) -> str:
    """Write a value as it is bound, without a type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _key(columns: Sequence[Column], direction: str = "") -> str:
    return ", ".join(f"result.{quoted(column.name)}{direction}" for column in columns)


def _order(sort: Sort) -> str:
    # Qualified, because a bare name would mean the expression of that name that is returned, such as its text.
    name = f"result.{quoted(sort.column.name)}"
    key = name if sort.column.type in ORDERED else f"{name}::text"
    return f"{key} {'DESC' if sort.descending else 'ASC'} NULLS LAST"


def _render(parsed: Template, places: Mapping[str | None, str], lists: Lists = NO_LISTS) -> str:
    rendered = [_render_part(part, places) for part in parsed.parts]
    for at, part in enumerate(parsed.parts):
        listed = lists.get(part.name) if isinstance(part, Bind) else None
        if listed and listed.rows:
            rendered[at : at + 2] = _selected(listed.rows, rendered[at - 1 : at], rendered[at + 1 : at + 2])
    return "".join(rendered)


def _selected(rows: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Put a list's rows where an array was bound: `= ANY (…)` takes them as they are, so that they can be joined."""
    behind = "".join(after)
    closed = ANY_CLOSED.match(behind)
    if closed and ANY_OPENED.search("".join(before)):
        return [f"SELECT {LISTED_VALUE} FROM {rows}", behind[closed.end() :]][: 1 + len(after)]
    return [f"ARRAY(SELECT {LISTED_VALUE} FROM {rows})", behind][: 1 + len(after)]


def _render_part(part: str | Bind | CriteriaPlace, places: Mapping[str | None, str]) -> str:
    if isinstance(part, Bind):
        return f"%({part.name})s"
    if isinstance(part, CriteriaPlace):
        return places.get(part.name, "TRUE")
    return part.replace("%", "%%")


def _conditions(interface: Interface, criteria: Criteria, lists: Lists) -> dict[str | None, str]:
    places: dict[str | None, list[str]] = {}
    for name, filled in criteria.items():
        criterion = interface.criteria[name]
        if criterion.column or criterion.where:
            places.setdefault(criterion.place, []).append(_condition(criterion, filled, lists))
    return {place: _joined(conditions) for place, conditions in places.items()}


def _joined(conditions: Sequence[str]) -> str:
    """Join conditions to one that stands for itself, whatever the author puts before it, such as NOT."""
    joined = " AND ".join(map(_enclosed, conditions))
    return joined if len(conditions) == 1 else f"({joined})"


def _condition(criterion: Criterion, filled: Filled, lists: Lists) -> str:
    if filled.absent:
        return "TRUE" if filled.negated else "FALSE"
    if criterion.where:
        condition = _render(criterion.where, {}, lists)
        return f"{_enclosed(condition)} IS NOT TRUE" if filled.negated else condition
    assert criterion.column is not None
    operand, listed = _operand(criterion.column, lists), lists.get(criterion.name)
    if listed and listed.rows:
        return _membership(operand, listed.rows, negated=filled.negated)
    return _comparison(criterion, operand, filled)


def _membership(operand: str, rows: str, *, negated: bool) -> str:
    """Compare with rows so that the database can join them, also those that are not in the list."""
    if negated:
        return f"NOT EXISTS (SELECT FROM {rows} WHERE {LISTED}.{LISTED_VALUE} = {operand})"
    return f"{operand} IN (SELECT {LISTED_VALUE} FROM {rows})"


def _operand(column: Template, lists: Lists) -> str:
    text = _render(column, {}, lists)
    return text if SIMPLE_COLUMN.fullmatch(text) else _enclosed(text)


def _enclosed(condition: str) -> str:
    """Put brackets around an author's SQL, which may end in a comment."""
    return f"({condition}\n)" if "--" in condition else f"({condition})"


def _comparison(criterion: Criterion, column: str, filled: Filled) -> str:
    bind = f"%({criterion.name})s"
    if _is_pattern(criterion):
        operand = accent_folding.expression(column) if _ignores_accents(criterion) else column
        condition = f"{operand} ILIKE %({_pattern_name(criterion)})s"
    elif filled.value is MISSING:
        return f"{column} IS {'NOT ' * filled.negated}NULL"
    elif isinstance(filled.value, tuple) and MISSING in filled.value:
        condition = f"{column} = ANY({bind}) OR {column} IS NULL"
    elif criterion.multiple:
        condition = f"{column} = ANY({bind})"
    elif criterion.type in ("text", "number", "boolean", "select"):
        return f"{column} {'IS DISTINCT FROM' if filled.negated else '='} {bind}"
    elif criterion.type == "date":
        condition = f"{column} >= {bind} AND {column} < ({bind}::date + 1)"
    else:
        condition = _range_condition(criterion, column, filled.value)
    return f"{_enclosed(condition)} IS NOT TRUE" if filled.negated else condition


def _range_condition(criterion: Criterion, column: str, value: Value) -> str:
    assert isinstance(value, Range)
    ends = []
    if value.from_ is not None:
        ends.append(f"{column} >= %({criterion.name}_from)s")
    if isinstance(value.to, date):
        # The whole last day, also where the column is a timestamp.
        ends.append(f"{column} < (%({criterion.name}_to)s::date + 1)")
    elif value.to is not None:
        ends.append(f"{column} <= %({criterion.name}_to)s")
    return " AND ".join(ends)


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
        parameters.update({name: lists[name].literal} if listed else _bound(criterion, filled))
    return {name: value for name, value in parameters.items() if kept is None or name in kept}


def _bound(criterion: Criterion, filled: Filled | None) -> dict[str, Any]:
    if filled is None or filled.absent or filled.value is MISSING:
        return dict.fromkeys(criterion.bind_names)
    value = filled.value
    if isinstance(value, Range):
        return {f"{criterion.name}_from": _untyped(value.from_), f"{criterion.name}_to": _untyped(value.to)}
    if isinstance(value, tuple):
        return {criterion.name: array_literal(one for one in value if one is not MISSING)}
    bound = {criterion.name: scalar_text(value) if criterion.type == "select" else _untyped(value)}
    if _is_pattern(criterion):
        bound[_pattern_name(criterion)] = _pattern(criterion, str(value))
    return bound


def _pattern(criterion: Criterion, text: str) -> str:
    definition = criterion.definition
    text = accent_folding.without_accents(text) if _ignores_accents(criterion) else text
    contains = definition.type == "text" and definition.match == "contains"
    return f"{'%' if contains else ''}{escaped_pattern(text)}%"


def _untyped(value: Any) -> Any:
    """Bind dates as untyped text, so that a timestamp column reads them in the session's time zone."""
    return value.isoformat() if isinstance(value, date) else value
