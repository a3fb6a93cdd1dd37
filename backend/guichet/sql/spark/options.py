"""Option lists, narrowed to what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sources.spark.statements import ARRAY
from guichet.sql.spark import accents, json_cells, texts
from guichet.sql.spark.quoting import ESCAPE, escape_pattern, quote, several
from guichet.sql.statement import OptionQuery, Statement

# A name that no author's column has.
PLACE = "guichet_place"


def narrow(listed: Statement, columns: Sequence[Column], first: Sequence[str], wanted: OptionQuery) -> Statement:
    """Wrap an option list: only what is wanted, without NULLs, pinned labels first."""
    value, label = quote(columns[0].name), f"CAST({quote(columns[-1].name)} AS STRING)"
    conditions, parameters = [f"{value} IS NOT NULL"], dict(listed.parameters)
    if wanted.values:
        # A text that is made in a condition takes no number for its like.
        conditions.append(f"concat({texts.write(columns[0])}, '') IN (%(option:values)s)")
        parameters["option:values"] = several(wanted.values)
    elif wanted.typed:
        conditions.append(f"{accents.without_accents(label)} ILIKE %(option:folded)s ESCAPE '{ESCAPE}'")
        parameters["option:folded"] = f"%{escape_pattern(accents.strip(wanted.typed))}%"
    order = PLACE
    if first:
        order = f"nullif(array_position(%(option:first{ARRAY})s, {label}), 0) NULLS LAST, {PLACE}"
        parameters["option:first"] = several(first)
    selected = ", ".join([json_cells.expressions(columns[:1])[0], f"coalesce({label}, CAST({value} AS STRING))"])
    # It grows along an order, from one part of the rows to the next.
    placed = f"SELECT *, monotonically_increasing_id() AS {PLACE} FROM (\n{listed.sql}\n) AS listed"
    sql = f"SELECT {selected} FROM ({placed}) AS placed\nWHERE {' AND '.join(conditions)}\nORDER BY {order}"
    return Statement(f"{sql}\nLIMIT {int(wanted.limit) + 1}", parameters)
