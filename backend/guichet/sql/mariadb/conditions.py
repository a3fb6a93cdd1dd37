"""Conditions as MariaDB compares: SQL text from an operand and the names under which values are bound.

MariaDB takes `'abc'` for 0 where it is compared with a number, and `'5 apples'` for 5, without an error. So whatever
is equal to a number has to look like one, too.
"""

from __future__ import annotations

from guichet.sources.mariadb.literals import NUMBER
from guichet.sql import accent_folding
from guichet.sql.mariadb.quoting import ESCAPE, escape_pattern
from guichet.sql.statement import LISTED, LISTED_VALUE

# Compares letters by what they are without their marks.
ACCENT_FREE = "utf8mb4_unicode_ci"


def equals(operand: str, name: str, *, negated: bool) -> str:
    """Compare with one value; negated, rows without one are among the others."""
    condition = f"{operand} = %({name})s AND ({_is_no_number(operand)} OR %({name})s IN (%({name}:numbers)s))"
    return f"({condition}) IS NOT TRUE" if negated else condition


def is_any(operand: str, name: str, *, or_null: bool) -> str:
    """Compare with several values; with `or_null` rows without one are found too."""
    numbers = f"{operand} IN (%({name}:numbers)s)"
    condition = f"{operand} IN (%({name})s) AND ({_is_no_number(operand)} OR {numbers})"
    return f"({condition}) OR {operand} IS NULL" if or_null else condition


def is_in_rows(operand: str, rows: str, *, negated: bool) -> str:
    """Compare with rows so that the server can join them, also those that are not in the list."""
    if negated:
        return f"NOT EXISTS (SELECT 1 FROM {rows} WHERE {LISTED}.{LISTED_VALUE} = {operand})"
    return f"{operand} IN (SELECT {LISTED_VALUE} FROM {rows})"


def is_blank(operand: str, *, negated: bool) -> str:
    """Return the condition of rows without a value or with an empty text, or of the others.

    By its length: `=` takes a text of blanks for an empty one, and 0 as well.
    """
    return f"COALESCE(CHAR_LENGTH({operand}), 0) {'>' if negated else '='} 0"


def matches(operand: str, name: str, *, ignore_accents: bool) -> str:
    """Compare with a pattern that `pattern` wrote, without regard to capitals, whatever the collation says of them."""
    if ignore_accents:
        return f"CONVERT({operand} USING utf8mb4) COLLATE {ACCENT_FREE} LIKE %({name})s ESCAPE '{ESCAPE}'"
    return f"LOWER({operand}) LIKE LOWER(%({name})s) ESCAPE '{ESCAPE}'"


def pattern(text: str, *, prefix: bool, ignore_accents: bool) -> str:
    """Write the pattern of texts that contain a text, or begin with it."""
    text = accent_folding.without_accents(text) if ignore_accents else text
    return f"{'' if prefix else '%'}{escape_pattern(text)}%"


def lies_between(operand: str, low: str | None, high: str | None, *, whole_day: bool) -> str:
    """Compare with two ends, either of which may be open.

    :param whole_day: whether the upper one is a day that counts as a whole, also where the operand is a moment.
    """
    ends = [f"{operand} >= %({low})s"] if low else []
    if high:
        last = f"TIMESTAMP(CAST(%({high})s AS DATE), '23:59:59.999999')" if whole_day else f"%({high})s"
        ends.append(f"{operand} <= {last}")
    return " AND ".join(ends)


def _is_no_number(operand: str) -> str:
    return f"CONCAT({operand}) NOT REGEXP '{NUMBER}'"
