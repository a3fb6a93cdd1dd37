"""`guichet check`: what loading can't know. Every source is asked whether it understands every definition.

The database plans the SQL with every criterion off, each one on, each one turned round, each asked in every other way,
and all of them on; option lists are run, and so is a search for two rows of one key. Nothing is changed, and nothing
runs for long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guichet import errors
from guichet.authoring import check_records, check_text, check_warnings
from guichet.authoring.error_location import Author
from guichet.interfaces import faults
from guichet.interfaces.interface import BrokenInterface, Criterion, DefinitionProblem, Interface
from guichet.interfaces.registry import Registry
from guichet.search import compose, options
from guichet.search.criteria import Criteria, Filled
from guichet.search.options import OptionPage, OptionSearch
from guichet.sources.columns import ORDERED, Column
from guichet.sources.protocol import RecordWriter, Source
from guichet.sql.statement import OptionQuery

PLAN_SECONDS = 10
OPTIONS_READ = 10_000

COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
BRACKETS = re.compile(r"\([^()]*\)")
ORDER_BY = re.compile(r"\bORDER\s+BY\s+(.*?)(?:\bLIMIT\b|\bOFFSET\b|;|\Z)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Report:
    """What was found out about one definition file."""

    id: str
    source: str
    criteria: int
    columns: int
    option_lists: int
    problems: tuple[DefinitionProblem, ...]
    warnings: tuple[DefinitionProblem, ...] = ()
    note: str | None = None
    notes: tuple[str, ...] = ()


def check(
    registry: Registry,
    sources: Mapping[str, Source],
    writers: Mapping[str, RecordWriter],
    folder: Path,
    ids: Collection[str] = (),
    *,
    run: bool = False,
) -> list[Report]:
    """Check the definitions of a portal folder, by id.

    :param ids: those alone; every one if there are none.
    :param run: whether each search is run until its first row comes.
    :raises NotFoundError: if there is no definition of an id.
    """
    known = registry.current()
    for wanted in ids:
        if wanted not in known:
            raise errors.NotFoundError(f"There is no interface `{wanted}`{faults.suggest_nearest(wanted, known)}")
    return [
        _broken(interface)
        if isinstance(interface, BrokenInterface)
        else _check_one(interface, sources[interface.source], writers.get(interface.source), folder, run=run)
        for interface in known.values()
        if not ids or interface.id in ids
    ]


def groups_without_members(registry: Registry, folder: Path, members: Collection[str]) -> Iterator[DefinitionProblem]:
    """Find the groups in definitions that nobody is in, so that what they open is hidden from everybody.

    :param members: the groups that have members.
    """
    for interface in registry.current().values():
        if isinstance(interface, BrokenInterface):
            continue
        author = Author.of(interface, folder)
        named: list[tuple[Collection[str], tuple[str, ...]]] = [(interface.groups or (), ("groups",))]
        if interface.record:
            named.append((interface.record.groups, ("record", "groups")))
        for groups, keys in named:
            yield from (author.problem(_empty_group(group), *keys) for group in sorted(set(groups).difference(members)))


def _empty_group(group: str) -> str:
    parts = [part.strip() for part in group.split(",")]
    remedy = f": that is one name; for several write a list: [{', '.join(parts)}]" if len(parts) > 1 else ""
    return f"nobody is in the group `{group}`{remedy}"


def _broken(interface: BrokenInterface) -> Report:
    return Report(interface.id, "", 0, 0, 0, interface.problems)


def _check_one(interface: Interface, source: Source, writer: RecordWriter | None, folder: Path, *, run: bool) -> Report:
    author = Author.of(interface, folder)
    report = Report(
        id=interface.id,
        source=interface.source,
        criteria=len(interface.criteria),
        columns=0,
        option_lists=sum(1 for criterion in interface.criteria.values() if criterion.options),
        problems=(),
        note=check_records.note(interface, source, writer),
    )
    try:
        columns = _columns(interface, source)
    except errors.QueryFailedError as error:
        return replace(report, problems=(author.locate(error, "sql"),))
    except errors.SourceError as error:
        return replace(report, problems=(author.problem(errors.explain(error), "source"),))
    samples: dict[str, Filled] = {}
    pages: dict[str, OptionPage] = {}
    problems = [
        *_column_problems(interface, columns, source, author),
        *_key_problems(interface, columns, source, author),
        *_criterion_problems(interface, samples, pages, source, author),
        *_found_problems(interface, columns, source, author),
        *check_text.problems(interface, source, author),
    ]
    report = replace(report, notes=(*_order_notes(interface), *check_text.notes(interface, source)))
    if interface.record:
        problems.extend(check_records.problems(interface.record, columns, source, writer, author))
    if run and not problems:
        problems.extend(check_warnings.first_row(interface, samples, source, author))
    warned = [] if problems else list(_warnings(interface, pages, source, author))
    return replace(report, columns=len(columns), problems=_by_line(problems), warnings=_by_line(warned))


def _by_line(problems: Sequence[DefinitionProblem]) -> tuple[DefinitionProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _warnings(
    interface: Interface, pages: Mapping[str, OptionPage], source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    for name, criterion in interface.criteria.items():
        if name in pages:
            yield from check_warnings.of_options(criterion, pages[name], author)
        yield from check_warnings.of_default(interface, criterion, source, author)
        yield from check_warnings.of_casts(interface, criterion, source, author)


def _columns(interface: Interface, source: Source) -> list[Column]:
    statement = interface.dialect.describe(compose.search(interface, {}))
    with source.session(PLAN_SECONDS) as session:
        return session.describe(statement.sql, statement.parameters)


def _column_problems(
    interface: Interface, columns: list[Column], source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    names = Counter(column.name for column in columns)
    for name, times in names.items():
        if times > 1:
            yield author.problem(f"{times} columns are called `{name}`: give each its own name with AS", "sql")
        if source.advice.is_unnamed(name):
            yield author.problem("a column has no name: give it one with AS", "sql")
    for name in interface.definition.columns:
        if name not in names:
            yield author.problem(
                f"the SQL has no column `{name}`{faults.suggest_nearest(name, names)}", "columns", name
            )


def _key_problems(
    interface: Interface, columns: Sequence[Column], source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    """Look whether the columns of the key are there, have an order, and tell every row from all others."""
    names = interface.definition.key or ()
    by_name = {column.name: column for column in columns}
    missing = [name for name in names if name not in by_name]
    unordered = [name for name in names if name in by_name and by_name[name].type not in ORDERED]
    for name in missing:
        yield author.problem(f"the SQL has no column `{name}`{faults.suggest_nearest(name, by_name)}", "key")
    for name in unordered:
        yield author.problem(f"`{name}` ({by_name[name].type}) has no order that a key could follow", "key")
    if not names or missing or unordered:
        return
    statement = interface.dialect.find_repeated_key(compose.search(interface, {}), [by_name[name] for name in names])
    try:
        with source.session(PLAN_SECONDS) as session:
            offence = session.fetch(statement.sql, statement.parameters).rows
    except errors.QueryTimeoutError:  # too large to be looked through; a cursor that meets a NULL says so
        return
    for rows, *values in offence:
        told = ", ".join(
            f"{name} = {'NULL' if value is None else value}" for name, value in zip(names, values, strict=True)
        )
        why = "(a key is never NULL)" if None in values else f"is that of {rows} rows"
        yield author.problem(f"the key does not tell every row from all others: {told} {why}", "key")


def _found_problems(
    interface: Interface, columns: Sequence[Column], source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    """Look whether the values of lists that were found stand where `found_in` says."""
    names = [column.name for column in columns]
    for name, criterion in interface.definition.criteria.items():
        if criterion.found_column is not None and criterion.found_column not in names:
            near = faults.suggest_nearest(criterion.found_column, names)
            yield author.problem(
                f"the SQL has no column `{criterion.found_column}`{near}", "criteria", name, "found_in"
            )
        for keys, sql in criterion.list_queries().items():
            try:
                with source.session(PLAN_SECONDS) as session:
                    session.plan(sql.replace("%", "%%"), {})
            except errors.QueryFailedError as error:
                yield author.locate(error, "criteria", name, keys[0])


def _order_notes(interface: Interface) -> Iterator[str]:
    """Say that rows for programs follow the key, where the SQL has another order of its own."""
    key, sql = interface.definition.key, COMMENT.sub(" ", interface.definition.sql)
    while (shorter := BRACKETS.sub("", sql)) != sql:
        sql = shorter
    order = ORDER_BY.search(sql)
    if not key or order is None:
        return
    columns = [term.split(".")[-1].strip().strip('"') for term in re.sub(r"(?i)\bASC\b", "", order[1]).split(",")]
    if columns != [*key]:
        yield (
            f"{interface.id}: programs get rows (/rows, streams) in the order of `key`, {', '.join(key)}, and not in"
            f" that of ORDER BY, unless they ask for it by `sort`. Table, files and extracts follow ORDER BY."
        )


def _criterion_problems(
    interface: Interface, samples: dict[str, Filled], pages: dict[str, OptionPage], source: Source, author: Author
) -> Iterator[DefinitionProblem]:
    """Plan each criterion.

    :param samples: where what is filled in is left.
    :param pages: where the options of lists are left that depend on nothing.
    """
    faulty = False
    for criterion in interface.criteria.values():
        yield from _option_problems(interface, criterion, samples, pages, source, author)
        sample = samples.setdefault(criterion.name, Filled(criterion.definition.sample))
        for filled in (sample, replace(sample, negated=True), *_list_operator_samples(criterion)):
            problem = _plan_problem(interface, {criterion.name: filled}, source, author)
            if problem:
                faulty = True
                yield problem
                break
        else:
            yield from check_warnings.of_arrays(interface, criterion, source, author)
            yield from check_warnings.of_kinds(interface, criterion, source, author)
    if not faulty and (problem := _plan_problem(interface, samples, source, author)):
        yield problem


def _list_operator_samples(criterion: Criterion) -> list[Filled]:
    return [Filled(value) for value in criterion.definition.list_operator_samples()] if criterion.column else []


def _plan_problem(interface: Interface, criteria: Criteria, source: Source, author: Author) -> DefinitionProblem | None:
    statement = compose.search(interface, criteria)
    try:
        with source.session(PLAN_SECONDS) as session:
            session.plan(statement.sql, statement.parameters)
    except errors.InvalidValueError as error:
        if _is_excused(interface, criteria):
            return None
        return author.problem(f"a sample value does not fit: {error}", *_condition_keys(interface, criteria))
    except errors.QueryFailedError as error:
        return author.locate(error, *_condition_keys(interface, criteria))
    return None


def _is_excused(interface: Interface, criteria: Criteria) -> bool:
    """Tell whether a sample need not be a value of the column.

    The user who types such a text is told so in the form. All others are values of their type, or come from the
    option list itself.
    """
    return any(interface.criteria[name].definition.sample_may_misfit for name in criteria)


def _condition_keys(interface: Interface, criteria: Criteria) -> tuple[str, ...]:
    if len(criteria) != 1:
        return ("sql",)
    name = next(iter(criteria))
    return ("criteria", name, "column" if interface.criteria[name].column else "where")


def _option_problems(
    interface: Interface,
    criterion: Criterion,
    samples: dict[str, Filled],
    pages: dict[str, OptionPage],
    source: Source,
    author: Author,
) -> Iterator[DefinitionProblem]:
    """Run an option list, with what the lists before it gave as the criteria that it depends on."""
    if not criterion.options:
        return
    keys = ("criteria", criterion.name, "options", "sql")
    wanted = OptionQuery(limit=OPTIONS_READ)
    try:
        page = options.load(OptionSearch(interface, samples, source, (), criterion=criterion), wanted)
    except errors.QueryFailedError as error:
        yield author.locate(error, *keys)
        return
    except errors.SourceError as error:
        yield author.problem(f"the options can't be loaded: {errors.explain(error)}", *keys)
        return
    value = next((option.value for option in page.options if option.value is not None), None)
    if value is not None:
        samples[criterion.name] = Filled((value,) if criterion.multiple else value)
    if not criterion.options.depends_on:
        pages[criterion.name] = page
        labels = [option.label for option in page.options]
        yield from _pinned_problems(criterion, labels, page.more, author)


def _pinned_problems(
    criterion: Criterion, labels: list[str], more: bool, author: Author
) -> Iterator[DefinitionProblem]:
    assert criterion.options is not None
    for pinned in criterion.options.first:
        if pinned not in labels:
            near = "" if more else faults.suggest_nearest(pinned, labels)
            yield author.problem(
                f"no option is labelled `{pinned}`{near}", "criteria", criterion.name, "options", "first"
            )
