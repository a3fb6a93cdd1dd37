"""Starts the whole demo from a fresh clone: packages, page, PostgreSQL, data, server; stops it all with Ctrl-C.

It begins under the system's Python, makes the virtual environment, and goes on under that. What it starts ends with it,
however it ends. It starts nothing that the environment already names: with SOURCE_CRM_URL, SOURCE_LAB_URL and
PORTAL_DATABASE_URL set there is no PostgreSQL of its own, with SOURCE_VISITS_URL no folder of files.

VAR_DIR (by default var/) holds the data, the logs and `env`, from which the `guichet` command takes the URLs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import demo_data
import demo_visits
import embedded_postgres
import install
import steps

ROOT = install.ROOT
SCRIPTS = ROOT / "scripts"
VAR = ROOT / os.environ.get("VAR_DIR", "var")
INSTALL_LOG = VAR / "log" / "install.log"
SERVER_LOG = VAR / "log" / "server.log"
WORKER_LOG = VAR / "log" / "worker.log"
MAILBOX_LOG = VAR / "log" / "mailbox.log"
START_SECONDS = 60

# The variables that come from the file of settings.
FROM_FILE: dict[str, str] = {}


def main() -> int:
    """Start everything, wait, stop everything; the exit code."""
    steps.stop_on_signals()
    running = Running()
    try:
        make_private(VAR)
        INSTALL_LOG.parent.mkdir(parents=True, exist_ok=True)
        if sys.prefix != str(install.VENV):
            install_packages()
            os.execv(install.PYTHON, [str(install.PYTHON), *sys.argv])
        serve(running)
    except steps.Stopped as stopped:
        if not running.ready:
            return 128 + int(stopped.args[0])
        print("\n  Stopping ...", flush=True)
    except (steps.StepError, embedded_postgres.PostgresError, demo_data.DemoDataError, OSError) as error:
        what = "stops" if running.ready else "can't start"
        print(f"\nGuichet {what}: {error}", file=sys.stderr)
        return 1
    finally:
        running.stop()
    print("  Stopped. Your data is kept.")
    return 0


def make_private(folder: pathlib.Path) -> None:
    """Make the folder of what is kept, which only its owner may look into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


@dataclasses.dataclass
class Running:
    """The keepers of what was started, in order; each stops its command when its standard input is closed."""

    keepers: list[subprocess.Popen[bytes]] = dataclasses.field(default_factory=list)
    ready: bool = False

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a keeper, out of reach of the terminal's Ctrl-C so that everything stops in order."""
        keeper: subprocess.Popen[bytes]
        keeper = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, **options)
        self.keepers.append(keeper)
        return keeper

    def stop(self) -> None:
        """Stop all at once, but what was started first (PostgreSQL, as a rule) after them, and wait for each."""
        for keeper in self.keepers[1:]:
            close_input(keeper)
        while self.keepers:
            keeper = self.keepers.pop()
            close_input(keeper)
            with contextlib.suppress(subprocess.TimeoutExpired):
                keeper.wait(40)
            with contextlib.suppress(OSError):  # as a rule nothing is left of its group
                os.killpg(keeper.pid, signal.SIGKILL)


def close_input(keeper: subprocess.Popen[bytes]) -> None:
    """Close what a keeper reads from, by which it stops its command."""
    if keeper.stdin:
        with contextlib.suppress(OSError):
            keeper.stdin.close()


def install_packages() -> None:
    """Check the machine and make the virtual environment."""
    install.check_tools()
    install.check_disk(VAR)
    if "PORT" in os.environ or not (ROOT / ".env").exists():
        check_port()  # early; with a .env, which needs a package to be read, a little later
    print("Guichet", flush=True)
    install.python_packages("requirements-demo.lock", INSTALL_LOG)


