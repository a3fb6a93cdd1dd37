"""What `guichet check`, `new` and `tables` stand on: faults are found without running, and tables are told."""

from __future__ import annotations

from functools import partial

from guichet import errors
from guichet.conformance.bench import SECONDS, Bench, NotKeptError, expect, expect_refusal
from guichet.conformance.promise import Promise


def _sound(bench: Bench) -> None:
    search = bench.prepare({"id": ["1"], "name": "x", "days": {"to": "2024-01-01"}, "category": [10]})
    with search.session(SECONDS) as session:
        session.plan(search.statement.sql, search.statement.parameters)
        if not session.explain(search.statement.sql, search.statement.parameters):
            raise NotKeptError("nothing is said of how a statement is run")


def _faulty(bench: Bench) -> None:
    for sql in (
        "SELECT 1 AS a FROM guichet_no_such_table",
        f"SELECT guichet_no_such_column FROM {bench.table.replace('%', '%%')}",
        "SELECT guichet_no_such_function(1) AS a",
        "SELECT FROM WHERE",
    ):
        with bench.source.session(SECONDS) as session:
            try:
                expect_refusal(partial(session.plan, sql, {}), errors.QueryFailedError)
            except NotKeptError as error:
                raise NotKeptError(f"{sql}: {error}") from error


def _not_run(bench: Bench) -> None:
    """Plan a statement that would take for ever if it were run."""
    with bench.source.session(SECONDS) as session:
        session.plan(bench.endless, {})


def _tables(bench: Bench) -> None:
    catalogue = bench.source.catalogue
    if catalogue is None:
        raise NotKeptError("there is no catalogue")
    tables = catalogue.tables()
    names = [table.sql_name for table in tables]
    expect(len(set(names)), len(names), "tables with names of their own")
    for table in [known for known in tables if known.is_readable and not known.is_system][:3]:
        columns, _ = catalogue.columns(table.id)
        if not columns:
            raise NotKeptError(f"{table.sql_name} has no columns")


def _alive(bench: Bench) -> None:
    bench.source.ping()


PROMISES = (
    Promise("it answers", _alive),
    Promise("a sound statement is planned and explained", _sound),
    Promise("a faulty one is refused, without being run", _faulty),
    Promise("planning runs nothing", _not_run),
    Promise("tables and their columns are told", _tables, "catalogue"),
)
