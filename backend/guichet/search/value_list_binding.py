"""Searching by value lists: where their values are for a statement, and how they come there.

Few values are bound as pasted ones are. Many go into a temporary table of the session, streamed from the portal
database by COPY; where a source takes none (a standby), they are bound as one array and unnested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from guichet import errors
from guichet.criteria_types.operands import ListRef, list_values
from guichet.criteria_types.values import ValuesCriterion
from guichet.interfaces.interface import Criterion, Interface
from guichet.language import LANGUAGES
from guichet.portal_db.database import PortalDatabase, Record, Transaction
from guichet.search.criteria import Criteria
from guichet.sources.list_rows import NULL, escape, read_rows, unescape
from guichet.sources.protocol import Source, TemporaryTable
from guichet.sql.dialect import Dialect
from guichet.sql.statement import LISTED, Listed, ListShape
from guichet.value_lists import storage, trimming, value_types
from guichet.value_lists.column_proposal import ColumnWish
from guichet.value_lists.storage import ListReading

# So many are bound: making a table takes longer, and leaves dead rows in the source's catalogue.
BOUND_VALUES = 10_000
# So many tell the planner enough.
SAMPLED_VALUES = 100
# Of which type the values are, by the criterion's name.
TypeOf = Callable[[str], str]

# How values look that are neither numbers nor anything else that we know.
TEXT = "text"

# What values look like in a file, by the kind that they are of, and by what a criterion is called.
PATTERNS: Mapping[str, str] = {
    **dict.fromkeys(("smallint", "integer", "bigint"), "integer"),
    **dict.fromkeys(("numeric", "double precision"), "number"),
    **{name: name for name in ("uuid", "date")},
}
GUESSED = (("domain", "web"), ("site", "web"), ("url", "web"))


@dataclass(frozen=True)
class Unfit:
    """What of a list can't be in the source's column, as the source itself told.

    :param malformed: normalized values that are none of the column's type.
    :param absent: those with a character that the source has no place for: they are never found.
    :param marked: whether spellings are sent in ASCII (see `mark`), because the source can't hold every character.
    """

    malformed: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    marked: bool = False

    @property
    def values(self) -> frozenset[str]:
        return self.malformed | self.absent


ALL_FIT = Unfit()
PRESENT, ABSENT = "=", "!"


def mark(spelling: str, *, absent: bool) -> str:
    """Write a spelling in ASCII, with a mark of whether its value can be in the source at all."""
    return (ABSENT if absent else PRESENT) + spelling.encode("unicode_escape").decode("ascii")


def unmark(marked: str) -> tuple[str, bool]:
    """Return the spelling that `mark` wrote, and whether its value can't be in the source."""
    return marked[1:].encode("ascii").decode("unicode_escape"), marked[:1] == ABSENT


@dataclass(frozen=True)
class UsedList:
    """A value list that a criterion is filled by.

    :param type: of the source, that its values are compared as.
    :param values: how many can be read so; `malformed` can't, and are left out.
    :param merged: whether several spellings are one value.
    """

    id: str
    name: str
    hash: str
    criterion: str
    dialect: Dialect
    database: PortalDatabase
    reading: ListReading
    type: str
    values: int
    malformed: int
    merged: bool
    unfit: Unfit = ALL_FIT

    def keys(self) -> Iterator[bytes]:
        """Make the rows of a table of its values."""
        left_out = {escape(value).encode() for value in self.unfit.values}
        with self.database.transaction() as transaction:
            transaction.allow(storage.SECONDS)
            rows = storage.stream_keys(transaction, self.id, self.reading)
            yield from _without(rows, left_out) if left_out else rows

    def lines(self) -> Iterator[bytes]:
        """Make the rows of a table of its values, with line and spelling."""
        with self.database.transaction() as transaction:
            transaction.allow(storage.SECONDS)
            rows = storage.stream_lines(transaction, self.id, self.reading)
            yield from map(self._fitting, rows) if self.unfit != ALL_FIT else rows

    def texts(self) -> Iterator[str]:
        """Yield its values."""
        for (value,) in read_rows(self.keys()):
            yield str(value)

    def spellings(self) -> Iterator[tuple[int, str, str | None]]:
        """Yield lines, spellings and values, None where a value is left out."""
        for line, spelling, key in read_rows(self.lines()):
            yield int(str(line)), str(spelling), key

    def leave_out(self, values: Unfit) -> UsedList:
        """Return the list without values that can't be in the source's column."""
        count = len(values.malformed)
        return replace(self, unfit=values, values=self.values - count, malformed=self.malformed + count)

    def _fitting(self, rows: bytes) -> bytes:
        return "".join(map(self._fitting_row, rows.decode().removesuffix("\n").split("\n"))).encode()

    def _fitting_row(self, row: str) -> str:
        line, spelling, key = row.split("\t")
        value = unescape(key)
        if self.unfit.marked:
            spelling = escape(mark(unescape(spelling), absent=value in self.unfit.absent))
        return "\t".join([line, spelling, NULL if value in self.unfit.values else key]) + "\n"


