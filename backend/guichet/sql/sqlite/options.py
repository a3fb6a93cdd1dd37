"""Option lists, narrowed to what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql import accent_folding
from guichet.sql.sqlite import cells
from guichet.sql.sqlite.quoting import array_json, escape_pattern, name_column
from guichet.sql.statement import OptionQuery, Statement

# A name that no author's column has.
PLACE = "guichet_place"


def narrow(listed: Statement, columns: Sequence[Column], first: Sequence[str], wanted: OptionQuery) -> Statement:
    """Wrap an option list: only what is wanted, without NULLs, pinned labels first."""
    value = name_column(columns[0])
    value_text, label_text = cells.text_cells([columns[0], columns[-1]])
    conditions, parameters = [f"{value} IS NOT NULL"], dict(listed.parameters)
    if wanted.values:
        conditions.append(f"({value_text}) IN (SELECT value FROM json_each(%(option:values)s))")
        parameters["option:values"] = array_json(wanted.values)
    elif wanted.typed:
        conditions.append(rf"guichet_fold({label_text}) LIKE %(option:folded)s ESCAPE '\'")
        parameters["option:folded"] = f"%{escape_pattern(accent_folding.fold(wanted.typed))}%"
    order = PLACE
    if first:
        order = f"(SELECT min(key) FROM json_each(%(option:first)s) WHERE value = ({label_text})) NULLS LAST, {PLACE}"
        parameters["option:first"] = array_json(first)
    (selected,) = cells.json_cells(columns[:1])
    # With a limit of its own, the author's order is kept.
    numbered = f"SELECT *, row_number() OVER () AS {PLACE} FROM (SELECT * FROM (\n{listed.sql}\n) LIMIT -1)"
    sql = (
        f"SELECT {selected}, coalesce({label_text}, {value_text}) FROM ({numbered}) AS result\n"
        f"WHERE {' AND '.join(conditions)}\nORDER BY {order}\nLIMIT {int(wanted.limit) + 1}"
    )
    return Statement(sql, parameters)
