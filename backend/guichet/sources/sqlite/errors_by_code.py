"""What an error of SQLite means to Guichet, by its code."""

from __future__ import annotations

import logging
import sqlite3

from guichet import errors
from guichet.messages import say

logger = logging.getLogger(__name__)

# Primary codes: the file can't be used, whatever is asked.
UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOTADB,
    }
)
# What the guard refuses, and what would write.
REFUSED = frozenset({sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY})
PRIMARY = 0xFF
UNREADABLE = "Could not decode to UTF-8"


def translate(error: Exception, source: str) -> errors.SourceError:
    """Translate an error of the driver, of a statement that nobody interrupted."""
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return errors.InvalidValueError(source, str(error))
    message, code = str(error), getattr(error, "sqlite_errorcode", None)
    if message.startswith(UNREADABLE):
        return errors.UnreadableTextError(source)
    if code is not None and code & PRIMARY in UNUSABLE:
        return build_unavailable(source, message)
    if code is not None and code & PRIMARY in REFUSED:
        refused = f"this is not allowed: {message}"
        return errors.QueryFailedError(source, refused, "", "rights")
    syntax = "syntax error" in message or "unrecognized token" in message or "incomplete input" in message
    return errors.QueryFailedError(source, message, "", "syntax" if syntax else "")


def build_unavailable(source: str, reason: str) -> errors.SourceUnavailableError:
    """Make the error of a file that can't be used, and log it.

    :param reason: for operators.
    """
    logger.warning("the database “%s” can't be used: %s", source, reason)
    sentence = say("The database “{source}” can't be reached at the moment.", source=source)
    return errors.SourceUnavailableError(source, sentence, reason)