def _without(rows: Iterable[bytes], left_out: Iterable[bytes]) -> Iterator[bytes]:
    for some in rows:
        kept = [row for row in some.removesuffix(b"\n").split(b"\n") if row not in left_out]
        if kept:
            yield b"\n".join(kept) + b"\n"


@dataclass(frozen=True)
class PastedList:
    """Several values that were given with the search itself.

    :param spellings: with their places, counted from 1, and what is looked for; None where they are malformed.
    """

    criterion: str
    dialect: Dialect
    reading: ListReading
    type: str
    spellings: tuple[tuple[int, str, str | None], ...]
    unfit: Unfit = ALL_FIT

    @property
    def keys(self) -> tuple[str, ...]:
        """What is looked for, each once."""
        return tuple(dict.fromkeys(key for _, _, key in self.spellings if key is not None))

    @property
    def values(self) -> int:
        return len(self.keys)

    @property
    def present(self) -> tuple[str, ...]:
        """Those of its values that can be in the source."""
        return tuple(key for key in self.keys if key not in self.unfit.absent)

    @property
    def malformed(self) -> int:
        return len({text for _, text, key in self.spellings if key is None})

    @property
    def merged(self) -> bool:
        return self.values < len(self.spellings)

    def literals(self) -> dict[str, Any]:
        """Return lines, spellings and values as they are bound, three times several values."""
        sent = ((line, self._mark_spelling(text, key), self._keep_known(key)) for line, text, key in self.spellings)
        return _literals(sent, self.dialect)

    def leave_out(self, values: Unfit) -> PastedList:
        """Return the list without values that can't be in the source's column."""
        kept = ((line, text, None if key in values.malformed else key) for line, text, key in self.spellings)
        return replace(self, spellings=tuple(kept), unfit=values)

    def _mark_spelling(self, text: str, key: str | None) -> str:
        return mark(text, absent=key in self.unfit.absent) if self.unfit.marked else text

    def _keep_known(self, key: str | None) -> str | None:
        return None if key in self.unfit.absent else key


def _literals(spellings: Iterable[tuple[int, str, str | None]], dialect: Dialect) -> dict[str, Any]:
    columns = list(zip(*spellings, strict=True)) or [(), (), ()]
    return {name: dialect.array(column) for name, column in zip(("line", "spelling", "key"), columns, strict=True)}


LookedFor = UsedList | PastedList


def find_pasted(
    interface: Interface, criteria: Criteria, raw_criteria: Mapping[str, Any], type_of: TypeOf
) -> dict[str, PastedList]:
    """Find the criteria that are filled by several values, of which some may be malformed, or not found.

    :param raw_criteria: the criteria as they were sent: what was written before it was normalized.
    """
    pasted = {}
    for name, filled in criteria.items():
        if (
            interface.criteria[name].definition.takes_lists
            and isinstance(filled.value, tuple)
            and len(filled.value) > 1
        ):
            written = raw_criteria[name]["not"] if filled.negated else raw_criteria[name]
            with suppress(errors.SourceError):  # the search itself fails for it, or needs no type
                pasted[name] = _read_pasted(interface.criteria[name], written, type_of(name), interface.dialect)
    return pasted


