"""An author's SQL, put together again: binds as parameters, conditions and lists in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guichet.sql.statement import LISTED_VALUE, NO_LISTS, Lists
from guichet.sql.template import Bind, CriteriaPlace, Template


def render(template: Template, places: Mapping[str | None, str], lists: Lists = NO_LISTS) -> str:
    """Return the SQL of a template.

    :param places: the conditions that go into each of its places; TRUE where there are none.
    :param lists: where the values are of the binds that are filled by a list: `IN (:name)` selects them.
    """
    return "".join(_render_part(part, places, lists) for part in template.parts)


def _render_part(part: str | Bind | CriteriaPlace, places: Mapping[str | None, str], lists: Lists) -> str:
    if isinstance(part, CriteriaPlace):
        return places.get(part.name, "TRUE")
    if isinstance(part, Bind):
        listed = lists.get(part.name)
        return f"SELECT {LISTED_VALUE} FROM {listed.rows}" if listed and listed.rows else f"%({part.name})s"
    return re.sub("%", "%%", part)
