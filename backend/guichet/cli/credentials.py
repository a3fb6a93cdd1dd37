"""Who is signed in where: a file of the user's own, and the options by which a command is told otherwise."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from guichet.cli.terminal import exit_codes
from guichet.client import Client

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class SignIn:
    """A portal, and how to sign in there: by a token, or by user and password where the portal gives no tokens."""

    url: str
    token: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def client(self, **options: Any) -> Client:
        """Make a client that signs in by these; an address that is none is an error of usage."""
        try:
            return Client(self.url, token=self.token, user=self.user, password=self.password, **options)
        except ValueError as error:
            raise exit_codes.CommandError(f"{error}.", exit_codes.USAGE) from error


def get_file_path() -> Path:
    """Return the file of the sign-in, in the folder where this platform keeps such things."""
    return Path(click.get_app_dir("guichet")) / "sign-in.json"


def save(sign_in: SignIn) -> Path:
    """Keep a sign-in, for its user's eyes only from the first byte on."""
    path = get_file_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as output:
        json.dump(asdict(sign_in), output)
    unfinished.replace(path)
    return path


def load() -> SignIn | None:
    """Read the sign-in that was kept."""
    try:
        return SignIn(**json.loads(get_file_path().read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise exit_codes.CommandError(
            f"{get_file_path()} can't be read ({error}). Sign in again: guichet login", exit_codes.SIGN_IN
        ) from error


def choose_sign_in(url: str | None, token: str | None, user: str | None, password: str | None) -> SignIn:
    """Decide by what is given, and by what was kept.

    :raises Ending: if nobody is signed in.
    """
    kept = load()
    if url and (token or user):
        return SignIn(url, token, user, password)
    if kept is None or (url and url.rstrip("/") != kept.url):
        raise exit_codes.CommandError("You are not signed in. Sign in: guichet login URL", exit_codes.SIGN_IN)
    return SignIn(kept.url, token, user, password) if token or user else kept


def pass_client(command: Command) -> Command:
    """Give a command the client of whoever is signed in, as its first argument, and tell its errors."""

    @click.option("--url", envvar="GUICHET_URL", show_envvar=True, help="Another portal than that of `guichet login`.")
    @click.option("--token", envvar="GUICHET_TOKEN", hidden=True)
    @click.option("--user", envvar="GUICHET_USER", hidden=True)
    @click.option("--password", envvar="GUICHET_PASSWORD", hidden=True)
    @functools.wraps(command)
    def run(
        *arguments: Any, url: str | None, token: str | None, user: str | None, password: str | None, **options: Any
    ) -> Any:
        with exit_codes.exit_on_client_error(), choose_sign_in(url, token, user, password).client() as client:
            return command(client, *arguments, **options)

    return run  # type: ignore[return-value]  # the same command, with one argument fewer
