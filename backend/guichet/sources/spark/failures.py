"""What Spark's errors mean to Guichet: by their SQLSTATE and class, and by gRPC's word where a server says nothing."""

from __future__ import annotations

import logging
import re

from guichet import errors
from guichet.messages import say

logger = logging.getLogger(__name__)

# Values that can't be read as a type, or have no room in it.
OF_VALUES = frozenset({"22018", "22003", "22007", "22008", "22P02", "22023", "22P03"})
SYNTAX = frozenset({"42601", "42K0E", "42P20"})
RIGHTS = frozenset({"42501", "42000"})
CANCELLED = "HY008"
# The server knows the session, or the statement, no more: it was started anew, or waited too long.
LOST = ("INVALID_HANDLE", "INVALID_CURSOR")
# What ends a job that is no fault of its SQL.
BROKEN = re.compile(
    r"ExecutorLostFailure|SparkContext (?:was|has been) shut ?down|stopped SparkContext|FetchFailed|MetadataFetchFailed"
    r"|executor .{0,40}lost|No space left|OutOfMemoryError|Connection refused",
    re.IGNORECASE,
)
TOO_LARGE = "maxResultSize"
PLACE = re.compile(r"line (?P<line>\d+),? pos (?P<at>\d+)")
TAIL = re.compile(r"\s*SQLSTATE: \w{5}.*", re.DOTALL)
HEAD = re.compile(r"^\s*(?:\([\w.]+\) )?\[[A-Z][A-Z0-9_.]+\] ")
# Our own lines before the author's (`statements.enclose`).
MOST_CHARACTERS = 2000


class ConnectError(Exception):
    """What the server, or gRPC, said.

    :param code: of gRPC, such as `UNAVAILABLE`.
    :param error_class: such as `UNRESOLVED_COLUMN.WITH_SUGGESTION`; "" where it is no error of Spark's.
    """

    def __init__(self, code: str, message: str, error_class: str = "", sql_state: str = "") -> None:
        self.code = code
        self.message = message
        self.error_class = error_class
        self.sql_state = sql_state
        super().__init__(message)

    @property
    def is_lost_session(self) -> bool:
        """Whether the server does not know the session."""
        return self.error_class.startswith(LOST[0])


def translate(error: ConnectError, source: str, sql: str = "") -> errors.SourceError:
    """Translate an error of a statement that nobody cancelled.

    :param sql: as it was sent, for the place at which Spark stumbled.
    """
    message = clean(error.message)
    if error.code == "DEADLINE_EXCEEDED":
        return errors.QueryTimeoutError(source, "The query ran past its time limit.")
    if error.sql_state == CANCELLED:
        return build_unavailable(source, f"the statement was ended by somebody else: {message}")
    if error.error_class.startswith(LOST):
        return build_unavailable(source, message)
    if TOO_LARGE in error.message:
        return errors.QueryFailedError(
            source,
            "the result is larger than Spark's server may hold while it is fetched: raise spark.driver.maxResultSize"
            " and the server's memory",
        )
    if BROKEN.search(error.message) or (not error.error_class and error.code != "INTERNAL"):
        return build_unavailable(source, f"{error.code}: {error.message[:MOST_CHARACTERS]}")
    if error.sql_state in OF_VALUES:
        return errors.InvalidValueError(source, message)
    if error.sql_state in SYNTAX:
        return errors.QueryFailedError(source, message, _near(error.message, sql), "syntax")
    if error.sql_state in RIGHTS:
        return errors.QueryFailedError(source, message, _near(error.message, sql), "rights")
    return errors.QueryFailedError(source, message, _near(error.message, sql))


def clean(message: str) -> str:
    """Return a message without its class, its SQLSTATE and the plan behind it."""
    said = TAIL.sub("", HEAD.sub("", message.strip())).strip() or message.strip()
    return said[:MOST_CHARACTERS]


def build_unavailable(source: str, reason: str) -> errors.SourceUnavailableError:
    """Make the error of a database that can't be used, and log it.

    :param reason: for operators.
    """
    logger.warning("the database “%s” can't be used: %s", source, reason)
    sentence = say("The database “{source}” can't be reached at the moment.", source=source)
    return errors.SourceUnavailableError(source, sentence, reason)


def _near(message: str, sql: str) -> str:
    """Return the rest of the line at which Spark stumbled, up to a value."""
    place = PLACE.search(message)
    lines = sql.split("\n")
    if not place or int(place["line"]) > len(lines):
        return ""
    return lines[int(place["line"]) - 1][int(place["at"]) :].partition(":p")[0].strip()
