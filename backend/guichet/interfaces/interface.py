"""An interface that is ready to be searched: a definition, checked and with its SQL taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guichet.criteria_types.operands import Operator
from guichet.criteria_types.option_lists import Choice
from guichet.interfaces import model
from guichet.language import Language, LocalText, build_label, pick
from guichet.sql.dialect import Dialect
from guichet.sql.template import Template


@dataclass(frozen=True)
class OptionList:
    """Where a select's options come from: SQL, or the file itself.

    :param choices: those of the file; None where there is SQL.
    :param missing: the label of the option that stands for NULL; None where there is none.
    """

    template: Template
    first: tuple[str, ...] = ()
    search: bool = False
    depends_on: tuple[str, ...] = ()
    choices: tuple[Choice, ...] | None = None
    missing: LocalText | None = None


@dataclass(frozen=True)
class Criterion:
    """One input of an interface.

    Exactly one of `column` and `where` is set, or neither: then the value is bound in the interface's own SQL.
    """

    name: str
    definition: model.Criterion
    place: str | None
    column: Template | None
    where: Template | None
    options: OptionList | None

    @property
    def type(self) -> str:
        return self.definition.type

    def label(self, language: Language = "en") -> str:
        """Return its label in a language, else in the first that there is; its name in words without any."""
        return self.definition.get_label(self.name, language)

    @property
    def multiple(self) -> bool:
        """Whether the value is a list."""
        return self.definition.takes_several

    @property
    def takes_addresses(self) -> bool:
        """Whether the values are addresses of mails, of which several may be copied at once, with names."""
        return self.definition.takes_addresses(self.name)

    @property
    def negatable(self) -> bool:
        """Whether it can be turned round: not where only the interface's own SQL knows what its value does."""
        return self.definition.negatable and bool(self.column or self.where)

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it may be asked beside its value alone: not where its author's own SQL compares."""
        return self.definition.list_operators() if self.column else ()

    @property
    def bind_names(self) -> tuple[str, ...]:
        """The names under which its value may be bound: a range has two."""
        return self.definition.get_bind_names(self.name)


@dataclass(frozen=True)
class RecordField:
    """One field of a record's form. What its definition leaves out follows from its column, which the source knows."""

    name: str
    definition: model.RecordFieldDefinition
    options: OptionList | None

    def label(self, language: Language = "en") -> str:
        """Return its label in a language, else in the first that there is; its name in words without any."""
        return pick(self.definition.label, language) or build_label(self.name)


@dataclass(frozen=True)
class Record:
    """How single records are read and written.

    :param key: the columns that tell one record from all others, in the order of addresses.
    :param writes: what creates and what changes one, by their names in the definition: `upsert` is both.
    """

    definition: model.RecordDefinition
    key: tuple[str, ...]
    select: Template
    writes: Mapping[str, Template]
    delete: Template | None
    fields: Mapping[str, RecordField]
    dialect: Dialect

    @property
    def groups(self) -> frozenset[str]:
        """Who may create, change and delete."""
        return frozenset(self.definition.groups)

    def get_write(self, *, creates: bool) -> Template:
        """Return what creates a record, or what changes one."""
        return self.writes.get("upsert") or self.writes["insert" if creates else "update"]


@dataclass(frozen=True)
class Limits:
    """The limits that hold for one interface, with the environment's defaults filled in."""

    display_rows: int
    interactive_seconds: int
    extract_rows: int


@dataclass(frozen=True)
class Interface:
    """A search form with its SQL, criteria and columns.

    :param version: a hash of the definition file's bytes; another version is another interface to every cache.
    :param dialect: of its source's database.
    """

    id: str
    version: str
    definition: model.Definition
    template: Template
    criteria: Mapping[str, Criterion]
    limits: Limits
    dialect: Dialect
    record: Record | None = None

    def title(self, language: Language = "en") -> str:
        """Return its title in a language, else in the first that there is; its id without any."""
        return pick(self.definition.title, language) or self.id

    def record_title(self, language: Language = "en") -> str:
        """Return what one record is called; the interface's own title where its author said nothing."""
        named = pick(self.definition.record.title, language) if self.definition.record else None
        return named or self.title(language)

    def column_label(self, name: str, language: Language = "en") -> str:
        """Return the heading of one of the result's columns."""
        style = self.definition.columns.get(name)
        return (pick(style.label, language) if style else None) or build_label(name)

    @property
    def source(self) -> str:
        return self.definition.source

    @property
    def groups(self) -> frozenset[str] | None:
        """Who may see it; None: everyone signed in."""
        groups = self.definition.groups
        return None if groups is None else frozenset(groups)

    @property
    def filename(self) -> str:
        return self.definition.filename or self.id


@dataclass(frozen=True)
class DefinitionProblem:
    """One thing wrong with a definition file.

    :param line: counted from 1.
    """

    file: str
    line: int
    detail: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.detail}"


@dataclass(frozen=True)
class BrokenInterface:
    """A definition file that can't be used, with everything that is wrong in it.

    :param groups: who may know of it beside authors, as far as the file tells; None: everyone signed in.
    """

    id: str
    title: str
    problems: tuple[DefinitionProblem, ...]
    groups: frozenset[str] | None = frozenset()
