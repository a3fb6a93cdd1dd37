"""One record: read, saved, deleted. Each change is one statement of its author's, in one short transaction.

What is changed is what was read: the transaction sees one moment of the database, which refuses to write over what
somebody else changed since. Then it is begun anew, until time is up.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from guichet import errors
from guichet.interfaces.interface import Interface, Record
from guichet.language import Language
from guichet.messages import say
from guichet.records import fields, keys, refusals, values
from guichet.records.fields import Layout
from guichet.records.keys import Key
from guichet.search import cells, compose
from guichet.sources.columns import Column
from guichet.sources.protocol import RecordWriter, Session, Source, WriteSession
from guichet.sql import statement
from guichet.sql.dialect import Dialect
from guichet.sql.template import Template

READ_SECONDS = 10

# Between two tries, at most; so that those who met once don't meet again.
PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Stored:
    """A record as it is in the database.

    :param values: by column of the select, as cells of the API.
    :param texts: the same as the database's own text, which can be bound again without a loss.
    """

    key: str
    values: Mapping[str, Any]
    texts: Mapping[str, str | None]

    @property
    def tag(self) -> str:
        """A fingerprint of all its columns: another one means that it was changed."""
        listed = json.dumps(sorted(self.texts.items()), ensure_ascii=False)
        return hashlib.sha256(listed.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Change:
    """What became of a record: how it was, and how it is. None where there was none, or is none any more."""

    before: Stored | None
    after: Stored | None


@dataclass(frozen=True)
class Condition:
    """What must still hold for a change to be made.

    :param tags: the record has one of these tags; None where nothing is demanded. `*` stands for any.
    :param is_new: there is no such record yet.
    """

    tags: frozenset[str] | None = None
    is_new: bool = False

    def check(self, before: Stored | None) -> None:
        """Refuse what was changed meanwhile.

        :raises ChangedError: if the condition does not hold.
        """
        if self.is_new and before:
            raise errors.ChangedError("There is such a record already.")
        if self.tags is None:
            return
        if before is None:
            raise errors.ChangedError("The record is not there any more.")
        if "*" not in self.tags and before.tag not in self.tags:
            raise errors.ChangedError("The record was changed since it was read.")


# Entered when a change is made, left when it lasts: what it raises on the way in undoes the change.
Witness = Callable[[Change], AbstractContextManager[None]]


@dataclass(frozen=True)
class Records:
    """The records of one interface, for somebody who reads a language."""

    interface: Interface
    record: Record
    layout: Layout
    source: Source
    language: Language = "en"

    def key(self, text: str) -> Key:
        """Read a key from an address.

        :raises KeyShapeError: if it has not as many parts as it should.
        """
        return keys.read(self.record.key, text)

    def get(self, key: Key) -> Stored:
        """Read one.

        :raises NotFoundError: if there is none.
        """
        with self._broken_if_failing(), _unreadable_is_unknown(), self.source.session(READ_SECONDS) as session:
            stored = self._find(session, key)
        if stored is None:
            raise errors.NotFoundError("There is no such record.")
        return stored

    def save(
        self, writer: RecordWriter, key: Key | None, bound: values.Bound, condition: Condition, witness: Witness
    ) -> Change:
        """Create a record, or change the one that is there.

        :param key: None where the database makes it.
        :param bound: what is left out stays as it is; in a new record it is NULL.
        :raises CriteriaError: if a value is missing or can't be read.
        :raises ChangedError: if the condition doesn't hold.
        :raises RefusedError: if a constraint is against it.
        """

        def attempt(session: WriteSession) -> Change:
            with nullcontext() if bound.keys() & (key or {}).keys() else _unreadable_is_unknown():
                before = self._find(session, key) if key else None
            condition.check(before)
            try:
                return Change(before, self._write(session, before, key or {}, bound))
            except errors.ConstraintError as error:
                raise _ClashError(error, before.tag if before else None) from error

        try:
            with self._blaming(bound):
                return self._repeat(writer, attempt, witness)
        except errors.ConstraintError as error:
            raise refusals.explain(error, self.record, self.layout.fields, self.source, self.language) from error

    def delete(self, writer: RecordWriter, key: Key, condition: Condition, witness: Witness) -> Change:
        """Delete one.

        :raises NotFoundError: if there is none.
        :raises ChangedError: if the condition doesn't hold.
        :raises RefusedError: if other data refers to it.
        """
        assert self.record.delete is not None
        template = self.record.delete

        def attempt(session: WriteSession) -> Change:
            with _unreadable_is_unknown():
                before = self._find(session, key)
            if before is None:
                raise errors.NotFoundError("There is no such record.")
            condition.check(before)
            statement = self._compose(template, key)
            if session.write(statement.sql, statement.parameters).count == 0:
                raise self._unwilling()
            return Change(before, None)

        try:
            with self._broken_if_failing():
                return self._repeat(writer, attempt, witness)
        except errors.ConstraintError as error:
            raise refusals.explain_deletion(error, self.record, self.language) from error

    def _write(self, session: WriteSession, before: Stored | None, key: Key, bound: values.Bound) -> Stored:
        known: dict[str, str | None] = {**(before.texts if before else {}), **bound, **key}
        values.require(self.layout.fields, known)
        statement = self._compose(self.record.get_write(creates=before is None), known)
        done = session.write(statement.sql, statement.parameters)
        if done.count == 0:
            raise self._unwilling() if before else errors.NotFoundError("There is no such record, and none was made.")
        returned = {name: str(value) for name, value in done.returned.items() if name in self.record.key}
        whole = {**key, **returned}
        made = [name for name in self.record.key if name not in whole]
        if done.number is not None and len(made) == 1:
            whole[made[0]] = str(done.number)
        return self._after(session, before, whole)

    def _compose(self, template: Template, texts: values.Bound) -> statement.Statement:
        return compose.bind(template, self._bind(texts), self.record.dialect)

    def _bind(self, texts: values.Bound) -> dict[str, Any]:
        try:
            return self.layout.bind(texts, self.record.dialect)
        except ValueError as error:
            raise errors.InvalidValueError(self.source.name, str(error)) from error

    def _after(self, session: WriteSession, before: Stored | None, key: Key) -> Stored:
        """Read what was written."""
        rows = self._rows(session, key) if len(key) == len(self.record.key) else []
        if before and len(rows) > 1:
            # The old one is still seen, although somebody deleted it meanwhile: so ours was inserted anew beside it.
            raise errors.OvertakenError(self.source.name, "The record was deleted at that moment.")
        if len(rows) != 1:
            detail = (
                "what was written is a record that `select` does not find alone: does it say RETURNING with the key?"
            )
            raise errors.InterfaceBrokenError(self.interface.id, [detail])
        return _build_stored(self.record, self.layout.columns, rows[0])

    def _find(self, session: Session, key: Key) -> Stored | None:
        rows = self._rows(session, key) if self.layout.may_hold(key) else []
        if len(rows) > 1:
            detail = f"`select` yields several records for the key {keys.write(self.record.key, key)}"
            raise errors.InterfaceBrokenError(self.interface.id, [detail])
        return _build_stored(self.record, self.layout.columns, rows[0]) if rows else None

    def _rows(self, session: Session, key: Key) -> list[tuple[Any, ...]]:
        statement = selection(self.record, self.layout, self._bind(key))
        return session.fetch(statement.sql, statement.parameters).rows

    def _repeat(self, writer: RecordWriter, attempt: Callable[[WriteSession], Change], witness: Witness) -> Change:
        deadline = time.monotonic() + writer.timeout_seconds
        clash: _ClashError | None = None
        while True:
            try:
                with writer.transaction() as session:
                    change = attempt(session)
                    with witness(change):
                        session.commit()
                    return change
            except errors.OvertakenError:
                if time.monotonic() > deadline:
                    raise
            except _ClashError as found:
                # Somebody may have written the same record at that moment. If it still is as it was, it was another.
                if not found.may_pass or (clash and clash.tag == found.tag) or time.monotonic() > deadline:
                    raise found.error from found
                clash = found
            time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311  nothing secret depends on it

    def _unwilling(self) -> errors.RefusedError:
        return errors.RefusedError([errors.Fault("", "The database left the record as it is.")])

    @contextmanager
    def _blaming(self, bound: values.Bound) -> Iterator[None]:
        """Turn a value that the database can't read into a fault of the field that it came from."""
        with self._broken_if_failing():
            try:
                yield
            except errors.InvalidValueError as error:
                dialect = self.record.dialect
                name = find_blamed_field(bound, error, self.layout, dialect)
                if name is None and dialect.quotes_value(str(error), None):
                    raise
                pointer = values.pointer(name) if name else "/values"
                raise errors.CriteriaError(
                    [errors.Fault(pointer, say("The database can't take this: {error}", error=str(error)))]
                ) from error

    @contextmanager
    def _broken_if_failing(self) -> Iterator[None]:
        try:
            yield
        except (errors.QueryFailedError, errors.InvalidValueError) as error:
            detail = f"the SQL of `record` failed in source `{error.source}`: {error}"
            raise errors.InterfaceBrokenError(self.interface.id, [detail]) from error