def leave_out_unreadable(criteria: Criteria, pasted: Mapping[str, PastedList]) -> Criteria:
    """Leave out the values that can't be in the source: what is left is searched by, even if nothing is."""
    kept = {
        name: replace(criteria[name], value=one_pasted.present)
        for name, one_pasted in pasted.items()
        if one_pasted.malformed or one_pasted.unfit != ALL_FIT or one_pasted.present != criteria[name].value
    }
    return {**criteria, **kept}


def _read_pasted(criterion: Criterion, raw: Any, type_: str, dialect: Dialect) -> PastedList:
    definition = criterion.definition
    assert isinstance(definition, ValuesCriterion)
    reading = reading_of(criterion, type_, dialect)
    kind = wish_of(criterion, type_, dialect).kind
    lines = enumerate(list_values(raw), 1)
    texts = [(line, text) for line, value in lines for text in definition.split(criterion.name, value)]
    respelt = ((line, text, trimming.respell(text, kind)) for line, text in texts if text)
    read = ((line, text, definition.normalize_text(value)) for line, text, value in respelt)
    values = tuple((line, text, value_types.normalize(value, reading.kind)) for line, text, value in read)
    return PastedList(criterion.name, dialect, reading, type_, values)


def find_used_lists(
    database: PortalDatabase, interface: Interface, criteria: Criteria, owner: str, type_of: TypeOf
) -> dict[str, UsedList]:
    """Find the lists that criteria are filled by.

    :raises CriteriaError: if one is gone, or another user's.
    """
    with database.transaction() as transaction:
        transaction.allow(storage.SECONDS)
        used_lists, faults = {}, []
        for name, filled in criteria.items():
            if not isinstance(filled.value, ListRef):
                continue
            record = transaction.find("value_lists.one_of_mine", id=filled.value.id, owner=owner)
            if record is None:
                pointer = f"/criteria/{name}{'/not' if filled.negated else ''}/list"
                faults.append(errors.Fault(pointer, "There is no such list any more, or it is not yours."))
                continue
            used = _read_used_list(
                database, transaction, interface.criteria[name], record, type_of(name), interface.dialect
            )
            used_lists[name] = used
    if faults:
        raise errors.CriteriaError(faults)
    return used_lists


def _read_used_list(
    database: PortalDatabase,
    transaction: Transaction,
    criterion: Criterion,
    record: Record,
    type_: str,
    dialect: Dialect,
) -> UsedList:
    reading = reading_of(criterion, type_, dialect)
    values, malformed = storage.count_values(transaction, record, reading)
    return UsedList(
        id=str(record["id"]),
        name=record["name"],
        hash=record["hash"],
        criterion=criterion.name,
        dialect=dialect,
        database=database,
        reading=reading,
        type=type_,
        values=values,
        malformed=malformed,
        merged=values + malformed < record["values"],
    )


def reading_of(criterion: Criterion, type_: str, dialect: Dialect) -> ListReading:
    """Say how a criterion wants the values of a list."""
    definition = criterion.definition
    assert isinstance(definition, ValuesCriterion)
    steps = definition.normalize
    case = next((step for step in reversed(steps) if step in ("lower", "upper")), "")
    kind = dialect.get_value_kind(type_)
    folded = "digits" if "digits" in steps else f"nfd {case}".rstrip() if "nfd" in steps else case
    return ListReading(folded, definition.expects or kind if kind == TEXT else kind)


