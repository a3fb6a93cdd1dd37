"""What an author sees of one search: `guichet show` prints its SQL, its plan and its first rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from guichet import errors, portal, terms
from guichet.cli import criteria as arguments
from guichet.cli import printing, surroundings
from guichet.interfaces.interface import Criterion, Interface
from guichet.search import compose, options
from guichet.search import criteria as search_criteria
from guichet.search.criteria import Criteria, InputLimits
from guichet.search.options import Wanted
from guichet.settings import Settings
from guichet.sources.source import Session, Source
from guichet.terms import Kind

MOST_ROWS = 1000


@click.command()
@click.argument("interface_id", metavar="ID")
@click.argument("written", metavar="[CRITERION]...", nargs=-1)
@click.option("--rows", type=click.IntRange(0, MOST_ROWS), default=10, show_default=True, help="How many are shown.")
def show(interface_id: str, written: tuple[str, ...], rows: int) -> None:
    """Print the SQL of a search, its plan and its first rows.

    The values stand in it as they are bound, so that it can be pasted into psql. A select takes the value of an option,
    or its label.

    Example: guichet show companies country=France created=last_year
    """
    configured = surroundings.read_settings()
    interface = _get_interface(configured, interface_id)
    source = portal.build_sources(configured)[interface.source]
    with surroundings.told():
        statement = compose.search(interface, _read(configured, interface, source, written))
        with source.session(interface.limits.interactive_seconds) as session:
            click.echo(session.written(statement.sql, statement.parameters))
            _print_plan(session, statement)
            if rows:
                _print_rows(session, statement, rows)


def _get_interface(configured: Settings, interface_id: str) -> Interface:
    try:
        return portal.build_registry(configured).get(interface_id)
    except errors.InterfaceBrokenError as error:
        raise click.ClickException("\n".join(error.details)) from error
    except errors.NotFoundError as error:
        raise click.ClickException(f"{error} What there is: guichet check") from error


def _read(configured: Settings, interface: Interface, source: Source, written: Sequence[str]) -> Criteria:
    """Read criteria as `guichet search` does; what is required may be missing.

    :raises click.UsageError: for what is no criterion, or none of its values.
    """
    kinds = {one.name: Kind(one.type, one.multiple) for one in interface.criteria.values()}
    today = datetime.now(ZoneInfo(configured.time_zone)).date()
    limits = InputLimits(configured.text_limit, configured.values_limit, today)
    try:
        given = terms.criteria(list(_pairs(written)), kinds)
        read = search_criteria.read_some(interface, given, limits)
        labelled = {name: _resolve(interface, name, given, read, source) for name in given}
        return search_criteria.read_some(interface, labelled, limits)
    except terms.TermError as error:
        raise click.UsageError(str(error)) from error
    except errors.CriteriaError as error:
        told = (f"{one.pointer.removeprefix('/criteria/')}: {one.detail}" for one in error.faults)
        raise click.UsageError("\n".join(told)) from error


def _pairs(written: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in written:
        name, equals, text = one.partition("=")
        if not equals or not name.removesuffix("!"):
            raise click.UsageError(f"“{one}” is no criterion. Write NAME=VALUE, or NAME!=VALUE for “is not”.")
        if text.startswith("@") and not text.startswith("@@"):
            yield from ((name, line) for line in arguments.read_lines(text[1:]))
        else:
            yield name, text.removeprefix("@")


def _resolve(interface: Interface, name: str, given: Mapping[str, Any], read: Criteria, source: Source) -> Any:
    """Replace labels of options by their values."""
    criterion, value = interface.criteria[name], given[name]
    if criterion.options is None:
        return value
    if isinstance(value, dict):
        return {"not": _resolve(interface, name, {name: value["not"]}, read, source)}
    if isinstance(value, list):
        return [_value(interface, criterion, str(one), read, source) for one in value]
    return _value(interface, criterion, str(value), read, source)


def _value(interface: Interface, criterion: Criterion, text: str, read: Criteria, source: Source) -> Any:
    for wanted in (Wanted(values=[text]), Wanted(typed=text)):
        for option in options.load(interface, criterion, read, wanted, source).options:
            if text.casefold() in (compose.scalar_text(option.value).casefold(), option.label.casefold()):
                return option.value
    return text


def _print_plan(session: Session, statement: compose.Statement) -> None:
    click.echo("\n-- Plan")
    for (line,) in session.fetch(f"EXPLAIN {statement.sql}", statement.parameters).rows:
        click.echo(line)


def _print_rows(session: Session, statement: compose.Statement, limit: int) -> None:
    click.echo(f"\n-- First rows, at most {limit}")
    found = session.fetch(f"SELECT * FROM (\n{statement.sql}\n) AS result LIMIT {limit}", statement.parameters)
    printing.table(found.names, found.rows)
