"""What `guichet check` says of SQLite alone: that it knows no capitals but those of ASCII."""

from __future__ import annotations

from collections.abc import Sequence

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


ADVICE = SqliteAdvice()
