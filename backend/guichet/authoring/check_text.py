"""What `guichet check` asks of a database about text: whether it knows capitals beyond ASCII, and accents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guichet import errors
from guichet.authoring.error_location import Author
from guichet.interfaces.interface import Criterion, DefinitionProblem, Interface
from guichet.sources.protocol import Source

ASKED_SECONDS = 10

# É and é, where these are their numbers: in UTF8, LATIN1 and their like.
PROBE = "SELECT getdatabaseencoding(), getdatabaseencoding() LIKE 'LATIN%%' OR getdatabaseencoding() = 'UTF8'"
CASES = "SELECT chr(201) ILIKE chr(233)"


@dataclass(frozen=True)
class TextAbilities:
    """What a database can do with text.

    :param encoding: as PostgreSQL calls it, such as UTF8.
    :param folds_case: whether ILIKE takes `É` for `é`; true where nothing tells.
    """

    encoding: str
    folds_case: bool

    @property
    def knows_accents(self) -> bool:
        return self.encoding == "UTF8"


def abilities(source: Source) -> TextAbilities:
    """Ask a database what it can do with text.

    :raises SourceError: if it doesn't answer.
    """
    with source.session(ASKED_SECONDS) as session:
        ((encoding, has_letters),) = session.fetch(PROBE, {}).rows
        return TextAbilities(str(encoding), not has_letters or bool(session.fetch_value(CASES, {})))


def problems(interface: Interface, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    """Look whether criteria that ignore accents can do so in their source."""
    named = [one for one in _patterns(interface) if _ignores_accents(one)]
    if not named:
        return
    found = abilities(source)
    for criterion in named if not found.knows_accents else ():
        detail = (
            f"the database of source `{interface.source}` has the encoding {found.encoding}, in which PostgreSQL can't"
            " tell accents from letters: `ignore_accents` needs UTF8. Compare with an expression of your own instead:"
            f" `where: unaccent(…) ILIKE '%' || unaccent(:{criterion.name}) || '%'`, by the extension unaccent"
        )
        yield author.problem(detail, "criteria", criterion.name, "ignore_accents")


def notes(interface: Interface, source: Source) -> tuple[str, ...]:
    """Say what text criteria can't find in their source, though its author may think so."""
    named = [one.name for one in _patterns(interface) if not _ignores_accents(one)]
    try:
        if not named or abilities(source).folds_case:
            return ()
    except errors.SourceError:  # that it can't be asked is said already
        return ()
    listed = ", ".join(f"`{name}`" for name in named)
    return (
        f"{interface.id}: the database of source `{interface.source}` knows capitals of ASCII letters only (its locale"
        f" is C), so that MÜLLER does not find Müller by {listed}. `ignore_accents: true` finds both; so does a"
        ' collation that knows letters: `column: name COLLATE "und-x-icu"`.',
    )


def _patterns(interface: Interface) -> list[Criterion]:
    return [
        one
        for one in interface.criteria.values()
        if one.column and one.definition.type == "text" and one.definition.match != "exact"
    ]


def _ignores_accents(criterion: Criterion) -> bool:
    definition = criterion.definition
    return definition.type == "text" and definition.ignore_accents
