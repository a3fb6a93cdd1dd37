"""Every kind of database beside its own client, in turn: a file of a million rows, a list of a million, HTTP.

    .venv/bin/python bench/sources.py [--rows 1000000] [--runs 3] [PostgreSQL MariaDB DuckDB SQLite Spark]

The databases are its own, in a temporary folder: PostgreSQL makes the rows, the others are loaded with them. It needs
psql, sqlite3, mariadb-server and Java 17, and the drivers of the tests. Prints one table, a line a kind.

A kind to come is one more class here, in KINDS.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, cast

import duckdb
import httpx
import psycopg2
import pymysql
from guichet.portal_db import migrate
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from pydantic import SecretStr

import harness
from harness import in_turn, median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "backend"))
sys.path.insert(0, str(ROOT / "scripts"))
from guichet.sources.spark import client as connect  # noqa: E402  found by the paths above
from tests.mariadb import server as mariadb_server  # noqa: E402  found by the paths above

import spark_cluster  # noqa: E402  found by the paths above

HERE = Path(__file__).parent
RUNS = 3
LIGHT_ROWS = 100
COLUMNS = "id, company, country, website, founded, employees, revenue, active, rating, created, updated, last_name, \
first_name, email, phone, note"
SELECT = f"SELECT {COLUMNS} FROM contact"
LISTED = "SELECT count(*) FROM contact WHERE email IN (SELECT email FROM wanted)"
DEFINITION = f"""
title: Contacts
group: Bench
source: bench
sql: {SELECT} WHERE {{criteria}}
criteria:
  id: {{ type: number, column: id }}
  up_to: {{ type: number_range, column: id }}
  email: {{ type: values, column: email }}
limits: {{ interactive_seconds: 300 }}
"""


@dataclass(frozen=True)
class Data:
    """The rows as they are loaded, and the list that is searched.

    :param csv: by COPY, with a header.
    :param text: in COPY's text format.
    :param emails: one a line, without a header: as many as there are rows, every twentieth of them nobody's.
    """

    csv: Path
    text: Path
    emails: Path

    def read_emails(self) -> list[tuple[str]]:
        return [(line,) for line in self.emails.read_text().splitlines()]


class Bench(ABC):
    """A kind: how it is loaded, and what its own client does.

    :cvar most: what must hold: the time of a file and of a list, as multiples of the client's, and megabytes.
    :cvar most_added: what HTTP may add to a count, and to a light search, in milliseconds.
    :cvar light_runs: of a count and of a light search.
    """

    name: ClassVar[str]
    most: ClassVar[tuple[float, float, float]]
    most_added: ClassVar[float] = 3
    light_runs: ClassVar[int] = 200

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    @abstractmethod
    def write_file(self) -> None:
        """Write all rows by the kind's own client."""

    @abstractmethod
    def fetch(self, sql: str) -> int:
        """Fetch the rows of a query by the same driver, on a warm connection; return how many."""

    @abstractmethod
    def count_listed(self, data: Data) -> int:
        """Fill a temporary table with the list, count the rows that are in it, and drop it again."""


class PostgreSQL(Bench):
    name = "PostgreSQL"
    most = (0.90, 1.25, 60)

    @classmethod
    @contextmanager
    def load(cls, data: Data, folder: Path, postgres: str) -> Iterator[PostgreSQL]:
        yield cls(postgres, folder)

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self._connection = psycopg2.connect(url)
        self._connection.autocommit = True

    def write_file(self) -> None:
        subprocess.run(["psql", self.url, "-qc", f"\\copy ({SELECT}) to /dev/null csv"], check=True)

    def fetch(self, sql: str) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return len(cursor.fetchall())

    def count_listed(self, data: Data) -> int:
        with self._connection.cursor() as cursor, data.emails.open("rb") as emails:
            cursor.execute("BEGIN; CREATE TEMP TABLE wanted (email text) ON COMMIT DROP")
            cursor.copy_expert("COPY wanted FROM STDIN", emails, size=1 << 18)
            cursor.execute("ANALYZE wanted")
            cursor.execute(LISTED)
            ((count,),) = cursor.fetchall()
            cursor.execute("ROLLBACK")
        return int(count)


