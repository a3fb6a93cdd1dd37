"""The commands as a whole: each is found, listed by what it says itself, and loads no more than it needs."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from guichet.cli import main
from guichet.cli.terminal.lazy_group import LazyCommand, SectionedGroup

assert isinstance(main, SectionedGroup)


@pytest.mark.parametrize("name", main.entries)
def test_a_command_is_listed_by_its_name_and_the_first_line_of_its_help(name: str) -> None:
    command = main.entries[name].load()

    assert (command.name, (command.help or "").split("\n")[0]) == (name, main.entries[name].about)


def test_help_lists_the_commands_in_sections() -> None:
    told = CliRunner().invoke(main, ["--help"])

    assert told.exit_code == 0
    assert [line for line in told.output.splitlines() if line.endswith(":")] == [
        "Options:",
        *(f"{title}:" for title in main.sections),
    ]
    assert all(f"  {name} " in told.output for name in main.entries)


def test_an_unknown_command_is_an_error_of_usage() -> None:
    told = CliRunner().invoke(main, ["chekc"])

    assert told.exit_code == 2
    assert "No such command 'chekc'" in told.output


def test_help_loads_no_command() -> None:
    assert (
        loaded(["--help"]) & {"flask", "psycopg2", "pydantic", "guichet.settings.settings", "guichet.errors"} == set()
    )


def loaded(arguments: list[str]) -> set[str]:
    """Names the modules that a process has loaded after a command."""
    script = (
        "import sys; from guichet.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    return set(ran.stderr.split())


def test_an_entry_that_is_no_command_is_noticed() -> None:
    with pytest.raises(AssertionError):
        LazyCommand("guichet.cli.definitions:json", "").load()
    assert isinstance(LazyCommand("guichet.cli.definitions:check", "").load(), click.Command)
