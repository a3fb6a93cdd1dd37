"""Which values of a list a search found: composed from the same statement, whose rows have them.

Where the values stand, the author says (`found_in`), or it is seen: the criterion's column is selected as it is. Then
each row's value is one of the list, and they are counted along; otherwise the result is joined with the list, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from guichet.interfaces import model
from guichet.interfaces.interface import Criterion, Interface
from guichet.search import compose
from guichet.search.criteria import Criteria
from guichet.search.value_list_binding import LookedFor, unnested
from guichet.sources.columns import Column
from guichet.sql.statement import LISTED, LISTED_VALUE, Listed, Place, Statement

SETS = re.compile(r"\b(UNION|EXCEPT|INTERSECT)\b", re.IGNORECASE)
NORMALIZED: Mapping[str, str] = {
    "lower": "lower({0})",
    "upper": "upper({0})",
    "digits": "regexp_replace({0}, '[^0-9]', '', 'g')",
}


def places(
    interface: Interface, criteria: Criteria, lists: Mapping[str, LookedFor], columns: Sequence[Column]
) -> dict[str, Place]:
    """Find the places of all lists that rows are searched by; of those that are turned round there is none."""
    wanted = {name: interface.criteria[name] for name in lists if not criteria[name].negated}
    known = {name: _place(interface, criterion, columns) for name, criterion in wanted.items()}
    return {name: place for name, place in known.items() if place}


def _place(interface: Interface, criterion: Criterion, columns: Sequence[Column]) -> Place | None:
    definition = criterion.definition
    assert isinstance(definition, model.ValuesCriterion)
    named = definition.found_in
    if isinstance(named, model.FoundSql):
        return Place(None, sql=named.sql.replace("%", "%%"))
    present = {column.name for column in columns}
    if named is None:
        seen = _selected_as(interface.definition.sql, definition.column) if definition.column else None
        exact = criterion.place is None and not SETS.search(interface.definition.sql)
        return Place(seen, exact=exact) if seen in present else None
    style = interface.definition.columns.get(named)
    return Place(named, style.split if style else None) if named in present else None


def _selected_as(sql: str, column: str) -> str | None:
    """Find the name under which SQL selects a column as it is: `comp.domain AS comp_domain`, `comp.domain`."""
    before, after = r"(?<![\w.\"(])", r"\s*(?=,|\bFROM\b)"
    named = re.search(rf'{before}{re.escape(column.strip())}\s+AS\s+"?([\w$]+)"?{after}', sql, re.IGNORECASE)
    if named:
        return named[1]
    if re.search(rf"{before}{re.escape(column.strip())}{after}", sql, re.IGNORECASE):
        return column.strip().rpartition(".")[2].strip('"')
    return None


def counted(statement: Statement, place: Place) -> Statement:
    """Count the rows of a statement, and the different values at an exact place, in one pass."""
    sql = (
        "SELECT coalesce(sum(rows), 0)::bigint, count(value) FROM (\n"
        f"SELECT result.{compose.quoted(str(place.column))} AS value, count(*) AS rows FROM (\n{statement.sql}\n"
        ") AS result GROUP BY 1) AS found"
    )
    return Statement(sql, statement.parameters)


def in_rows(columns: Sequence[Column], rows: Sequence[Sequence[Any]], place: Place) -> int:
    """Count the different values at an exact place of rows that are all there."""
    at = next(at for at, column in enumerate(columns) if column.name == place.column)
    return len({row[at] for row in rows if row[at] is not None})


def matched(statement: Statement, used: LookedFor, listed: Listed, place: Place) -> Statement:
    """Count the values of a list that stand in a place."""
    rows = listed.rows or unnested(used)
    sql = (
        f"SELECT count(DISTINCT {LISTED_VALUE}) FROM {rows}\n"
        f"WHERE {LISTED_VALUE} IN (\n{_values(statement, used, place)}\n)"
    )
    return Statement(sql, {used.criterion: listed.literal, **statement.parameters})


def unmatched(statement: Statement, used: LookedFor, rows: str, place: Place) -> Statement:
    """Select line, spelling and what is wrong of each value that does not stand in a place, in the file's order.

    :param rows: what they are selected from, with `line` and `spelling`.
    """
    first = f"row_number() OVER (PARTITION BY {LISTED_VALUE} ORDER BY line)" if used.merged else "1"
    sql = (
        f"SELECT line, spelling, CASE WHEN {LISTED_VALUE} IS NULL THEN 'malformed' ELSE 'not found' END\n"
        f"FROM (SELECT *, {first} AS place FROM {rows}) AS {LISTED}\n"
        f"WHERE (place = 1 OR {LISTED_VALUE} IS NULL) AND NOT EXISTS (SELECT FROM (\n"
        f"{_values(statement, used, place)}\n) AS found (found_value) WHERE found_value = {LISTED}.{LISTED_VALUE})\n"
        "ORDER BY line"
    )
    return Statement(sql, statement.parameters)


def _values(statement: Statement, used: LookedFor, place: Place) -> str:
    if place.sql is not None:
        return place.sql
    column = f"result.{compose.quoted(str(place.column))}"
    source = f"(\n{statement.sql}\n) AS result"
    if place.split:
        separator = place.split.replace("'", "''").replace("%", "%%")
        source += f" CROSS JOIN LATERAL unnest(string_to_array({column}::text, '{separator}')) AS part (cell)"
        column = "trim(part.cell)"
    if not place.exact and used.reading.normalization:
        column = NORMALIZED[used.reading.normalization].format(column)
    return f"SELECT {column} FROM {source}" if not place.split else f"SELECT ({column})::{used.type} FROM {source}"
