"""What finds the `:binds` and `{criteria}` places that stand in code, by what a dialect takes for strings and comments.

Nothing is composed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guichet.sql.template import Bind, CriteriaPlace, PlaceError, Template, TemplateError

COMMENT_MARK = re.compile(r"/\*|\*/")

PLACE = re.compile(r"criteria(?::(?P<name>[a-z][a-z0-9_]*))?")


@dataclass(frozen=True)
class _Token:
    """Something that is not plain SQL, from `start` up to `stop`."""

    kind: str
    value: str
    start: int
    stop: int


@dataclass(frozen=True)
class Lexer:
    """What takes an author's SQL apart.

    :param token: finds all that is not plain SQL, by its groups: `text` (strings, quoted names, operators with a
        colon), `comment`, `end` (a semicolon), `bind`, `place`; `bracket` where arrays have slices: `tags[low:high]`.
    :param opened: finds what is only left over in plain SQL where somebody forgot to close it.
    :param nests_comments: whether `/* /* */` goes on.
    """

    token: re.Pattern[str]
    opened: re.Pattern[str]
    nests_comments: bool

    def parse(self, sql: str) -> Template:
        """Take SQL apart.

        A semicolon at its end is dropped, because the statement will stand inside another one.

        :raises PlaceError: for braces that are not `{criteria}` or `{criteria:name}`.
        :raises TemplateError: for what is opened and not closed, and for a second statement.
        """
        self._refuse_unclosed(sql)
        sql = self._strip_terminator(sql)
        parts: list[str | Bind | CriteriaPlace] = []
        end = 0
        for token in self._tokenize(sql):
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

    def find_bind_offsets(self, sql: str) -> list[tuple[str, int]]:
        """List the binds of SQL with the offset of each, in order."""
        return [(token.value, token.start) for token in self._tokenize(sql) if token.kind == "bind"]

    def find_first_word(self, sql: str) -> str:
        """Return the first word of SQL, after comments and brackets; "" where there is none."""
        offset = 0
        for token in self._tokenize(sql):
            if token.kind != "comment" or sql[offset : token.start].strip(" \t\r\n("):
                break
            offset = token.stop
        matched = re.match(r"[\s(]*([A-Za-z]+)", sql[offset:])
        return matched[1] if matched else ""

    def stands_in_text(self, sql: str, part: str) -> bool:
        """Tell whether a `:bind` or a `{place}` stands in a string, a name or a comment, where it means nothing."""
        mark = re.compile(re.escape(part) + r"(?!\w)")
        return any(
            mark.search(sql, token.start, token.stop)
            for token in self._tokenize(sql)
            if token.kind in ("text", "comment")
        )

    def _refuse_unclosed(self, sql: str) -> None:
        end = 0
        for token in (*self._tokenize(sql), None):
            if opened := self.opened.search(sql, end, token.start if token else len(sql)):
                raise TemplateError(f"`{opened[0]}` is opened here and not closed", opened.start())
            if token is None:
                return
            if token.kind == "comment" and sql[token.start] == "/" and self._find_comment_end(sql, token.start) is None:
                raise TemplateError("`/*` is opened here and not closed with `*/`", token.start)
            end = token.stop

    def _tokenize(self, sql: str) -> Iterator[_Token]:
        offset = depth = 0
        while matched := self.token.search(sql, offset):
            kind, offset = str(matched.lastgroup if matched.lastgroup != "tag" else "text"), matched.end()
            if kind == "comment" and matched[0] == "/*":
                offset = self._find_comment_end(sql, matched.start()) or len(sql)
            elif kind == "bracket":
                depth += 1 if matched[0] == "[" else -1
            elif kind == "bind" and depth > 0 and re.match(r"[\w\])]", sql[matched.start() - 1]):
                continue  # an array slice: tags[low:high]
            yield _Token(kind, matched[kind], matched.start(), offset)

    def _find_comment_end(self, sql: str, start: int) -> int | None:
        """Find the end of a comment; None where it has none."""
        depth = 0
        for mark in COMMENT_MARK.finditer(sql, start):
            depth = max(1, depth + self.nests_comments) if mark[0] == "/*" else depth - 1
            if depth == 0:
                return mark.end()
        return None

    def _strip_terminator(self, sql: str) -> str:
        """Cut off a final semicolon, and the comments and spaces around it."""
        tokens = list(self._tokenize(sql))
        ends = [index for index, token in enumerate(tokens) if token.kind == "end"]
        if not ends:
            return sql.rstrip()
        behind = sql[tokens[ends[-1]].stop :]
        for token in tokens[ends[-1] + 1 :]:
            if token.kind == "comment":
                behind = behind.replace(sql[token.start : token.stop], "", 1)
        return self._strip_terminator(sql[: tokens[ends[-1]].start]) if not behind.strip() else sql.rstrip()


def _parse_place(token: _Token, sql: str) -> CriteriaPlace:
    matched = PLACE.fullmatch(token.value.strip())
    if matched and (sql[: token.start].endswith("{") or sql.startswith("}", token.stop)):
        raise TemplateError(f"write `{{{token.value}}}` with a single brace on each side", token.start)
    if not matched:
        raise PlaceError(token.value, token.start)
    return CriteriaPlace(matched["name"])