class MariaDB(Bench):
    name = "MariaDB"
    most = (2.0, 1.5, 60)
    batch_rows = 10_000

    @classmethod
    @contextmanager
    def load(cls, data: Data, folder: Path, postgres: str) -> Iterator[MariaDB]:
        with mariadb_server.running(harness.find_port()) as server:
            server.run("CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
            server.run(
                """
                CREATE TABLE contact (
                  id INT PRIMARY KEY, company VARCHAR(60), country VARCHAR(40), website VARCHAR(60), founded DATE,
                  employees INT, revenue DECIMAL(14, 2), active BOOLEAN, rating DOUBLE, created DATETIME,
                  updated DATETIME(6), last_name VARCHAR(20), first_name VARCHAR(20), email VARCHAR(60),
                  phone VARCHAR(20), note TEXT
                );
                CREATE USER reader@'%' IDENTIFIED BY 'secret';
                GRANT SELECT, CREATE TEMPORARY TABLES ON bench.* TO reader@'%';
                """,
                "bench",
            )
            named = COLUMNS.replace("active", "@active")
            load = f"LOAD DATA LOCAL INFILE '{data.text}' INTO TABLE contact CHARACTER SET utf8mb4 ({named})"
            cls._run_client(server.path, f"{load} SET active = @active = 't'; ANALYZE TABLE contact")
            yield cls(server.url("bench"), folder, server.path)

    def __init__(self, url: str, folder: Path, path: Path) -> None:
        super().__init__(url, folder)
        self._path = path
        self._connection = pymysql.connect(unix_socket=str(path), user="root", database="bench", charset="utf8mb4")

    @staticmethod
    def _run_client(path: Path, sql: str) -> None:
        options = ["--local-infile=1", "--quick", "--batch", "--skip-column-names"]
        command = ["mariadb", "--no-defaults", f"--socket={path}", "--user=root", *options, "bench", "-e", sql]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def write_file(self) -> None:
        self._run_client(self._path, SELECT)

    def fetch(self, sql: str) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return len(cursor.fetchall())

    def count_listed(self, data: Data) -> int:
        emails = data.read_emails()
        with self._connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE wanted (email VARCHAR(60) COLLATE utf8mb4_bin PRIMARY KEY)")
            for at in range(0, len(emails), self.batch_rows):
                cursor.executemany("INSERT INTO wanted VALUES (%s)", emails[at : at + self.batch_rows])
            cursor.execute(LISTED)
            ((count,),) = cursor.fetchall()
            cursor.execute("DROP TEMPORARY TABLE wanted")
        return int(count)


class DuckDB(Bench):
    name = "DuckDB"
    limit_mb = 128
    most = (1.15, 1.5, limit_mb + 60)

    @classmethod
    @contextmanager
    def load(cls, data: Data, folder: Path, postgres: str) -> Iterator[DuckDB]:
        lake = folder / "lake"
        lake.mkdir()
        types = "'revenue': 'DECIMAL(14, 2)', 'rating': 'DOUBLE'"
        read = f"read_csv('{data.csv}', types = {{{types}}}, allow_quoted_nulls = false)"
        with duckdb.connect() as connection:
            connection.execute(f"COPY (SELECT * FROM {read}) TO '{lake}/contact.parquet'")
        yield cls(f"duckdb://{lake}?memory={cls.limit_mb}MB", folder)

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self._setup = f"SET threads = 1; CREATE VIEW contact AS FROM '{folder}/lake/contact.parquet'"
        self._connection = duckdb.connect()
        self._connection.execute(self._setup)

    def write_file(self) -> None:
        copy = f"{self._setup}; COPY ({SELECT}) TO '{self.folder}/copied.csv' (FORMAT csv)"
        subprocess.run([sys.executable, "-c", f"import duckdb; duckdb.connect().execute({copy!r})"], check=True)

    def fetch(self, sql: str) -> int:
        return len(self._connection.execute(sql).fetchall())

    def count_listed(self, data: Data) -> int:
        read = f"read_csv('{data.emails}', header = false, columns = {{'email': 'VARCHAR'}})"
        self._connection.execute(f"CREATE TEMP TABLE wanted AS FROM {read}")
        ((count,),) = self._connection.execute(LISTED).fetchall()
        self._connection.execute("DROP TABLE wanted")
        return int(count)


class SQLite(Bench):
    name = "SQLite"
    most = (1.0, 2.0, 45)

    @classmethod
    @contextmanager
    def load(cls, data: Data, folder: Path, postgres: str) -> Iterator[SQLite]:
        path = folder / "bench.db"
        with sqlite3.connect(path) as connection, psycopg2.connect(postgres) as source:
            connection.execute(
                """
                CREATE TABLE contact (
                  id INTEGER PRIMARY KEY, company TEXT, country TEXT, website TEXT, founded DATE, employees INTEGER,
                  revenue DECIMAL(14, 2), active BOOLEAN, rating DOUBLE, created TIMESTAMP, updated TIMESTAMP,
                  last_name TEXT, first_name TEXT, email TEXT, phone TEXT, note TEXT
                )
                """
            )
            cursor = source.cursor("rows")
            texts = ("founded", "created", "updated", "revenue")
            named = ", ".join(f"{one}::text" if one in texts else one for one in COLUMNS.split(", "))
            cursor.execute(f"SELECT {named} FROM contact ORDER BY id")
            connection.executemany(f"INSERT INTO contact VALUES ({', '.join('?' * 16)})", cursor)
        source.close()
        yield cls(f"sqlite://{path}", folder)

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self._path = folder / "bench.db"
        self._connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, isolation_level=None)

    def write_file(self) -> None:
        with subprocess.Popen(["sqlite3", "-csv", str(self._path), SELECT], stdout=subprocess.PIPE) as client:
            subprocess.run(["gzip", "-6"], stdin=client.stdout, stdout=subprocess.DEVNULL, check=True)

    def fetch(self, sql: str) -> int:
        return len(self._connection.execute(sql).fetchall())

    def count_listed(self, data: Data) -> int:
        self._connection.execute("CREATE TEMP TABLE wanted (email TEXT PRIMARY KEY) WITHOUT ROWID")
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO wanted VALUES (?)", data.read_emails())
        ((count,),) = self._connection.execute(LISTED).fetchall()
        self._connection.execute("ROLLBACK")
        self._connection.execute("DROP TABLE wanted")
        return int(count)


