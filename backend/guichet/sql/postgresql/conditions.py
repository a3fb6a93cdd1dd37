"""Conditions as PostgreSQL compares: SQL text from an operand and the names under which values are bound."""

from __future__ import annotations

from guichet.sql import accent_folding
from guichet.sql.postgresql.quoting import escape_pattern
from guichet.sql.statement import LISTED, LISTED_VALUE


def equals(operand: str, name: str, *, negated: bool) -> str:
    """Compare with one value; negated, rows without one are among the others."""
    return f"{operand} {'IS DISTINCT FROM' if negated else '='} %({name})s"


def is_any(operand: str, name: str, *, or_null: bool) -> str:
    """Compare with several values, bound as an array; with `or_null` rows without one are found too."""
    condition = f"{operand} = ANY(%({name})s)"
    return f"{condition} OR {operand} IS NULL" if or_null else condition


def is_in_rows(operand: str, rows: str, *, negated: bool) -> str:
    """Compare with rows so that the database can join them, also those that are not in the list."""
    if negated:
        return f"NOT EXISTS (SELECT FROM {rows} WHERE {LISTED}.{LISTED_VALUE} = {operand})"
    return f"{operand} IN (SELECT {LISTED_VALUE} FROM {rows})"


def matches(operand: str, name: str, *, ignore_accents: bool) -> str:
    """Compare with a pattern that `pattern` wrote, without regard to capitals."""
    return f"{without_accents(operand) if ignore_accents else operand} ILIKE %({name})s"


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
        ends.append(f"{operand} < (%({high})s::date + 1)" if whole_day else f"{operand} <= %({high})s")
    return " AND ".join(ends)


def without_accents(operand: str) -> str:
    r"""Return the expression of a text without its accents. It is immutable: an index may be made of it.

    The text is split into letters and marks (NFD), and the marks are left out. It needs no extension and no dictionary.
    What has ASCII letters only is compared as it is, which costs next to nothing. `normalize` works in databases of
    encoding UTF8 alone; in those of one byte a character, texts stay as they are.
    """
    text = f"({operand})::text"
    folded = rf"regexp_replace(normalize({text}, NFD), '[\u0300-\u036f]', '', 'g')"
    return f"CASE WHEN octet_length({text}) = length({text}) THEN {text} ELSE {folded} END"
