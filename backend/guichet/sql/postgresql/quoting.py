"""Names, patterns and arrays as PostgreSQL reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from guichet.sql.statement import scalar_text


def quote(name: str) -> str:
    """Quote an identifier, with `%` doubled for the driver."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def escape_pattern(text: str) -> str:
    r"""Make `%`, `_` and `\` stand for themselves in a LIKE pattern."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def array_literal(values: Iterable[Any]) -> str:
    """Write values as PostgreSQL's array literal.

    Bound as text, it takes the type of the column that it is compared with: integers, uuids and enums alike.
    """
    return "{" + ",".join(_element(value) for value in values) + "}"


def _element(value: Any) -> str:
    return "NULL" if value is None else '"' + re.sub(r'(["\\])', r"\\\1", scalar_text(value)) + '"'