def serve(running: Running) -> None:
    """Do the rest, and wait until something ends or the user asks to stop."""
    read_settings_file()
    port = check_port()
    with (VAR / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise steps.StepError(f"it is already running from this folder ({VAR} is in use)") from None
        if "PAGE_DIR" not in os.environ:
            install.page(INSTALL_LOG)
        files = {} if os.environ.get("SOURCE_VISITS_URL") else {"SOURCE_VISITS_URL": visits_url()}
        named = {**files, **os.environ}
        install.driver_packages("\n".join(f"{name}={value}" for name, value in named.items()), INSTALL_LOG)
        if files:
            make_visits()
        databases = start_databases(running) | files
        environment = defaults(port) | databases
        started, mailbox = {}, None
        if not os.environ.get("SMTP_URL"):
            install.mailbox_packages(INSTALL_LOG)
            mailbox, smtp = mailbox_ports(port)
            started["mailbox"] = (start_mailbox(running, mailbox, smtp), MAILBOX_LOG)
            environment |= {"SMTP_URL": f"smtp://127.0.0.1:{smtp}", "USER_EMAIL": "demo@example.com"}
        environment = {name: value for name, value in environment.items() if not os.environ.get(name)}
        written = [f"{name}={value}\n" for name, value in sorted(environment.items()) if name in databases]
        embedded_postgres.write_private(VAR / "env", "".join(written))
        migrate({**os.environ, **environment})
        started["server"] = (start_server(running, {**os.environ, **environment}, port), SERVER_LOG)
        started["worker"] = (start_worker(running, {**os.environ, **environment}), WORKER_LOG)
        running.ready = True
        announce(port, mailbox)
        wait(running, started)


def settings_file() -> pathlib.Path | None:
    """Return the file that adds to the environment; None where there shall be none."""
    listed = os.environ.get("GUICHET_ENV_FILES")
    return None if listed == "none" else pathlib.Path(listed) if listed else ROOT / ".env"


def read_settings_file() -> None:
    """Add what the file says to the environment; what is set already wins."""
    import dotenv  # only the virtual environment has it

    file = settings_file()
    variables = dotenv.dotenv_values(file, interpolate=False) if file else {}  # a dollar in a password is a dollar
    FROM_FILE.update({name: value or "" for name, value in variables.items() if name not in os.environ})
    os.environ.update(FROM_FILE)


def hand_on(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a server: it reads the file by itself, again when that changes."""
    file = settings_file()
    kept = {name: value for name, value in environment.items() if name not in FROM_FILE}
    return kept | {"GUICHET_ENV_FILES": str(file) if file else "none"}


def defaults(port: int) -> dict[str, str]:
    """Return the demo's settings, databases apart."""
    return {
        "ENVIRONMENT": "development",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PORTAL_DIR": str(ROOT / "portal"),
        "PAGE_DIR": str(install.PAGE),
        "HTPASSWD_FILE": str(ROOT / ".htpasswd"),
        "HTGROUP_FILE": str(ROOT / ".htgroup"),
        "LOG_FILE_PATH": str(VAR / "log" / "guichet.log"),
        "ARCHIVE_DIR": str(VAR / "archives"),
        "PUBLIC_URL": f"http://localhost:{port}",
        "SECRET_KEY": secret_key(),
    }


def secret_key() -> str:
    """Return the demo's key, made at random by the first start and kept, so that tokens outlive a restart."""
    file = VAR / "secret_key"
    if not file.exists():
        embedded_postgres.write_private(file, secrets.token_urlsafe(36))
    return file.read_text()


def check_port() -> int:
    """Return the port to listen on.

    :raises steps.StepError: it is no port, or another program has it.
    """
    port, host = os.environ.get("PORT") or "9000", os.environ.get("HOST") or "127.0.0.1"
    if not re.fullmatch(r"\d{1,5}", port) or not 0 < int(port) < 65536:
        raise steps.StepError(f"PORT must be a number from 1 to 65535, not {port!r}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            reason = "is in use by another program" if error.errno == 98 or error.errno == 48 else error.strerror
            raise steps.StepError(f"port {port} {reason}; choose another: PORT=9001 ./startup.sh") from None
    return int(port)


def mailbox_ports(port: int) -> tuple[int, int]:
    """Return where the mailbox's page is, the same at each start where that is free, and where it takes mails."""
    wanted = [int(os.environ.get("MAILBOX_PORT") or port + 80), 0, 0]
    free: list[int] = []
    for number in wanted:
        with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", number))
            free.append(int(probe.getsockname()[1]))
    return free[0], free[1]


def start_mailbox(running: Running, page: int, smtp: int) -> subprocess.Popen[bytes]:
    """Start the mailbox; there is nothing to wait for, a mail that comes too early is sent again."""
    maildev = ["node", str(install.MAILBOX / "mailbox.js"), "--silent"]
    ports = ["--ip", "127.0.0.1", "--smtp", str(smtp), "--web", str(page)]
    command = [sys.executable, str(SCRIPTS / "keeper.py"), "SIGTERM,SIGKILL", "4", "--", *maildev, *ports]
    with MAILBOX_LOG.open("wb") as log:
        return running.start([*command, "--mail-directory", str(VAR / "mails")], stdout=log, stderr=log, cwd=ROOT)


def start_databases(running: Running) -> dict[str, str]:
    """Start PostgreSQL and load the demo's data, as far as the environment doesn't name databases; their URLs."""
    wanted = {"PORTAL_DATABASE_URL", "SOURCE_CRM_URL", "SOURCE_LAB_URL"}
    if all(os.environ.get(name) for name in wanted):
        return {}
    companies = os.environ.get("DEMO_COMPANIES") or "20000"
    if not re.fullmatch(r"[1-9]\d{0,7}", companies):
        raise steps.StepError(f"DEMO_COMPANIES must be a number of companies, not {companies!r}")
    with steps.step("PostgreSQL"):
        server = embedded_postgres.open_server(VAR / "postgres")
        command = [sys.executable, str(SCRIPTS / "embedded_postgres.py"), "--dir", str(server.folder), "run"]
        keeper = running.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        if not (keeper.stdout and keeper.stdout.readline()):
            raise steps.StepError(keeper.stderr.read().decode().strip() if keeper.stderr else "")
        demo_data.prepare(server)
    for name in demo_data.outdated(server, int(companies)):
        size = f", {int(companies):,} companies" if name == "crm" else ""
        with steps.step(f"Demo data: {name}{size}"):
            demo_data.load(server, name, int(companies))
    urls = {
        "PORTAL_DATABASE_URL": server.url(demo_data.OWNER, "portal"),
        "SOURCE_CRM_URL": server.url(demo_data.READER, "crm"),
        "SOURCE_LAB_URL": server.url(demo_data.READER, "lab"),
    }
    if not os.environ.get("SOURCE_LAB_URL"):  # never write to another database than is read
        urls["SOURCE_LAB_WRITE_URL"] = server.url(demo_data.EDITOR, "lab")
    return urls


def visits_url() -> str:
    """Return the URL of the demo's folder of files."""
    return f"duckdb://{urllib.parse.quote(str(VAR / 'visits'))}"


def make_visits() -> None:
    """Make the demo's folder of files, where it is missing or other than wanted."""
    visits = os.environ.get("DEMO_VISITS") or "200000"
    if not re.fullmatch(r"[1-9]\d{0,8}", visits):
        raise steps.StepError(f"DEMO_VISITS must be a number of visits, not {visits!r}")
    folder = VAR / "visits"
    if demo_visits.is_outdated(folder, int(visits)):
        with steps.step(f"Demo data: {int(visits):,} visits"):
            command = [sys.executable, str(SCRIPTS / "demo_visits.py"), str(folder), visits]
            steps.run(command, INSTALL_LOG, ROOT)


def migrate(environment: dict[str, str]) -> None:
    """Bring the portal database up to date.

    :raises steps.StepError: with what the command said: of the database, or of a setting that can't be used.
    """
    done = subprocess.run(
        [sys.executable, "-m", "guichet.cli", "migrate"],
        cwd=ROOT,
        env=environment | {"GUICHET_ENV_FILES": "none"},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        raise steps.StepError(done.stderr.strip().removeprefix("Error: "))


def start_server(running: Running, environment: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start gunicorn and return when it answers.

    :raises steps.StepError: with the last lines that it wrote.
    """
    with steps.step("Server"), SERVER_LOG.open("wb") as log:
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "backend/gunicorn.conf.py", "guichet.wsgi:app"]
        command = [sys.executable, str(SCRIPTS / "keeper.py"), "SIGTERM,SIGQUIT", "4", "--", *gunicorn]
        keeper = running.start(command, stdout=log, stderr=log, cwd=ROOT, env=hand_on(environment))
        host = environment["HOST"]
        address = "127.0.0.1" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host
        deadline = time.monotonic() + START_SECONDS
        while not answers(f"http://{address}:{port}/healthz"):
            if keeper.poll() is not None:
                raise steps.StepError(f"the server ended ({SERVER_LOG}):\n{steps.tail(SERVER_LOG)}")
            if time.monotonic() > deadline:
                raise steps.StepError(f"the server does not answer ({SERVER_LOG}):\n{steps.tail(SERVER_LOG)}")
            time.sleep(0.05)
    return keeper


def start_worker(running: Running, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the worker that runs extracts; there is nothing to wait for."""
    worker = [sys.executable, "-m", "guichet.cli", "worker"]
    command = [sys.executable, str(SCRIPTS / "keeper.py"), "SIGTERM,SIGKILL", "4", "--", *worker]
    environment = hand_on(environment) | {"GRACE_SECONDS": "1"}
    with WORKER_LOG.open("wb") as log:
        return running.start(command, stdout=log, stderr=log, cwd=ROOT, env=environment)


def answers(url: str) -> bool:
    """Return whether a GET is answered with 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def announce(port: int, mailbox: int | None) -> None:
    """Say where it is, and the mailbox if there is one."""
    log = pathlib.Path(os.environ.get("LOG_FILE_PATH") or VAR / "log" / "guichet.log")
    log = log.relative_to(ROOT) if log.is_relative_to(ROOT) else log
    print(f"\n  http://localhost:{port}     sign in as demo, password demo")
    if mailbox:
        print(f"  http://localhost:{mailbox}     its mails")
    print(f"  Log: {log}     Ctrl-C stops it all", flush=True)


def wait(running: Running, started: dict[str, tuple[subprocess.Popen[bytes], pathlib.Path]]) -> None:
    """Wait for ever, and have what was started read the file of settings again when it changes.

    :param started: what was started beside PostgreSQL, and its log.
    :raises steps.StepError: something that was started has ended by itself.
    """
    before = stamp(settings_file())
    while all(keeper.poll() is None for keeper in running.keepers):
        time.sleep(0.3)
        if (now := stamp(settings_file())) != before:
            before = now
            print("  The settings have changed: the server and the worker read them again.", flush=True)
            for what in {"server", "worker"} & started.keys():
                started[what][0].send_signal(signal.SIGUSR1)
    for what, (keeper, log) in started.items():
        if keeper.poll() is not None:
            raise steps.StepError(f"the {what} ended ({log}):\n{steps.tail(log)}")
    log = VAR / "postgres" / "postgres.log"
    raise steps.StepError(f"PostgreSQL ended ({log}):\n{steps.tail(log)}")


def stamp(file: pathlib.Path | None) -> tuple[int, int] | None:
    """Return what changes when a file does; None where there is none."""
    try:
        status = file.stat() if file else None
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if status else None


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
