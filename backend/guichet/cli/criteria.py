"""Criteria as arguments: `country=France created=2024-01-01.. country!=Spain domain=@domains.txt`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from guichet import terms
from guichet.client import Client, Form, labels
from guichet.terms import Kind


def read(client: Client, form: Form, arguments: Sequence[str]) -> dict[str, Any]:
    """Makes the criteria of a request: files are read, labels of options become values.

    :raises click.UsageError: for what is no criterion.
    """
    kinds = {one.name: Kind(one.type, one.multiple) for one in form.criteria}
    try:
        criteria = terms.criteria(_pairs(arguments), kinds)
    except terms.TermError as error:
        raise click.UsageError(str(error)) from error
    return labels.resolve(client, form, criteria)


def _pairs(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals or not name:
            raise click.UsageError(f"“{argument}” is no criterion. Write NAME=VALUE, or NAME!=VALUE for “is not”.")
        if text.startswith("@@"):
            yield name, text[1:]
        elif text.startswith("@"):
            yield from ((name, line) for line in _lines(text[1:]))
        else:
            yield name, text


def _lines(path: str) -> Iterator[str]:
    """Reads the lines of a file; `-` is standard input. Empty ones are left out."""
    try:
        with click.open_file(path, encoding="utf-8-sig") as file:
            yield from filter(None, (line.strip() for line in file))
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(
            f"{path} can't be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}."
        ) from error
