"""Runs the tests in parts, each with its time, and ends with a table. All run, also after one that fails.

Without names, what mostly waits runs beside the rest, and is printed when it has ended.

It installs what they need inside the checkout; only Chromium and nginx come from the system, and are installed there
when this runs as root on Debian. The tests' data lies in var/test, apart from the user's.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import install
import spark_cluster
import steps
import trial_portal

VAR = install.ROOT / "var" / "test"
LOG = VAR / "install.log"
BIN = install.VENV / "bin"
COMMAND_SECONDS = 1800
COMPANIES = 20_000  # what every user of the demo sees; it loads in a second
NOT_TESTED = "NOT TESTED"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_CHROMIUMS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")


class PartError(Exception):
    """A part of the tests failed; the text says which commands."""


class NotTestedError(Exception):
    """A part of the tests can't be run on this machine; the text says why."""


def lint() -> None:
    """Style, for Python and for the page."""
    run_all(
        install.ROOT,
        [str(BIN / "ruff"), "check"],
        [str(BIN / "ruff"), "format", "--check"],
        ["npm", "--prefix", "frontend", "run", "--silent", "lint"],
        ["npm", "--prefix", "frontend", "run", "--silent", "format:check"],
    )


def types() -> None:
    """Types, for Python and for the page."""
    run_all(install.BACKEND, [str(BIN / "mypy")])
    scripts = ["startup.py", "run_tests.py", "check_locks.py", "spark_cluster.py"]
    run_all(install.ROOT / "scripts", [str(BIN / "mypy"), "--strict", *scripts])
    commands = [["npm", "run", "--silent", name] for name in ("typecheck", "api-types:check")]
    run_all(install.FRONTEND, *commands)


def locks() -> None:
    """Every lock, installed by the oldest and by the newest pip, with the Python that runs this."""
    version = "{}.{}".format(*sys.version_info)
    run_all(install.ROOT, [str(install.PYTHON), "scripts/check_locks.py", version])


def unit() -> None:
    """Run what needs neither a database nor a browser. Its coverage is told with the API's."""
    (install.BACKEND / ".coverage").unlink(missing_ok=True)
    run_all(install.BACKEND, [str(BIN / "pytest"), "-q", "--cov=guichet", "--cov-report=", "tests/unit"])
    run_all(install.FRONTEND, ["npm", "run", "--silent", "test"])


def api() -> None:
    """Test the API, over HTTP, in two processes with a server of each kind each; Pagila too where it is found.

    With coverage.
    """
    options = ["-n", "3", "--dist", "loadscope", "--cov=guichet", "--cov-append", "--cov-report=term:skip-covered"]
    find_mariadb()
    folders = ["tests/api", "tests/cli", "tests/mariadb", "tests/pagila"]
    run_all(install.BACKEND, [str(BIN / "pytest"), "-q", *options, "--ignore=tests/api/nginx", *folders])


def nginx() -> None:
    """Test the configuration of the frontend's nginx: the system's nginx in front of the real server."""
    run_all(install.BACKEND, [str(BIN / "pytest"), "-q", "tests/api/nginx"], environment={"NGINX": find_nginx()})


def startup() -> None:
    """Test starting and stopping: ./startup.sh itself."""
    shutil.rmtree(VAR / "startup", ignore_errors=True)
    run_all(install.ROOT / "scripts", [str(BIN / "pytest"), "-q", "-p", "no:cacheprovider", "tests"])


def browser() -> None:
    """Test what the page weighs, and the page in a browser, on a portal of its own."""
    chromium = find_chromium()
    shutil.rmtree(VAR / "browser", ignore_errors=True)
    with trial_portal.Trial(VAR / "browser", COMPANIES, EMAIL_ATTACHMENT_MB="1") as portal:
        print(f"  portal ready after {portal.start():.1f} s", flush=True)
        environment = {
            "GUICHET_URL": portal.url,
            "GUICHET_MAILBOX": portal.mailbox,
            "PORTAL_DIR": str(portal.portal),
            "CHROMIUM": chromium,
        }
        commands = [["npm", "run", "--silent", name] for name in ("size", "e2e")]
        run_all(install.FRONTEND, *commands, environment=environment)


def spark() -> None:
    """Test Spark as a source: on a cluster of its own, which is downloaded once and needs Java.

    :raises NotTestedError: if there is no Java.
    """
    try:
        spark_cluster.find_java()
    except spark_cluster.NoJavaError as error:
        raise NotTestedError(f"no Java. {error}") from error
    fetch_spark()
    run_all(install.BACKEND, [str(BIN / "pytest"), "-q", "--durations=5", "tests/spark"])


PARTS: dict[str, Callable[[], None]] = {
    "lint": lint,
    "types": types,
    "locks": locks,
    "unit": unit,
    "api": api,
    "nginx": nginx,
    "startup": startup,
    "browser": browser,
    "spark": spark,
}


# They share nothing with the others: neither the coverage nor the portal that the browser tests.
BESIDE = ("lint", "types", "locks", "nginx", "startup")


