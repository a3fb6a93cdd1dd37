"""SQL with `:binds` and `{criteria}` places in it, taken apart once when a definition is loaded.

Only what stands in code counts: strings, quoted identifiers, comments and dollar quotes are left alone, and so
are casts (`::date`), assignments (`:=`) and array slices (`tags[low:high]`). Nothing is composed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
      (?P<skipped>
          [eE]'(?:[^'\\]|\\.|'')*'                  # a string with escapes
        | '(?:[^']|'')*'                            # a string
        | "(?:[^"]|"")*"                            # a quoted identifier
        | --[^\n]*                                  # a comment to the end of the line
        | /\*.*?\*/                                 # a comment
        | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$   # a dollar-quoted string
        | ::                                        # a cast
      )
    | (?<![\w\])]):(?P<bind>[A-Za-z_]\w*)           # :name
    | \{(?P<place>[^{}\n]*)\}                       # {criteria}, {criteria:name}
    """,
    re.VERBOSE | re.DOTALL,
)

PLACE = re.compile(r"criteria(?::(?P<name>[a-z][a-z0-9_]*))?")


@dataclass(frozen=True)
class Bind:
    """A `:name`, where a value is bound."""

    name: str


@dataclass(frozen=True)
class Place:
    """A `{criteria}` or `{criteria:name}`, where conditions stand. `name` is None for the first form."""

    name: str | None


@dataclass(frozen=True)
class Template:
    """SQL in parts, in order: plain text, binds and places."""

    parts: tuple[str | Bind | Place, ...]

    @property
    def binds(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Bind))

    @property
    def places(self) -> frozenset[str | None]:
        return frozenset(part.name for part in self.parts if isinstance(part, Place))


class PlaceError(ValueError):
    """A `{…}` in the SQL that is no place for criteria."""

    def __init__(self, found: str, offset: int) -> None:
        self.found = found
        self.offset = offset
        super().__init__(found)


def parse(sql: str) -> Template:
    """Takes SQL apart.

    A final semicolon is dropped, because the statement will stand inside another one.

    :raises PlaceError: for braces that are not `{criteria}` or `{criteria:name}`.
    """
    sql = sql.rstrip().removesuffix(";").rstrip()
    parts: list[str | Bind | Place] = []
    end = 0
    for token in TOKEN.finditer(sql):
        if token["skipped"] is not None:
            continue
        if token.start() > end:
            parts.append(sql[end : token.start()])
        parts.append(Bind(token["bind"]) if token["bind"] else _place(token))
        end = token.end()
    if end < len(sql):
        parts.append(sql[end:])
    return Template(tuple(parts))


def _place(token: re.Match[str]) -> Place:
    matched = PLACE.fullmatch(token["place"].strip())
    if not matched:
        raise PlaceError(token["place"], token.start())
    return Place(matched["name"])
