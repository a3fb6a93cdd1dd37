"""Rows for programs: a million of them as a stream, beside COPY of the same SQL by the driver to nowhere.

    .venv/bin/python bench/rows.py [runs]

Prints milliseconds, megabytes a second and, of the server's process, the most memory: after ten thousand rows and after
a million. The processor is shared by PostgreSQL, the server and this program, which reads and throws away.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
from pathlib import Path

import psycopg2

import harness

ROWS = 1_000_000
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SQL = (Path(__file__).parent / "portal" / "rows.yaml").read_text().partition("sql: |\n")[2].partition("criteria:")[0]


class Nowhere:
    """Takes what COPY writes."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, line: bytes) -> None:
        self.bytes += len(line)


def copied() -> int:
    """Copy the rows as CSV by the driver alone; the bytes."""
    output = Nowhere()
    with psycopg2.connect(harness.crm_url()) as connection, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({SQL.replace(':rows', str(ROWS))}) TO STDOUT (FORMAT csv)", output, size=1 << 20)
    connection.close()
    return output.bytes


def streamed(port: int, query: str, rows: int = ROWS) -> int:
    """Read a stream to its end; the bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("GET", f"/api/v1/interfaces/rows/rows?rows={rows}&{query}", headers=harness.headers())
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    total = 0
    while piece := answer.read(1 << 16):
        total += len(piece)
    connection.close()
    return total


def peak_mb(port: int) -> float:
    """Measure the most memory that a process of the server on this port had."""
    listed = subprocess.run(["pgrep", "-f", "guichet.wsgi:app"], capture_output=True, text=True, check=True).stdout
    found = []
    for pid in listed.split():
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        if f"PORT={port}".encode() in environ:
            found.append(harness.peak_mb(pid))
    return max(found)


def main() -> None:
    with harness.serving(Path(__file__).parent / "portal", WEB_WORKERS="1") as port:
        for query in ("format=ndjson", "format=csv"):
            streamed(port, query, 10_000)
        before = peak_mb(port)
        ways = {
            "COPY as CSV by the driver": copied,
            "`format=csv`": lambda: streamed(port, "format=csv"),
            "`format=csv&formula_guard=0`": lambda: streamed(port, "format=csv&formula_guard=0"),
            "`format=ndjson&shape=arrays`": lambda: streamed(port, "format=ndjson&shape=arrays"),
            "`format=ndjson`": lambda: streamed(port, "format=ndjson"),
        }
        sizes = [way() for way in ways.values()]
        found = harness.in_turn(RUNS, *ways.values())
        base = statistics.median(found[0])
        print(f"{ROWS:,} rows of 8 columns, median of {RUNS}\n")
        print("| way | ms | beside COPY | MB | MB/s |\n|---|---|---|---|---|")
        for name, times, size in zip(ways, found, sizes, strict=True):
            ms = statistics.median(times)
            print(f"| {name} | {ms:.0f} | {ms / base:.2f} × | {size / 1e6:.0f} | {size / ms / 1000:.0f} |")
        print(f"\nMost memory of the server: {before:.1f} MB after 10,000 rows, {peak_mb(port):.1f} MB after all.")


if __name__ == "__main__":
    main()
