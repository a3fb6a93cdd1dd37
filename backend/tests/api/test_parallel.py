"""Extracts whose statement the database shares out among several processes: the same rows, byte for byte."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from guichet.sources.kinds import SourceConfig
from guichet.sources.postgresql.opening import open_source
from guichet.sources.postgresql.source import PostgreSQLSource
from guichet.sources.protocol import TemporaryTable
from tests.api.conftest import wait_until
from tests.conftest import run_sql

ROWS = 200_000
SQL = "SELECT n, label, padding FROM wide"


@pytest.fixture(scope="module")
def wide(make_database: Callable[..., str]) -> str:
    """A database with a table that is worth several processes."""
    url = make_database()
    run_sql(
        url,
        f"CREATE TABLE wide AS SELECT n, 'é,\"' || n AS label, repeat('x', 100) AS padding"
        f" FROM generate_series(1, {ROWS}) AS n; ANALYZE wide;"
        " CREATE FUNCTION unsafe(int) RETURNS int LANGUAGE sql PARALLEL UNSAFE VOLATILE AS 'SELECT $1'",
    )
    return url


def source(url: str, parallel: int) -> PostgreSQLSource:
    return open_source(SourceConfig("wide", SecretStr(url), 3, 5, 5, "UTC", parallel=parallel))


class Lines:
    """What was written, line by line, and how many times anybody was asked."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []

    def write(self, row: bytes, /) -> None:
        self.rows.append(bytes(row))

    @property
    def digest(self) -> str:
        return hashlib.sha256(b"".join(sorted(self.rows))).hexdigest()


def extract(url: str, sql: str, parallel: int, *tables: TemporaryTable) -> tuple[int | None, Lines]:
    """Write the rows of a query as an extract does; also, how many processes were planned for it."""
    lines = Lines()
    with source(url, parallel).session(60, tables, snapshot=True) as session:
        planned = session.spread(sql, {})
        assert session.write_csv(sql, {}, ",", lines) == len(lines.rows)
    return planned, lines


@pytest.mark.parametrize(
    "sql",
    [
        SQL,
        f"SELECT * FROM (\n{SQL}\n) AS result LIMIT {ROWS + 1}",
        "SELECT one.n, other.label FROM wide AS one JOIN wide AS other USING (n) WHERE mod(one.n, 7) = 0",
        "SELECT mod(n, 10) AS digit, count(*), sum(n), min(label) FROM wide GROUP BY mod(n, 10)",
    ],
)
def test_the_rows_are_the_same_whoever_found_them(wide: str, sql: str) -> None:
    alone, serial = extract(wide, sql, 0)
    planned, spread = extract(wide, sql, 2)
    assert (alone, planned) == (None, 2)
    assert len(spread.rows) == len(serial.rows) > 0
    assert spread.digest == serial.digest


def test_sorted_rows_come_in_their_order(wide: str) -> None:
    planned, lines = extract(wide, f"{SQL} ORDER BY label DESC, n", 2)
    assert planned == 2
    assert lines.rows == extract(wide, f"{SQL} ORDER BY label DESC, n", 0)[1].rows


def test_what_must_not_be_shared_out_is_not(wide: str) -> None:
    planned, lines = extract(wide, "SELECT unsafe(n) AS n FROM wide", 2)
    assert (planned, len(lines.rows)) == (0, ROWS)


def test_a_list_is_looked_up_by_one_process_and_its_rows_are_found(wide: str) -> None:
    listed = TemporaryTable("guichet_listed", "n int", lambda: iter([b"7\n", b"8\n"]))
    _, lines = extract(wide, "SELECT n FROM wide WHERE n IN (SELECT n FROM pg_temp.guichet_listed)", 2, listed)
    assert sorted(lines.rows) == [b"7\n", b"8\n"]


def test_a_server_that_allows_none_is_obeyed(wide: str) -> None:
    forbidden = wide + ("&" if "?" in wide else "?") + "options=-c%20max_parallel_workers_per_gather%3D0"
    assert extract(forbidden, SQL, 2)[0] is None


@contextmanager
def somebody_waiting(url: str) -> Iterator[None]:
    """A search of ours runs, for which somebody waits."""
    other = source(url, 0)
    ended = threading.Event()
    with other.session(60) as session:

        def wait() -> None:
            try:
                session.fetch("SELECT pg_sleep(60)::text AS slept", {})
            except Exception:
                ended.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        try:
            since = (
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active'"
                " AND pid <> pg_backend_pid() AND clock_timestamp() - query_start > interval '300 ms'"
            )
            wait_until(lambda: run_sql(url, since)[0][0] == 1)
            yield
        finally:
            session.cancel()
            waiting.join()
    assert ended.is_set()


def test_searches_that_people_wait_for_come_first(wide: str) -> None:
    with somebody_waiting(wide):
        assert extract(wide, SQL, 2)[0] is None
    assert extract(wide, SQL, 2)[0] == 2