def main(names: list[str]) -> int:
    """Run the named parts, or all; 1 if one failed."""
    if unknown := set(names) - set(PARTS):
        print(f"no such part: {', '.join(sorted(unknown))} (there are: {', '.join(PARTS)})", file=sys.stderr)
        return 2
    begin = time.monotonic()
    try:
        install.check_tools()
        install.python_packages("requirements-test.lock", LOG)
        install.page_packages(LOG)
        if not names:  # before parts run side by side: the system installs one package at a time
            for find in (find_chromium, find_nginx, find_mariadb, fetch_spark):
                with contextlib.suppress(PartError, steps.StepError):  # its part will say so
                    find()
    except steps.StepError as error:
        print(f"the tests can't run: {error}", file=sys.stderr)
        return 1
    table = [("install", time.monotonic() - begin, "")]
    with running_beside(BESIDE if not names else ()) as beside:
        for name in names or [part for part in PARTS if part not in BESIDE]:
            table.append((name, *run_part(name)))
        failed = beside()
    print("\n" + "\n".join(f"{name:10}{seconds:7.1f} s  {fault or 'passed'}" for name, seconds, fault in table))
    print(f"{'in all':10}{time.monotonic() - begin:7.1f} s")
    # What can't be tested here is said, and fails whoever asked for it by its name.
    faults = [fault for _, _, fault in table if fault and (names or not fault.startswith(NOT_TESTED))]
    return 1 if failed or faults else 0


@contextlib.contextmanager
def running_beside(names: Sequence[str]) -> Iterator[Callable[[], bool]]:
    """Run parts in a process of their own.

    What is yielded waits for them, prints what they said, and tells whether one failed.
    """
    if not names:
        yield lambda: False
        return
    path = VAR / "beside.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as log:
        process = subprocess.Popen([sys.executable, __file__, *names], stdout=log, stderr=subprocess.STDOUT)

    def finish() -> bool:
        code = process.wait()
        print(path.read_text(errors="replace"), flush=True)
        return code != 0

    try:
        yield finish
    finally:
        process.terminate()
        process.wait()


def run_part(name: str) -> tuple[float, str]:
    """Run one part; its seconds, and what failed."""
    print(f"\n== {name}", flush=True)
    begin = time.monotonic()
    fault = ""
    try:
        PARTS[name]()
    except NotTestedError as error:
        print(error, flush=True)
        fault = f"{NOT_TESTED}: {str(error).partition('. ')[0]}"
    except (PartError, RuntimeError, OSError) as error:
        print(error, flush=True)
        fault = f"FAILED: {str(error).splitlines()[0]}"
    return time.monotonic() - begin, fault


def run_all(folder: pathlib.Path, *commands: list[str], environment: dict[str, str] | None = None) -> None:
    """Run every command, also after one that failed.

    :raises PartError: naming those that failed.
    """
    failed = []
    for command in commands:
        shown = " ".join([pathlib.Path(command[0]).name, *command[1:]])
        print(f"$ {shown}", flush=True)
        try:
            code = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                timeout=COMMAND_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
        if code != 0:
            failed.append(shown)
    if failed:
        raise PartError("; ".join(failed))


def find_chromium() -> str:
    """Return the browser's path: CHROMIUM, else the system's; as root on Debian it is installed when there is none.

    :raises PartError: there is none; the text says how to get it.
    """
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    mac = [pathlib.Path("/Applications") / path for path in MAC_CHROMIUMS]
    browsers = [path for name in CHROMIUMS if (path := shutil.which(name))] + [
        str(path) for path in mac if path.exists()
    ]
    if browsers:
        return browsers[0]
    if install_on_debian("Chromium", "chromium", "fonts-liberation") and (path := shutil.which("chromium")):
        return path
    raise PartError("Chromium is needed: install it (apt install chromium) or set CHROMIUM to its path")


def find_nginx() -> str:
    """Return nginx's path; as root on Debian it is installed when there is none.

    :raises PartError: there is none; the text says how to get it.
    """
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    program = shutil.which("nginx", path=path)
    if not program and install_on_debian("nginx", "nginx-light"):
        program = shutil.which("nginx", path=path)
    if not program:
        raise PartError("nginx is needed: install it (apt install nginx-light; macOS: brew install nginx)")
    return program


def find_mariadb() -> str:
    """Return the path of MariaDB's server; as root on Debian it is installed when there is none.

    :raises PartError: there is none; the text says how to get it.
    """
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    program = shutil.which("mariadbd", path=path)
    if not program and install_on_debian("MariaDB", "mariadb-server"):
        program = shutil.which("mariadbd", path=path)
    if not program:
        raise PartError("MariaDB is needed: install it (apt install mariadb-server; macOS: brew install mariadb)")
    return program


def fetch_spark() -> None:
    """Download Spark, unless it is there."""
    if shutil.which("java"):
        with steps.step("Spark"):
            steps.run([str(install.PYTHON), "scripts/spark_cluster.py", "fetch"], LOG, install.ROOT)


def install_on_debian(title: str, *packages: str) -> bool:
    """Install packages of the system, as root on Debian; False elsewhere. Nothing that they bring is started."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with steps.step(title):
        steps.run(["apt-get", "update", "-q"], LOG, install.ROOT, quiet)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        steps.run(command, LOG, install.ROOT, quiet | {"RUNLEVEL": "1"})
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
