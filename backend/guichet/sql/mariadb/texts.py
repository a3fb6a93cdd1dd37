"""Values as texts: the SQL expressions that write each type as PostgreSQL prints it."""

from __future__ import annotations

from guichet.sources.columns import Column

# Between these PostgreSQL prints a float without an exponent.
LEAST_PLAIN, MOST_PLAIN = "1e-4", "1e15"
IN_UTC = "@@session.time_zone = '+00:00'"
EPOCH = "TIMESTAMP('1970-01-01')"


def write(column: Column, name: str) -> str:
    """Make the expression of a value as a text; NULL stays NULL."""
    match column.type:
        case "text":
            return f"CONVERT({name} USING utf8mb4)"
        case "boolean":
            return f"CASE {name} + 0 WHEN 0 THEN 'false' ELSE IF({name} IS NULL, NULL, 'true') END"
        case "float":
            return write_float(name)
        case "bytes":
            return rf"CONCAT('\\x', LOWER(HEX({name})))"
        case "timestamp":
            return _trim(name)
        case "timestamptz":
            return f"CONCAT({_trim(name)}, {write_offset(name, short=True)})"
        case "time":
            return f"IF(MICROSECOND({name}) = 0, SUBSTRING_INDEX({name}, '.', 1), TRIM(TRAILING '0' FROM {name}))"
        case "other":
            return f"ST_AsText({name})" if column.free_text else f"BIN({name} + 0)"
    return f"CAST({name} AS CHAR)"


def write_moment(column: Column, name: str) -> str:
    """Make the expression of a moment in ISO 8601."""
    offset = f", {write_offset(name, short=False)}" if column.type == "timestamptz" else ""
    return f"CONCAT(REPLACE({_trim(name)}, ' ', 'T'){offset})"


def write_float(name: str) -> str:
    """Make the expression of a float: `9`, `1e+20`, `1.5e-07`."""
    text = f"CONCAT({name})"
    plain = f"TRIM(LEADING '-' FROM {text})"
    digits = f"TRIM(LEADING '0' FROM SUBSTR({plain}, 3))"
    fraction = f"IF(CHAR_LENGTH({digits}) > 1, CONCAT('.', SUBSTR({digits}, 2)), '')"
    exponent = f"LPAD(CHAR_LENGTH({plain}) - 1 - CHAR_LENGTH({digits}), 2, '0')"
    sign = f"IF({name} < 0, '-', '')"
    small = f"CONCAT({sign}, LEFT({digits}, 1), {fraction}, 'e-', {exponent})"
    scientific = rf"REGEXP_REPLACE(REGEXP_REPLACE({text}, 'e([0-9])', 'e+\\1'), 'e([-+])([0-9])$', 'e\\10\\2')"
    return (
        f"CASE WHEN {name} = 0 OR (ABS({name}) >= {LEAST_PLAIN} AND ABS({name}) < {MOST_PLAIN}) THEN {text}"
        f" WHEN LOCATE('e', {text}) = 0 AND ABS({name}) < 1 THEN {small} ELSE {scientific} END"
    )


def write_offset(name: str, *, short: bool) -> str:
    """Make the expression of how far the clock of a moment is from that of UTC: `+02` or `+02:00`.

    :param short: whether whole hours have no minutes.
    """
    seconds = offset_seconds(f"UNIX_TIMESTAMP({name})")
    minutes = f"CONCAT(':', LPAD(ABS({seconds}) DIV 60 MOD 60, 2, '0'))"
    if short:
        minutes = f"IF({seconds} MOD 3600 = 0, '', {minutes})"
    written = f"CONCAT(IF({seconds} < 0, '-', '+'), LPAD(ABS({seconds}) DIV 3600, 2, '0'), {minutes})"
    return f"IF({IN_UTC}, '{'+00' if short else '+00:00'}', {written})"


def offset_seconds(epoch: str) -> str:
    """Make the expression of how many seconds a moment's clock is before that of UTC."""
    return f"TIMESTAMPDIFF(SECOND, {EPOCH} + INTERVAL FLOOR({epoch}) SECOND, FROM_UNIXTIME(FLOOR({epoch})))"


def _trim(name: str) -> str:
    return f"IF(MICROSECOND({name}) = 0, LEFT({name}, 19), TRIM(TRAILING '0' FROM {name}))"
