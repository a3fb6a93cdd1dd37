"""What `guichet check` says of MariaDB and MySQL alone: who reads, casts, columns without a name."""

from __future__ import annotations

import re

from guichet.sources.protocol import Advice, Session

# What nobody needs who only reads. A user of these may write files of the server, or other people's data.
TOO_MUCH = re.compile(
    r"\b(ALL PRIVILEGES|SUPER|FILE|INSERT|UPDATE|DELETE|DROP|ALTER|CREATE(?! TEMPORARY)|GRANT OPTION)\b"
)
CAST = re.compile(r"\b(?:cast|convert)\s*\(", re.IGNORECASE)
PLAIN = re.compile(r"[\w $]+")


class MariaDBAdvice(Advice):
    """What is known of MariaDB and MySQL."""

    def of_role(self, session: Session) -> str | None:
        """Say that a user reads who may do more, which no portal should need."""
        for (granted,) in session.fetch("SHOW GRANTS", {}).rows:
            if privilege := TOO_MUCH.search(str(granted).partition(" ON ")[0] + str(granted).partition(" WITH ")[2]):
                return f"is read by a user with {privilege[1]}; SELECT and CREATE TEMPORARY TABLES are enough."
        return None

    def may_fail(self, expression: str) -> bool:
        """Tell whether an expression has a cast."""
        return bool(CAST.search(expression))

    def is_unnamed(self, column: str) -> bool:
        """Tell whether a column is one that the author gave no name: it is called as its expression is written."""
        return not PLAIN.fullmatch(column)


ADVICE = MariaDBAdvice()
