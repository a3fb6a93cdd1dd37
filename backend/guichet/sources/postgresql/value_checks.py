"""What a database can hold, found out by asking it: which characters, and which values of a type.

No list of types or encodings stands here: the database reads the values, and those that it refuses are singled out
by halving them until one is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from guichet import errors
from guichet.sources.protocol import Session

# So many values are sent at once.
BATCH_VALUES = 50_000


class RetryingSession(Session, Protocol):
    """A session in which a part may fail without ending it."""

    def attempt(self) -> AbstractContextManager[None]: ...


Fits = Callable[[Sequence[str]], bool]


def missing_characters(session: RetryingSession, texts: Sequence[str]) -> frozenset[str]:
    """Return the characters of texts that can't stand in the database, whose encoding may have few."""
    if session.holds_every_character:
        return frozenset()
    characters = sorted({character for text in texts if not text.isascii() for character in text} - ASCII)
    return frozenset(
        find_refused(characters, lambda some: _runs(session, "SELECT %(text)s::text", {"text": "".join(some)}))
    )


def find_malformed(session: RetryingSession, values: Sequence[str], type_: str) -> frozenset[str]:
    """Return the values that the database can't read as a type.

    :param type_: as the database writes it, such as `inet`.
    :raises QueryFailedError: if it knows no such type.
    """
    malformed: set[str] = set()
    for start in range(0, len(values), BATCH_VALUES):
        batch = values[start : start + BATCH_VALUES]
        if not _all_fit(session, batch, type_):
            malformed.update(_ask_malformed(session, batch, type_) or _single_out(session, batch, type_))
    return frozenset(malformed)


def find_refused(values: Sequence[str], fit: Fits) -> Iterator[str]:
    """Yield the values that don't fit, by halving those among which there is one."""
    waiting = [values]
    while waiting:
        part = waiting.pop()
        if not part or fit(part):
            continue
        if len(part) == 1:
            yield part[0]
        else:
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]


ASCII = frozenset(map(chr, range(128)))


def _single_out(session: RetryingSession, values: Sequence[str], type_: str) -> Iterator[str]:
    session.fetch(f"SELECT NULL::{type_}", {})  # where this fails it is no value's fault
    return find_refused(values, lambda some: _all_fit(session, some, type_))


def _all_fit(session: RetryingSession, values: Sequence[str], type_: str) -> bool:
    return _runs(session, f"SELECT cardinality(%(values)s::text[]::{type_}[])", {"values": list(values)})


def _ask_malformed(session: RetryingSession, values: Sequence[str], type_: str) -> list[str] | None:
    """Ask for all malformed values at once, which newer databases can tell of most types; None where this one can't."""
    sql = "SELECT value FROM unnest(%(values)s::text[]) AS given (value) WHERE NOT pg_input_is_valid(value, %(type)s)"
    try:
        with session.attempt():
            return [str(value) for (value,) in session.fetch(sql, {"values": list(values), "type": type_}).rows]
    except (errors.InvalidValueError, errors.QueryFailedError):
        return None


def _runs(session: RetryingSession, sql: str, parameters: dict[str, object]) -> bool:
    try:
        with session.attempt():
            session.fetch(sql, parameters)
    except (errors.InvalidValueError, errors.QueryFailedError):
        return False
    return True
