"""Installs what a checkout needs: the virtual environment with the locked packages, the page's packages, the page.

Each is done again only when what it is made of has changed: a stamp beside the result holds the hash of its inputs.
It installs nothing outside the checkout, and asks for no rights.
"""

from __future__ import annotations

import contextlib
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator

import steps

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BACKEND = ROOT / "backend"
FRONTEND = ROOT / "frontend"
PAGE = FRONTEND / "dist"
MAILBOX = ROOT / "scripts" / "mailbox"
OLDEST_NODE = (20, 19)
# A lock is complete, and --no-deps keeps pip from working that out again: pips older than 23.3 take a package that
# another asks for with an extra as unpinned, as soon as the index has a newer one.
PIP_INSTALL = ("pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps")
# The packages that sources of other kinds than PostgreSQL need, by the schemes of their URLs.
DRIVERS = {
    "duckdb": ("duckdb",),
    "mariadb": ("pymysql",),
    "mysql": ("pymysql",),
    "spark": ("grpcio", "protobuf", "pyarrow"),
}
DRIVER_LOCK = "requirements-test.lock"
SOURCE_URL = re.compile(r"^\s*(?:export\s+)?SOURCE_[A-Z][A-Z0-9_]*_URL\s*=\s*['\"]?(?P<scheme>[a-z]+):", re.MULTILINE)
NOT_SOURCES = {"node_modules", "dist", "e2e", "coverage", "test-results", "playwright-report"}


def check_tools() -> None:
    """Look for what can't be installed here.

    :raises steps.StepError: naming the tool and how to get it.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    needed = f"Node.js {'.'.join(map(str, OLDEST_NODE))} or newer is needed"
    if not node or not npm:
        raise steps.StepError(f"{needed}, with npm: none is found (https://nodejs.org)")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    version = tuple(int(part) for part in re.findall(r"\d+", answer)[:2])
    if version < OLDEST_NODE:
        raise steps.StepError(f"{needed}; {node} is {answer or 'not working'}")


def check_disk(folder: pathlib.Path) -> None:
    """Refuse to begin what a full disk would break off.

    :raises steps.StepError: telling what is needed and what is there.
    """
    needed_mb = 200 if PYTHON.exists() and PAGE.exists() else 1500
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < needed_mb:
        raise steps.StepError(f"{needed_mb} MB of disk space are needed in {folder}, {free_mb} MB are free")


def python_packages(lock: str, log: pathlib.Path) -> None:
    """Make the virtual environment, with the packages of backend/`lock` and the package itself, editable."""
    # Its scripts hold its own place: in a folder that was moved or copied it is made anew.
    base = f"{VENV} {sys.version.split()[0]}"
    made = _works() and (VENV / "made-of").exists() and (VENV / "made-of").read_text() != base
    if made or not _works():
        with steps.step("Virtual environment"):
            shutil.rmtree(VENV, ignore_errors=True)
            interpreter = getattr(sys, "_base_executable", sys.executable)
            steps.run([interpreter, "-m", "venv", str(VENV)], log, ROOT)
    (VENV / "made-of").write_text(base)
    inputs = _digest([BACKEND / lock, BACKEND / "pyproject.toml"])
    with _unless_done(VENV / f"done-{lock}", inputs) as needed:
        if needed:
            with steps.step("Python packages"):
                steps.run([str(PYTHON), "-m", *PIP_INSTALL, "--require-hashes", "-r", lock], log, BACKEND)
                # The build backend came with the lock: nothing is fetched that no hash vouches for.
                steps.run([str(PYTHON), "-m", *PIP_INSTALL, "--no-build-isolation", "--editable", "."], log, BACKEND)


def driver_packages(settings: str, log: pathlib.Path) -> None:
    """Install the drivers of the databases that settings name.

    :param settings: lines such as `SOURCE_LAKE_URL=duckdb:///srv/lake`, as in `.env`.
    """
    drivers = find_drivers(settings)
    if not drivers:
        return
    pins = "".join(find_pin(driver) for driver in drivers)
    with _unless_done(VENV / "done-drivers", pins) as needed:
        if needed:
            with steps.step(f"Drivers: {', '.join(drivers)}"):
                (VENV / "drivers.lock").write_text(pins)
                steps.run([str(PYTHON), "-m", *PIP_INSTALL, "--require-hashes", "-r", "drivers.lock"], log, VENV)


def find_drivers(settings: str) -> list[str]:
    """Return the packages that the sources of settings need beside the base install."""
    schemes = {variable["scheme"] for variable in SOURCE_URL.finditer(settings)}
    return sorted({driver for scheme in schemes & DRIVERS.keys() for driver in DRIVERS[scheme]})


def find_pin(package: str) -> str:
    """Return the lines of the tests' lock that pin a package, with its hashes."""
    pin = re.search(
        rf"^{re.escape(package)}==.*\n(?:    --hash=.*\n)+", (BACKEND / DRIVER_LOCK).read_text(), re.MULTILINE
    )
    if not pin:
        raise steps.StepError(f"{DRIVER_LOCK} has no {package}")
    return pin[0]


def page_packages(log: pathlib.Path) -> None:
    """Install the page's packages as locked."""
    modules = FRONTEND / "node_modules"
    with _unless_done(modules / ".done", _digest([FRONTEND / "package-lock.json"])) as needed:
        if needed:
            with steps.step("Page's packages"):
                # @playwright/test would download browsers that only the tests may need
                skip = {"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
                steps.run(["npm", "ci", "--no-audit", "--no-fund"], log, FRONTEND, skip)


def mailbox_packages(log: pathlib.Path) -> None:
    """Install the demo's mailbox as locked."""
    modules = MAILBOX / "node_modules"
    with _unless_done(modules / ".done", _digest([MAILBOX / "package-lock.json"])) as needed:
        if needed:
            with steps.step("Mailbox"):
                steps.run(["npm", "ci", "--no-audit", "--no-fund"], log, MAILBOX)


def page(log: pathlib.Path) -> None:
    """Build the page."""
    page_packages(log)
    with _unless_done(FRONTEND / "node_modules" / ".built", _digest(_page_sources())) as needed:
        if needed or not (PAGE / "index.html").exists():
            with steps.step("Page"):
                steps.run(["npm", "run", "build"], log, FRONTEND)


def _works() -> bool:
    if not PYTHON.exists():
        return False
    command = [str(PYTHON), "-c", "import pip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _page_sources() -> Iterable[pathlib.Path]:
    for entry in sorted(FRONTEND.iterdir()):
        if entry.name in NOT_SOURCES or entry.name.startswith("."):
            continue
        yield from (path for path in sorted(entry.rglob("*")) if path.is_file()) if entry.is_dir() else [entry]


def _digest(files: Iterable[pathlib.Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _unless_done(stamp: pathlib.Path, inputs: str) -> Iterator[bool]:
    """Tell whether the body has something to do; note the inputs when it has ended well."""
    needed = not stamp.exists() or stamp.read_text() != inputs
    if needed:
        stamp.unlink(missing_ok=True)
    yield needed
    if needed:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(inputs)
