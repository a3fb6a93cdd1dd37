"""An author's SQL, put together again: binds as parameters, conditions and lists in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guichet.sql.statement import LISTED_VALUE, NO_LISTS, Lists
from guichet.sql.template import Bind, CriteriaPlace, Template

IN_OPENED = re.compile(r"\bIN\s*\(\s*$", re.IGNORECASE)


def render(template: Template, places: Mapping[str | None, str], lists: Lists = NO_LISTS) -> str:
    """Return the SQL of a template.

    :param places: the conditions that go into each of its places; TRUE where there are none.
    :param lists: where the values are of the binds that are filled by a list: `IN (:name)` selects them, and elsewhere
        (`coalesce(:name) IS NULL`) one of them stands for all.
    """
    rendered: list[str] = []
    for part in template.parts:
        rendered.append(_render_part(part, places, lists, "".join(rendered[-1:])))
    return "".join(rendered)


def _render_part(part: str | Bind | CriteriaPlace, places: Mapping[str | None, str], lists: Lists, before: str) -> str:
    if isinstance(part, CriteriaPlace):
        return places.get(part.name, "TRUE")
    if isinstance(part, str):
        return part.replace("%", "%%")
    listed = lists.get(part.name)
    if not listed or not listed.rows:
        return f"%({part.name})s"
    if IN_OPENED.search(before):
        return f"SELECT {LISTED_VALUE} FROM {listed.rows}"
    return f"(SELECT max({LISTED_VALUE}) FROM {listed.rows})"
