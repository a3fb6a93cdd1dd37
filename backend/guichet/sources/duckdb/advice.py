"""What `guichet check` says of DuckDB alone: casts that rows may not hold, columns without a name."""

from __future__ import annotations

import re

from guichet.sources.protocol import Advice

# `try_cast` gives NULL instead.
CAST = re.compile(r"::|\bcast\s*\(", re.IGNORECASE)
# What the author gave no name is called as its expression is written. Files have columns such as `Price (EUR)`.
UNNAMED = re.compile(r"\w+\(.*\)|\(.*\)|CASE\s.*END", re.DOTALL)


class DuckDBAdvice(Advice):
    """What is known of DuckDB."""

    def may_fail(self, expression: str) -> bool:
        """Tell whether an expression has a cast."""
        return bool(CAST.search(expression))

    def is_unnamed(self, column: str) -> bool:
        """Tell whether a column is one that the author gave no name."""
        return bool(UNNAMED.fullmatch(column))


ADVICE = DuckDBAdvice()
