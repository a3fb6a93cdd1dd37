"""Option lists: the values of a select, pinned ones first, typed ahead on the server when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from guichet.criteria_types.option_lists import Choice
from guichet.interfaces.interface import Criterion
from guichet.language import Language, pick
from guichet.search import cells, compose
from guichet.search.execution import Search, Watch, watch_nothing
from guichet.sources.columns import Column
from guichet.sources.protocol import Session
from guichet.sql import accent_folding, statement
from guichet.sql.dialect import Dialect
from guichet.sql.statement import OptionQuery, Statement


@dataclass(frozen=True)
class Option:
    """One option: what is searched by, and what is shown. The value is None where it stands for NULL."""

    value: str | int | float | bool | None
    label: str


@dataclass(frozen=True, kw_only=True)
class OptionSearch(Search):
    """An option list, ready to be run, with the criteria that it depends on; others do no harm."""

    criterion: Criterion

    @property
    def statement(self) -> Statement:
        return compose.options(self.interface, self.criterion, self.criteria, self.placed)


@dataclass(frozen=True)
class OptionPage:
    """The options that are sent, and whether there are more."""

    options: Sequence[Option]
    more: bool


def load(
    search: OptionSearch, wanted: OptionQuery, watch: Watch = watch_nothing, language: Language = "en"
) -> OptionPage:
    """Load a select's options, the pinned ones first, the others in the order of the author's SQL.

    The option that stands for NULL comes before them all.

    :param language: of the labels that stand in the file.
    """
    listed = search.criterion.options
    assert listed is not None
    missing = _missing(pick(listed.missing, language), wanted)
    if listed.choices is not None:
        loaded = list_written(listed.choices, wanted, language)
    elif any(search.criteria[name].absent for name in listed.depends_on if name in search.criteria):
        loaded = OptionPage([], more=False)
    else:
        with search.session(search.interface.limits.interactive_seconds) as session, watch(session):
            loaded = page(session, search.dialect, search.statement, listed.first, wanted)
    return OptionPage([*missing, *loaded.options], loaded.more)


def _missing(label: str | None, wanted: OptionQuery) -> list[Option]:
    if label is None or wanted.values or accent_folding.fold(wanted.typed) not in accent_folding.fold(label):
        return []
    return [Option(None, label)]


def list_written(choices: Sequence[Choice], wanted: OptionQuery, language: Language) -> OptionPage:
    """Return the options that stand in the file, as far as they are wanted."""
    options = [
        Option(choice.value, pick(choice.label, language) or statement.scalar_text(choice.value)) for choice in choices
    ]
    if wanted.values:
        options = [option for option in options if statement.scalar_text(option.value) in wanted.values]
    elif wanted.typed:
        options = [
            option for option in options if accent_folding.fold(wanted.typed) in accent_folding.fold(option.label)
        ]
    return OptionPage(options[: wanted.limit], more=len(options) > wanted.limit)


def page(
    session: Session, dialect: Dialect, listed: Statement, first: Sequence[str], wanted: OptionQuery
) -> OptionPage:
    """Ask for the options of a list.

    :param listed: the author's SQL, with what it depends on bound.
    :param first: the labels that are pinned.
    """
    columns = _describe_columns(session, dialect, listed)
    possible = _possible(session, wanted)
    if possible is None:
        return OptionPage([], more=False)
    statement = dialect.narrow_options(listed, columns, first, possible)
    rows = session.fetch(statement.sql, statement.parameters).rows
    exact = cells.make_exact(columns, [row[: len(columns)] for row in rows])
    options = [Option(row[0], str(row[-1])) for row in exact[: wanted.limit]]
    return OptionPage(options, more=len(rows) > wanted.limit)


def _possible(session: Session, wanted: OptionQuery) -> OptionQuery | None:
    """Leave out what can stand in no option; None where nothing is left to look for."""
    missing = session.missing_characters([wanted.typed, *wanted.values]) | {"\0"}
    values = [value for value in wanted.values if missing.isdisjoint(value)]
    if not missing.isdisjoint(wanted.typed) or (wanted.values and not values):
        return None
    return replace(wanted, values=values)


def _describe_columns(session: Session, dialect: Dialect, listed: Statement) -> list[Column]:
    statement = dialect.describe(listed)
    return by_role(session.describe(statement.sql, statement.parameters))


def by_role(columns: Sequence[Column]) -> list[Column]:
    """Find the columns `value` and `label`; without such names, the first is the value and the second the label."""
    named: dict[str, Any] = {column.name: column for column in columns}
    value = named.get("value") or next((column for column in columns if column.name != "label"), columns[0])
    others = [column for column in columns if column is not value]
    return [value, named.get("label", others[0])] if others else [value]
