"""A group of commands that are imported when they are called, and listed in sections without importing any."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True)
class LazyCommand:
    """Where a command is, as `module:attribute`, and the first line of its help."""

    place: str
    about: str

    def load(self) -> click.Command:
        """Import the command."""
        module, attribute = self.place.split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


class SectionedGroup(click.Group):
    """Commands by section and name, in the order in which help shows them."""

    def __init__(self, *args: Any, sections: Mapping[str, Mapping[str, LazyCommand]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sections = sections
        self.entries = {name: entry for entries in sections.values() for name, entry in entries.items()}

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C ends it with one line and the exit code 130."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            with suppress(OSError):  # nobody reads on, as a rule
                sys.stdout.flush()
            click.echo("Interrupted.", err=True)
            ctx.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names, without importing any command."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that is called."""
        entry = self.entries.get(cmd_name)
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their sections, without importing any."""
        for title, entries in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.about) for name, entry in entries.items()])
