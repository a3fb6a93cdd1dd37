"""The files that add to the environment, for whoever starts Guichet by hand: `.env`, and what `./startup.sh` left."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

FILES = (".env", "var/env")

# What was added to the environment of this process, to be taken back when the files are read again.
_added: dict[str, str] = {}


def load_files(folder: Path | None = None) -> None:
    """Add the variables of those files in a folder to the environment; what is set already wins.

    Called again, it first takes back what it added. `GUICHET_ENV_FILES` names other files, separated by colons;
    `none` leaves the environment as it is.
    """
    for variable, value in _added.items():
        if os.environ.get(variable) == value:
            del os.environ[variable]
    _added.clear()
    for file in _list_files(folder or Path.cwd()):
        # Without interpolation: a dollar in a password is a dollar.
        for name, text in dotenv_values(file, interpolate=False).items():
            if text and not os.environ.get(name):
                os.environ[name] = _added[name] = text


def _list_files(folder: Path) -> list[Path]:
    listed = os.environ.get("GUICHET_ENV_FILES")
    if listed == "none":
        return []
    return [Path(name) for name in listed.split(os.pathsep)] if listed else [folder / name for name in FILES]


def list_bucket_secrets() -> list[SecretStr]:
    """Return the secrets of a bucket, which its library reads from the environment: to be masked where they appear."""
    return [SecretStr(os.environ.get(name, "")) for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
