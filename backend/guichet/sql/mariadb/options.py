"""Option lists, narrowed to what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence

from guichet.sources.columns import Column
from guichet.sql import accent_folding
from guichet.sql.mariadb import json_cells, texts
from guichet.sql.mariadb.conditions import ACCENT_FREE
from guichet.sql.mariadb.quoting import ESCAPE, escape_pattern, quote, several
from guichet.sql.mariadb.wrapping import keep_order
from guichet.sql.statement import OptionQuery, Statement


def narrow(listed: Statement, columns: Sequence[Column], first: Sequence[str], wanted: OptionQuery) -> Statement:
    """Wrap an option list: only what is wanted, without NULLs, pinned labels first."""
    value, label = quote(columns[0].name), _text(columns[-1])
    conditions, parameters = [f"{value} IS NOT NULL"], dict(listed.parameters)
    if wanted.values:
        conditions.append(f"{_text(columns[0])} COLLATE utf8mb4_bin IN (%(option:values)s)")
        parameters["option:values"] = several(wanted.values)
    elif wanted.typed:
        conditions.append(f"{label} COLLATE {ACCENT_FREE} LIKE %(option:typed)s ESCAPE '{ESCAPE}'")
        parameters["option:typed"] = f"%{escape_pattern(accent_folding.without_accents(wanted.typed))}%"
    selected = f"{json_cells.expressions(columns[:1])[0]}, coalesce({label}, {_text(columns[0])})"
    limit = int(wanted.limit) + 1

    def select(*others: str) -> str:
        rows = f"SELECT {selected} FROM (\n{keep_order(listed.sql)}\n) AS listed"
        return f"{rows}\nWHERE {' AND '.join([*conditions, *others])}"

    if not first:
        return Statement(f"{select()}\nLIMIT {limit}", parameters)
    # A list keeps its order only where nothing else is sorted, so the pinned ones are selected by themselves.
    pinned = f"FIELD({label} COLLATE utf8mb4_bin, %(option:first)s)"
    parameters["option:first"] = several(first)
    some, others = select(f"{pinned} > 0"), select(f"{pinned} = 0")
    sql = f"({some}\nORDER BY {pinned}\nLIMIT {limit})\nUNION ALL\n({others}\nLIMIT {limit})\nLIMIT {limit}"
    return Statement(sql, parameters)


def _text(column: Column) -> str:
    return f"CONVERT({texts.write(column, quote(column.name))} USING utf8mb4)"
