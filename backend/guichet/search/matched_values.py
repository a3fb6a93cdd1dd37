"""Which values of a list a search found: composed from the same statement, whose rows have them.

Where the values stand, the author says (`found_in`), or it is seen: the criterion's column is selected as it is. Then
each row's value is one of the list, and they are counted along; otherwise the result is joined with the list, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from guichet.criteria_types.values import FoundSql, ValuesCriterion
from guichet.interfaces.interface import Criterion, Interface
from guichet.search.criteria import Criteria
from guichet.search.value_list_binding import LookedFor
from guichet.sources.columns import Column
from guichet.sql.statement import FoundPlace

SETS = re.compile(r"\b(UNION|EXCEPT|INTERSECT)\b", re.IGNORECASE)


def places(
    interface: Interface, criteria: Criteria, lists: Mapping[str, LookedFor], columns: Sequence[Column]
) -> dict[str, FoundPlace]:
    """Find the places of all lists that rows are searched by; of those that are turned round there is none."""
    wanted = {name: interface.criteria[name] for name in lists if not criteria[name].negated}
    known = {name: _place(interface, criterion, columns) for name, criterion in wanted.items()}
    return {name: place for name, place in known.items() if place}


def _place(interface: Interface, criterion: Criterion, columns: Sequence[Column]) -> FoundPlace | None:
    definition = criterion.definition
    assert isinstance(definition, ValuesCriterion)
    named = definition.found_in
    if isinstance(named, FoundSql):
        return FoundPlace(None, sql=named.sql.replace("%", "%%"))
    present = {column.name for column in columns}
    if named is None:
        seen = _find_selected_name(interface.definition.sql, definition.column) if definition.column else None
        exact = criterion.place is None and not SETS.search(interface.definition.sql)
        return FoundPlace(seen, exact=exact) if seen in present else None
    style = interface.definition.columns.get(named)
    return FoundPlace(named, style.split if style else None) if named in present else None


def _find_selected_name(sql: str, column: str) -> str | None:
    """Find the name under which SQL selects a column as it is: `comp.domain AS comp_domain`, `comp.domain`."""
    before, after = r"(?<![\w.\"(])", r"\s*(?=,|\bFROM\b)"
    named = re.search(rf'{before}{re.escape(column.strip())}\s+AS\s+["`]?([\w$]+)["`]?{after}', sql, re.IGNORECASE)
    if named:
        return named[1]
    if re.search(rf"{before}{re.escape(column.strip())}{after}", sql, re.IGNORECASE):
        return column.strip().rpartition(".")[2].strip('"`')
    return None


def in_rows(columns: Sequence[Column], rows: Sequence[Sequence[Any]], place: FoundPlace) -> int:
    """Count the different values at an exact place of rows that are all there."""
    index = next(position for position, column in enumerate(columns) if column.name == place.column)
    return len({row[index] for row in rows if row[index] is not None})
