"""Values as texts, as PostgreSQL prints them: SQL expressions of one column each. NULL stays NULL."""

from __future__ import annotations

from guichet.sources.columns import Column
from guichet.sql.spark.quoting import quote

# Between these Java prints a number without an exponent, and PostgreSQL does up to these.
LEAST, MOST = "1e-3", "1e7"
LEAST_PLAIN, MOST_PLAIN, MOST_PLAIN_FLOAT = "1e-4", "1e15", "1e6"
# With room for 15 digits before the point, and for 17 behind four zeros.
PLAIN = "DECIMAL(38,22)"


def write(column: Column, name: str | None = None) -> str:
    """Make the expression of a value's text. Structs, maps and arrays are JSON.

    :param name: of the column, in SQL; None for its own.
    """
    name = name or quote(column.name)
    match column.type:
        case "text":
            return name
        case "float":
            return write_float(name)
        case "bytes":
            return rf"concat('\\x', lower(hex({name})))"
        case "date" | "timestamp":
            return f"ltrim('+', CAST({name} AS STRING))"
        case "timestamptz":
            return f"concat(ltrim('+', CAST({name} AS STRING)), {write_offset(name)})"
        case "json" | "array":
            return f"to_json({name}, map('ignoreNullFields', 'false'))"
    return f"CAST({name} AS STRING)"


def write_moment(column: Column, name: str) -> str:
    """Make the expression of a moment in ISO 8601."""
    text = f"replace(ltrim('+', CAST({name} AS STRING)), ' ', 'T')"
    return f"concat({text}, date_format({name}, 'xxx'))" if column.type == "timestamptz" else text


def write_offset(name: str) -> str:
    """Make the expression of how far the clock of a moment is from that of UTC: `+02`, `+05:30`."""
    return f"regexp_replace(date_format({name}, 'xxxxx'), ':00$', '')"


def write_float(name: str) -> str:
    """Make the expression of a number's text: 9 for 9.0, 1e+15, 1.5e-07, Infinity, NaN."""
    text, size = f"CAST({name} AS STRING)", f"abs({name})"
    is_short = f"typeof({name}) = 'float'"
    most = f"CASE WHEN {is_short} THEN {MOST_PLAIN_FLOAT} ELSE {MOST_PLAIN} END"
    least = f"CASE WHEN {is_short} THEN CAST({LEAST_PLAIN} AS FLOAT) ELSE {LEAST_PLAIN} END"
    plain = f"rtrim('.', rtrim('0', CAST(CAST({text} AS {PLAIN}) AS STRING)))"
    mantissa, exponent = f"split_part({text}, 'E', 1)", f"split_part({text}, 'E', 2)"
    digits = f"ltrim('-', {exponent})"
    sign = f"CASE WHEN startswith({exponent}, '-') THEN '-' ELSE '+' END"
    padded = f"CASE WHEN length({digits}) < 2 THEN concat('0', {digits}) ELSE {digits} END"
    scientific = f"concat({_whole(mantissa)}, 'e', {sign}, {padded})"
    shorter = (
        f"concat(CASE WHEN {name} < 0 THEN '-' ELSE '' END, substr(replace(ltrim('-', {text}), '.', ''), 1, 1), '.',"
        f" rtrim('0', substr(replace({_whole(f'ltrim({chr(39)}-{chr(39)}, {text})')}, '.', ''), 2)), 'e+',"
        f" lpad(CAST(length(split_part(ltrim('-', {text}), '.', 1)) - 1 AS STRING), 2, '0'))"
    )
    return (
        f"CASE WHEN {name} = 0 OR ({size} >= {LEAST} AND {size} < {MOST} AND {size} < {most}) THEN {_whole(text)}"
        f" WHEN {size} >= {least} AND {size} < {most} THEN {plain}"
        f" WHEN contains({text}, 'E') THEN {scientific}"
        f" WHEN {size} >= {MOST_PLAIN_FLOAT} AND {size} < {MOST} THEN replace({shorter}, '.e+', 'e+')"
        f" ELSE {text} END"
    )


def _whole(text: str) -> str:
    return f"CASE WHEN endswith({text}, '.0') THEN left({text}, length({text}) - 2) ELSE {text} END"
