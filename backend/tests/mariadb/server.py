"""A MariaDB of the tests' own: in a temporary folder, on a free port, as another user where we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
START_SECONDS = 60


class Server:
    """A server, whose superuser has no password, and comes by its socket alone."""

    def __init__(self, folder: Path, port: int, command: list[str]) -> None:
        self.path = folder / "socket"
        self.port = port
        self._log = folder / "log"
        self._command = command
        self.start()

    def start(self) -> None:
        """Start it, also again after it was killed."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + START_SECONDS
        while not _answers(self.path):
            assert self.process.poll() is None, self._log.read_text("utf-8", "replace")[-2000:]
            assert time.monotonic() < until, "MariaDB did not start in time"
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it, without a word to anybody."""
        self.process.kill()
        self.process.wait(20)

    def connect(self, database: str = "", *, autocommit: bool = False) -> pymysql.Connection[pymysql.cursors.Cursor]:
        """Connect as the superuser."""
        return pymysql.connect(
            unix_socket=str(self.path),
            user="root",
            database=database or None,
            charset="utf8mb4",
            autocommit=autocommit,
            client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS,
        )

    def run(self, sql: str, database: str = "") -> list[tuple[Any, ...]]:
        """Run statements as the superuser; return the rows of the last one."""
        rows: list[tuple[Any, ...]] = []
        with self.connect(database, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            while True:
                rows = list(cursor.fetchall())
                if not cursor.nextset():
                    return rows

    def url(self, database: str, user: str = "reader", scheme: str = "mariadb") -> str:
        return f"{scheme}://{user}:secret@127.0.0.1:{self.port}/{database}"

    def load_zone(self, name: str) -> None:
        """Load a time zone by its name."""
        command = [find_program("mariadb-tzinfo-to-sql"), f"/usr/share/zoneinfo/{name}", name]
        sql = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        self.run(sql, "mysql")


def find_program(name: str) -> str:
    found = shutil.which(name, path=SEARCHED)
    assert found, f"{name} is needed: ./test.sh installs it on Debian (apt install mariadb-server)"
    return found


@contextmanager
def running(port: int) -> Iterator[Server]:
    """Start a server, and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="guichet-mariadb-"))
    user = _find_user()
    if user:
        shutil.chown(folder, user)
    as_user = ["--no-defaults", f"--datadir={folder}/data", *([f"--user={user}"] if user else [])]
    subprocess.run(
        [find_program("mariadb-install-db"), *as_user, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
    own = [f"--socket={folder}/socket", f"--pid-file={folder}/pid", f"--port={port}", "--bind-address=127.0.0.1"]
    fast = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M"]
    command = [find_program("mariadbd"), *as_user, *own, *fast, "--skip-name-resolve", "--local-infile=1"]
    server = Server(folder, port, command)
    try:
        server.wait()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _find_user() -> str:
    """Return the user that the server runs as; "" where it is our own."""
    if os.geteuid() != 0:
        return ""
    return next(name for name in ("mysql", "nobody") if name in {one.pw_name for one in pwd.getpwall()})


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
