"""Names, patterns and texts as Spark reads them."""

from __future__ import annotations

import re

from guichet.sources.spark import statements
from guichet.sources.spark.statements import several

__all__ = ["ESCAPE", "escape_pattern", "literal", "quote", "several"]

# A backslash in a pattern would be one in a text first; this is none in either.
ESCAPE = "!"


def quote(name: str) -> str:
    """Quote an identifier, with `%` doubled for what binds values."""
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def literal(text: str) -> str:
    """Write a text of our own, with `%` doubled for what binds values."""
    return statements.quote_text(text).replace("%", "%%")


def escape_pattern(text: str) -> str:
    """Make `%`, `_` and `!` stand for themselves in a LIKE pattern."""
    return re.sub(r"([!%_])", r"!\1", text)
