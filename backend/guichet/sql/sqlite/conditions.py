"""Conditions as SQLite compares: SQL text from an operand and the names under which values are bound."""

from __future__ import annotations

from guichet.sql import accent_folding
from guichet.sql.sqlite.quoting import escape_pattern, list_values, twin
from guichet.sql.statement import LISTED, LISTED_VALUE


def equals(operand: str, name: str, *, negated: bool) -> str:
    """Compare with one value; negated, rows without one are among the others."""
    bound = f"%({name})s"
    condition = f"{operand} IN ({bound}, {twin(bound)})"
    return f"({condition}) IS NOT TRUE" if negated else condition


def is_any(operand: str, name: str, *, or_null: bool) -> str:
    """Compare with several values, bound as one JSON text; with `or_null` rows without one are found too."""
    condition = f"{operand} IN ({list_values(name)})"
    return f"{condition} OR {operand} IS NULL" if or_null else condition


def is_in_rows(operand: str, rows: str, *, negated: bool) -> str:
    """Compare with rows; negated, rows without a value are among the others."""
    condition = f"{operand} IN (SELECT {LISTED_VALUE} FROM {rows} WHERE {LISTED}.{LISTED_VALUE} IS NOT NULL)"
    return f"({condition}) IS NOT TRUE" if negated else condition


def matches(operand: str, name: str, *, ignore_accents: bool) -> str:
    """Compare with a pattern that `pattern` wrote, without regard to ASCII capitals."""
    return rf"{f'guichet_fold({operand})' if ignore_accents else operand} LIKE %({name})s ESCAPE '\'"


def pattern(text: str, *, prefix: bool, ignore_accents: bool) -> str:
    """Write the pattern of texts that contain a text, or begin with it."""
    text = accent_folding.fold(text) if ignore_accents else text
    return f"{'' if prefix else '%'}{escape_pattern(text)}%"


def lies_between(operand: str, low: str | None, high: str | None, *, whole_day: bool) -> str:
    """Compare with two ends, either of which may be open.

    :param whole_day: whether the upper one is a day that counts as a whole: every text that begins with it comes before
        it with a tilde.
    """
    ends = [f"{operand} >= %({low})s"] if low else []
    if high:
        ends.append(f"{operand} < %({high})s || '~'" if whole_day else f"{operand} <= %({high})s")
    return " AND ".join(ends)
