"""The lexer of SQLite's SQL. Names may stand in double quotes, backticks or brackets; comments don't nest."""

from __future__ import annotations

import re

from guichet.sql.lexer import Lexer

TOKEN = re.compile(
    r"""
      (?P<text>'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]\n]*\] | ::)
    | (?P<comment>--[^\n]*|/\*)
    | (?P<end>;)
    | :(?P<bind>[A-Za-z_]\w*)
    | \{(?P<place>[^{}\n]*)\}
    """,
    re.VERBOSE | re.DOTALL,
)
OPENED = re.compile(r"""['"`]""")

LEXER = Lexer(TOKEN, OPENED, nests_comments=False)
