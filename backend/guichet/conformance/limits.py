"""What keeps a database safe and a server free: read-only, one statement, time limits, cancelling."""

from __future__ import annotations

import threading
from functools import partial

from guichet import errors
from guichet.conformance.bench import SECONDS, Bench, NotKeptError, expect_refusal
from guichet.conformance.promise import Promise

TABLE = "guichet_conformance"
# What would write, if anything let it.
WRITING = (
    f"CREATE TABLE {TABLE} (a INTEGER)",
    f"CREATE TABLE {TABLE} AS SELECT 1 AS a",
    f"CREATE VIEW {TABLE} AS SELECT 1 AS a",
)
SHORT_SECONDS = 0.5


def _time_limit(bench: Bench) -> None:
    with bench.source.session(SHORT_SECONDS) as session:
        expect_refusal(lambda: session.fetch(bench.endless, {}), errors.QueryTimeoutError)


def _cancel(bench: Bench) -> None:
    with bench.source.session(SECONDS) as session:
        timer = threading.Timer(SHORT_SECONDS, session.cancel)
        timer.start()
        try:
            expect_refusal(lambda: session.fetch(bench.endless, {}), errors.QueryCancelledError)
        finally:
            timer.join()


def _read_only(bench: Bench) -> None:
    for sql in WRITING:
        with bench.source.session(SECONDS) as session:
            try:
                expect_refusal(partial(session.fetch, sql, {}), errors.SourceError)
            except NotKeptError as error:
                raise NotKeptError(f"{sql}: {error}") from error


def _single(bench: Bench) -> None:
    with bench.source.session(SECONDS) as session:
        expect_refusal(lambda: session.fetch("SELECT 1; SELECT 2", {}), errors.QueryFailedError)


def _estimate(bench: Bench) -> None:
    search = bench.prepare({})
    with search.session(SECONDS) as session:
        rows = session.estimate(search.statement.sql, search.statement.parameters)
    if rows is None or rows < 0:
        raise NotKeptError(f"rows expected: {rows}")


PROMISES = (
    Promise("a statement ends at its time limit", _time_limit, "time_limit"),
    Promise("a statement is cancelled from elsewhere", _cancel, "cancel"),
    Promise("nothing is written", _read_only, "read_only"),
    Promise("one statement at a time", _single),
    Promise("how many rows are expected", _estimate, "estimate"),
)
