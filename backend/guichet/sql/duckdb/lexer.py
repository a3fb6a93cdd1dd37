"""The lexer of DuckDB's SQL, which has PostgreSQL's strings, names, casts and slices.

Braces are places for criteria: a struct is written `struct_pack(a := 1)`, a map `map([…], […])`.
"""

from __future__ import annotations

import re

from guichet.sql.lexer import Lexer

TOKEN = re.compile(
    r"""
      (?P<text>
          (?<![\w$\x80-\U0010ffff])[eE]'(?:[^'\\]|\\.|'')*'   # a string with escapes
        | '(?:[^']|'')*'                            # a string
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
# What can only be left over in plain SQL by somebody who forgot to close it.
OPENED = re.compile(r"""['"]|(?<!\w)\$(?:[A-Za-z_]\w*)?\$""")

LEXER = Lexer(TOKEN, OPENED, nests_comments=True)
