"""Values as texts, as PostgreSQL prints them: SQL expressions of one column each."""

from __future__ import annotations

from guichet.sources.columns import Column
from guichet.sql.duckdb.quoting import quote

# From so many digits before the point on, PostgreSQL writes an exponent; DuckDB only from 1e16 on.
MOST_DIGITS = 15


def text(column: Column, name: str | None = None) -> str:
    """Make the expression of a value's text. Structs, maps and lists are JSON.

    :param name: of the column, in SQL; None for its own.
    """
    name = name or quote(column.name)
    if column.type == "float":
        return float_text(name)
    if column.type == "bytes":
        return f"'\\x' || lower(hex({name}))"
    if column.type in ("json", "array"):
        return f"to_json({name})::VARCHAR"
    if column.type in ("date", "timestamp", "timestamptz"):
        return f"replace({name}::VARCHAR, ' (BC)', ' BC')"
    return f"{name}::VARCHAR"


def float_text(name: str) -> str:
    """Make the expression of a number's shortest text: 9 for 9.0, 1e+15, Infinity, NaN."""
    written = f"{name}::VARCHAR"
    digits = f"replace(abs({name})::VARCHAR, '.', '')"
    # Of a FLOAT, which has fewer digits, the exponent begins earlier: with the seventh.
    place = f"length(split_part(abs({name})::VARCHAR, '.', 1))"
    first = f"CASE WHEN typeof({name}) = 'FLOAT' THEN 6 ELSE {MOST_DIGITS} END"
    kept = f"rtrim({digits}, '0')"
    scientific = (
        f"CASE WHEN {name} < 0 THEN '-' ELSE '' END || left({kept}, 1)"
        f" || CASE WHEN length({kept}) > 1 THEN '.' || substr({kept}, 2) ELSE '' END"
        f" || 'e+' || lpad(({place} - 1)::VARCHAR, 2, '0')"
    )
    return (
        f"CASE WHEN isfinite({name}) THEN CASE WHEN contains({written}, 'e') THEN {written}"
        f" WHEN abs({name}) >= 1000000 AND {place} > {first} THEN {scientific}"
        f" WHEN suffix({written}, '.0') THEN left({written}, -2) ELSE {written} END"
        f" WHEN isnan({name}) THEN 'NaN' WHEN {name} > 0 THEN 'Infinity' WHEN {name} < 0 THEN '-Infinity' END"
    )
