"""Values written into SQL, as the driver itself does it: neither MariaDB's protocol of texts nor its drivers bind.

A text stands in quotes; a quote and a backslash in it are doubled, so that it ends where it should whether or not the
server takes a backslash for an escape (`NO_BACKSLASH_ESCAPES`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from guichet.sources.placeholders import MARK

# Behind the name of several values: those of them that are numbers, or look like one; all of them as JSON.
NUMBERS, JSON = ":numbers", ":json"
# The lines, spellings and values of a list, as rows of JSON.
LISTED_ROWS = "list:json"
LISTED_COLUMNS = ("list:line", "list:spelling", "list:key")

NUMBER = r"^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?$"
IS_NUMBER = re.compile(NUMBER, re.ASCII)


class Several(tuple[Any, ...]):
    """Values that stand in the brackets of `IN (…)`; none is NULL there, which nothing equals."""

    __slots__ = ()


class Single(Decimal):
    """A number in the precision of a FLOAT column."""


class Raw(str):
    """SQL of our own that stands where a value would."""

    __slots__ = ()


def render(sql: str, parameters: Mapping[str, Any]) -> str:
    """Write values into a statement.

    :param sql: with `%(name)s` for each value and `%%` for a percent sign.
    :raises KeyError: if a value is missing.
    """

    def write(placeholder: re.Match[str]) -> str:
        name = placeholder["name"]
        return "%" if name is None else _find(name, parameters)

    return MARK.sub(write, sql)


def _find(name: str, parameters: Mapping[str, Any]) -> str:
    if name in parameters:
        return literal(parameters[name])
    if name == LISTED_ROWS:
        return _json(zip(*(parameters[column] for column in LISTED_COLUMNS), strict=True))
    if name.endswith(JSON):
        return _json([value] for value in parameters[name.removesuffix(JSON)] or ())
    several = parameters[name.removesuffix(NUMBERS)]
    some = several if isinstance(several, Several) else (several,)
    return literal(Several(value for value in some if not isinstance(value, str) or IS_NUMBER.match(value)))


def _json(rows: Iterable[Iterable[Any]]) -> str:
    return quote_text(json.dumps([list(row) for row in rows], ensure_ascii=False, default=str))


def literal(value: Any) -> str:
    """Return a value as SQL has it.

    :raises TypeError: for what no criterion has.
    """
    if value is None:
        return "NULL"
    if isinstance(value, Raw):
        return str.__str__(value)
    if isinstance(value, Several):
        return ", ".join(map(literal, value)) or "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Single):
        return f"CAST({value:f} AS FLOAT)"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return quote_text(value)
    if isinstance(value, datetime):
        return quote_text(value.isoformat(sep=" "))
    if isinstance(value, date | time):
        return quote_text(value.isoformat())
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    raise TypeError(f"{type(value).__name__} can't be bound")


def quote_text(text: str) -> str:
    """Return a text as SQL has it."""
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
