"""The heavy path: rows × 16 columns through COPY, the formula guard and the compressor to a zip, beside `psql \\copy`.

    .venv/bin/python bench/extract.py [--runs 5] [--wide] [--others]

Needs psql, and a database with the demo's `crm` tables (SOURCE_CRM_URL, or a running ./startup.sh); at
DEMO_COMPANIES=1000000 it has the five million contacts that the figures are about. Each way runs in a process of its
own, in turn; its peak memory is the kernel's. Prints one table.

`--wide` measures a million rows of 2 kB instead; `--others` a million rows by what people use instead (pandas, where it
is installed: `pip install pandas==3.0.3 SQLAlchemy==2.1.9`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

import psycopg2
from guichet.interfaces import loading
from guichet.interfaces.interface import Interface, Limits
from guichet.search import compose
from guichet.search.criteria import Filled
from guichet.sources.postgresql.pool import Pool, PoolLimits
from guichet.sources.postgresql.source import PostgreSQLSource
from guichet.sql.postgresql.dialect import POSTGRESQL
from guichet.sql.statement import Statement
from pydantic import SecretStr

import harness
from harness import median, row

HERE = Path(__file__).parent
SIZES = (100_000, 1_000_000, 5_000_000)
TIMES = 4  # as many rows again, from the same join
RUNS = 5
WIDE_ROWS = 1_000_000
OTHERS_ROWS = 1_000_000
PARALLEL = 2  # what EXTRACT_PARALLEL may be on a source with cores to spare
SPREAD = f"-c max_parallel_workers_per_gather={PARALLEL} -c parallel_setup_cost=0 -c parallel_tuple_cost=0"


def statement(rows: int) -> Statement:
    """Compose the join of so many rows; beyond the contacts that there are, each comes several times."""
    content = (HERE / "portal" / "contacts.yaml").read_bytes()
    loaded = loading.load_definition(
        "contacts.yaml", content, sources={"crm": POSTGRESQL}, default_limits=Limits(10_000, 20, 10**9)
    )
    assert isinstance(loaded, Interface)
    if rows <= SIZES[-1]:
        return compose.search(loaded, {"up_to": Filled(rows)})
    joined = compose.search(loaded, {})
    sql = f"SELECT joined.* FROM (\n{joined.sql}\n) AS joined CROSS JOIN generate_series(1, {rows // SIZES[-1]})"
    return Statement(sql, joined.parameters)


def wide(rows: int) -> Statement:
    """Compose rows of 2 kB: those of the join, with a long text made of what they hold."""
    joined = statement(rows)
    text = "left(repeat(concat_ws(' ', comp_name, first_name, last_name, email, cont_id), 40), 1780)"
    return Statement(f"SELECT *, {text} AS text FROM (\n{joined.sql}\n) AS joined", joined.parameters)


STATEMENTS = {"joined": statement, "wide": wide}


def ours(what: str, rows: int, *, guard: bool, parallel: int) -> dict[str, float]:
    """Run the extract's own data path once, in this process."""
    source = PostgreSQLSource(Pool("crm", SecretStr(harness.crm_url()), PoolLimits(1, 5, 5)), "UTC", parallel)
    return harness.write_zip(source, POSTGRESQL, STATEMENTS[what](rows), guard=guard)


def in_process(what: str, rows: int, *, guard: bool, parallel: int = 0) -> dict[str, float]:
    """Run `ours` in a process of its own, whose memory is then its alone."""
    command = [sys.executable, __file__, "--once", what, str(rows), "guarded" if guard else "plain", str(parallel)]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def bound(what: str, rows: int) -> str:
    """Return the statement on one line, with its values in it: for psql, and for whoever binds otherwise."""
    connection = psycopg2.connect(harness.crm_url())
    with connection, connection.cursor() as cursor:
        same = STATEMENTS[what](rows)
        return " ".join(cursor.mogrify(same.sql, same.parameters).decode().split())


def psql(what: str, rows: int, settings: str = "") -> float:
    """Run `psql \\copy` of the same query to /dev/null.

    :param settings: of the session, as PGOPTIONS has them.
    """
    command = ["psql", harness.crm_url(), "-qc", f"\\copy ({bound(what, rows)}) to /dev/null csv"]
    started = time.perf_counter()
    subprocess.run(command, check=True, env={**os.environ, "PGOPTIONS": settings})
    return time.perf_counter() - started


def zlib_share(up_to: int) -> float:
    """Compress the first 100 MB of the same CSV by zlib level 6; return its share of the plain size."""
    squeezer, plain, packed = zlib.compressobj(6, zlib.DEFLATED, -15), 0, 0

    class Sink:
        def write(self, data: bytes) -> None:
            nonlocal plain, packed
            if plain < 100_000_000:
                plain += len(data)
                packed += len(squeezer.compress(data))

    source = PostgreSQLSource(Pool("crm", SecretStr(harness.crm_url()), PoolLimits(1, 5, 5)), "UTC")
    same = statement(up_to)
    with source.session(3600) as session:
        session.write_csv(same.sql, same.parameters, ",", Sink())
    return (packed + len(squeezer.flush())) / plain


