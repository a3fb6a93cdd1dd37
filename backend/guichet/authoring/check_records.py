"""What `guichet check` finds out about a definition's `record`: its SQL is planned, in the role that will run it.

The database plans a statement, checks the role's rights to it, and runs nothing; its transaction is rolled back anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from guichet import errors
from guichet.authoring.error_location import Author
from guichet.interfaces import faults
from guichet.interfaces.interface import DefinitionProblem, Interface, Record
from guichet.interfaces.model import FieldType
from guichet.records import fields
from guichet.records.fields import Field, Layout
from guichet.search import compose, options
from guichet.sources.columns import Column
from guichet.sources.protocol import RecordWriter, Source
from guichet.sql.dialect import Dialect
from guichet.sql.statement import OptionQuery
from guichet.sql.template import Template

PLAN_SECONDS = 10
OPTIONS_READ = 200

# What could well be filled in; of the other types, texts above all, nobody knows what their column takes.
SAMPLES: Mapping[FieldType, str] = {
    "number": "1",
    "date": "2026-01-31",
    "datetime": "2026-01-31T18:00:00",
    "boolean": "true",
    "list": "{}",
}


def problems(
    record: Record, columns: Sequence[Column], source: Source, writer: RecordWriter | None, author: Author
) -> Iterator[DefinitionProblem]:
    """Find what is wrong with a record's SQL.

    :param writer: None where nothing can be written; then what writes is planned by the role that reads.
    """
    if not source.capabilities.writes:
        detail = (
            f"records can't be written to the database of source `{source.name}`: take `record` out, and show more"
            " columns in the result instead"
        )
        yield author.problem(detail, "record")
        return
    names = [column.name for column in columns]
    for name in record.key:
        if name not in names:
            near = faults.suggest_nearest(name, names)
            detail = f"the interface's `sql` has no column `{name}` to find a row's record by{near}"
            yield author.problem(detail, "record", "key")
    try:
        with source.session(PLAN_SECONDS) as session:
            layout = fields.describe(record, session)
            yield from _layout_problems(layout, author)
            yield from _constraint_problems(record, layout, source, author)
    except errors.QueryFailedError as error:
        yield author.locate(error, "record", "select")
        return
    except errors.SourceError as error:
        yield author.problem(errors.explain(error), "record", "select")
        return
    yield from _option_problems(record, source, author)
    yield from _plan_problems(record, layout, source, writer, author)


def note(interface: Interface, source: Source, writer: RecordWriter | None) -> str | None:
    """Say that records can only be read, where there is no role to write with."""
    if interface.record is None or writer is not None or not source.capabilities.writes:
        return None
    return f"the records of `{interface.id}` are read-only: SOURCE_{interface.source.upper()}_WRITE_URL is not set."


def _layout_problems(layout: Layout, author: Author) -> Iterator[DefinitionProblem]:
    names = [column.name for column in layout.columns]
    for name in layout.missing:
        detail = f"`select` has no column `{name}`{faults.suggest_nearest(name, names)}"
        yield author.problem(detail, "record", "fields", name)
    for name, field in layout.fields.items():
        if field.type == "list" and field.column.type != "array":
            yield author.problem(f"`{name}` is no array, as `type: list` needs", "record", "fields", name, "type")
        if field.type == "select" and not field.about.options and not field.choices:
            yield author.problem(f"`{name}` has no `options` to select from", "record", "fields", name)


def _constraint_problems(record: Record, layout: Layout, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    if not record.definition.constraints or source.catalogue is None:
        return
    tables = sorted({field.origin.table for field in layout.fields.values() if field.origin})
    known = source.catalogue.constraint_names(tables)
    for name in record.definition.constraints:
        if name not in known:
            detail = f"there is no constraint `{name}`{faults.suggest_nearest(name, known)}"
            yield author.problem(detail, "record", "constraints", name)


def _option_problems(record: Record, source: Source, author: Author) -> Iterator[DefinitionProblem]:
    for name, field in record.fields.items():
        if not field.options or field.options.choices is not None:
            continue
        keys = ("record", "fields", name, "options", "sql")
        try:
            with source.session(PLAN_SECONDS) as session:
                listed = compose.bind(field.options.template, {}, record.dialect)
                options.page(session, record.dialect, listed, field.options.first, OptionQuery(limit=OPTIONS_READ))
        except errors.QueryFailedError as error:
            yield author.locate(error, *keys)
        except errors.SourceError as error:
            yield author.problem(f"the options can't be loaded: {errors.explain(error)}", *keys)


def _plan_problems(
    record: Record, layout: Layout, source: Source, writer: RecordWriter | None, author: Author
) -> Iterator[DefinitionProblem]:
    samples = {name: _sample(field) for name, field in layout.fields.items()}
    for key, template in (*record.writes.items(), ("delete", record.delete)):
        for values in ({}, samples):
            problem = _plan_problem(template, record.dialect, values, source, writer, author, key) if template else None
            if problem:
                yield problem
                break


def _sample(field: Field) -> str | None:
    return None if field.type == "list" and field.column.type != "array" else SAMPLES.get(field.type)


def _plan_problem(
    template: Template,
    dialect: Dialect,
    values: Mapping[str, str | None],
    source: Source,
    writer: RecordWriter | None,
    author: Author,
    key: str,
) -> DefinitionProblem | None:
    statement = compose.bind(template, values, dialect)
    try:
        with writer.transaction() if writer else source.session(PLAN_SECONDS) as session:
            session.plan(statement.sql, statement.parameters)
    except errors.QueryFailedError as error:
        if writer is None and error.kind == "rights":
            return None  # it is not this role's to write
        return author.locate(error, "record", key)
    except errors.InvalidValueError as error:
        return author.problem(f"a sample value does not fit: {error}", "record", key)
    except errors.SourceError as error:
        return author.problem(errors.explain(error), "record", key)
    return None
