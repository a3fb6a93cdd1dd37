"""Whose fault it is that a search fails in the database: a user's value, or the author's SQL.

Not from the words of the message: the statement is asked again without the users' values. What fails then is the
author's; what does not is the value's, and its criterion is found by trying each one alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from guichet import errors
from guichet.criteria_types.operands import EMPTY, ListRef, MatchedText, Range, Value
from guichet.interfaces.interface import Interface
from guichet.messages import say
from guichet.search.criteria import Filled
from guichet.search.execution import PREVIEW_SECONDS, Search
from guichet.sources.protocol import Session

Failure = errors.InvalidValueError | errors.QueryFailedError


@contextmanager
def blaming(interface: Interface, search: Search | None = None) -> Iterator[None]:
    """Turn a failure of the database into the author's, or into a fault of the criterion whose value it came from.

    :param search: what is run; None where no value of a user is in it.
    :raises CriteriaError: for a value that a user gave.
    :raises InterfaceBrokenError: if the SQL itself fails, with or without a value of its own.
    """
    try:
        yield
    except errors.UnreadableTextError as error:
        raise (_find_unreadable_text(search) if search else None) or error from error
    except (errors.InvalidValueError, errors.QueryFailedError) as error:
        fault = _of_author(search, error) if search and search.criteria else error
        if fault or search is None:
            raise _broken(interface, search, fault or error) from (fault or error)
        detail = say("The database can't read this: {error}", error=str(error))
        raise errors.CriteriaError([errors.Fault(_pointer(search), detail)]) from error


def without_values(message: str, texts: Iterable[str]) -> str:
    """Take what a user gave out of a database's message, which the log will have."""
    for text in {text for text in texts if text and text in message}:
        message = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "…", message)
    return message


def _broken(interface: Interface, search: Search | None, error: Failure) -> errors.InterfaceBrokenError:
    texts = (text for filled in search.criteria.values() for text in _texts(filled.value)) if search else ()
    said = without_values(str(error), texts)
    return errors.InterfaceBrokenError(interface.id, [f"the SQL failed in source `{error.source}`: {said}"])


def _find_unreadable_text(search: Search) -> errors.UnreadableTextError | None:
    """Find the text that can't be read, by its row and column; None where that takes too long."""
    statement = search.statement
    with suppress(errors.SourceError), search.session(PREVIEW_SECONDS) as session:
        whole = search.dialect.select_all(statement)
        place = session.find_unreadable_text(whole.sql, whole.parameters)
        return errors.UnreadableTextError(search.source.name, *place) if place else None
    return None


def _of_author(search: Search, error: Failure) -> Failure | None:
    """Return what fails without the users' values; None where nothing does.

    The statement is planned with NULL for every value, and run with no criterion at all, for the data's own faults,
    unless planning it with a value fails already.
    """
    planned = _failure(_strip_values(search), _plan_without_values)
    if planned:
        return planned
    if _failure(search, _plan):
        return None
    return _failure(search.only(()), _run)


def _pointer(search: Search) -> str:
    """Find the criterion that fails alone; all of them where none does."""
    if len(search.criteria) == 1:
        return f"/criteria/{next(iter(search.criteria))}"
    for ask in (_plan, _run):
        for name in search.criteria:
            if _failure(search.only([name]), ask):
                return f"/criteria/{name}"
    return "/criteria"


def _strip_values(search: Search) -> Search:
    kept = {
        name: Filled(()) if search.interface.criteria[name].multiple else filled
        for name, filled in search.criteria.items()
    }
    return replace(search, criteria=kept, lists={}, placed={}, pasted={})


def _failure(search: Search, ask: Callable[[Session, Search], None]) -> Failure | None:
    try:
        with search.session(PREVIEW_SECONDS) as session:
            ask(session, search)
    except errors.QueryTimeoutError:
        return None
    except (errors.InvalidValueError, errors.QueryFailedError) as error:
        return error
    return None


def _plan(session: Session, search: Search) -> None:
    statement = search.statement
    session.plan(statement.sql, statement.parameters)


def _plan_without_values(session: Session, search: Search) -> None:
    statement = search.statement
    empty = search.dialect.array(())
    arrays = {name: bound for name, bound in statement.parameters.items() if bound == empty}
    session.plan(statement.sql, {**dict.fromkeys(statement.parameters), **arrays})


def _run(session: Session, search: Search) -> None:
    """Run the statement, every column of it: what is only counted might not be computed."""
    statement = search.dialect.compute_all(search.statement)
    session.fetch(statement.sql, statement.parameters)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, Range):
        yield from (str(end) for end in (value.from_, value.to) if end is not None)
    elif isinstance(value, ListRef) or value is EMPTY:
        return
    elif isinstance(value, MatchedText):
        yield value.text
    elif isinstance(value, tuple):
        yield from (str(item) for item in value)
    else:
        yield str(value)
