"""What `guichet check` says of SQLite alone: capitals, and types that it lets pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from guichet.sources.columns import ValueType
from guichet.sources.protocol import Advice, Session


class SqliteAdvice(Advice):
    """What is known of SQLite."""

    def of_capitals(self, session: Session, source: str, binds: Sequence[str]) -> str | None:
        """Say that only ASCII capitals are found by small letters, where texts have others."""
        listed = ", ".join(f"`{name}`" for name in binds)
        return (
            f"SQLite (source `{source}`) knows capitals of ASCII letters only, so that MÜLLER does not find Müller by"
            f" {listed}. `ignore_accents: true` finds both."
        )

    def of_kind(self, bind: str, given: Literal["number", "date"], taken: ValueType) -> str | None:
        """Say that a number is compared with texts, of which 9 comes after 10, or a day with numbers.

        SQLite does so without an error. Where no type is declared, nothing is known.
        """
        if given == "number" and taken.name and taken.type == "text":
            return f"numbers are compared with texts ({taken.name}) here: write `column: CAST(… AS NUMERIC)`"
        if given == "date" and taken.type in ("integer", "float"):
            return f"days are compared with numbers ({taken.name}) here: write `column: date(…, 'unixepoch')`"
        return None


ADVICE = SqliteAdvice()
