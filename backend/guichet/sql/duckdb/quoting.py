"""Names, patterns and texts as DuckDB reads them."""

from __future__ import annotations

import re


def quote(name: str) -> str:
    """Quote an identifier, with `%` doubled for the placeholders."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def literal(text: str) -> str:
    """Write a text, with `%` doubled for the placeholders."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def escape_pattern(text: str) -> str:
    r"""Make `%`, `_` and `\` stand for themselves in a pattern that is compared with ESCAPE '\'."""
    return re.sub(r"([\\%_])", r"\\\1", text)