def wish_of(criterion: Criterion, type_: str, dialect: Dialect) -> ColumnWish:
    """Say which column of a file fits a criterion: by its name, and by what its values look like."""
    column = criterion.definition.column or ""
    names = (criterion.name, *(criterion.label(language) for language in LANGUAGES), column.rpartition(".")[2])
    described = " ".join(names).lower()
    guessed = next((kind for word, kind in GUESSED if word in described), "")
    if criterion.takes_addresses:
        guessed = "email"
    return ColumnWish(names, PATTERNS.get(dialect.get_value_kind(type_), guessed))


def place_lists(lists: Mapping[str, UsedList], source: Source) -> dict[str, Listed]:
    """Decide where a statement has the values of each list, and fetches those that are bound."""
    return {name: _place_list(number, used, source) for number, (name, used) in enumerate(sorted(lists.items()))}


def _takes_tables(source: Source) -> bool:
    return source.capabilities.temporary_tables and source.takes_tables()


def _place_list(number: int, used: UsedList, source: Source) -> Listed:
    if used.values > BOUND_VALUES and _takes_tables(source):
        return Listed(_in_table(number, used))
    return Listed(used.dialect.select_bound(shape_of(used)) if used.values > BOUND_VALUES else None, _literal(used))


def _literal(used: UsedList, limit: int | None = None) -> Any:
    """Return the values of a list, or some of them, as they are bound."""
    if used.unfit.values or not used.dialect.has_array_literals:
        return used.dialect.array(islice(used.texts(), limit))
    with used.database.transaction() as transaction:
        transaction.allow(storage.SECONDS)
        return storage.fetch_array_literal(transaction, used.id, used.reading, limit)


def sample_list(used: UsedList) -> Listed:
    """Return some of a list's values, bound as pasted ones are: for the planner."""
    return Listed(None, _literal(used, SAMPLED_VALUES))


def shape_of(used: LookedFor) -> ListShape:
    """Return what a statement has to know of a list."""
    return ListShape(used.criterion, used.type, used.merged, used.reading.normalization)


@dataclass(frozen=True)
class Lines:
    """Where a statement has a list with its lines and spellings.

    :param table: that the session begins with; None where they are bound.
    :param rows: what is selected from.
    """

    table: TemporaryTable | None
    rows: str
    bound: Mapping[str, Any] = field(default_factory=dict)


def place_lines(used: LookedFor, source: Source, number: int) -> Lines:
    """Decide where a statement has a list with its lines and spellings.

    :param number: which one of the session's lists it is.
    """
    if isinstance(used, PastedList):
        return _bound_lines(used, used.literals())
    if _takes_tables(source):
        name = f"guichet_lines_{number}"
        columns = used.dialect.line_table_columns(shape_of(used))
        return Lines(TemporaryTable(name, columns, used.lines), used.dialect.name_temporary(name))
    if used.unfit != ALL_FIT or not used.dialect.has_array_literals:
        return _bound_lines(used, _literals(used.spellings(), used.dialect))
    with used.database.transaction() as transaction:
        transaction.allow(storage.SECONDS)
        literals = storage.fetch_array_literals(transaction, used.id, used.reading)
    return _bound_lines(used, literals)


def _bound_lines(used: LookedFor, literals: Mapping[str, Any]) -> Lines:
    rows = used.dialect.select_bound_lines(shape_of(used))
    return Lines(None, rows, {f"list:{name}": literal for name, literal in literals.items()})


def _in_table(number: int, used: UsedList) -> str:
    return f"{used.dialect.name_temporary(table_name(number))} AS {LISTED}"


def table_name(number: int) -> str:
    """Return the name of the temporary table of a list, by the number of its criterion."""
    return f"guichet_list_{number}"


def list_tables(lists: Mapping[str, UsedList], placed: Mapping[str, Listed]) -> list[TemporaryTable]:
    """List the temporary tables that a session for these lists begins with."""
    return [
        TemporaryTable(table_name(number), used.dialect.table_columns(shape_of(used)), used.keys)
        for number, (name, used) in enumerate(sorted(lists.items()))
        if placed[name].rows == _in_table(number, used)
    ]
