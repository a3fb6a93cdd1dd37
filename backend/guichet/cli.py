"""The `guichet` command: what authors type. It reads the same environment as the server.

Exit codes: 0 all is well, 1 something was found wrong, 2 the command line is not right (click's own).
"""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path

import click

from guichet import __version__, environment, errors, logs, portal, settings
from guichet.authoring import check as checking
from guichet.authoring import scaffold
from guichet.authoring.check import Report
from guichet.interfaces import model
from guichet.portal_db import migrate as migrations
from guichet.sources.source import Source


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Guichet: forms over databases, each defined by one YAML file."""
    environment.load()


@main.command()
def check() -> None:
    """Check every definition: its file, and its SQL in the source's database.

    Prints a table, and below it each problem with its file and line. Exits 1 if there is any.
    """
    configured = _settings()
    folder = configured.portal_dir
    if not folder.is_dir():
        raise click.ClickException(f"PORTAL_DIR ({folder}) is not a folder.")
    sources = portal.build_sources(configured)
    reports = checking.check(portal.build_registry(configured), sources, folder)
    _print_table(reports)
    _print_notes(sources, reports)
    problems = [problem for report in reports for problem in report.problems]
    for problem in problems:
        click.secho(str(problem), fg="red")
    if problems:
        raise SystemExit(1)
    click.secho(f"{len(reports)} interfaces checked, nothing to mend.", fg="green")


@main.command()
@click.option("--source", required=True, help="The source's name: crm stands for SOURCE_CRM_URL.")
@click.option("--table", required=True, help="The table or view, with its schema where it needs one.")
@click.option("--id", "interface_id", help="The interface's id; the table's name if absent.")
@click.option("--print", "only_print", is_flag=True, help="Print the definition instead of writing the file.")
def new(source: str, table: str, interface_id: str | None, only_print: bool) -> None:
    """Write a first definition from a table, for you to edit.

    Foreign keys become selects with their lookup table, dates and numbers ranges, few-valued columns selects.

    Example: guichet new --source crm --table company
    """
    configured = _settings()
    found = portal.build_sources(configured)
    if source not in found:
        raise click.ClickException(
            f"SOURCE_{source.upper()}_URL is not set. Known sources: {', '.join(found) or 'none'}."
        )
    try:
        text = scaffold.write(source, table, scaffold.read(found[source], table))
    except errors.GuichetError as error:
        raise click.ClickException(str(error)) from error
    if only_print:
        click.echo(text, nl=False)
        return
    _write_new(configured.portal_dir / f"{interface_id or scaffold.id_of(table)}.yaml", text)


@main.command()
def migrate() -> None:
    """Bring the portal database up to date. Safe to run at any time, by several at once."""
    database = portal.build_portal_database(_settings())
    if database is None:
        raise click.ClickException("PORTAL_DATABASE_URL is not set.")
    try:
        applied = migrations.migrate(database)
    except errors.GuichetError as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(f"applied {name}" for name in applied) or "The portal database is up to date.")


@main.command()
def worker() -> None:
    """Run extracts and send their mails, until it is stopped (SIGTERM or Ctrl-C)."""
    configured = _settings()
    logs.configure(configured.log_file_path)
    try:
        made = portal.build_worker(configured)
    except errors.SettingsError as error:
        raise click.ClickException(str(error)) from error
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: made.stop())
    made.work()


@main.command()
def schema() -> None:
    """Print the JSON Schema of a definition, for editors."""
    click.echo(json.dumps(model.json_schema(), indent=2, ensure_ascii=False))


def _settings() -> settings.Settings:
    try:
        return settings.read()
    except errors.SettingsError as error:
        raise click.ClickException("\n".join(error.faults)) from error


def _write_new(path: Path, text: str) -> None:
    if path.exists():
        raise click.ClickException(f"{path} exists already. Choose another id with --id, or delete the file.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    click.echo(f"{path} is written. Edit it, then run: guichet check")
    click.echo("A running server shows it at once, if it was started with this source.")


def _print_table(reports: Sequence[Report]) -> None:
    rows = [("interface", "source", "criteria", "options", "columns", "")]
    for one in reports:
        state = f"{len(one.problems)} to mend" if one.problems else "fine"
        rows.append((one.id, one.source or "-", str(one.criteria), str(one.option_lists), str(one.columns), state))
    widths = [max(len(row[at]) for row in rows) for at in range(6)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo()


def _print_notes(sources: dict[str, Source], reports: Sequence[Report]) -> None:
    for name in sorted({report.source for report in reports if report.source and report.columns}):
        with sources[name].session(checking.PLAN_SECONDS) as session:
            if checking.superuser(session):
                click.echo(f"note: source `{name}` is read as a superuser; a role that may only SELECT is enough.")


if __name__ == "__main__":
    main()
