"""Installs every lock into empty environments, by the oldest pip that each supported Python brings and by the newest.

`./test.sh locks` does it with the Python that runs the tests. Run it whole after changing a dependency:
`.venv/bin/python scripts/check_locks.py`. Pythons that this machine has are used for real; for the others pip is asked
whether every package of the locks has a file that they take. Versions as arguments choose some: `check_locks.py 3.14`.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import install

# What the first release of each supported Python brings (its ensurepip).
OLDEST_PIP = {"3.11": "22.3", "3.12": "23.2.1", "3.13": "24.2", "3.14": "25.2"}
LOCKS = ("requirements.lock", "requirements-demo.lock", "requirements-test.lock")
SECONDS = 600


class Check(NamedTuple):
    """One lock, to be installed for one Python by one pip; without an interpreter it is only looked up."""

    lock: str
    version: str
    interpreter: str | None
    pip: str | None

    @property
    def title(self) -> str:
        return f"{self.lock}, Python {self.version}, pip {self.pip or 'newest'}"


def main(versions: list[str]) -> int:
    """Check all locks with the named versions of Python, or with all; 1 if one can't be installed."""
    checks = [check for version in versions or OLDEST_PIP for check in list_checks(version)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        places = [pathlib.Path(folder) / str(number) for number in range(len(checks))]
        faults = [fault for check, fault in zip(checks, pool.map(run_check, checks, places), strict=True) if fault]
    print("\n".join(faults))
    print(f"{len(checks) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


def list_checks(version: str) -> list[Check]:
    """Return what is to be tried for one version of Python."""
    interpreter = find_python(version)
    pips = [OLDEST_PIP.get(version), None] if interpreter else [None]
    return [Check(lock, version, interpreter, pip) for lock in LOCKS for pip in pips]


def find_python(version: str) -> str | None:
    """Return the interpreter of a version, if this machine has one that works."""
    candidates = [f"python{version}", *map(str, pathlib.Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))]
    for candidate in filter(shutil.which, candidates):
        command = [candidate, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == version:
            return candidate
    return None


def run_check(check: Check, place: pathlib.Path) -> str:
    """Install a lock into an empty environment; print how that went, and return pip's words if it failed."""
    fault = install_lock(check, check.interpreter, place) if check.interpreter else resolve_lock(check, place)
    done = "installed" if check.interpreter else "has files for it"
    print(f"  {check.title:58}{'FAILED' if fault else done}", flush=True)
    return f"\n{check.title}:\n{fault}" if fault else ""


def install_lock(check: Check, interpreter: str, place: pathlib.Path) -> str:
    """Install it for real; pip's words if that failed."""
    python = str(place / "bin" / "python")
    commands = [
        [interpreter, "-m", "venv", str(place)],
        [python, "-m", "pip", "install", "--quiet", "--upgrade", f"pip=={check.pip}" if check.pip else "pip"],
        [python, "-m", *install.PIP_INSTALL, "--no-compile", "--require-hashes", "-r", check.lock],
        [python, "-m", "pip", "check"],
    ]
    return next((fault for command in commands if (fault := run(command))), "")


def resolve_lock(check: Check, place: pathlib.Path) -> str:
    """Have pip look for files of all packages for a Python that is not here; its words if one has none."""
    target = ["--target", str(place), "--dry-run", "--only-binary", ":all:", "--python-version", check.version]
    return run([sys.executable, "-m", *install.PIP_INSTALL, *target, "--require-hashes", "-r", check.lock])


def run(command: list[str]) -> str:
    """Run a command; what it said if it failed."""
    ended = subprocess.run(command, cwd=install.BACKEND, capture_output=True, text=True, timeout=SECONDS, check=False)
    said = re.sub(r"^WARNING: .*\n", "", ended.stdout + ended.stderr, flags=re.MULTILINE)
    return said[-2000:] or f"ended with {ended.returncode}" if ended.returncode else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
