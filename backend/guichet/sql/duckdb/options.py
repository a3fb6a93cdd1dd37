"""Option lists, narrowed to what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql import accent_folding
from guichet.sql.duckdb import cells, json_values
from guichet.sql.duckdb.conditions import without_accents
from guichet.sql.duckdb.quoting import escape_pattern, quote
from guichet.sql.statement import OptionQuery, Statement

# A name that no author's column has.
PLACE = "guichet_place"


def narrow(listed: Statement, columns: Sequence[Column], first: Sequence[str], wanted: OptionQuery) -> Statement:
    """Wrap an option list: only what is wanted, without NULLs, pinned labels first."""
    value, label = quote(columns[0].name), f"{quote(columns[-1].name)}::VARCHAR"
    conditions, parameters = [f"{value} IS NOT NULL"], dict(listed.parameters)
    if wanted.values:
        conditions.append(f"{cells.text(columns[0])} = ANY(%(option:values)s)")
        parameters["option:values"] = list(wanted.values)
    elif wanted.typed:
        conditions.append(rf"{without_accents(label)} ILIKE %(option:folded)s ESCAPE '\'")
        parameters["option:folded"] = f"%{escape_pattern(accent_folding.without_accents(wanted.typed))}%"
    order = f"ORDER BY {PLACE}"
    if first:
        order = f"ORDER BY list_position(%(option:first)s::VARCHAR[], {label}) NULLS LAST, {PLACE}"
        parameters["option:first"] = list(first)
    selected = ", ".join([json_values.expressions(columns[:1])[0], f"coalesce({label}, {value}::VARCHAR)"])
    sql = (
        f"SELECT {selected} FROM (SELECT *, row_number() OVER () AS {PLACE} FROM (\n{listed.sql}\n) AS listed)"
        f" AS placed\nWHERE {' AND '.join(conditions)}\n{order}\nLIMIT {int(wanted.limit) + 1}"
    )
    return Statement(sql, parameters)
