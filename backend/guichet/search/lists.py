"""Searching by value lists: where their values are for a statement, and how they come there.

Few values are bound as pasted ones are. Many go into a temporary table of the session, streamed from the portal
database by COPY; where a source takes none (a standby), they are bound as one array and unnested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from guichet import errors
from guichet.interfaces import model
from guichet.interfaces.interface import Criterion, Interface
from guichet.interfaces.language import LANGUAGES
from guichet.portal_db.database import PortalDatabase, Record, Transaction
from guichet.search.compose import LISTED, LISTED_VALUE, Listed, array_literal
from guichet.search.criteria import Criteria, ListRef, normalized
from guichet.sources.source import Source, Table
from guichet.value_lists import kinds, storing
from guichet.value_lists.layout import Wish
from guichet.value_lists.storing import Reading

# So many are bound: making a table takes longer, and leaves dead rows in the source's catalogue.
BOUND_VALUES = 10_000
# So many tell the planner enough.
SAMPLED_VALUES = 100
# Of which type the values are, by the criterion's name.
TypeOf = Callable[[str], str]

# How the values must look that a type of column is compared with; all others are text to us.
KINDS: Mapping[str, str] = {
    **{name: name for name in ("smallint", "integer", "bigint", "numeric", "uuid", "date", "boolean")},
    "real": "double precision",
    "double precision": "double precision",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp",
}

# What values look like in a file, by the type that they are compared as, and by what a criterion is called.
PATTERNS: Mapping[str, str] = {
    **dict.fromkeys(("smallint", "integer", "bigint"), "integer"),
    **dict.fromkeys(("numeric", "real", "double precision"), "number"),
    **{name: name for name in ("uuid", "date")},
}
GUESSED = (("mail", "email"), ("domain", "web"), ("site", "web"), ("url", "web"))


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
    database: PortalDatabase
    reading: Reading
    type: str
    values: int
    malformed: int
    merged: bool

    def keys(self) -> Iterator[bytes]:
        """Makes the rows of a table of its values."""
        with self.database.transaction() as transaction:
            transaction.allow(storing.SECONDS)
            yield from storing.keys(transaction, self.id, self.reading)

    def lines(self) -> Iterator[bytes]:
        """Makes the rows of a table of its values, with line and spelling."""
        with self.database.transaction() as transaction:
            transaction.allow(storing.SECONDS)
            yield from storing.lines(transaction, self.id, self.reading)


@dataclass(frozen=True)
class PastedList:
    """Several values that were given with the search itself.

    :param spellings: with their places, counted from 1, and what is looked for; None where they are malformed.
    """

    criterion: str
    reading: Reading
    type: str
    spellings: tuple[tuple[int, str, str | None], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What is looked for, each once."""
        return tuple(dict.fromkeys(key for _, _, key in self.spellings if key is not None))

    @property
    def values(self) -> int:
        return len(self.keys)

    @property
    def malformed(self) -> int:
        return len({text for _, text, key in self.spellings if key is None})

    @property
    def merged(self) -> bool:
        return self.values < len(self.spellings)

    def literals(self) -> dict[str, str]:
        """Returns lines, spellings and values as three array literals."""
        columns = zip(*self.spellings, strict=True)
        return {name: array_literal(one) for name, one in zip(("line", "spelling", "key"), columns, strict=True)}


LookedFor = UsedList | PastedList


def pasted(
    interface: Interface, criteria: Criteria, given: Mapping[str, Any], type_of: TypeOf
) -> dict[str, PastedList]:
    """Finds the criteria that are filled by several values, of which some may be malformed, or not found.

    :param given: the criteria as they were sent: what was written before it was normalized.
    """
    found = {}
    for name, filled in criteria.items():
        if interface.criteria[name].type == "values" and isinstance(filled.value, tuple) and len(filled.value) > 1:
            written = given[name]["not"] if filled.negated else given[name]
            with suppress(errors.SourceError):  # the search itself fails for it, or needs no type
                found[name] = _pasted(interface.criteria[name], written, type_of(name))
    return found


def readable(criteria: Criteria, pasted: Mapping[str, PastedList]) -> Criteria:
    """Leaves out the values that are malformed: what is left is searched by, even if nothing is."""
    kept = {name: replace(criteria[name], value=one.keys) for name, one in pasted.items() if one.malformed}
    return {**criteria, **kept}


def _pasted(criterion: Criterion, given: Any, type_: str) -> PastedList:
    definition = criterion.definition
    assert isinstance(definition, model.ValuesCriterion)
    reading = reading_of(criterion, type_)
    texts = [(line, str(one).strip()) for line, one in enumerate(given, 1)]
    read = ((line, text, normalized(text, definition.normalize)) for line, text in texts if text)
    spellings = tuple((line, text, kinds.key(value, reading.kind)) for line, text, value in read)
    return PastedList(criterion.name, reading, type_, spellings)