def measure_join(runs: int) -> None:
    connection = psycopg2.connect(harness.crm_url())
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM contact")
        most = cursor.fetchone()[0]
    sizes = [size for size in SIZES if size <= most] or [most]
    largest = sizes[-1]
    repeated = [TIMES * largest] if largest == SIZES[-1] else []
    memory = {size: in_process("joined", size, guard=True)["memory_mb"] for size in [*sizes, *repeated]}
    alone, spread, plain, guarded, shared = [], [], [], [], []
    for _ in range(runs):
        alone.append(psql("joined", largest))
        spread.append(psql("joined", largest, SPREAD))
        plain.append(in_process("joined", largest, guard=False))
        guarded.append(in_process("joined", largest, guard=True))
        shared.append(in_process("joined", largest, guard=True, parallel=PARALLEL))
    base = median(alone)
    row("psql with a parallel plan", f"{median(spread) / base:.2f} ×", "", "", holds=True)
    ways = (
        ("as it is", plain, 0.95),
        ("with the formula guard", guarded, 1.05),
        ("guarded, shared out (EXTRACT_PARALLEL=2)", shared, 0.80),
    )
    for name, found, must in ways:
        ratio = median([one["seconds"] for one in found]) / base
        what = f"{found[0]['rows']:,} rows to a zip, {name}"
        row(what, f"{ratio:.2f} × ({base:.1f} s by psql)", f"{must} ×", "0.90 ×", holds=ratio <= must)
    one = guarded[0]
    cpu = median([each["cpu"] / each["csv"] * 1e9 for each in guarded])
    row("the worker's CPU per GB of CSV", f"{cpu:.1f} s", "6 s", "4.5 s", holds=cpu <= 6)
    size = one["zip"] / one["csv"] / zlib_share(min(largest, 500_000))
    row("the zip's size beside zlib level 6", f"{size:.2f} ×", "1.3 ×", "1.1 ×", holds=size <= 1.3)
    shown = ", ".join(f"{value:.0f} MB at {rows:,}" for rows, value in memory.items())
    flat = max(memory.values()) - min(memory.values())
    row("peak memory", shown, "80 MB, flat within 5", "45 MB", holds=max(memory.values()) <= 80 and flat <= 5)


def measure_wide(runs: int) -> None:
    alone, plain, guarded = [], [], []
    for _ in range(runs):
        alone.append(psql("wide", WIDE_ROWS))
        plain.append(in_process("wide", WIDE_ROWS, guard=False))
        guarded.append(in_process("wide", WIDE_ROWS, guard=True))
    base = median(alone)
    for name, found in (("as it is", plain), ("with the formula guard", guarded)):
        ratio = median([one["seconds"] for one in found]) / base
        memory = max(one["memory_mb"] for one in found)
        seen = f"{ratio:.2f} × ({base:.1f} s by psql), {memory:.0f} MB"
        what = f"{WIDE_ROWS:,} rows of 2 kB ({found[0]['csv'] / 1e9:.1f} GB), {name}"
        row(what, seen, "1.10 ×, 128 MB", "", holds=ratio <= 1.1 and memory <= 128)


def measure_others() -> None:
    """One run of each way is enough: they differ by times, not by percents."""
    sql = bound("joined", OTHERS_ROWS)
    ways = {
        "Guichet, with the formula guard": [__file__, "--once", "joined", str(OTHERS_ROWS), "guarded", str(PARALLEL)]
    }
    ways |= {
        name: [str(HERE / "others.py"), name, sql] for name in ("psql | gzip -6", "fetchall, csv, zipfile", "pandas")
    }
    print(f"| {OTHERS_ROWS:,} rows to a compressed file | seconds | peak memory |")
    print("|---|---|---|")
    for name, command in ways.items():
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"| {name} | {done.stderr.strip().splitlines()[-1]} | |", flush=True)
            continue
        one = json.loads(done.stdout)
        print(f"| {name} | {one['seconds']:.1f} s | {one['memory_mb']:,.0f} MB |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        print(
            json.dumps(ours(sys.argv[2], int(sys.argv[3]), guard=sys.argv[4] == "guarded", parallel=int(sys.argv[5])))
        )
        sys.exit()
    parser = argparse.ArgumentParser(description="Measure the heavy path.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--others", action="store_true")
    given = parser.parse_args()
    if given.others:
        measure_others()
    else:
        harness.table()
        (measure_wide if given.wide else measure_join)(given.runs)
