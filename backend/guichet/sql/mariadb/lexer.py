"""The lexer of MariaDB's SQL.

Strings (in single and double quotes, with backslashes), names in backticks and comments are left alone, and so are
assignments (`:=`). A comment that some servers run is none to rely on, and is refused.
"""

from __future__ import annotations

import re

from guichet.sql.lexer import Lexer
from guichet.sql.template import Template, TemplateError

TOKEN = re.compile(
    r"""
      (?P<text>
          '(?:[^'\\]|\\.|'')*'
        | "(?:[^"\\]|\\.|"")*"
        | `(?:[^`]|``)*`
      )
    | (?P<comment>\#[^\n]*|--(?=[\s\x00-\x1f]|$)[^\n]*|/\*)
    | (?P<end>;)
    | :(?P<bind>[A-Za-z_]\w*)                       # :name
    | \{(?P<place>[^{}\n]*)\}                       # {criteria}, {criteria:name}
    """,
    re.VERBOSE | re.DOTALL,
)
# What can only be left over in plain SQL by somebody who forgot to close it.
OPENED = re.compile(r"""['"`]""")
# A comment that MySQL or MariaDB runs.
RUN = re.compile(r"/\*M?!")


class MariaDBLexer(Lexer):
    """What takes SQL of MariaDB and MySQL apart."""

    def parse(self, sql: str) -> Template:
        """Take SQL apart, as every lexer does.

        :raises TemplateError: for a comment that is run, too.
        """
        for token in self._tokenize(sql):
            if token.kind == "comment" and RUN.match(sql, token.start):
                raise TemplateError(
                    "take `/*! … */` away: what stands in it, some servers run and others don't", token.start
                )
        return super().parse(sql)

    def blank_out(self, sql: str) -> str:
        """Return SQL with spaces for strings, quoted names, comments, and what stands in brackets."""
        plain = list(sql)
        for token in self._tokenize(sql):
            if token.kind in ("text", "comment"):
                plain[token.start : token.stop] = " " * (token.stop - token.start)
        depth = 0
        for offset, character in enumerate(plain):
            depth += (character == "(") - (character == ")")
            if depth > 0:
                plain[offset] = " "
        return "".join(plain)


LEXER = MariaDBLexer(TOKEN, OPENED, nests_comments=False)
