"""An author's SQL, put together again: binds as the driver's parameters, conditions and lists in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guichet.sql.statement import LISTED_VALUE, NO_LISTS, Lists
from guichet.sql.template import Bind, CriteriaPlace, Template

EACH_OPENED = re.compile(r"\bSELECT\s+(?:\w+\.)?value\s+FROM\s+json_each\s*\(\s*$", re.IGNORECASE)
EACH_CLOSED = re.compile(r"^\s*\)(?=\s*\))")


def render(template: Template, places: Mapping[str | None, str], lists: Lists = NO_LISTS) -> str:
    """Return the SQL of a template.

    :param places: the conditions that go into each of its places; TRUE where there are none.
    :param lists: where the values are of the binds that are filled by a list.
    """
    rendered = [_render_part(part, places) for part in template.parts]
    for index, part in enumerate(template.parts):
        used = lists.get(part.name) if isinstance(part, Bind) else None
        if used and used.rows:
            _select(rendered, index, used.rows)
    return "".join(rendered)


def _select(rendered: list[str], index: int, rows: str) -> None:
    """Put a list's rows where a JSON text was bound: those of `IN (SELECT value FROM json_each(:name))` directly."""
    opened = EACH_OPENED.search(rendered[index - 1]) if index else None
    closed = EACH_CLOSED.match(rendered[index + 1]) if index + 1 < len(rendered) else None
    if opened and closed:
        rendered[index - 1] = rendered[index - 1][: opened.start()]
        rendered[index] = f"SELECT {LISTED_VALUE} FROM {rows}"
        rendered[index + 1] = rendered[index + 1][closed.end() :]
    else:
        rendered[index] = f"(SELECT json_group_array({LISTED_VALUE}) FROM {rows})"


def _render_part(part: str | Bind | CriteriaPlace, places: Mapping[str | None, str]) -> str:
    if isinstance(part, Bind):
        return f"%({part.name})s"
    if isinstance(part, CriteriaPlace):
        return places.get(part.name, "TRUE")
    return part.replace("%", "%%")
