"""What a session promises, on a real cluster: it only reads, ends in time, can be cancelled, and streams."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest

from guichet import errors
from guichet.sources.columns import ValueType
from guichet.sources.protocol import TemporaryTable
from guichet.sources.spark.source import SparkSource
from guichet.sql.spark.dialect import SPARK
from guichet.sql.statement import Statement
from tests.api.conftest import wait_until
from tests.conftest import INHERITED
from tests.spark.server import Cluster, run

Make = Callable[..., SparkSource]
ENDLESS = "SELECT count(*) AS n FROM range(0, 1000000000000, 1, 2) WHERE sha2(CAST(id AS STRING), 256) = 'x'"
ROWS = "SELECT id, repeat('x', 500) AS text FROM range(0, 100000, 1, 20)"


def test_nothing_but_a_query_is_run(source: SparkSource, shop: Cluster) -> None:
    for sql in (
        "INSERT INTO country VALUES ('XX', 'x')",
        "CREATE TABLE made (id INT)",
        "CREATE OR REPLACE TEMPORARY VIEW made AS SELECT 1",
        "DROP TABLE visit",
        "WITH a AS (SELECT 'XX' AS b) INSERT INTO country SELECT b, b FROM a",
        "FROM country INSERT INTO country SELECT code, name",
        "SELECT 1) AS a; DROP TABLE visit; SELECT * FROM (SELECT 1",
        "SELECT 1) AS a /*",
        "SET spark.sql.ansi.enabled = false",
        "SELECT java_method('java.lang.System', 'exit', 1)",
        "SELECT `reflect` /* a */ ('java.lang.System', 'exit', 1)",
        "SELECT TRANSFORM (code) USING 'touch /tmp/evil' FROM country",
        "SELECT TRANSFORM (code) USING/**/r'touch /tmp/evil' FROM country",
    ):
        with source.session(60) as session:
            with pytest.raises(errors.QueryFailedError):
                session.fetch(sql, {})
            with pytest.raises(errors.QueryFailedError):
                session.plan(sql, {})
    with source.session(60) as session:
        assert session.fetch("SELECT 'USING ''x''; reflect(1)' AS a, `using` FROM (SELECT 1 AS `using`)", {}).rows
    assert run(shop, "SELECT count(*) AS n FROM country") == [{"n": 4}]
    assert run(shop, "SELECT count(*) AS n FROM visit") == [{"n": 20_000}]


def test_a_query_ends_in_the_cluster_at_its_time_limit(source: SparkSource, cluster: Cluster) -> None:
    with source.session(1.5) as session, pytest.raises(errors.QueryTimeoutError):
        session.fetch(ENDLESS, {})

    wait_until(lambda: cluster.jobs() == [])


def test_a_query_is_cancelled_in_the_cluster(source: SparkSource, cluster: Cluster) -> None:
    with source.session(60) as session:
        raised: list[BaseException] = []

        def ask() -> None:
            try:
                session.fetch(ENDLESS, {})
            except errors.SourceError as error:
                raised.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        wait_until(lambda: len(cluster.jobs()) == 1)
        session.cancel()
        thread.join(30)

    assert [type(one) for one in raised] == [errors.QueryCancelledError]
    wait_until(lambda: cluster.jobs() == [])


def test_a_stream_is_cancelled_while_it_is_read(source: SparkSource) -> None:
    with source.session(60) as session:
        rows = session.stream(ROWS, {})
        assert len([next(rows) for _ in range(5000)]) == 5000
        session.cancel()
        with pytest.raises(errors.QueryCancelledError):
            for _ in rows:
                pass


def test_whoever_takes_no_more_rows_leaves_nothing_running(source: SparkSource, cluster: Cluster) -> None:
    slow = "SELECT id, aggregate(sequence(1, 4000), 0D, (a, b) -> a + sqrt(b)) AS made FROM range(0, 100000, 1, 500)"
    with source.session(60) as session, closing(session.stream(slow, {}, 10)) as rows:  # type: ignore[type-var]  # a generator
        assert len([next(rows) for _ in range(15)]) == 15

    wait_until(lambda: cluster.jobs() == [])
    with source.session(60) as session:
        assert session.fetch_value("SELECT 1", {}) == 1


def test_many_rows_are_taken_without_bringing_them_into_one_part(source: SparkSource, cluster: Cluster) -> None:
    statement = Statement("SELECT id FROM range(0, 1000000, 1, 4)", {})
    selected = SPARK.select(statement, ["id"], [], 150_000)
    assert "LIMIT" not in selected.sql
    with source.session(60) as session:
        rows = session.fetch(selected.sql, selected.parameters).rows
    assert len({row[0] for row in rows}) == len(rows) == 150_000
    wait_until(lambda: cluster.jobs() == [])


def test_what_a_client_left_behind_that_died_is_ended(cluster: Cluster) -> None:
    program = (
        "from tests.conformance import make_bench\n"
        f"with make_bench({cluster.url!r}).source.session(600) as session: session.fetch({ENDLESS!r}, {{}})\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env=INHERITED)
    try:
        wait_until(lambda: len(cluster.jobs()) == 1, 30)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    wait_until(lambda: cluster.jobs() == [], 30)


def test_views_of_lists_are_there_and_gone_again(source: SparkSource) -> None:
    rows = [b"a\\\\b\\tc\n\\N\n", "é😀\n".encode()]
    table = TemporaryTable("guichet_list_0", "guichet_value STRING", lambda: iter(rows))
    with source.session(60, [table]) as session:
        listed = session.fetch("SELECT guichet_value FROM guichet_list_0", {}).rows
        assert sorted(str(one[0]) for one in listed) == ["None", "a\\b\tc", "é😀"]
    with source.session(60) as session, pytest.raises(errors.QueryFailedError):
        session.fetch("SELECT * FROM guichet_list_0", {})


def test_the_type_of_what_a_value_is_compared_with_is_known(source: SparkSource, shop: Cluster) -> None:
    with source.session(60) as session:
        for condition, type_ in (
            ("id = %(value)s", ValueType("INT", "integer")),
            ("id IN (%(value)s)", ValueType("INT", "integer")),
            ("account IS DISTINCT FROM %(value)s", ValueType("DECIMAL(20,0)", "decimal")),
            ("rating >= %(value)s", ValueType("FLOAT", "float")),
            ("seen < %(value)s", ValueType("TIMESTAMP", "timestamptz")),
            ("upper(name) = %(value)s", ValueType("STRING", "text")),
            ("name ILIKE %(value)s", ValueType("STRING", "text")),
        ):
            sql = f"SELECT 1 AS a FROM customer WHERE {condition}"
            assert session.value_type(sql, {"value": None}, "value") == type_, condition


def test_what_is_wrong_with_sql_is_told_with_its_place(source: SparkSource, shop: Cluster) -> None:
    with source.session(60) as session:
        for sql, kind, near in (
            ("SELECT nope FROM customer", "", "nope FROM customer"),
            ("SELECT id\nFROM nowhere", "", "nowhere"),
            ("SELECT * FORM customer", "syntax", "customer"),
            ("SELECT missing(1) AS a", "", "missing(1) AS a"),
        ):
            with pytest.raises(errors.QueryFailedError) as raised:
                session.plan(sql, {})
            assert (raised.value.kind, raised.value.near) == (kind, near), str(raised.value)
            assert "SQLSTATE" not in str(raised.value)


def test_a_text_that_is_none_in_utf_8_is_found(source: SparkSource) -> None:
    sql = "SELECT id, CASE id WHEN 1 THEN CAST(X'ff' AS STRING) ELSE 'x' END AS text FROM range(3)"
    with source.session(60) as session:
        with pytest.raises(errors.UnreadableTextError):
            session.fetch(sql, {})
        assert session.find_unreadable_text(sql, {}) == (2, "text")


def test_an_option_that_is_not_known_is_refused(make_source: Make, cluster: Cluster) -> None:
    with pytest.raises(errors.SettingsError, match="use_ssl"):
        make_source(url=f"{cluster.url}?token=x")


def test_no_more_sessions_are_opened_than_there_may_be(make_source: Make) -> None:
    source = make_source()
    source._config = source._config.__class__(**{**vars(source._config), "wait_seconds": 0.1})
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(source.session(60))
        with pytest.raises(errors.SourceBusyError):
            stack.enter_context(source.session(60))
