"""The lexer of Spark's SQL.

Strings (in single and double quotes, with backslashes, or raw behind an `r`), names in backquotes, casts and comments
are left alone. A backslash at the end of a line makes a comment go on.
"""

from __future__ import annotations

import re

from guichet.sql.lexer import Lexer

TOKEN = re.compile(
    r"""
      (?P<text>
          (?<!\w)[rR](?:'[^']*'|"[^"]*")            # a raw string
        | '(?:[^'\\]|\\.)*'
        | "(?:[^"\\]|\\.)*"
        | `(?:[^`]|``)*`
        | ::                                        # a cast
      )
    | (?P<comment>--(?:\\\n|[^\n])*|/\*)            # a comment, or the beginning of one that may be nested
    | (?P<end>;)
    | :(?P<bind>[A-Za-z_]\w*)                       # :name
    | \{(?P<place>[^{}\n]*)\}                       # {criteria}, {criteria:name}
    """,
    re.VERBOSE | re.DOTALL,
)
# What can only be left over in plain SQL by somebody who forgot to close it.
OPENED = re.compile(r"""['"`]""")

LEXER = Lexer(TOKEN, OPENED, nests_comments=True)
