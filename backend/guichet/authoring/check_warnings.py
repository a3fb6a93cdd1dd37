"""What `guichet check` warns of: a definition that works, though not as its users or its author expect.

Also what only rows can tell: a cast that some of them can't hold, and with `--run` whether a first row comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from guichet import errors
from guichet.authoring.error_location import Author
from guichet.criteria_types.operands import MISSING, ListRef
from guichet.interfaces import faults
from guichet.interfaces.interface import Criterion, DefinitionProblem, Interface
from guichet.interfaces.registry import Registry
from guichet.language import pick
from guichet.search import compose, options
from guichet.search.catalogue import ColumnCatalogue
from guichet.search.criteria import Criteria, Filled
from guichet.search.options import OptionPage, OptionSearch
from guichet.sources.columns import ValueType
from guichet.sources.protocol import Source
from guichet.sql import statement
from guichet.sql.statement import OptionQuery
from guichet.sql.template import Template

PLAN_SECONDS = 10
# How long rows are looked through for one that a cast can't hold.
CAST_SECONDS = 3
# How many of the same kind are told.
MOST_TOLD = 3


def equal_titles(registry: Registry, folder: Path) -> Iterator[DefinitionProblem]:
    """Find interfaces that users can't tell apart, by their group and title."""
    first: dict[tuple[str, str], str] = {}
    for interface in registry.current().values():
        if not isinstance(interface, Interface):
            continue
        shown = (str(pick(interface.definition.group, "en")), interface.title())
        if shown in first:
            detail = f"`{first[shown]}` has the same title in the group `{shown[0]}`: users can't tell them apart"
            yield Author.of(interface, folder).problem(detail, "title")
        first.setdefault(shown, interface.id)


def of_options(criterion: Criterion, page: OptionPage, author: Author) -> Iterator[DefinitionProblem]:
    """Find options that users can't tell apart, or that mean the same."""
    keys = ("criteria", criterion.name, "options")
    labels = Counter(option.label for option in page.options)
    values = Counter(statement.scalar_text(option.value) for option in page.options)
    for what, counted in (("labelled", labels), ("of the value", values)):
        for text, times in [pair for pair in counted.most_common(MOST_TOLD) if pair[1] > 1]:
            yield author.problem(f"{times} options are {what} `{text}`", *keys)


def of_default(
    interface: Interface, criterion: Criterion, source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    """Find a default that is none of the options."""
    default = criterion.definition.default
    if criterion.options is None or criterion.options.depends_on or default is None:
        return
    wanted = [statement.scalar_text(value) for value in (default if isinstance(default, list) else [default])]
    try:
        page = options.load(_search(interface, criterion, source), OptionQuery(values=wanted, limit=len(wanted)))
    except errors.SourceError:  # told already
        return
    known = [statement.scalar_text(option.value) for option in page.options]
    for value in wanted:
        if value not in known:
            near = faults.suggest_nearest(value, _all_values(interface, criterion, source))
            yield author.problem(f"no option has the value `{value}`{near}", "criteria", criterion.name, "default")


def of_arrays(
    interface: Interface, criterion: Criterion, source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    """Find a list that is compared with a single value, or a text that is compared with an array."""
    if not criterion.multiple and not criterion.definition.is_exact_text:
        return
    key = "column" if criterion.column else "where" if criterion.where else "type"
    taken = _value_type(interface, criterion, source)
    if taken is None:
        return
    column = criterion.definition.column
    detail = source.advice.of_comparison(criterion.name, column, taken, several=criterion.multiple)
    if detail:
        yield author.problem(detail, "criteria", criterion.name, key)


def of_kinds(interface: Interface, criterion: Criterion, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    """Find a number or a day that is compared with what is neither, where the database does not mind."""
    kind = criterion.definition.ordered_as
    if kind is None:
        return
    name, bind = criterion.name, criterion.bind_names[0]
    try:
        catalogue = ColumnCatalogue(describe_seconds=PLAN_SECONDS)
        taken = catalogue.value_type(interface, source, name, Filled(criterion.definition.sample), bind)
    except errors.SourceError:
        return
    if detail := source.advice.of_kind(name, kind, taken):
        yield author.problem(detail, "criteria", name, "column" if criterion.column else "where")


def of_casts(interface: Interface, criterion: Criterion, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    """Look through rows, for a little while, for one that a cast in `column` can't hold."""
    column = criterion.definition.column
    if not column or not criterion.column or not source.advice.may_fail(column):
        return
    if not source.capabilities.time_limit:  # no row that fails might be found, and all of them looked through
        return
    computed = replace(criterion, column=None, where=Template(("((", *criterion.column.parts, "\n) IS NULL)")))
    looked = replace(interface, criteria={**interface.criteria, criterion.name: computed})
    yield from _run(looked, {criterion.name: Filled(MISSING)}, CAST_SECONDS, source, author, criterion.name)


def first_row(interface: Interface, samples: Criteria, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    """Run a search until its first row comes, with nothing filled in but what has to be."""
    required = {name: filled for name, filled in samples.items() if interface.criteria[name].definition.required}
    seconds = interface.limits.interactive_seconds
    yield from _run(interface, required, seconds, source, author, None)


def _run(
    interface: Interface, criteria: Criteria, seconds: float, source: Source, author: Author, name: str | None
) -> Iterator[DefinitionProblem]:
    searched = compose.search(interface, criteria)
    first = interface.dialect.select(searched, ["*"], [], limit=1)
    keys = ("criteria", name, "column") if name else ("sql",)
    try:
        with source.session(seconds) as session:
            session.fetch(first.sql, first.parameters)
    except errors.QueryTimeoutError:
        if name is None:
            yield author.problem(f"no row came within {seconds:g} s with nothing filled in", *keys)
    except errors.QueryFailedError as error:
        yield author.locate(error, *keys)
    except errors.SourceError as error:
        what = f"not every row can be compared: {error}" if name else f"the search fails: {error}"
        yield author.problem(what, *keys)


def _value_type(interface: Interface, criterion: Criterion, source: Source) -> ValueType | None:
    """Ask as which type a value is taken; None where the database can't say."""
    name, sample = criterion.name, Filled(ListRef("") if criterion.multiple else "x")
    try:
        return ColumnCatalogue(describe_seconds=PLAN_SECONDS).value_type(interface, source, name, sample, name)
    except errors.SourceError:
        return None


def _search(interface: Interface, criterion: Criterion, source: Source) -> OptionSearch:
    return OptionSearch(interface, {}, source, (), criterion=criterion)


def _all_values(interface: Interface, criterion: Criterion, source: Source) -> Sequence[str]:
    page = options.load(_search(interface, criterion, source), OptionQuery())
    return [statement.scalar_text(option.value) for option in page.options]