class _ClashError(Exception):
    """A constraint's refusal, with the tag that the record had then; None where there was none."""

    def __init__(self, error: errors.ConstraintError, tag: str | None) -> None:
        self.error = error
        self.tag = tag
        self.may_pass = error.kind == "unique"
        super().__init__(str(error))


@contextmanager
def _unreadable_is_unknown() -> Iterator[None]:
    """Take a key of an address that its column can't even hold for one that is not there."""
    try:
        yield
    except errors.InvalidValueError as error:
        raise errors.NotFoundError(say("There is no such record: {error}", error=str(error))) from error


def selection(record: Record, layout: Layout, key: Mapping[str, Any]) -> statement.Statement:
    """Wrap the author's select: each column as a cell of the API, then each as the database's own text.

    :param key: its values as they are bound.
    """
    shown = record.dialect.json_cells(layout.columns, arrays_as_json=True)
    texts = record.dialect.text_cells(layout.columns)
    selected = fields.read_by_key(record, key)
    return record.dialect.select(selected, [*shown, *texts], [], limit=2)


def find_blamed_field(
    bound: values.Bound, error: errors.InvalidValueError, layout: Layout, dialect: Dialect
) -> str | None:
    """Find the field whose column an error names, or whose value it quotes."""
    for field in layout.fields.values():
        if field.name in bound and error.column == (field.origin.column if field.origin else field.name):
            return field.name
    message = str(error)
    quoted = (name for name, text in bound.items() if text is not None and dialect.quotes_value(message, text))
    return next(quoted, None)


def _build_stored(record: Record, columns: Sequence[Column], row: Sequence[Any]) -> Stored:
    names = [column.name for column in columns]
    shown = {column.name: cells.exact_of(column, value) for column, value in zip(columns, row, strict=False)}
    texts = dict(zip(names, row[len(names) :], strict=True))
    return Stored(keys.write(record.key, texts), shown, texts)