class Spark(Bench):
    """A cluster of two workers, beside a `spark-sql` of two threads that waits for statements as `-e` gives them.

    Both are warm, and share the machine.
    """

    name = "Spark"
    most = (1.3, 2.0, 250)
    most_added = 100
    light_runs = 20
    answer_seconds = 600

    @classmethod
    @contextmanager
    def load(cls, data: Data, folder: Path, postgres: str) -> Iterator[Spark]:
        # A list of a million values is held by the server, more than once.
        running = spark_cluster.running(folder / "spark", quick=False, memory="3g")
        with DuckDB.load(data, folder, postgres), running as cluster:
            yield cls(cluster.url, folder)

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        options = f"USING parquet OPTIONS (path '{folder}/lake/contact.parquet')"
        target = connect.Target(url.removeprefix("spark://"), "bench", "", uses_tls=False, connect_seconds=5)
        self._session = connect.ServerSession(connect.ConnectClient(target), {}, self.answer_seconds)
        self._command(f"CREATE TABLE contact {options}")
        self._client = spark_cluster.open_spark_sql(folder / "spark")
        self._ask_client(f"CREATE TEMPORARY VIEW contact {options}")

    def _command(self, sql: str) -> None:
        self._session.run(connect.make_command(connect.make_relation(sql, {})), self.answer_seconds)

    def _ask_client(self, sql: str) -> None:
        assert self._client.stdin
        assert self._client.stderr
        self._client.stdin.write(f"{sql};\n")
        self._client.stdin.flush()
        for line in self._client.stderr:
            if line.startswith("Time taken"):
                return
            assert "Error" not in line, line
        sys.exit("spark-sql ended")

    def write_file(self) -> None:
        self._ask_client(SELECT)

    def fetch(self, sql: str) -> int:
        found = self._session.run(connect.make_plan(connect.make_relation(sql, {})), self.answer_seconds)
        return 0 if found is None else int(found.num_rows)

    def count_listed(self, data: Data) -> int:
        self._command(f"CREATE OR REPLACE TEMPORARY VIEW wanted AS SELECT value AS email FROM text.`{data.emails}`")
        found = self._session.run(connect.make_plan(connect.make_relation(LISTED, {})), self.answer_seconds)
        assert found is not None
        return int(found.column(0)[0].as_py())


KINDS: tuple[Any, ...] = (PostgreSQL, MariaDB, DuckDB, SQLite, Spark)


def make_data(folder: Path, url: str, rows: int) -> Data:
    """Have PostgreSQL make the rows, and write them as the other kinds read them."""
    data = Data(folder / "contact.csv", folder / "contact.txt", folder / "emails.txt")
    email = "CASE WHEN id % 20 = 0 THEN 'nobody' || id || '@nowhere.example' ELSE email END"
    copies = (
        (data.csv, f"COPY ({SELECT}) TO STDOUT (FORMAT csv, HEADER)"),
        (data.text, f"COPY ({SELECT}) TO STDOUT"),
        (data.emails, f"COPY (SELECT {email} FROM contact) TO STDOUT"),
    )
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute((HERE / "contact.sql").read_text(), {"rows": rows})
        for path, copy in copies:
            with path.open("wb") as file:
                cursor.copy_expert(copy, cast(IO[bytes], file), size=1 << 20)
    connection.close()
    return data


def write_in_process(url: str) -> dict[str, float]:
    """Write all rows to a zip in a process of its own, without the drivers that are loaded here."""
    command = [sys.executable, str(HERE / "one_zip.py"), url, DEFINITION]
    written = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(written.stdout))


