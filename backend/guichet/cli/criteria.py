"""Criteria as arguments: `country=France created=2024-01-01.. country!=Spain domain=@domains.txt`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from guichet import query_syntax
from guichet.client import Client, Form, labels
from guichet.query_syntax import CriterionKind

# A file of more values becomes a value list, which the portal searches by in a table of its own.
MOST_PASTED = 10_000


def parse_arguments(client: Client, form: Form, arguments: Sequence[str]) -> dict[str, Any]:
    """Make the criteria of a request: files are read, labels of options become values.

    :raises click.UsageError: for what is no criterion.
    """
    kinds = {criterion.name: CriterionKind(criterion.type, criterion.multiple) for criterion in form.criteria}
    pairs, listed = _split_arguments(client, form, arguments)
    try:
        criteria = query_syntax.parse_criteria(pairs, kinds)
    except query_syntax.QuerySyntaxError as error:
        raise click.UsageError(str(error)) from error
    twice = set(criteria) & set(listed)
    if twice:
        raise click.UsageError(f"“{min(twice)}” is given as a list and otherwise; give it in one way.")
    return {**labels.resolve(client, form, criteria), **listed}


def _split_arguments(
    client: Client, form: Form, arguments: Sequence[str]
) -> tuple[list[tuple[str, str]], dict[str, dict[str, Any]]]:
    """Take arguments apart: pairs of a name and a text, and the criteria that are value lists."""
    pairs: list[tuple[str, str]] = []
    listed: dict[str, dict[str, Any]] = {}
    takes_lists = {criterion.name for criterion in form.criteria if criterion.type == "values"}
    for argument in arguments:
        written, equals, text = argument.partition("=")
        name = written.removesuffix("!")
        if not equals or not name:
            raise click.UsageError(f"“{argument}” is no criterion. Write NAME=VALUE, or NAME!=VALUE for “is not”.")
        list_id = text.removeprefix("@list:") if text.startswith("@list:") else None
        if not text.startswith("@") or text.startswith("@@"):
            pairs.append((written, text.removeprefix("@")))
        elif list_id is None:
            lines = read_lines(text[1:])
            if len(lines) <= MOST_PASTED or name not in takes_lists:
                pairs += [(written, line) for line in lines]
            else:
                list_id = client.upload_values(lines, name=text[1:], interface=form.id, criterion=name).id
        if list_id is not None:
            listed[name] = {"not": {"list": list_id}} if written.endswith("!") else {"list": list_id}
    return pairs, listed


def read_lines(path: str) -> list[str]:
    """Read the lines of a file; `-` is standard input. Empty ones are left out."""
    try:
        with click.open_file(path, encoding="utf-8-sig") as file:
            return [line.strip() for line in file if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise click.UsageError(f"{path} can't be read: {why}.") from error
