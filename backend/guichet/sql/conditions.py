"""What conditions have in common wherever SQL is standard: they are joined, put in brackets, turned round."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A name, or names with dots between them, bare or quoted as one kind or another does it.
SIMPLE_COLUMN = re.compile(r"""([A-Za-z_][\w$]*|`[^`]+`)(\.([A-Za-z_][\w$]*|`[^`]+`))*|"[^"]+"(\."[^"]+")*""")


def constant(value: bool) -> str:
    """Return a condition that always holds, or never."""
    return "TRUE" if value else "FALSE"


def join(conditions: Sequence[str]) -> str:
    """Join conditions to one that stands for itself, whatever the author puts before it, such as NOT."""
    joined = " AND ".join(map(enclose, conditions))
    return joined if len(conditions) == 1 else f"({joined})"


def enclose(condition: str) -> str:
    """Put brackets around an author's SQL, which may end in a comment, by the marks of any kind."""
    return f"({condition}\n)" if "--" in condition or "#" in condition else f"({condition})"


def operand(text: str) -> str:
    """Return an author's expression as one side of a comparison."""
    return text if SIMPLE_COLUMN.fullmatch(text) else enclose(text)


def negate(condition: str) -> str:
    """Turn a condition round; what it can't tell of, because it is NULL, is among the others."""
    return f"{enclose(condition)} IS NOT TRUE"


def is_null(operand: str, *, negated: bool) -> str:
    """Return the condition of rows without a value, or with one."""
    return f"{operand} IS {'NOT ' * negated}NULL"


def is_blank(operand: str, text_type: str, *, negated: bool) -> str:
    """Return the condition of rows without a value or with an empty text, or of the others.

    What is compared may be of any type, also one that has no empty text: it is cast first.
    """
    return is_null(f"NULLIF(CAST({operand} AS {text_type}), '')", negated=negated)
