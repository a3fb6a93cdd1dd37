"""What DuckDB's errors mean to Guichet: one table of its classes of errors, one function that reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from guichet import errors
from guichet.messages import say

# Those of values: what is bound, or what stands in a column that is cast.
OF_VALUES = ("ConversionException", "OutOfRangeException", "UnfitError")
KINDS: Mapping[str, Literal["syntax", "rights"]] = {
    "ParserException": "syntax",
    "SyntaxException": "syntax",
    "PermissionException": "rights",
    "NotReadingError": "rights",
}
# What the machine has too little of, or what is broken.
UNAVAILABLE = ("FatalException", "InternalException", "ConnectionException")
# What may be wrong with a file, when its rows are read.
OF_READING = (
    "InvalidInputException",
    "IOException",
    "NotImplementedException",
    "OutOfMemoryException",
    "Error",
)
MISSING = re.compile(r"Table with name (?P<name>.+) does not exist")


class ReadingError(errors.QueryFailedError):
    """Rows of a file can't be read, or what is made of them."""


def translate(source: str, told: Mapping[str, Any], *, was_interrupted: bool) -> errors.SourceError:
    """Translate an error of the process, as `child.describe_error` tells it."""
    name, message = str(told["class"]), str(told["message"])
    if name == "InterruptException" or was_interrupted:
        return build_timeout(source)
    if name in OF_VALUES:
        return errors.InvalidValueError(source, message)
    if name in UNAVAILABLE:
        return build_unavailable(source, message)
    if name == "OutOfMemoryException":
        message = f"{message.splitlines()[0]}. `?memory=` in the URL of the source says how much it may have."
    if name in OF_READING:
        return ReadingError(source, message)
    return errors.QueryFailedError(source, message, kind=KINDS.get(name, ""))


def build_timeout(source: str) -> errors.QueryTimeoutError:
    """Make the error of a statement that took too long."""
    return errors.QueryTimeoutError(source, "The query ran past its time limit.")


def build_unavailable(source: str, reason: str) -> errors.SourceUnavailableError:
    """Make the error of a database that can't be used.

    :param reason: for operators.
    """
    sentence = say("The database “{source}” can't be reached at the moment.", source=source)
    return errors.SourceUnavailableError(source, sentence, reason)


def build_crashed(source: str, reason: str) -> errors.SourceUnavailableError:
    """Make the error of a statement whose process ended under it."""
    return build_unavailable(source, reason)
