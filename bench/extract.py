"""The heavy path: rows × 16 columns through COPY, the formula guard and the compressor to a zip, beside `psql \\copy`.

    .venv/bin/python bench/extract.py [runs]

Needs psql, and a database with the demo's `crm` tables (SOURCE_CRM_URL, or a running ./startup.sh); at
DEMO_COMPANIES=1000000 it has the five million contacts that the figures are about. Each way runs in a process of its
own, in turn; its peak memory is the kernel's. Prints one table.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
from guichet.extracts.archive import Archive
from guichet.extracts.parts import Parts, Progress, Room
from guichet.interfaces import loading
from guichet.interfaces.interface import Interface, Limits
from guichet.search import compose, dialect
from guichet.search.criteria import Filled
from guichet.sources.pool import Pool, PoolLimits
from guichet.sources.source import Source
from pydantic import SecretStr

import harness
from harness import median, row

HERE = Path(__file__).parent
SIZES = (100_000, 1_000_000, 5_000_000)
RUNS = 5


def statement(up_to: int) -> compose.Statement:
    content = (HERE / "portal" / "contacts.yaml").read_bytes()
    loaded = loading.load("contacts.yaml", content, sources=["crm"], default_limits=Limits(10_000, 20, 10**9))
    assert isinstance(loaded, Interface)
    return compose.search(loaded, {"up_to": Filled(up_to)})


def ours(up_to: int, *, guard: bool) -> dict[str, float]:
    """Runs the extract's own data path once, in this process."""
    source = Source(Pool("crm", SecretStr(harness.crm_url()), PoolLimits(1, 5, 5)), "UTC")
    same, style = statement(up_to), dialect.Dialect(formula_guard=guard)
    with source.session(60) as session:
        described = compose.described(same)
        columns = session.describe(described.sql, described.parameters)
    selected = compose.selection(same, dialect.expressions(columns, style), [], 10**9)
    folder = Path(tempfile.mkdtemp())
    started = time.perf_counter()
    try:
        with Archive(folder / "bench.zip", datetime.now(UTC)) as archive:
            progress = Progress()
            parts = Parts(
                archive,
                "bench",
                b"",
                dialect.formula_guard(columns, style),
                progress,
                Room(archive, folder, 10**12),
                None,
            )
            with source.session(3600) as session:
                session.copy(dialect.copy(selected.sql, style), selected.parameters, parts)
            parts.close()
            size = archive.complete()
        return {
            "seconds": time.perf_counter() - started,
            "rows": progress.rows,
            "csv": progress.bytes,
            "zip": size,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "cpu": time.process_time(),
        }
    finally:
        shutil.rmtree(folder)


def in_process(up_to: int, *, guard: bool) -> dict[str, float]:
    """Runs `ours` in a process of its own, whose memory is then its alone."""
    command = [sys.executable, __file__, "--once", str(up_to), "guarded" if guard else "plain"]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def psql(up_to: int) -> float:
    """Runs `psql \\copy` of the same query to /dev/null."""
    connection = psycopg2.connect(harness.crm_url())
    with connection, connection.cursor() as cursor:
        same = statement(up_to)
        sql = " ".join(cursor.mogrify(same.sql, same.parameters).decode().split())
    started = time.perf_counter()
    subprocess.run(["psql", harness.crm_url(), "-qc", f"\\copy ({sql}) to /dev/null csv"], check=True)
    return time.perf_counter() - started


def zlib_share(up_to: int) -> float:
    """Compresses the first 100 MB of the same CSV by zlib level 6; returns its share of the plain size."""
    squeezer, plain, packed = zlib.compressobj(6, zlib.DEFLATED, -15), 0, 0

    class Sink:
        def write(self, data: bytes) -> None:
            nonlocal plain, packed
            if plain < 100_000_000:
                plain += len(data)
                packed += len(squeezer.compress(data))

    source = Source(Pool("crm", SecretStr(harness.crm_url()), PoolLimits(1, 5, 5)), "UTC")
    same = statement(up_to)
    with source.session(3600) as session:
        session.copy(dialect.copy(same.sql, dialect.Dialect()), same.parameters, Sink())
    return (packed + len(squeezer.flush())) / plain


def main(runs: int) -> None:
    connection = psycopg2.connect(harness.crm_url())
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM contact")
        most = cursor.fetchone()[0]
    sizes = [size for size in SIZES if size <= most] or [most]
    harness.table()
    memory = {size: in_process(size, guard=True)["memory_mb"] for size in sizes}
    largest = sizes[-1]
    alone, plain, guarded = [], [], []
    for _ in range(runs):
        alone.append(psql(largest))
        plain.append(in_process(largest, guard=False))
        guarded.append(in_process(largest, guard=True))
    base = median(alone)
    for name, found, must in (("as it is", plain, 0.95), ("with the formula guard", guarded, 1.05)):
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        print(json.dumps(ours(int(sys.argv[2]), guard=sys.argv[3] == "guarded")))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
