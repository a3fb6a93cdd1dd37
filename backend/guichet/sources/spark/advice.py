"""What `guichet check` says of Spark alone: casts that rows may not hold, numbers beside texts, nameless columns."""

from __future__ import annotations

import re
from typing import Literal

from guichet.sources.columns import ValueType
from guichet.sources.protocol import Advice

# `try_cast` gives NULL instead.
CAST = re.compile(r"::|\bcast\s*\(", re.IGNORECASE)
# What the author gave no name is called as its expression is written.
UNNAMED = re.compile(r"\w+\(.*\)|\(.*\)|CASE\s.*END", re.DOTALL)


class SparkAdvice(Advice):
    """What is known of Spark."""

    def of_kind(self, bind: str, given: Literal["number", "date"], taken: ValueType) -> str | None:
        """Say that a number is compared with texts: one of them that is no number would end the search."""
        if given == "number" and taken.type == "text":
            return f"numbers are compared with texts ({taken.name}) here: write `column: try_cast(… AS DECIMAL(38, 9))`"
        return None

    def may_fail(self, expression: str) -> bool:
        """Tell whether an expression has a cast."""
        return bool(CAST.search(expression))

    def is_unnamed(self, column: str) -> bool:
        """Tell whether a column is one that the author gave no name."""
        return bool(UNNAMED.fullmatch(column))


ADVICE = SparkAdvice()
