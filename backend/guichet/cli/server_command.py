"""What commands that run beside a portal begin with: its settings, and its errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from guichet import environment, errors
from guichet.settings import settings


def read_settings() -> settings.Settings:
    """Read the environment, with the files that add to it.

    :raises click.ClickException: if it has faults; all of them.
    """
    environment.load_files()
    try:
        return settings.read_settings()
    except errors.SettingsError as error:
        raise click.ClickException("\n".join(error.faults)) from error


@contextmanager
def exit_on_error() -> Iterator[None]:
    """End the command with the message of an error of ours, instead of a stack."""
    try:
        yield
    except errors.GuichetError as error:
        raise click.ClickException(errors.explain(error)) from error
