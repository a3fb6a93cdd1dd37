"""What commands print: tables for people at a terminal, tab-separated lines for pipes."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from guichet.control_characters import escape_controls


def is_terminal() -> bool:
    """Tell whether somebody reads what is printed as it comes."""
    return sys.stdout.isatty()


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Sequence[str] = ()) -> None:
    """Print rows under headings; where no person reads them, tab-separated lines without headings.

    :param numbers: headings whose column is flush right.
    """
    if not is_terminal():
        for row in rows:
            click.echo("\t".join(_format_plain(cell) for cell in row))
        return
    # A third of a command's time, where only a terminal needs it.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, highlight=False)
    for heading in headings:
        drawn.add_column(heading, justify="right" if heading in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text("NULL", style="dim") if cell is None else Text(_format_cell(cell)) for cell in row))
    Console().print(drawn)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    click.echo(json.dumps(value, ensure_ascii=False))


def print_note(text: str) -> None:
    """Say something beside the output."""
    click.echo(_escape_controls(text), err=True)


def _format_plain(cell: Any) -> str:
    return "" if cell is None else _format_cell(cell).replace("\t", " ").replace("\n", " ")


def _escape_controls(text: str) -> str:
    """Leave a terminal as it is, whatever a database or a server says."""
    return re.sub(r"[^\n\t]+", lambda printed: escape_controls(printed[0]), text)


def _format_cell(cell: Any) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
