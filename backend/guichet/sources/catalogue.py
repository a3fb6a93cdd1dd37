"""What stands in a database, in neutral words: its tables, their columns and constraints."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from guichet.sources.columns import ORDERED, Type


@dataclass(frozen=True)
class Relation:
    """A table or a view.

    :param id: by which its catalogue knows it.
    :param sql_name: its name as SQL writes it, with quotes and schema where they are needed.
    :param kind: for people: table, view, …
    :param rows: about how many; None where nobody knows.
    """

    id: str | int
    schema: str
    name: str
    sql_name: str
    kind: str = "table"
    rows: float | None = None
    is_system: bool = False
    is_partition: bool = False
    is_readable: bool = True


@dataclass(frozen=True)
class Reference:
    """What a foreign key of one column refers to: a table, and its column, both quoted."""

    id: str | int
    table: str
    key: str


@dataclass(frozen=True)
class Cast:
    """Another type that a column is compared as."""

    type_name: str
    type: Type


@dataclass(frozen=True)
class TableColumn:
    """One column of a table; a domain stands as the type that it is made of.

    Of its names, `name` is as it is, the others are quoted where SQL needs it: `quoted`, and `bare` without `_id`.

    :param type_name: as the database writes it.
    :param type: the same in the words of the API.
    :param is_enum: whether its type lists its values. They are selected by `enum_sql`, where SQL can.
    :param choices: those values.
    :param is_exact: whether its collation only compares whole texts.
    :param is_searchable: whether anybody fills in values of its type.
    :param is_full_text: whether words are searched in it (see `Dialect.full_text`).
    :param compared_as: what it must be cast to for a comparison; None where it is compared as it is.
    :param reference: where a foreign key of this column alone leads.
    """

    name: str
    quoted: str
    bare: str
    type_name: str
    type: Type
    is_enum: bool = False
    enum_sql: str = ""
    choices: tuple[str, ...] = ()
    is_exact: bool = False
    is_searchable: bool = True
    is_full_text: bool = False
    compared_as: Cast | None = None
    is_key: bool = False
    is_unique: bool = False
    reference: Reference | None = None

    @property
    def is_text(self) -> bool:
        return self.type == "text" and self.is_searchable and not self.is_enum

    @property
    def is_ordered(self) -> bool:
        """Whether a key may have it."""
        return self.type in ORDERED


@dataclass(frozen=True)
class Origin:
    """The column of a table that a column of a result comes from.

    :param table: as the errors of constraints name it (`ConstraintError.table`), and `column` likewise.
    :param max_length: in characters; None where there is no limit.
    :param choices: the values of an enum type.
    """

    table: str
    column: str
    not_null: bool = False
    has_default: bool = False
    max_length: int | None = None
    choices: tuple[str, ...] = ()


class Catalogue(Protocol):
    """What a source tells of its own tables. All raise `SourceError`."""

    def tables(self) -> list[Relation]:
        """Return every table and view, the system's own last."""

    def columns(self, table: str | int) -> tuple[list[TableColumn], list[str]]:
        """Return the columns of a table that may be read, in order, and the names of the others.

        :param table: the id of a relation.
        """

    def constraint_names(self, tables: Collection[str]) -> frozenset[str]:
        """Return what the errors of constraints of these tables, and of what refers to them, may be called.

        :param tables: as `Origin.table` has them.
        """

    def constrained_columns(self, table: str, constraint: str) -> list[str]:
        """Return the columns that a constraint or a unique index is about, in order.

        :param table: as `ConstraintError` has it, and `constraint` likewise.
        """
