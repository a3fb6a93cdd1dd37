"""An author's SQL, put together again: binds as parameters, conditions and lists in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from guichet.sql.statement import LISTED_VALUE, NO_LISTS, Lists
from guichet.sql.template import Bind, CriteriaPlace, Template

ANY_OPENED = re.compile(r"=\s*ANY\s*\(\s*$", re.IGNORECASE)
ANY_CLOSED = re.compile(r'^\s*(?:::\s*[\w. "]+\[\]\s*)?(?=\))')


def render(template: Template, places: Mapping[str | None, str], lists: Lists = NO_LISTS) -> str:
    """Return the SQL of a template.

    :param places: the conditions that go into each of its places; TRUE where there are none.
    :param lists: where the values are of the binds that are filled by a list.
    """
    rendered = [_render_part(part, places) for part in template.parts]
    for index, part in enumerate(template.parts):
        listed = lists.get(part.name) if isinstance(part, Bind) else None
        if listed and listed.rows:
            rendered[index : index + 2] = _select(
                listed.rows, rendered[index - 1 : index], rendered[index + 1 : index + 2]
            )
    return "".join(rendered)


def _select(rows: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Put a list's rows where a list was bound: `= ANY (…)` takes them as they are, so that they can be joined."""
    behind = "".join(after)
    closed = ANY_CLOSED.match(behind)
    if closed and ANY_OPENED.search("".join(before)):
        return [f"SELECT {LISTED_VALUE} FROM {rows}", behind[closed.end() :]][: 1 + len(after)]
    return [f"ARRAY(SELECT {LISTED_VALUE} FROM {rows})", behind][: 1 + len(after)]


def _render_part(part: str | Bind | CriteriaPlace, places: Mapping[str | None, str]) -> str:
    if isinstance(part, Bind):
        return f"%({part.name})s"
    if isinstance(part, CriteriaPlace):
        return places.get(part.name, "TRUE")
    return part.replace("%", "%%")
