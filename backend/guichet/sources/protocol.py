"""What a kind of database gives to Guichet: sources, their sessions, and what goes in and out of these.

Everything above imports its types from here, never from the folder of a kind. How a kind is found by the scheme of
its URL: `guichet.sources.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any, Literal, Protocol, runtime_checkable

from guichet.sources.catalogue import Catalogue, Origin
from guichet.sources.columns import Column, ValueType

Parameters = Mapping[str, Any]
Row = tuple[Any, ...]

# Stands between the columns of a line that `write_lines` writes. No JSON and no hex has it.
LINE_DELIMITER = b"\x02"


@dataclass(frozen=True)
class Capabilities:
    """What a kind of database can do.

    :param cancel: end a statement that runs, from another thread.
    :param time_limit: end a statement that takes too long, by its own clock or by the kind's.
    :param read_only: refuse by itself whatever would change something.
    :param estimate: say how many rows a statement would return, without running it.
    :param temporary_tables: hold long lists in tables of the session.
    :param snapshot: show all statements of a session the same moment.
    :param writes: change records.
    :param catalogue: tell its tables, their columns and constraints.
    """

    cancel: bool
    time_limit: bool
    read_only: bool
    estimate: bool
    temporary_tables: bool
    snapshot: bool
    writes: bool
    catalogue: bool

    @property
    def absent(self) -> tuple[str, ...]:
        """The names of what it can't do."""
        return tuple(field.name for field in fields(self) if not getattr(self, field.name))


class ByteSink(Protocol):
    """Something that takes bytes, such as a file."""

    def write(self, row: bytes, /) -> Any:
        """Take a row's bytes."""


@runtime_checkable
class RowsSink(ByteSink, Protocol):
    """Something that takes rows, one a call or many at once. Use `csv_rows.pass_on` to give it many."""

    def write_rows(self, rows: bytes, count: int, /) -> Any:
        """Take whole rows."""


@dataclass(frozen=True)
class TemporaryTable:
    """A temporary table that a session begins with.

    :param columns: with their types, as in CREATE TABLE.
    :param rows: makes the rows, in COPY's text format; `list_rows` reads them.
    """

    name: str
    columns: str
    rows: Callable[[], Iterator[bytes]]


@dataclass
class Rows:
    """What a query returned, whole: meant for light results only."""

    names: Sequence[str]
    rows: list[Row]


@dataclass(frozen=True)
class WriteResult:
    """What one statement wrote: how many rows, and what it returned of the first (empty without RETURNING).

    :param number: that the database made for a new row, where it tells one without being asked.
    """

    count: int
    returned: Mapping[str, Any]
    number: int | None = None


