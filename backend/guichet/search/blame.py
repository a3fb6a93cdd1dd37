"""Whose fault is a value that the database can't read: finds the criterion, so that the form can say it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from guichet import errors
from guichet.interfaces.interface import Interface
from guichet.search.criteria import Criteria, ListRef, Range, Value
from guichet.sentences import say


@contextmanager
def blaming(interface: Interface, criteria: Criteria) -> Iterator[None]:
    """Turns a value that the database refused into an error of the criterion that it came from.

    :raises CriteriaError: for a value that a user gave.
    :raises InterfaceBrokenError: if the SQL itself fails, with or without a value of its own.
    """
    try:
        yield
    except errors.InvalidValueError as error:
        pointer = _pointer(criteria, str(error))
        if pointer is None:
            raise _broken(interface, criteria, error) from error
        raise errors.CriteriaError(
            [errors.Fault(pointer, say("The database can't read this: {error}", error=str(error)))]
        ) from error
    except errors.QueryFailedError as error:
        raise _broken(interface, criteria, error) from error


def without_values(message: str, texts: Iterable[str]) -> str:
    """Takes what a user gave out of a database's message, which the log will have."""
    for text in {text for text in texts if text and text in message}:
        message = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "…", message)
    return message


def _broken(
    interface: Interface, criteria: Mapping[str, Any], error: errors.SourceError
) -> errors.InterfaceBrokenError:
    given = (text for filled in criteria.values() for text in _texts(filled.value))
    said = without_values(str(error), given)
    return errors.InterfaceBrokenError(interface.id, [f"the SQL failed in source `{error.source}`: {said}"])


def _pointer(criteria: Mapping[str, Any], message: str) -> str | None:
    """Finds the criterion whose value a message quotes; None where it quotes another, which then is the data's."""
    for name, filled in criteria.items():
        if any(f'"{text}"' in message for text in _texts(filled.value)):
            return f"/criteria/{name}"
    if not criteria or re.search(r'"[^"]*"', message):
        return None
    return f"/criteria/{next(iter(criteria))}" if len(criteria) == 1 else "/criteria"


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, Range):
        yield from (str(end) for end in (value.from_, value.to) if end is not None)
    elif isinstance(value, ListRef):
        return
    elif isinstance(value, tuple):
        yield from (str(one) for one in value)
    else:
        yield str(value)
