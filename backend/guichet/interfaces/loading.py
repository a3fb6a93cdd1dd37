"""A definition file becomes an interface, or a list of everything that is wrong with it.

Strict, and pure but for nothing: text in, value out. The database is not asked; `guichet.authoring.check` does that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import ValidationError

from guichet.criteria_types.option_lists import Choice, OptionsDefinition
from guichet.interfaces import faults, model, record_loading
from guichet.interfaces.document import Document, DocumentError, parse_document
from guichet.interfaces.draft import Draft
from guichet.interfaces.interface import BrokenInterface, Criterion, DefinitionProblem, Interface, Limits, OptionList
from guichet.sources import kinds
from guichet.sql.dialect import Dialect
from guichet.sql.template import Template

# Parameters of the request for an option list, beside the criteria that it depends on.
OPTION_PARAMETERS = frozenset({"q", "limit", "value"})

ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def load_definition(
    file: str, content: bytes, *, sources: Mapping[str, Dialect], default_limits: Limits
) -> Interface | BrokenInterface:
    """Load one definition.

    :param file: its path as authors know it; the id is the name without its ending.
    :param sources: the dialects of the sources that have a URL, by name.
    """
    interface_id = PurePath(file).stem
    title = interface_id
    groups: frozenset[str] | None = frozenset()
    problems: list[DefinitionProblem] = []
    if not ID.fullmatch(interface_id):
        problems.append(
            DefinitionProblem(file, 1, "the file's name is the interface's id: small letters, digits, - and _ only")
        )
    try:
        document = parse_document(content.decode("utf-8"))
        title, groups = _find_title(document) or title, _find_groups(document)
        definition = model.Definition.model_validate(document.values)
    except RecursionError:
        return BrokenInterface(
            interface_id, interface_id, (*problems, DefinitionProblem(file, 1, "a key stands within itself"))
        )
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return BrokenInterface(interface_id, title, (*problems, DefinitionProblem(file, line, "not UTF-8 text")))
    except DocumentError as error:
        return BrokenInterface(interface_id, title, (*problems, DefinitionProblem(file, error.line, error.detail)))
    except ValidationError as error:
        described = [faults.describe_error(detail, document) for detail in error.errors(include_url=False)]
        broken = sorted(
            {DefinitionProblem(file, line, text) for line, text in described}, key=lambda p: (p.line, p.detail)
        )
        return BrokenInterface(interface_id, title, (*problems, *broken), groups)

    dialect = sources.get(definition.source) or kinds.POSTGRESQL.load_dialect()
    assembly = Assembly(file, document, definition, dialect, problems=problems)
    sql, criteria = assembly.sql(), assembly.criteria()
    assembly.check(sql, criteria, sources)
    record = record_loading.build_record(assembly, definition.record) if definition.record else None
    record_loading.check_alias(assembly, definition)
    if assembly.problems:
        ordered = sorted(set(assembly.problems), key=lambda problem: (problem.line, problem.detail))
        return BrokenInterface(interface_id, title, tuple(ordered), groups)
    return Interface(
        id=interface_id,
        version=hashlib.sha256(content).hexdigest()[:16],
        definition=definition,
        template=sql,
        criteria=criteria,
        limits=_build_limits(definition.limits, default_limits),
        dialect=dialect,
        record=record,
    )


def _find_title(document: Document) -> str | None:
    """Find a title also in a document that is no valid definition."""
    title = document.values.get("title")
    return str(next(iter(title.values()), "")) if isinstance(title, dict) else str(title or "")


def _find_groups(document: Document) -> frozenset[str] | None:
    """Find who may see it also in a document that is no valid definition; nobody, where that can't be told."""
    groups = document.values.get("groups")
    names = [groups] if isinstance(groups, str) else groups
    if names is None:
        return None
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return frozenset(names) if is_list else frozenset()


def _build_limits(own: model.LimitsDefinition, default: Limits) -> Limits:
    return Limits(
        display_rows=own.display_rows or default.display_rows,
        interactive_seconds=own.interactive_seconds or default.interactive_seconds,
        extract_rows=own.extract_rows or default.extract_rows,
    )