class Http:
    """The server, asked over one connection that is kept open."""

    def __init__(self, port: int) -> None:
        url = f"http://127.0.0.1:{port}/api/v1"
        self._client = httpx.Client(base_url=url, auth=(harness.USER, harness.PASSWORD), timeout=600)

    def post(self, path: str, **options: Any) -> dict[str, Any]:
        answer = self._client.post(path, **options)
        if answer.status_code not in (200, 201):
            sys.exit(f"{path} answered {answer.status_code}: {answer.text[:500]}")
        return dict(answer.json())

    def ask(self, call: str, **criteria: Any) -> dict[str, Any]:
        return self.post(f"/interfaces/contact/{call}", json={"criteria": criteria})


def measure(bench: Bench, data: Data, portal_url: str, rows: int, runs: int) -> None:
    """Measure a kind, and print its line."""
    written: list[dict[str, float]] = []
    (alone, _) = in_turn(runs, bench.write_file, lambda: written.append(write_in_process(bench.url)))
    seconds = [one["seconds"] for one in written[1:]]
    time_ratio = median(seconds) / (median(alone) / 1000)
    memory = max(one["memory_mb"] for one in written)
    assert {one["rows"] for one in written} == {rows}
    portal = bench.folder / "portal"
    portal.mkdir()
    (portal / "contact.yaml").write_text(DEFINITION)
    environ = {"SOURCE_BENCH_URL": bench.url, "PORTAL_DATABASE_URL": portal_url, "WEB_WORKERS": "1"}
    with harness.serving(portal, **environ) as port:
        http = Http(port)
        list_ratio, list_seconds = measure_list(bench, data, http, runs)
        added = measure_light(bench, http)
    most_time, most_list, most_memory = bench.most
    misses = [
        name
        for name, holds in (
            ("time", time_ratio <= most_time),
            ("memory", memory <= most_memory),
            ("list", list_ratio <= most_list),
            ("HTTP", max(added) <= bench.most_added),
        )
        if not holds
    ]
    cells = (
        bench.name,
        f"{time_ratio:.2f} × ({median(alone) / 1000:.1f} s), must {most_time:.2f}",
        f"{median([one['cpu'] for one in written]):.1f} s",
        f"{memory:.0f} MB, must {most_memory:.0f}",
        f"{list_ratio:.2f} × ({list_seconds:.1f} s), must {most_list:.2f}",
        f"+ {added[0]:.1f} ms, + {added[1]:.1f} ms, must {bench.most_added:.0f}",
        "yes" if not misses else f"NO: {', '.join(misses)}",
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def measure_list(bench: Bench, data: Data, http: Http, runs: int) -> tuple[float, float]:
    """Count by the list: how many times the raw SQL's time, and that time."""
    asked = {"interface": "contact", "criterion": "email"}
    with data.emails.open("rb") as emails:
        uploaded = http.post("/value-lists", params=asked, files={"file": ("emails.csv", emails)})
    counts = set()

    def count() -> None:
        counts.add(http.ask("count", email={"list": uploaded["id"]})["count"])

    alone, ours = in_turn(runs, lambda: counts.add(bench.count_listed(data)), count)
    assert len(counts) == 1, counts
    return median(ours) / median(alone), median(alone) / 1000


def measure_light(bench: Bench, http: Http) -> list[float]:
    """Count one row, and search some: what HTTP adds to the driver's time, in milliseconds."""
    pairs: tuple[tuple[Callable[[], object], Callable[[], object]], ...] = (
        (lambda: bench.fetch("SELECT count(*) FROM contact WHERE id = 77"), lambda: http.ask("count", id=77)),
        (
            lambda: bench.fetch(f"{SELECT} WHERE id <= {LIGHT_ROWS}"),
            lambda: http.ask("search", up_to={"to": LIGHT_ROWS}),
        ),
    )
    return [median(ours) - median(alone) for alone, ours in (in_turn(bench.light_runs, *pair) for pair in pairs)]


def main(names: list[str], rows: int, runs: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        portal_url = stack.enter_context(harness.postgres(folder))
        connection = psycopg2.connect(portal_url)
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE bench")
        url = portal_url.rpartition("/")[0] + "/bench"
        migrate.migrate(PortalDatabase(SecretStr(portal_url), PoolLimits(2, 5, 5)))
        data = make_data(folder, url, rows)
        size = data.csv.stat().st_size / 1e6
        print(f"{rows:,} rows × 16 columns, {size:.0f} MB of CSV, medians of {runs}\n")
        print(
            "| kind | to a zip, beside its own client | CPU | memory | list of as many: count | count, search | holds |"
        )
        print("|---|---|---|---|---|---|---|", flush=True)
        for kind in KINDS:
            if kind.name in names or not names:
                own = folder / kind.name
                own.mkdir()
                with kind.load(data, own, url) as bench:
                    measure(bench, data, portal_url, rows, runs)
                shutil.rmtree(own)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure each kind of database beside its own client.")
    parser.add_argument("kinds", nargs="*", help="PostgreSQL, MariaDB, DuckDB, SQLite, Spark; all without")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    main(given.kinds, given.rows, given.runs)
