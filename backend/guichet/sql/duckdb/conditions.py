"""Conditions as DuckDB compares: SQL text from an operand and the names under which values are bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guichet.sql import accent_folding
from guichet.sql.duckdb.quoting import escape_pattern
from guichet.sql.statement import LISTED, LISTED_VALUE, scalar_text


def array(values: Iterable[Any]) -> list[str | None]:
    """Bind several values as one: a list of texts, which the session casts to what it is compared with."""
    return [None if value is None else scalar_text(value) for value in values]


def equals(operand: str, name: str, *, negated: bool) -> str:
    """Compare with one value; negated, rows without one are among the others.

    In a list of its own, no text is rounded to the type of the column: the session casts it to one with more digits.
    """
    condition = f"{operand} = ANY([%({name})s])"
    return f"({condition}) IS NOT TRUE" if negated else condition


def is_any(operand: str, name: str, *, or_null: bool) -> str:
    """Compare with several values, bound as a list; with `or_null` rows without one are found too."""
    condition = f"{operand} = ANY(%({name})s)"
    return f"{condition} OR {operand} IS NULL" if or_null else condition


def is_in_rows(operand: str, rows: str, *, negated: bool) -> str:
    """Compare with rows so that the database can join them, also those that are not in the list."""
    if negated:
        return f"NOT EXISTS (SELECT 1 FROM {rows} WHERE {LISTED}.{LISTED_VALUE} = {operand})"
    return f"{operand} IN (SELECT {LISTED_VALUE} FROM {rows})"


def matches(operand: str, name: str, *, ignore_accents: bool) -> str:
    """Compare with a pattern that `pattern` wrote, without regard to capitals."""
    return rf"{without_accents(operand) if ignore_accents else operand} ILIKE %({name})s ESCAPE '\'"


def pattern(text: str, *, prefix: bool, ignore_accents: bool) -> str:
    """Write the pattern of texts that contain a text, or begin with it."""
    text = accent_folding.without_accents(text) if ignore_accents else text
    return f"{'' if prefix else '%'}{escape_pattern(text)}%"


def lies_between(operand: str, low: str | None, high: str | None, *, whole_day: bool) -> str:
    """Compare with two ends, either of which may be open.

    :param whole_day: whether the upper one is a day that counts as a whole, also where the operand is a timestamp.
    """
    ends = [f"{operand} >= %({low})s"] if low else []
    if high:
        ends.append(f"{operand} < (%({high})s::DATE + 1)" if whole_day else f"{operand} <= %({high})s")
    return " AND ".join(ends)


def without_accents(operand: str) -> str:
    """Return the expression of a text without its accents."""
    return f"strip_accents(({operand})::VARCHAR)"
