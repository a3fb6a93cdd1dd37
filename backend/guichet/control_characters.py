"""Text as one line that does nothing to a terminal: for logs, and for what commands print."""

from __future__ import annotations

import re

# What moves a terminal's cursor, changes what it shows, or begins a line that nobody wrote: controls, line separators,
# marks of direction.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def escape_controls(text: str) -> str:
    """Write what would move a terminal's cursor, or begin another line, as its escape: `\\x1b`, `\\n`, `\\u202e`."""
    return CONTROLS.sub(lambda control: control[0].encode("unicode_escape").decode("ascii"), text)