class Session(Protocol):
    """One read-only transaction. Every statement in it is one alone, and has a time limit.

    All raise `SourceError`, by its kinds. `cancel` alone may be called from another thread.
    """

    @property
    def holds_every_character(self) -> bool:
        """Whether any text can stand in the database."""

    def fetch(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query and return all of its rows."""

    def stream(self, sql: str, parameters: Parameters, batch: int = 1000) -> Iterator[Row]:
        """Run a query and yield its rows, so many at a time in memory."""

    def fetch_value(self, sql: str, parameters: Parameters) -> Any:
        """Run a query and return the first value of its first row."""

    def write_csv(self, sql: str, parameters: Parameters, delimiter: str, output: ByteSink) -> int:
        """Run a query and write its rows as CSV in UTF-8, without a header; return how many.

        Rows go one a call, or many to a `RowsSink`. Quotes stand around what has a delimiter, a quote or a line's end
        in it; NULL is empty.
        """

    def write_lines(self, sql: str, parameters: Parameters, output: ByteSink) -> int:
        """Run a query whose columns are JSON or hex and write each row as a line, as it is; return how many.

        Between several columns stands `LINE_DELIMITER`.
        """

    def plan(self, sql: str, parameters: Parameters) -> None:
        """Have the database read a statement and check it, its rights included, without running it."""

    def explain(self, sql: str, parameters: Parameters) -> list[str]:
        """Return how the database would run a statement, in its own words."""

    def estimate(self, sql: str, parameters: Parameters) -> int | None:
        """Ask how many rows a query would return, without running it; None where the database can't tell."""

    def describe(self, sql: str, parameters: Parameters) -> list[Column]:
        """Return the columns of a query that returns no rows (it should say LIMIT 0)."""

    def origins(self, sql: str, parameters: Parameters) -> Mapping[str, Origin]:
        """Return the columns of tables behind those of a query, by their names in it; none for computed ones.

        It is not run, or to no more than its first rows.
        """

    def value_type(self, sql: str, parameters: Parameters, name: str) -> ValueType:
        """Return the type that the database takes the value of a parameter for."""

    def render(self, sql: str, parameters: Parameters) -> str:
        """Return a statement as it is sent, its values in their places."""

    def find_unreadable_text(self, sql: str, parameters: Parameters) -> tuple[int, str] | None:
        """Return where the first text of a query is that can't be read: its row, from 1, and its column's name."""

    def missing_characters(self, texts: Sequence[str]) -> frozenset[str]:
        """Return the characters of texts that can't stand in the database."""

    def malformed_values(self, values: Sequence[str], type_: str) -> frozenset[str]:
        """Return the values that the database can't read as a type.

        :param type_: as the database writes it.
        """

    def cancel(self) -> None:
        """Cancel the running query, without waiting for it. Do nothing once the session is over, or where none can."""


@runtime_checkable
class SpreadingSession(Protocol):
    """A session of a database that runs one statement in several processes where it is let."""

    def spread(self, sql: str, parameters: Parameters) -> int | None:
        """Let a heavy statement use more processes, as far as the database has some to spare.

        :returns: how many the database plans to use; None where none may be used now.
        """


class WriteSession(Session, Protocol):
    """One transaction that writes."""

    def write(self, sql: str, parameters: Parameters) -> WriteResult:
        """Run one statement that changes rows."""

    def commit(self) -> None:
        """Make it last. Constraints that were put off until now may still refuse it."""


class Advice:
    """What `guichet check` can only say by knowing the kind: here nothing, a kind overrides what it knows.

    Each sentence is for authors, None where all is fine.

    Those who take a session may ask in it, and raise `SourceError`.
    """

    def of_role(self, session: Session) -> str | None:
        """Say what is wrong with the role that reads: that it may do more than a portal needs."""
        return None

    def of_accents(self, session: Session, source: str, bind: str) -> str | None:
        """Say why `ignore_accents` can't be held, and how to compare instead.

        :param bind: the name of the criterion.
        """
        return None

    def of_capitals(self, session: Session, source: str, binds: Sequence[str]) -> str | None:
        """Say which capitals are not found by which criteria, and what to do."""
        return None

    def of_comparison(self, bind: str, column: str | None, taken: ValueType, *, several: bool) -> str | None:
        """Say that several values are compared as one, or one as several.

        :param column: that they are compared with; None where the author's own condition does it.
        """
        return None

    def of_kind(self, bind: str, given: Literal["number", "date"], taken: ValueType) -> str | None:
        """Say that numbers or days are compared with what the database silently compares otherwise."""
        return None

    def may_fail(self, expression: str) -> bool:
        """Tell whether some rows may not be able to compute an expression, as a cast may not."""
        return False

    def is_unnamed(self, column: str) -> bool:
        """Tell whether the database made up the name of a column, as nobody could address it."""
        return False


class Source(Protocol):
    """A database that interfaces read."""

    @property
    def name(self) -> str: ...

    @property
    def time_zone(self) -> str:
        """Where a day begins, and how timestamps with a zone are written."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def catalogue(self) -> Catalogue | None:
        """What it tells of its tables; None where it tells nothing."""

    @property
    def advice(self) -> Advice:
        """What authors should know of it."""

    def session(
        self, timeout_seconds: float, tables: Sequence[TemporaryTable] = (), *, snapshot: bool = False
    ) -> AbstractContextManager[Session]:
        """Open a read-only transaction in which no statement may take longer than `timeout_seconds`.

        :param tables: temporary ones of its own, made before it can only read, and gone with it.
        :param snapshot: whether all its statements see the database as it is at the first.
        :raises SourceError: any of its kinds, also from within the block.
        """

    def takes_tables(self) -> bool:
        """Tell whether temporary tables can be made in it now."""

    def close_idle(self) -> None:
        """Close the connections that nobody uses."""

    def ping(self) -> None:
        """Ask the database for a sign of life.

        :raises SourceError: if there is none.
        """


class RecordWriter(Protocol):
    """A database that records are written to.

    Its transactions see one moment of the database. It refuses to write over what others changed since
    (`OvertakenError`).
    """

    @property
    def timeout_seconds(self) -> int: ...

    def transaction(self) -> AbstractContextManager[WriteSession]:
        """Open a transaction, which is undone unless the block commits it.

        :raises SourceError: any of its kinds, also from within the block.
        """
