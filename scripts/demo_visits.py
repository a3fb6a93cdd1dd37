"""Makes the demo's folder of files, which DuckDB reads: visits as Parquet by month, and a CSV of pages.

    .venv/bin/python scripts/demo_visits.py FOLDER NUMBER

The folder is there whole or not at all. What it was made of is noted in it, in a file that is no table.
"""

from __future__ import annotations

import hashlib
import pathlib
import shutil
import sys

SQL = pathlib.Path(__file__).parent / "demo" / "visits.sql"
NOTE = ".made-of"


def is_outdated(folder: pathlib.Path, visits: int) -> bool:
    """Return whether the files are missing, or were made by other SQL or for another number of visits."""
    note = folder / NOTE
    return not note.exists() or note.read_text() != _note(visits)


def make(folder: pathlib.Path, visits: int) -> None:
    """Make the files anew, beside the old ones until they are whole."""
    import duckdb  # not where it is only asked whether there is something to do

    made = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"SET VARIABLE visits = {visits}")
        connection.execute(SQL.read_text("utf-8"))
        parquet = "FORMAT parquet, PARTITION_BY (month)"
        connection.execute(f"COPY written TO '{_escape(made / 'visits')}' ({parquet})")
        connection.execute(f"COPY pages TO '{_escape(made / 'pages.csv')}' (HEADER)")
    (made / NOTE).write_text(_note(visits))
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)


def _note(visits: int) -> str:
    return f"Guichet demo: {visits} visits, SQL {hashlib.sha256(SQL.read_bytes()).hexdigest()[:12]}"


def _escape(path: pathlib.Path) -> str:
    return str(path).replace("'", "''")


if __name__ == "__main__":
    chosen, number = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    if is_outdated(chosen, number):
        make(chosen, number)
