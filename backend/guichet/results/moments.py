"""Moments as people read them: the clock of the portal's zone, which is named in the heading.

Such a clock loses two things that are written all the same: fractions of a second, and which of two moments it is when
a clock that was put back passes the same hour twice. Pure: it makes SQL text from quoted names.
"""

from __future__ import annotations

from guichet.sources.columns import Column

# What lies around the putting back of a clock; no zone ever put it back by more.
AROUND = "interval '3 hours'"

# Years that a day written as 31/01/2026 has room for.
FIRST_YEAR, LAST_YEAR = 1, 9999


def heading(label: str, column: Column, time_zone: str) -> str:
    """Name the zone in the heading of a column whose cells are moments without an offset."""
    return f"{label} ({time_zone})" if column.type == "timestamptz" else label


def clock(name: str, column: Column, day_pattern: str, decimal: str) -> str:
    """Make the SQL expression of a day or a moment by a pattern of to_char.

    A day before Christ, after the year 9999, or infinity is written as PostgreSQL writes it. A moment gets its fraction
    where it has one, and its offset where its clock passed that hour twice.
    """
    written = f"to_char({name}, '{day_pattern}')"
    if column.type != "date":
        written = f"to_char({name}, '{day_pattern} HH24:MI:SS') || {_fraction(name, decimal)}"
    if column.type == "timestamptz":
        written += f" || CASE WHEN {_is_passed_twice(name)} THEN to_char({name}, ' TZH:TZM') ELSE '' END"
    usual = f"isfinite({name}) AND extract(year FROM {name}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    return f"CASE WHEN {usual} THEN {written} ELSE {name}::text END"


def _fraction(name: str, decimal: str) -> str:
    fraction = f"rtrim(to_char({name}, '\"{decimal}\"US'), '0')"
    return f"CASE WHEN date_trunc('second', {name}) = {name} THEN '' ELSE {fraction} END"


def _is_passed_twice(name: str) -> str:
    """Tell whether a local time comes twice.

    The offset fell within some hours of the moment, and by so much later or earlier it is the same time again.
    """
    back = f"extract(timezone FROM {name} - {AROUND}) - extract(timezone FROM {name} + {AROUND})"
    seconds = f"({back}) * interval '1 second'"
    same = " OR ".join(f"({name} {sign} {seconds})::timestamp = {name}::timestamp" for sign in "+-")
    return f"{back} > 0 AND ({same})"
