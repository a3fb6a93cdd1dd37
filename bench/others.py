"""What people write when they need a large result in a file: one way, once. Run by `extract.py --others`.

others.py WAY SQL: prints its seconds and its peak memory (with that of its children) as JSON.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg2

import harness


def by_psql(sql: str, folder: Path) -> None:
    with (folder / "rows.csv.gz").open("wb") as file:
        read = subprocess.Popen(
            ["psql", harness.crm_url(), "-qc", f"\\copy ({sql}) to stdout csv header"], stdout=subprocess.PIPE
        )
        subprocess.run(["gzip", "-6"], stdin=read.stdout, stdout=file, check=True)


def by_fetchall(sql: str, folder: Path) -> None:
    connection = psycopg2.connect(harness.crm_url())
    cursor = connection.cursor()
    cursor.execute(sql)
    rows = cursor.fetchall()
    with zipfile.ZipFile(folder / "rows.zip", "w", zipfile.ZIP_DEFLATED) as made, made.open("rows.csv", "w") as entry:
        text = io.TextIOWrapper(entry, "utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow([one.name for one in cursor.description or ()])
        writer.writerows(rows)
        text.flush()


def by_pandas(sql: str, folder: Path) -> None:
    import pandas
    import sqlalchemy

    url = harness.crm_url().replace("postgresql://", "postgresql+psycopg2://")
    with sqlalchemy.create_engine(url).connect() as connection:
        pandas.read_sql(sqlalchemy.text(sql), connection).to_csv(
            folder / "rows.zip", index=False, compression={"method": "zip", "archive_name": "rows.csv"}
        )


WAYS: dict[str, Callable[[str, Path], None]] = {
    "psql | gzip -6": by_psql,
    "fetchall, csv, zipfile": by_fetchall,
    "pandas": by_pandas,
}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        started = time.perf_counter()
        WAYS[sys.argv[1]](sys.argv[2], Path(made))
        seconds = time.perf_counter() - started
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print(json.dumps({"seconds": seconds, "memory_mb": max(resource.getrusage(one).ru_maxrss for one in who) / 1024}))
