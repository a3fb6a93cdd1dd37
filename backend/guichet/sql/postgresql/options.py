"""Option lists, narrowed to what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql import accent_folding
from guichet.sql.postgresql import json_cells
from guichet.sql.postgresql.conditions import without_accents
from guichet.sql.postgresql.quoting import array_literal, escape_pattern, quote
from guichet.sql.statement import OptionQuery, Statement

# A name that no author's column has.
PLACE = "guichet_place"


def narrow(listed: Statement, columns: Sequence[Column], first: Sequence[str], wanted: OptionQuery) -> Statement:
    """Wrap an option list: only what is wanted, without NULLs, pinned labels first."""
    value, label = quote(columns[0].name), f"{quote(columns[-1].name)}::text"
    conditions, parameters = [f"{value} IS NOT NULL"], dict(listed.parameters)
    if wanted.values:
        conditions.append(f"{value}::text = ANY(%(option:values)s::text[])")
        parameters["option:values"] = array_literal(wanted.values)
    elif wanted.typed:
        # As the page does with a list that it has whole. In encodings other than UTF8 accents tell letters apart.
        conditions.append(
            f"CASE WHEN getdatabaseencoding() = 'UTF8' THEN {without_accents(label)} ILIKE %(option:folded)s"
            f" ELSE {label} ILIKE %(option:typed)s END"
        )
        parameters["option:typed"] = f"%{escape_pattern(wanted.typed)}%"
        parameters["option:folded"] = f"%{escape_pattern(accent_folding.without_accents(wanted.typed))}%"
    order = ""
    if first:
        order = f"\nORDER BY array_position(%(option:first)s::text[], {label}), {PLACE}"
        parameters["option:first"] = array_literal(first)
    selected = ", ".join([json_cells.expressions(columns[:1])[0], f"coalesce({label}, {value}::text)"])
    sql = (
        f"SELECT {selected} FROM (SELECT *, row_number() OVER () AS {PLACE} FROM (\n{listed.sql}\n) AS listed)"
        f" AS placed\nWHERE {' AND '.join(conditions)}{order}\nLIMIT {int(wanted.limit) + 1}"
    )
    return Statement(sql, parameters)