def find(
    database: PortalDatabase, interface: Interface, criteria: Criteria, owner: str, type_of: TypeOf
) -> dict[str, UsedList]:
    """Finds the lists that criteria are filled by.

    :raises CriteriaError: if one is gone, or another user's.
    """
    with database.transaction() as transaction:
        transaction.allow(storing.SECONDS)
        found, faults = {}, []
        for name, filled in criteria.items():
            if not isinstance(filled.value, ListRef):
                continue
            record = transaction.find("value_lists.one_of_mine", id=filled.value.id, owner=owner)
            if record is None:
                at = f"/criteria/{name}{'/not' if filled.negated else ''}/list"
                faults.append(errors.Fault(at, "There is no such list any more, or it is not yours."))
                continue
            used = _used(database, transaction, interface.criteria[name], record, type_of(name))
            found[name] = used
    if faults:
        raise errors.CriteriaError(faults)
    return found


def _used(
    database: PortalDatabase, transaction: Transaction, criterion: Criterion, record: Record, type_: str
) -> UsedList:
    reading = reading_of(criterion, type_)
    values, malformed = storing.count(transaction, record, reading)
    return UsedList(
        id=str(record["id"]),
        name=record["name"],
        hash=record["hash"],
        criterion=criterion.name,
        database=database,
        reading=reading,
        type=type_,
        values=values,
        malformed=malformed,
        merged=values + malformed < record["values"],
    )


def reading_of(criterion: Criterion, type_: str) -> Reading:
    """Says how a criterion wants the values of a list."""
    definition = criterion.definition
    assert isinstance(definition, model.ValuesCriterion)
    steps = definition.normalize
    case = next((step for step in reversed(steps) if step != "digits"), "")
    kind = KINDS.get(type_, "text")
    return Reading("digits" if "digits" in steps else case, definition.expects or kind if kind == "text" else kind)


def wish_of(criterion: Criterion, type_: str) -> Wish:
    """Says which column of a file fits a criterion: by its name, and by what its values look like."""
    column = criterion.definition.column or ""
    names = (criterion.name, *(criterion.label(language) for language in LANGUAGES), column.rpartition(".")[2])
    described = " ".join(names).lower()
    guessed = next((kind for word, kind in GUESSED if word in described), "")
    return Wish(names, PATTERNS.get(type_, guessed))


def place(lists: Mapping[str, UsedList], source: Source) -> dict[str, Listed]:
    """Decides where a statement has the values of each list, and fetches those that are bound."""
    return {name: _placed(at, one, source) for at, (name, one) in enumerate(sorted(lists.items()))}


def _placed(at: int, used: UsedList, source: Source) -> Listed:
    if used.values > BOUND_VALUES and source.takes_tables():
        return Listed(_in_table(at))
    with used.database.transaction() as transaction:
        transaction.allow(storing.SECONDS)
        literal = storing.literal(transaction, used.id, used.reading)
    return Listed(unnested(used) if used.values > BOUND_VALUES else None, literal)


def sampled(used: UsedList) -> Listed:
    """Some of a list's values, bound as pasted ones are: for the planner."""
    with used.database.transaction() as transaction:
        return Listed(None, storing.literal(transaction, used.id, used.reading, SAMPLED_VALUES))


def unnested(used: LookedFor) -> str:
    """The rows of a list that is bound as an array."""
    return f"unnest(%({used.criterion})s::{used.type}[]) AS {LISTED} ({LISTED_VALUE})"


@dataclass(frozen=True)
class Lines:
    """Where a statement has a list with its lines and spellings.

    :param table: that the session begins with; None where they are bound.
    :param rows: what is selected from.
    """

    table: Table | None
    rows: str
    bound: Mapping[str, Any] = field(default_factory=dict)


def lines(used: LookedFor, source: Source, at: int) -> Lines:
    """Decides where a statement has a list with its lines and spellings.

    :param at: which one of the session's lists it is.
    """
    if isinstance(used, PastedList):
        return _bound_lines(used, used.literals())
    if source.takes_tables():
        name = f"guichet_lines_{at}"
        columns = f"line bigint, spelling text, {LISTED_VALUE} {used.type}"
        return Lines(Table(name, columns, used.lines), f"pg_temp.{name}")
    with used.database.transaction() as transaction:
        transaction.allow(storing.SECONDS)
        literals = storing.literals(transaction, used.id, used.reading)
    return _bound_lines(used, literals)


def _bound_lines(used: LookedFor, literals: Mapping[str, str]) -> Lines:
    arrays = f"%(list:line)s::bigint[], %(list:spelling)s::text[], %(list:key)s::{used.type}[]"
    rows = f"unnest({arrays}) AS listed (line, spelling, {LISTED_VALUE})"
    return Lines(None, rows, {f"list:{name}": literal for name, literal in literals.items()})


def _in_table(at: int) -> str:
    return f"pg_temp.{table_name(at)} AS {LISTED}"


def table_name(at: int) -> str:
    return f"guichet_list_{at}"


def tables(lists: Mapping[str, UsedList], placed: Mapping[str, Listed]) -> list[Table]:
    """Lists the temporary tables that a session for these lists begins with."""
    return [
        Table(table_name(at), f"{LISTED_VALUE} {one.type}", one.keys)
        for at, (name, one) in enumerate(sorted(lists.items()))
        if placed[name].rows == _in_table(at)
    ]
