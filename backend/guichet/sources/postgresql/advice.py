"""What `guichet check` says of PostgreSQL alone: roles, encodings, locales, arrays, casts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guichet.sources.columns import ValueType
from guichet.sources.protocol import Advice, Session

SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
ENCODING = "SELECT getdatabaseencoding()"
# É and é, where these are their numbers: in UTF8, LATIN1 and their like.
HAS_LETTERS = "SELECT getdatabaseencoding() LIKE 'LATIN%%' OR getdatabaseencoding() = 'UTF8'"
FOLDS_CAPITALS = "SELECT chr(201) ILIKE chr(233)"
CAST = re.compile(r"::|\bcast\s*\(", re.IGNORECASE)


class PostgreSQLAdvice(Advice):
    """What is known of PostgreSQL."""

    def of_role(self, session: Session) -> str | None:
        """Say that a superuser reads, which no portal should need."""
        if session.fetch_value(SUPERUSER, {}):
            return "is read as a superuser; a role that may only SELECT is enough."
        return None

    def of_accents(self, session: Session, source: str, bind: str) -> str | None:
        """Say that accents are only known in UTF8."""
        encoding = session.fetch_value(ENCODING, {})
        if encoding == "UTF8":
            return None
        return (
            f"the database of source `{source}` has the encoding {encoding}, in which PostgreSQL can't"
            " tell accents from letters: `ignore_accents` needs UTF8. Compare with an expression of your own instead:"
            f" `where: unaccent(…) ILIKE '%' || unaccent(:{bind}) || '%'`, by the extension unaccent"
        )

    def of_capitals(self, session: Session, source: str, binds: Sequence[str]) -> str | None:
        """Say that a database of locale C knows no capitals but those of ASCII."""
        if not session.fetch_value(HAS_LETTERS, {}) or session.fetch_value(FOLDS_CAPITALS, {}):
            return None
        listed = ", ".join(f"`{name}`" for name in binds)
        return (
            f"the database of source `{source}` knows capitals of ASCII letters only (its locale"
            f" is C), so that MÜLLER does not find Müller by {listed}. `ignore_accents: true` finds both; so does a"
            ' collation that knows letters: `column: name COLLATE "und-x-icu"`.'
        )

    def of_comparison(self, bind: str, column: str | None, taken: ValueType, *, several: bool) -> str | None:
        """Say that a list is compared with a single value, or a text with an array.

        PostgreSQL takes `'{"FR"}'` for a text as well as for an array, so that such a search is valid and finds
        nothing.
        """
        if taken.is_array == several:
            return None
        if several:
            return f":{bind} is a list, and is taken as {taken.name} here: compare by = ANY(:{bind})"
        return f"a text is compared with {taken.name}[] here: write `where: :{bind} = ANY({column or 'the column'})`"

    def may_fail(self, expression: str) -> bool:
        """Tell whether an expression has a cast."""
        return bool(CAST.search(expression))

    def is_unnamed(self, column: str) -> bool:
        """Tell whether a column is one that the author gave no name."""
        return column == "?column?"


ADVICE = PostgreSQLAdvice()
