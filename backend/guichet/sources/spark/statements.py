"""An author's SQL as it is sent: a query alone, with names in the places of values; and values as SQL has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guichet.sources.placeholders import MARK

# Behind the name of several values: all of them as one array.
ARRAY = ":array"
# A column of this name has finished lines of CSV, each with its end.
FINISHED = "guichet_csv"

# Behind a statement: how many rows are taken of it, where LIMIT would bring all of them into one place.
TAKEN = "\n/* guichet takes {} rows */"
TAKEN_ROWS = re.compile(r"/\* guichet takes (\d+) rows \*/\Z")

SKIPPED = re.compile(
    r"""(?<!\w)[rR](?:'[^']*'|"[^"]*")|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`"""
    r"""|(?P<comment>--(?:\\\n|[^\r\n])*|/\*.*?\*/)""",
    re.DOTALL,
)
# What a query could do more with than read: call any function of Java's, or start a program.
CALLS = re.compile(r"(?<!\w)`?(?:reflect|java_method|try_reflect)`?\s*\(", re.IGNORECASE)
STARTS = re.compile(r"""\bUSING\s*[rR]?['"]""", re.IGNORECASE)

NO_CALL = "reflect, java_method and TRANSFORM … USING run programs, and are not allowed here"


class NotQueryError(ValueError):
    """A statement that may not run; the message is for its author."""


class BoundValues(tuple[Any, ...]):
    """Values that stand in the brackets of `IN (…)`; none is NULL there, which nothing equals."""

    __slots__ = ()


class ShortFloat(Decimal):
    """A number in the precision of a FLOAT column."""


class InlineSql(str):
    """SQL of our own that stands where a value would."""

    __slots__ = ()


def enclose(sql: str) -> str:
    """Return a statement in brackets, within which Spark's grammar has nothing but a query.

    :raises NotQueryError: if it is one that could do more than read, all the same.
    """
    plain = SKIPPED.sub(_blank_out, sql)
    if CALLS.search(plain) or STARTS.search(plain):
        raise NotQueryError(NO_CALL)
    return f"SELECT * FROM (\n{sql}\n) AS guichet_read"


def _blank_out(token: re.Match[str]) -> str:
    """Leave nothing of comments and texts but that there is one; a name may be that of a function."""
    if token["comment"]:
        return " "
    return token[0] if token[0].startswith("`") else "''"


def bind(sql: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Write SQL with the names of values as Spark has them, `:p1`, `:p2`, …; return it with these values.

    Several values have a name each, or are one array where the SQL says `%(name:array)s`.

    :raises KeyError: if the SQL has a place without a value.
    """
    bound: dict[str, Any] = {}
    written: dict[str, str] = {}

    def name(value: Any) -> str:
        if isinstance(value, InlineSql):
            return str(value)
        bound[f"p{len(bound) + 1}"] = value
        return f":p{len(bound)}"

    def write(placeholder: re.Match[str]) -> str:
        place = placeholder["name"]
        if place is None:
            return "%"
        if place not in written:
            value = parameters[place] if place in parameters else list(parameters[place.removesuffix(ARRAY)])
            several = isinstance(value, BoundValues)
            written[place] = (", ".join(map(name, value)) or "NULL") if several else name(value)
        return written[place]

    return MARK.sub(write, sql), bound


def render(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return SQL with its values in their places."""
    written, bound = bind(sql, parameters)
    return re.sub(
        r":(p\d+)\b", lambda bind_name: literal(bound[bind_name[1]]) if bind_name[1] in bound else bind_name[0], written
    )


def literal(value: Any) -> str:
    """Return a value as SQL has it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return f"array({', '.join(map(literal, value))})"
    if isinstance(value, ShortFloat):
        return f"{float(value)!r}F"
    if isinstance(value, float):
        return f"{value!r}D"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, date):
        kind = "TIMESTAMP" if isinstance(value, datetime) else "DATE"
        return f"{kind} '{value.isoformat()}'"
    return quote_text(str(value))


def quote_text(text: str) -> str:
    """Return a text as SQL has it."""
    doubled = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{doubled}'"


def several(values: Iterable[Any]) -> BoundValues:
    """Return values that are bound within the brackets of `IN (…)`."""
    return BoundValues(str(value).lower() if isinstance(value, bool) else value for value in values)