@dataclass
class Assembly(Draft):
    """One definition while it is being put together."""

    def sql(self) -> Template:
        """Read the SQL of the search."""
        return self.query(self.definition.sql, "sql", places=True)

    def criteria(self) -> dict[str, Criterion]:
        """Read the criteria, in the order of the file."""
        return {name: self._build_criterion(name, definition) for name, definition in self.definition.criteria.items()}

    def _build_criterion(self, name: str, definition: model.Criterion) -> Criterion:
        keys = ("criteria", name)
        return Criterion(
            name=name,
            definition=definition,
            place=definition.in_,
            column=self.template(definition.column, *keys, "column") if definition.column else None,
            where=self.template(definition.where, *keys, "where") if definition.where else None,
            options=self._build_options(name, definition.option_list) if definition.option_list else None,
        )

    def _check_queries(self, criterion: Criterion) -> None:
        for keys, sql in criterion.definition.list_queries().items():
            self.query(sql, "criteria", criterion.name, *keys)

    def _build_options(self, name: str, listed: OptionsDefinition | list[Choice]) -> OptionList:
        if isinstance(listed, list):
            return OptionList(Template(()), choices=tuple(listed))
        parsed = self.query(listed.sql, "criteria", name, "options", "sql")
        depends_on = [
            other
            for other, definition in self.definition.criteria.items()
            if not parsed.binds.isdisjoint(definition.get_bind_names(other))
        ]
        return OptionList(parsed, tuple(listed.first), listed.search, tuple(depends_on), missing=listed.missing)

    def check(self, sql: Template, criteria: Mapping[str, Criterion], sources: Collection[str]) -> None:
        """Check whatever needs more than one key."""
        self._check_source(sources)
        owners = self._check_bind_names(criteria)
        self.check_binds(sql, set(owners), "sql")
        self._check_columns(criteria)
        for criterion in criteria.values():
            self._check_condition(criterion, sql, set(owners))
            self._check_default(criterion)
            self._check_queries(criterion)
            if criterion.options:
                self._check_options(criterion, criterion.options, criteria, set(owners))

    def _check_source(self, sources: Collection[str]) -> None:
        name = self.definition.source
        if name not in sources:
            near = faults.suggest_nearest(name, sources)
            remedy = " (once it is, the server takes it on SIGHUP, `./startup.sh` by itself)"
            self.problem(f"source `{name}` has no URL: SOURCE_{name.upper()}_URL is not set{near}{remedy}", "source")

    def _check_bind_names(self, criteria: Mapping[str, Criterion]) -> dict[str, str]:
        owners: dict[str, str] = {}
        for criterion in criteria.values():
            for name in criterion.bind_names:
                if name in owners:
                    detail = f"criteria `{owners[name]}` and `{criterion.name}` would both be bound as :{name}"
                    self.problem(detail, "criteria", criterion.name)
                owners[name] = criterion.name
        return owners

    def _check_columns(self, criteria: Mapping[str, Criterion]) -> None:
        for name, style in self.definition.columns.items():
            if style.criterion and style.criterion not in criteria:
                near = faults.suggest_nearest(style.criterion, criteria)
                self.problem(f"there is no criterion `{style.criterion}`{near}", "columns", name, "criterion")

    def _check_condition(self, criterion: Criterion, sql: Template, known: set[str]) -> None:
        keys, own = ("criteria", criterion.name), set(criterion.bind_names)
        if criterion.column and criterion.where:
            self.problem("`column` and `where` exclude each other", *keys, "where")
        if criterion.definition.operators is not None and criterion.column is None:
            self.problem("`operators` needs `column`: SQL of your own compares as it says", *keys, "operators")
        for key, detail in criterion.definition.find_contradictions():
            self.problem(detail, *keys, key)
        if criterion.column is None and criterion.where is None:
            if sql.parts and not own & sql.binds:
                bind = " or ".join(f":{name}" for name in criterion.bind_names)
                hint = self._suggest_unquoted(criterion, self.definition.sql) or self.document.comment_hint("sql")
                self.problem(f"criterion `{criterion.name}` needs `column`, `where`, or {bind} in `sql`{hint}", *keys)
            elif criterion.place:
                self.problem("`in` says where a condition goes, and this criterion has none", *keys, "in")
            return
        for key, parsed in (("column", criterion.column), ("where", criterion.where)):
            if parsed:
                self.check_binds(parsed, known, *keys, key)
        if criterion.where and criterion.where.parts and not own & criterion.where.binds:
            binds = " or ".join(f":{name}" for name in criterion.bind_names)
            where = str(criterion.definition.where)
            hint = self._suggest_unquoted(criterion, where) or self.document.comment_hint(*keys, "where")
            detail = f"`where` does not bind {binds}, so what the user fills in would not matter{hint}"
            self.problem(detail, *keys, "where")
        self._check_place(criterion, sql)

    def _suggest_unquoted(self, criterion: Criterion, sql: str) -> str:
        """Say what to do where a bind stands in a string."""
        for name in criterion.bind_names:
            if self.dialect.stands_in_text(sql, f":{name}"):
                return f" (in a string or a comment nothing is bound: write '%' || :{name} || '%')"
        return ""

    def _check_place(self, criterion: Criterion, sql: Template) -> None:
        if criterion.place in sql.places or not sql.parts:
            return
        if criterion.place is None:
            hint = self.document.comment_hint("sql")
            if self.dialect.stands_in_text(self.definition.sql, "{criteria}"):
                hint = " (In a string or a comment it means nothing.)"
            self.problem(f"`{{criteria}}` is missing in `sql`: where do the conditions go?{hint}", "sql")
            return
        places = [place for place in sql.places if place]
        detail = (
            f"`{{criteria:{criterion.place}}}` is missing in `sql`{faults.suggest_nearest(criterion.place, places)}"
        )
        self.problem(detail, "criteria", criterion.name, "in")

    def _check_default(self, criterion: Criterion) -> None:
        default = criterion.definition.default
        if isinstance(default, list) and not criterion.multiple:
            self.problem("a list as `default` needs `multiple: true`", "criteria", criterion.name, "default")

    def _check_options(
        self, criterion: Criterion, options: OptionList, criteria: Mapping[str, Criterion], known: set[str]
    ) -> None:
        keys = ("criteria", criterion.name, "options", "sql")
        self.check_binds(options.template, known, *keys)
        if options.missing is not None and criterion.column is None:
            detail = "`missing` needs `column`: a bound NULL means that nothing is filled in"
            self.problem(detail, *keys[:-1], "missing")
        for name in OPTION_PARAMETERS.intersection(options.depends_on):
            self.problem(f"options can't depend on a criterion called `{name}`: rename it", "criteria", name)
        if criterion.name in _find_reachable(criterion.name, criteria):
            self.problem(f"the options of `{criterion.name}` depend on `{criterion.name}` itself", *keys)


def _find_reachable(start: str, criteria: Mapping[str, Criterion]) -> set[str]:
    """Follow dependencies of option lists from one criterion on."""

    def dependencies(name: str) -> Iterator[str]:
        options = criteria[name].options
        yield from options.depends_on if options else ()

    seen: set[str] = set()
    waiting = list(dependencies(start))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(dependencies(name))
    return seen
