"""What `guichet check` asks about text: whether a database knows capitals beyond ASCII, and accents."""

from __future__ import annotations

from collections.abc import Iterator

from guichet import errors
from guichet.authoring.error_location import Author
from guichet.interfaces.interface import Criterion, DefinitionProblem, Interface
from guichet.sources.protocol import Source

ASKED_SECONDS = 10


def problems(interface: Interface, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    """Look whether criteria that ignore accents can do so in their source."""
    named = [criterion for criterion in _patterns(interface) if criterion.definition.ignores_accents]
    if not named:
        return
    with source.session(ASKED_SECONDS) as session:
        details = {
            criterion.name: source.advice.of_accents(session, interface.source, criterion.name) for criterion in named
        }
    for name, detail in details.items():
        if detail:
            yield author.problem(detail, "criteria", name, "ignore_accents")


def notes(interface: Interface, source: Source) -> tuple[str, ...]:
    """Say what text criteria can't find in their source, though its author may think so."""
    named = [criterion.name for criterion in _patterns(interface) if not criterion.definition.ignores_accents]
    if not named:
        return ()
    try:
        with source.session(ASKED_SECONDS) as session:
            detail = source.advice.of_capitals(session, interface.source, named)
    except errors.SourceError:  # that it can't be asked is said already
        return ()
    return (f"{interface.id}: {detail}",) if detail else ()


def _patterns(interface: Interface) -> list[Criterion]:
    return [criterion for criterion in interface.criteria.values() if criterion.definition.is_pattern]
