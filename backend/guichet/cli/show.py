"""What an author sees of one search: `guichet show` prints its SQL, its plan and its first rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from guichet import errors, portal, query_syntax
from guichet.cli import criteria as arguments
from guichet.cli import server_command
from guichet.cli.terminal import printing
from guichet.criteria_types.operands import InputLimits
from guichet.interfaces.interface import Criterion, Interface
from guichet.portal_db.database import PortalDatabase
from guichet.query_syntax import CriterionKind
from guichet.search import options, prepare
from guichet.search.catalogue import ColumnCatalogue
from guichet.search.execution import Search
from guichet.search.prepare import Ground
from guichet.settings.settings import Settings
from guichet.sources.protocol import Session
from guichet.sql import statement
from guichet.sql.dialect import Dialect
from guichet.sql.statement import OptionQuery

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
    configured = server_command.read_settings()
    with _exit_on_definition_error():
        interface = portal.build_registry(configured).get(interface_id)
        search = _prepare(interface, _build_ground(configured, interface), written)
        statement = search.statement
        with search.session(interface.limits.interactive_seconds) as session:
            click.echo(session.render(statement.sql, statement.parameters))
            _print_plan(session, statement)
            if rows:
                _print_rows(session, statement, interface.dialect, rows)


@contextmanager
def _exit_on_definition_error() -> Iterator[None]:
    """End the command with what is wrong with a definition, or with criteria."""
    with server_command.exit_on_error():
        try:
            yield
        except errors.InterfaceBrokenError as error:
            raise click.ClickException("\n".join(error.details)) from error
        except query_syntax.QuerySyntaxError as error:
            raise click.UsageError(str(error)) from error
        except errors.CriteriaError as error:
            told = (f"{fault.pointer.removeprefix('/criteria/')}: {fault.detail}" for fault in error.faults)
            raise click.UsageError("\n".join(told)) from error


def _build_ground(configured: Settings, interface: Interface) -> Ground:
    today = datetime.now(ZoneInfo(configured.time_zone)).date()
    limits = InputLimits(configured.text_limit, configured.values_limit, today)
    source = portal.build_sources(configured)[interface.source]
    return Ground(source, ColumnCatalogue(), limits, owner="", database=_refuse_lists)


def _refuse_lists() -> PortalDatabase:
    raise errors.PortalDatabaseError("Value lists can't be shown here; give their values as @FILE.")


def _prepare(interface: Interface, ground: Ground, written: Sequence[str]) -> Search:
    """Make the search as the portal does, of criteria that are written as for `guichet search`."""
    kinds = {
        criterion.name: CriterionKind(criterion.type, criterion.multiple) for criterion in interface.criteria.values()
    }
    criteria = query_syntax.parse_criteria(list(_split_arguments(written)), kinds)
    for name in criteria:
        if name in interface.criteria and interface.criteria[name].options:
            criteria[name] = _resolve(interface, interface.criteria[name], criteria[name], criteria, ground)
    return prepare.prepare(interface, criteria, ground, columns=lambda: ())


def _split_arguments(written: Sequence[str]) -> Iterator[tuple[str, str]]:
    for argument in written:
        name, equals, text = argument.partition("=")
        if not equals or not name.removesuffix("!"):
            raise click.UsageError(f"“{argument}” is no criterion. Write NAME=VALUE, or NAME!=VALUE for “is not”.")
        if text.startswith("@") and not text.startswith("@@"):
            yield from ((name, line) for line in arguments.read_lines(text[1:]))
        else:
            yield name, text.removeprefix("@")


def _resolve(
    interface: Interface, criterion: Criterion, value: Any, criteria: Mapping[str, Any], ground: Ground
) -> Any:
    """Replace labels of options by their values."""
    assert criterion.options is not None
    if isinstance(value, dict) and "not" not in value:
        return value
    if isinstance(value, dict):
        return {"not": _resolve(interface, criterion, value["not"], criteria, ground)}
    if isinstance(value, list):
        return [_resolve(interface, criterion, item, criteria, ground) for item in value]
    others = {name: criteria[name] for name in criterion.options.depends_on if name in criteria}
    search = prepare.prepare_options(interface, criterion, others, ground)
    for wanted in (OptionQuery(values=[str(value)]), OptionQuery(typed=str(value))):
        for option in options.load(search, wanted).options:
            if str(value).casefold() in (statement.scalar_text(option.value).casefold(), option.label.casefold()):
                return option.value
    return value


def _print_plan(session: Session, statement: statement.Statement) -> None:
    click.echo("\n-- Plan")
    for line in session.explain(statement.sql, statement.parameters):
        click.echo(line)


def _print_rows(session: Session, statement: statement.Statement, dialect: Dialect, limit: int) -> None:
    click.echo(f"\n-- First rows, at most {limit}")
    first = dialect.select(statement, ["*"], [], limit)
    page = session.fetch(first.sql, first.parameters)
    printing.print_table(page.names, page.rows)
