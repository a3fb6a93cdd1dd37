"""The lexer of PostgreSQL's SQL: it finds the `:binds` and `{criteria}` places that stand in code.

Strings, quoted identifiers, comments and dollar quotes are left alone, and so are casts (`::date`), assignments (`:=`)
and array slices (`tags[low:high]`). Nothing is composed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guichet.sql.template import Bind, CriteriaPlace, PlaceError, Template, TemplateError

TOKEN = re.compile(
    r"""
      (?P<text>
          (?<![\w$\x80-\U0010ffff])[eE]'(?:[^'\\]|\\.|'')*'   # a string with escapes
        | (?<!\b[eE])'(?:[^']|'')*'                 # a string
        | "(?:[^"]|"")*"                            # a quoted identifier
        | (?<![\w$\x80-\U0010ffff])\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$   # a dollar-quoted string
        | ::                                        # a cast
      )
    | (?P<comment>--[^\n]*|/\*)                     # a comment, or the beginning of one that may be nested
    | (?P<bracket>[\[\]])
    | (?P<end>;)
    | :(?P<bind>[A-Za-z_]\w*)                       # :name
    | \{(?P<place>[^{}\n]*)\}                       # {criteria}, {criteria:name}
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT_MARK = re.compile(r"/\*|\*/")

# What can only be left over in plain SQL by somebody who forgot to close it.
OPENED = re.compile(r"""['"]|(?<!\w)\$(?:[A-Za-z_]\w*)?\$""")

PLACE = re.compile(r"criteria(?::(?P<name>[a-z][a-z0-9_]*))?")


@dataclass(frozen=True)
class _Token:
    """Something that is not plain SQL, from `start` up to `stop`."""

    kind: str
    value: str
    start: int
    stop: int


def parse(sql: str) -> Template:
    """Take SQL apart.

    A semicolon at its end is dropped, because the statement will stand inside another one.

    :raises PlaceError: for braces that are not `{criteria}` or `{criteria:name}`.
    :raises TemplateError: for what is opened and not closed, and for a second statement.
    """
    _refuse_unclosed(sql)
    sql = _strip_terminator(sql)
    parts: list[str | Bind | CriteriaPlace] = []
    end = 0
    for token in _tokenize(sql):
        if token.kind == "end":
            raise TemplateError("one statement only: take out what follows this `;`", token.start)
        if token.kind not in ("bind", "place"):
            continue
        if token.start > end:
            parts.append(sql[end : token.start])
        parts.append(Bind(token.value) if token.kind == "bind" else _parse_place(token, sql))
        end = token.stop
    if end < len(sql):
        parts.append(sql[end:])
    return Template(tuple(parts))


def find_bind_offsets(sql: str) -> list[tuple[str, int]]:
    """List the binds of SQL with the offset of each, in order."""
    return [(token.value, token.start) for token in _tokenize(sql) if token.kind == "bind"]


def find_first_word(sql: str) -> str:
    """Return the first word of SQL, after comments and brackets; "" where there is none."""
    at = 0
    for token in _tokenize(sql):
        if token.kind != "comment" or sql[at : token.start].strip(" \t\r\n("):
            break
        at = token.stop
    matched = re.match(r"[\s(]*([A-Za-z]+)", sql[at:])
    return matched[1] if matched else ""


def stands_in_text(sql: str, part: str) -> bool:
    """Tell whether a `:bind` or a `{place}` stands in a string, a quoted name or a comment, where it means nothing."""
    mark = re.compile(re.escape(part) + r"(?!\w)")
    return any(
        mark.search(sql, token.start, token.stop) for token in _tokenize(sql) if token.kind in ("text", "comment")
    )


def _refuse_unclosed(sql: str) -> None:
    end = 0
    for token in (*_tokenize(sql), None):
        if opened := OPENED.search(sql, end, token.start if token else len(sql)):
            raise TemplateError(f"`{opened[0]}` is opened here and not closed", opened.start())
        if token is None:
            return
        if token.kind == "comment" and sql[token.start] == "/" and _find_comment_end(sql, token.start) is None:
            raise TemplateError("`/*` is opened here and not closed with `*/`", token.start)
        end = token.stop


def _tokenize(sql: str) -> Iterator[_Token]:
    at = depth = 0
    while matched := TOKEN.search(sql, at):
        kind, at = str(matched.lastgroup if matched.lastgroup != "tag" else "text"), matched.end()
        if kind == "comment" and matched[0] == "/*":
            at = _find_comment_end(sql, matched.start()) or len(sql)
        elif kind == "bracket":
            depth += 1 if matched[0] == "[" else -1
        elif kind == "bind" and depth > 0 and re.match(r"[\w\])]", sql[matched.start() - 1]):
            continue  # an array slice: tags[low:high]
        yield _Token(kind, matched[kind], matched.start(), at)


def _find_comment_end(sql: str, start: int) -> int | None:
    """Find the end of a comment; PostgreSQL's may be nested. None where it has none."""
    depth = 0
    for mark in COMMENT_MARK.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return None


def _strip_terminator(sql: str) -> str:
    """Cut off a final semicolon, and the comments and spaces around it."""
    tokens = list(_tokenize(sql))
    ends = [at for at, token in enumerate(tokens) if token.kind == "end"]
    if not ends:
        return sql.rstrip()
    behind = sql[tokens[ends[-1]].stop :]
    for token in tokens[ends[-1] + 1 :]:
        if token.kind == "comment":
            behind = behind.replace(sql[token.start : token.stop], "", 1)
    return _strip_terminator(sql[: tokens[ends[-1]].start]) if not behind.strip() else sql.rstrip()


def _parse_place(token: _Token, sql: str) -> CriteriaPlace:
    matched = PLACE.fullmatch(token.value.strip())
    if matched and (sql[: token.start].endswith("{") or sql.startswith("}", token.stop)):
        raise TemplateError(f"write `{{{token.value}}}` with a single brace on each side", token.start)
    if not matched:
        raise PlaceError(token.value, token.start)
    return CriteriaPlace(matched["name"])
