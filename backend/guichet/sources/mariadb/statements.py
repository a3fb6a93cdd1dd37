"""Which statements may run: queries that write nothing, and the changes of records. By their words, as SQL has them."""

from __future__ import annotations

import re

# Strings, names and comments, but for comments that the server runs.
SKIPPED = r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--\s[^\n]*|\#[^\n]*|/\*(?!M?!).*?\*/"""
BLANKS = r"(?:\s|/\*(?!M?!).*?\*/|--\s[^\n]*\n|\#[^\n]*\n)*"
NAME = r"(?:`(?:[^`]|``)+`|[\w$]+)"

# What a session is for. A procedure could leave the transaction.
READS = re.compile(rf"(?:{BLANKS}\()*{BLANKS}(?:SELECT|WITH|VALUES|TABLE|EXPLAIN|SHOW)\b", re.I | re.S)
# A query may write into a file of the server, even in a transaction that only reads.
WRITES_FILE = re.compile(rf"{SKIPPED}|(?P<into>\bINTO\b)", re.I | re.S)
# A change, and the table that it is made in.
CHANGES = re.compile(
    rf"{BLANKS}(?:INSERT|UPDATE|DELETE)\b(?:\s+(?:LOW_PRIORITY|QUICK|INTO|FROM)\b)*"
    rf"\s+(?:(?P<schema>{NAME})\s*\.\s*)?(?P<table>{NAME})",
    re.I | re.S,
)
# What would change other records than the one that is meant, or hide that a value was cut.
UPSERTS = re.compile(
    rf"{SKIPPED}|(?P<upsert>\bON\s+DUPLICATE\s+KEY\b)|(?P<ignore>\bIGNORE\b(?!\s+(?:INDEX|KEY)))", re.I | re.S
)

# For authors, as the server's own messages are.
NO_QUERY = "only a query can be run here: SELECT, WITH, VALUES"
NO_CHANGE = "a record is changed by INSERT, UPDATE or DELETE alone, with the name of the table behind it"
NO_UPSERT = (
    "ON DUPLICATE KEY UPDATE would change another record that has the same value in any unique key: write `insert` and"
    " `update` instead of `upsert`"
)
NO_IGNORE = "IGNORE hides what the database refuses: take it out"


class StatementError(ValueError):
    """A statement that may not run; the message is for its author."""


def check_query(sql: str) -> None:
    """Refuse whatever is no query, or writes.

    :raises StatementError: if it is so.
    """
    if not READS.match(sql) or any(clause["into"] for clause in WRITES_FILE.finditer(sql)):
        raise StatementError(NO_QUERY)


def is_change(sql: str) -> bool:
    """Tell whether a statement changes rows of one table."""
    return bool(CHANGES.match(sql))


def find_changed_table(sql: str) -> tuple[str, str]:
    """Return the table that a statement changes: its database, "" where the SQL names none, and its name.

    :raises StatementError: if it is no change, or one that could change other records than it should.
    """
    change = CHANGES.match(sql)
    if not change or change["table"].upper() == "IGNORE":
        raise StatementError(NO_IGNORE if change else NO_CHANGE)
    for word in UPSERTS.finditer(sql):
        if word["upsert"]:
            raise StatementError(NO_UPSERT)
        if word["ignore"]:
            raise StatementError(NO_IGNORE)
    return _unquote(change["schema"] or ""), _unquote(change["table"])


def _unquote(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
