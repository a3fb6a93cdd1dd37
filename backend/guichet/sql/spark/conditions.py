"""Conditions as Spark compares: SQL text from an operand and the names under which values are bound."""

from __future__ import annotations

from guichet.sql.spark import accents
from guichet.sql.spark.quoting import ESCAPE, escape_pattern
from guichet.sql.statement import LISTED, LISTED_VALUE


def equals(operand: str, name: str, *, negated: bool) -> str:
    """Compare with one value; negated, rows without one are among the others."""
    return f"{operand} {'IS DISTINCT FROM' if negated else '='} %({name})s"


def is_any(operand: str, name: str, *, or_null: bool) -> str:
    """Compare with several values; with `or_null` rows without one are found too."""
    condition = f"{operand} IN (%({name})s)"
    return f"{condition} OR {operand} IS NULL" if or_null else condition


def is_in_rows(operand: str, rows: str, *, negated: bool) -> str:
    """Compare with rows so that Spark can join them, also those that are not in the list."""
    if negated:
        return f"NOT EXISTS (SELECT 1 FROM {rows} WHERE {LISTED}.{LISTED_VALUE} = {operand})"
    return f"{operand} IN (SELECT {LISTED_VALUE} FROM {rows})"


def matches(operand: str, name: str, *, ignore_accents: bool) -> str:
    """Compare with a pattern that `pattern` wrote, without regard to capitals."""
    text = accents.without_accents(operand) if ignore_accents else operand
    return f"{text} ILIKE %({name})s ESCAPE '{ESCAPE}'"


def pattern(text: str, *, prefix: bool, ignore_accents: bool) -> str:
    """Write the pattern of texts that contain a text, or begin with it."""
    text = accents.strip(text) if ignore_accents else text
    return f"{'' if prefix else '%'}{escape_pattern(text)}%"


def lies_between(operand: str, low: str | None, high: str | None, *, whole_day: bool) -> str:
    """Compare with two ends, either of which may be open.

    :param whole_day: whether the upper one is a day that counts as a whole, also where the operand is a moment.
    """
    ends = [f"{operand} >= %({low})s"] if low else []
    if high:
        ends.append(f"{operand} < date_add(%({high})s, 1)" if whole_day else f"{operand} <= %({high})s")
    return " AND ".join(ends)
