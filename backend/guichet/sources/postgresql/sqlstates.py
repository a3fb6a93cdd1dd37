"""What a driver's error means to Guichet: one table of SQLSTATEs, one function that reads it.

SQLSTATEs are those of PostgreSQL, appendix A; the longest prefix in the table decides.
"""

from __future__ import annotations

import logging
from typing import Literal

import psycopg2
from pydantic import SecretStr

from guichet import errors
from guichet.masking import mask
from guichet.messages import say

logger = logging.getLogger(__name__)

UNAVAILABLE = errors.SourceUnavailableError
TIMEOUT = errors.QueryTimeoutError
INVALID = errors.InvalidValueError
FAILED = errors.QueryFailedError
OVERTAKEN = errors.OvertakenError
CONSTRAINT = errors.ConstraintError

MEANINGS: dict[str, type[errors.SourceError]] = {
    "": FAILED,
    "08": UNAVAILABLE,  # connection exception
    "22": FAILED,  # data exception, except those that a user's value causes:
    "22000": INVALID,  # such as a range that ends before it begins
    "22001": INVALID,  # longer than there is room for
    "22003": INVALID,  # numeric value out of range
    "22007": INVALID,  # invalid datetime format
    "22008": INVALID,  # datetime field overflow
    "2201B": INVALID,  # invalid regular expression
    "22021": INVALID,  # character not in repertoire
    "22023": INVALID,  # invalid parameter value, such as a time zone's name
    "22025": INVALID,  # invalid escape sequence of a pattern
    "22P02": INVALID,  # invalid text representation
    "22P05": INVALID,  # untranslatable character
    "23": CONSTRAINT,  # integrity constraint violation
    "28": UNAVAILABLE,  # invalid authorization: the operator's business, as if it were down
    "3D000": UNAVAILABLE,  # no such database
    "40": UNAVAILABLE,  # rolled back
    "40001": OVERTAKEN,  # others changed the same rows, or a standby's recovery did
    "40P01": OVERTAKEN,  # a deadlock, of which this was chosen to end
    "53": UNAVAILABLE,  # insufficient resources: connections, memory, disk
    "55P03": UNAVAILABLE,  # a lock could not be had
    "57": UNAVAILABLE,  # operator intervention: shutting down, starting up
    "57014": TIMEOUT,  # query cancelled: by statement_timeout, unless we asked for it
    "58": UNAVAILABLE,  # system error: disk, files
}

CONSTRAINTS: dict[str, errors.ConstraintKind] = {
    "23001": "restrict",
    "23502": "not_null",
    "23503": "foreign_key",
    "23505": "unique",
    "23514": "check",
    "23P01": "exclusion",
}
FAILURES: dict[str, Literal["syntax", "rights"]] = {"42601": "syntax", "42501": "rights"}

SENTENCES: dict[type[errors.SourceError], str] = {
    UNAVAILABLE: "The database “{source}” can't be reached at the moment.",
    TIMEOUT: "The query ran past its time limit.",
    OVERTAKEN: "Others changed the same data at that moment, and nothing was done.",
}


def meaning(sqlstate: str) -> type[errors.SourceError]:
    """Find the error class of a SQLSTATE by its longest known prefix."""
    return next(MEANINGS[sqlstate[:length]] for length in (5, 2, 0) if sqlstate[:length] in MEANINGS)


def translate(error: psycopg2.Error, source: str, url: SecretStr | None = None) -> errors.SourceError:
    """Translate a driver's error.

    An error that never reached the server (no SQLSTATE) means that the server can't be reached. Messages of
    the database are kept for errors of values and SQL. Those of connections may name hosts and roles: they are logged,
    and kept as the error's `reason`, which users never read.

    :param url: whose password is masked in that.
    """
    kind = _meaning_without_sqlstate(error) if error.pgcode is None else meaning(error.pgcode)
    if kind is FAILED:
        return errors.QueryFailedError(source, _message(error), _near(error), FAILURES.get(error.pgcode or "", ""))
    if kind is CONSTRAINT:
        return _constraint(error, source)
    if kind is UNAVAILABLE:
        reason = mask(_message(error), url)
        logger.warning("the database “%s” can't be used: %s", source, reason)
        return build_unavailable(source, reason)
    return kind(source, say(SENTENCES[kind], source=source) if kind in SENTENCES else _message(error))


def build_unavailable(source: str, reason: str) -> errors.SourceUnavailableError:
    """Make the error of a database that can't be used.

    :param reason: for operators.
    """
    return UNAVAILABLE(source, say(SENTENCES[UNAVAILABLE], source=source), reason)


def _meaning_without_sqlstate(error: psycopg2.Error) -> type[errors.SourceError]:
    # The bare class is what a COPY raises whose server ended without a word.
    lost = (
        isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError) or type(error) is psycopg2.DatabaseError
    )
    return UNAVAILABLE if lost else FAILED


def _constraint(error: psycopg2.Error, source: str) -> errors.ConstraintError:
    told = error.diag
    table = f"{told.schema_name}.{told.table_name}" if told.table_name else ""
    kind = CONSTRAINTS.get(str(error.pgcode), "other")
    return errors.ConstraintError(
        source, _message(error), kind, told.constraint_name or "", table, told.column_name or ""
    )


def _message(error: psycopg2.Error) -> str:
    message = str(error.diag.message_primary or error).strip()
    hint = error.diag.message_hint
    return f"{message} ({hint.rstrip('.')})" if hint else message


def _near(error: psycopg2.Error) -> str:
    """Return the rest of the line at which the database stumbled."""
    position, cursor = error.diag.statement_position, error.cursor
    if not position or cursor is None or not cursor.query:
        return ""
    sql = bytes(cursor.query).decode("utf-8", "replace")
    return sql[int(position) - 1 :].split("\n", 1)[0]
