"""Names, patterns and several values as MariaDB reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from guichet.sources.mariadb.literals import Several

# A backslash in a pattern would be one in a text first; this is none in either.
ESCAPE = "!"


def quote(name: str) -> str:
    """Quote an identifier, with `%` doubled for what binds values."""
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def quote_text(text: str) -> str:
    """Quote a text of our own, with `%` doubled for what binds values."""
    doubled = text.replace("\\", "\\\\").replace("'", "''").replace("%", "%%")
    return f"'{doubled}'"


def escape_pattern(text: str) -> str:
    """Make `%`, `_` and `!` stand for themselves in a LIKE pattern."""
    return re.sub(r"([!%_])", r"!\1", text)


def several(values: Iterable[Any]) -> Several:
    """Return values that are bound within the brackets of `IN (…)`."""
    return Several(values)
