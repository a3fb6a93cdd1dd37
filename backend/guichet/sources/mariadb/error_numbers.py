"""What the server's errors mean to Guichet, by their numbers, and those of the driver that never reached one.

Numbers are those of MariaDB's and MySQL's references; where the two differ, both stand here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Literal

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

MEANINGS: Mapping[int, type[errors.SourceError]] = {
    **dict.fromkeys(range(2000, 2100), UNAVAILABLE),  # of the driver: there is no server, or no longer
    **dict.fromkeys((1040, 1203, 1226), UNAVAILABLE),  # no connection is left, for anybody or for this user
    **dict.fromkeys((1044, 1045, 1049, 1129, 1130, 1251, 1298, 1698), UNAVAILABLE),  # nobody lets us in: the operator's
    **dict.fromkeys((1021, 1030, 1037, 1041, 1053, 1077, 1079, 1114, 1135, 1180), UNAVAILABLE),  # disk, memory, stop
    **dict.fromkeys((1152, 1153, 1158, 1159, 1160, 1161, 1184, 1290, 1836, 1927, 4166), UNAVAILABLE),
    1205: TIMEOUT,  # a lock could not be had in time
    1317: TIMEOUT,  # interrupted, unless we asked for it
    1969: TIMEOUT,  # max_statement_time of MariaDB
    3024: TIMEOUT,  # max_execution_time of MySQL
    1020: OVERTAKEN,  # a row changed since it was read
    1213: OVERTAKEN,  # a deadlock, of which this was chosen to end
    **dict.fromkeys((1062, 1048, 1364, 1169, 1216, 1217, 1451, 1452, 1557, 1586, 3819, 4025), CONSTRAINT),
    **dict.fromkeys((1264, 1265, 1292, 1366, 1406, 1411, 1416, 1525, 1690, 4079), INVALID),  # no value of its type
    **dict.fromkeys((1139, 3692), INVALID),  # a regular expression that can't be read
}

CONSTRAINTS: Mapping[int, errors.ConstraintKind] = {
    **dict.fromkeys((1062, 1169, 1557, 1586), "unique"),
    **dict.fromkeys((1048, 1364), "not_null"),
    **dict.fromkeys((1216, 1452), "foreign_key"),
    **dict.fromkeys((1217, 1451), "restrict"),
    **dict.fromkeys((3819, 4025), "check"),
}
FAILURES: Mapping[int, Literal["syntax", "rights"]] = {
    **dict.fromkeys((1064, 1149), "syntax"),
    **dict.fromkeys((1142, 1143, 1227, 1345, 1370), "rights"),
}
# Nobody gets a connection at the moment.
NONE_LEFT = (1040, 1203, 1226)
# A temporary table can't be made: without the privilege, in a server that only reads.
TABLES_REFUSED = (1044, 1142, 1290, 1792, 1836)

SENTENCES: Mapping[type[errors.SourceError], str] = {
    UNAVAILABLE: "The database “{source}” can't be reached at the moment.",
    TIMEOUT: "The query ran past its time limit.",
    OVERTAKEN: "Others changed the same data at that moment, and nothing was done.",
}

# What the server quotes of the SQL that it stumbled over.
NEAR = re.compile(r" near '(.*?)' at line \d+$", re.DOTALL)
NAMED = re.compile(r"'([^']*)'")
NAMES = (1054, 1109, 1146, 1305, 1630)
# The constraint that refuses, and its table: of a unique key, which MySQL tells with it; of a foreign key; of a check.
REFUSED = (
    re.compile(r"for key '(?:(?P<table>[^']+)\.)?(?P<name>[^'.]+)'"),
    re.compile(r"\(`(?P<schema>[^`]+)`\.`(?P<table>[^`]+)`, CONSTRAINT `(?P<name>[^`]+)`"),
    re.compile(r"CONSTRAINT `(?:[^`]+\.)?(?P<name>[^`.]+)` failed for `(?P<schema>[^`]+)`\.`(?P<table>[^`]+)`"),
    re.compile(r"constraint '(?P<name>[^']+)'"),
)
# The column that a value was to go to.
COLUMN = re.compile(r"for column (?:'([^']+)'|(?:`[^`]*`\.)*`([^`]+)`)")


def number_of(error: Exception) -> int:
    """Return the number of an error; 0 where it has none. The system's own are others."""
    number = error.args[0] if error.args and not isinstance(error, OSError) else 0
    return number if isinstance(number, int) else 0


def message_of(error: Exception) -> str:
    """Return what an error says, without its number."""
    return str(error.args[1] if len(error.args) > 1 else error).strip()


def meaning(number: int) -> type[errors.SourceError]:
    """Return the class of an error by its number."""
    return MEANINGS.get(number, FAILED)


def translate(error: Exception, source: str, url: SecretStr | None = None) -> errors.SourceError:
    """Translate a driver's error.

    What servers and drivers say of connections may name hosts and roles: it is logged, and kept as the error's
    `reason`, which users never read.

    :param url: whose password is masked in that.
    """
    number, message = number_of(error), message_of(error)
    kind = meaning(number)
    if not number:  # the driver lost the thread of the protocol
        kind = UNAVAILABLE
    if kind is FAILED:
        return errors.QueryFailedError(source, message, _near(number, message), FAILURES.get(number, ""))
    if kind is CONSTRAINT:
        return _constraint(number, message, source)
    if kind is INVALID:
        column = COLUMN.search(message)
        return INVALID(source, message, (column[1] or column[2]) if column else "")
    if kind is UNAVAILABLE:
        reason = mask(f"{message} ({number})" if number else message, url)
        logger.warning("the database “%s” can't be used: %s", source, reason)
        return build_unavailable(source, reason)
    return kind(source, say(SENTENCES[kind], source=source) if kind in SENTENCES else message)


def build_unavailable(source: str, reason: str) -> errors.SourceUnavailableError:
    """Make the error of a database that can't be used.

    :param reason: for operators.
    """
    return UNAVAILABLE(source, say(SENTENCES[UNAVAILABLE], source=source), reason)


def _constraint(number: int, message: str, source: str) -> errors.ConstraintError:
    kind = CONSTRAINTS[number]
    if kind == "not_null":
        return errors.ConstraintError(source, message, kind, "", "", "".join(NAMED.findall(message)[:1]))
    told = next((refused.groupdict() for pattern in REFUSED if (refused := pattern.search(message))), {"name": ""})
    table = ".".join(told[part] for part in ("schema", "table") if told.get(part))
    return errors.ConstraintError(source, message, kind, told["name"], table, "")


def _near(number: int, message: str) -> str:
    """Return the SQL at which the server stumbled: the rest of the line, or a name that it does not know."""
    if stumbled := NEAR.search(message):
        return str(stumbled[1]).split("\n", 1)[0]
    if number in NAMES and (names := NAMED.findall(message)):
        return str(names[0]).rpartition(".")[2]
    return ""
