"""What Guichet adds to the SQL of a count, a search and option lists, over HTTP, beside the same SQL in psycopg2.

    .venv/bin/python bench/interactive.py

Needs the demo's `crm` database (a running `./startup.sh`, or SOURCE_CRM_URL). Prints one table.
"""

from __future__ import annotations

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import psycopg2.extensions
from guichet.interfaces import loading
from guichet.interfaces.interface import Interface, Limits
from guichet.search import compose
from guichet.search.criteria import Filled
from guichet.sql.postgresql.dialect import POSTGRESQL
from guichet.sql.statement import Statement

import harness
from harness import Server, in_turn, median, percentile, row

HERE = Path(__file__).parent
LISTS = ("country", "comp_industry", "comp_size", "comp_type", "cont_industry", "cont_function", "cont_level")


def statement(**criteria: int) -> Statement:
    """Return the very statement that the server runs."""
    content = (HERE / "portal" / "contacts.yaml").read_bytes()
    loaded = loading.load_definition(
        "contacts.yaml", content, sources={"crm": POSTGRESQL}, default_limits=Limits(10_000, 20, 10**6)
    )
    assert isinstance(loaded, Interface)
    return compose.search(loaded, {name: Filled(value) for name, value in criteria.items()})


def main() -> None:
    connection = psycopg2.connect(harness.crm_url())
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SELECT id FROM contact ORDER BY id OFFSET 9999 LIMIT 1")
    up_to = cursor.fetchone()[0]
    body = {"criteria": {"up_to": up_to}}
    harness.table()
    with harness.serving(HERE / "portal") as port:
        measure_count(cursor, Server(port))
        measure_search(cursor, Server(port), statement(up_to=up_to), body)
    with harness.serving(harness.ROOT / "portal", SOURCE_LAB_URL=harness.crm_url()) as port:
        measure_options(port)


def measure_count(cursor: psycopg2.extensions.cursor, server: Server) -> None:
    body = {"criteria": {"company": 77}}
    composed = POSTGRESQL.count(statement(company=77))

    def bare() -> None:
        cursor.execute(composed.sql, composed.parameters)
        cursor.fetchone()

    alone, ours = in_turn(500, bare, lambda: server.post("contacts/count", body))
    for name, found, limit, aim in (
        ("p50", median(ours) - median(alone), 2.5, "+ 1.2 ms"),
        ("p99", percentile(ours, 99) - percentile(alone, 99), 10, ""),
    ):
        row(f"count over HTTP, {name}", f"+ {found:.1f} ms", f"+ {limit} ms", aim, holds=found <= limit)


def measure_search(cursor: psycopg2.extensions.cursor, server: Server, same: Statement, body: object) -> None:
    def bare() -> None:
        cursor.execute(same.sql, same.parameters)
        assert len(cursor.fetchall()) == 10_000

    alone, ours = in_turn(25, bare, lambda: server.post("contacts/search", body))
    ratio = median(ours) / median(alone)
    row(
        "search of 10,000 rows × 16 columns",
        f"{ratio:.2f} × ({median(ours):.0f} and {median(alone):.0f} ms)",
        "1.2 ×",
        "0.7 ×",
        holds=ratio <= 1.2,
    )
    plain, packed = in_turn(
        25,
        lambda: server.post("contacts/search", body),
        lambda: server.post("contacts/search", body, Accept_Encoding="gzip"),
    )
    whole = server.post("contacts/search", body)
    small = server.post("contacts/search", body, Accept_Encoding="gzip")
    assert gzip.decompress(small)[:20] == whole[:20]
    share, cost = len(small) / len(whole), median(packed) - median(plain)
    row("its size compressed", f"{share:.1%} for {cost:.1f} ms", "12 % for 3 ms", "", holds=share <= 0.12 and cost <= 3)


def measure_options(port: int) -> None:
    servers = [Server(port) for _ in LISTS]

    def ask(at: int, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        return servers[at].get(f"companies_and_contacts/options/{LISTS[at]}", **headers)

    with ThreadPoolExecutor(len(LISTS)) as pool:

        def all_at_once() -> None:
            statuses = [status for status, _, _ in pool.map(ask, range(len(LISTS)))]
            assert statuses == [200] * len(LISTS)

        (times,) = in_turn(100, all_at_once)
        found = median(times)
        row("seven option lists in parallel, p50", f"{found:.1f} ms", "20 ms", "", holds=found <= 20)
    etag = ask(0)[2]["ETag"]
    started = time.perf_counter()
    status, text, _ = ask(0, If_None_Match=etag)
    again = (time.perf_counter() - started) * 1000
    row("an unchanged list", f"{status}, {len(text)} bytes, {again:.1f} ms", "304", "", holds=status == 304)


if __name__ == "__main__":
    main()
