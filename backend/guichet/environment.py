"""The files that add to the environment, for whoever starts Guichet by hand: `.env`, and what `./startup.sh` left."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

FILES = (".env", "var/env")


def load(folder: Path | None = None) -> None:
    """Adds the variables of those files in a folder to the environment; what is set already wins.

    `GUICHET_ENV_FILES=none` leaves the environment as it is.
    """
    if os.environ.get("GUICHET_ENV_FILES") == "none":
        return
    for name in FILES:
        # Without interpolation: a dollar in a password is a dollar.
        for variable, value in dotenv_values((folder or Path.cwd()) / name, interpolate=False).items():
            if value and not os.environ.get(variable):
                os.environ[variable] = value


def bucket_secrets() -> list[SecretStr]:
    """Return the secrets of a bucket, which its library reads from the environment: to be masked where they appear."""
    return [SecretStr(os.environ.get(name, "")) for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
