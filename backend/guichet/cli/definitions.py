"""What authors type: `guichet check`, `guichet new`, `guichet schema`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from guichet import portal
from guichet.authoring import check as checking
from guichet.authoring import check_capabilities, check_warnings, scaffold, tables
from guichet.authoring.check import Report
from guichet.cli import server_command
from guichet.cli.terminal import printing
from guichet.interfaces import loading, model
from guichet.settings.settings import Settings
from guichet.sources.protocol import Source


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--run", is_flag=True, help="Run each search as well, until its first row comes.")
def check(ids: tuple[str, ...], run: bool) -> None:
    """Check every definition, its file and its SQL.

    Or those of some IDs. The database plans the SQL with every criterion on and off, and option lists are run. Prints a
    table, and below it each problem with its file and line, after notes of what works and may not be meant so. Exits 1
    if there is any problem.
    """
    configured = server_command.read_settings()
    folder = configured.portal_dir
    if not folder.is_dir():
        raise click.ClickException(f"PORTAL_DIR ({folder}) is not a folder.")
    sources, writers = portal.build_sources(configured), portal.build_writers(configured)
    registry = portal.build_registry(configured)
    with server_command.exit_on_error():
        reports = checking.check(registry, sources, writers, folder, ids, run=run)
    _print_table(reports)
    _print_notes(sources, reports)
    notes = [
        *checking.groups_without_members(registry, folder, _read_groups_with_members(configured)),
        *check_warnings.equal_titles(registry, folder),
    ]
    told = [note for note in notes if not ids or Path(note.file).stem in ids]
    for note in (*told, *(warning for report in reports for warning in report.warnings)):
        click.echo(f"note: {note}")
    problems = [problem for report in reports for problem in report.problems]
    for problem in problems:
        click.secho(str(problem), fg="red")
    if problems:
        raise SystemExit(1)
    click.secho(f"{len(reports)} interfaces checked, nothing to mend.", fg="green")


@click.command()
@click.option("--source", required=True, help="The source's name: crm stands for SOURCE_CRM_URL.")
@click.option("--table", required=True, help="The table or view, with its schema where it needs one.")
@click.option("--id", "interface_id", help="The interface's id; made from the table's name if absent.")
@click.option("--print", "only_print", is_flag=True, help="Print the definition instead of writing the file.")
def new(source: str, table: str, interface_id: str | None, only_print: bool) -> None:
    """Write a first definition from a table.

    It is for you to edit. Foreign keys become selects with their lookup table, dates and numbers ranges, few-valued
    columns selects. Only the authors' group sees it, until you change its `groups`.

    Example: guichet new --source crm --table company
    """
    if interface_id is not None and not loading.ID.fullmatch(interface_id):
        raise click.ClickException(f"--id {interface_id!r} is no id: small letters, digits, - and _ only.")
    configured = server_command.read_settings()
    with server_command.exit_on_error():
        opened = _get_source(configured, source)
        dialect = portal.load_dialects(configured)[source]
        surveyed = tables.read(opened, dialect, table)
    text = scaffold.write(source, surveyed, dialect, configured.author_group or "authors")
    if only_print:
        click.echo(text, nl=False)
        return
    _write_new(configured.portal_dir, interface_id or scaffold.id_of(surveyed.name), text)


@click.command("tables")
@click.option("--source", help="The source's name; every source if absent.")
def list_tables(source: str | None) -> None:
    """List the tables and views of a source, with about how many rows each has.

    The names are those that `guichet new --table` takes. The numbers are the planner's; - where nobody knows.
    """
    configured = server_command.read_settings()
    for name in [source] if source else configured.sources:
        opened = _get_source(configured, name)
        if source is None and not opened.capabilities.catalogue:
            click.echo(f"note: source `{name}` doesn't tell its tables.", err=True)
            continue
        with server_command.exit_on_error():
            known = tables.relations(opened)
        rows = [
            (name, relation.sql_name, relation.kind, "-" if relation.rows is None else f"{relation.rows:.0f}")
            for relation in known
            if relation.is_readable and not relation.is_system and not relation.is_partition
        ]
        printing.print_table(("source", "table", "kind", "rows"), rows, numbers=("rows",))


def _get_source(configured: Settings, name: str) -> Source:
    sources = portal.build_sources(configured)
    if name not in sources:
        raise click.ClickException(
            f"SOURCE_{name.upper()}_URL is not set. Known sources: {', '.join(sources) or 'none'}."
        )
    return sources[name]


@click.command()
def schema() -> None:
    """Print the JSON Schema of a definition, for editors."""
    click.echo(json.dumps(model.build_json_schema(), indent=2, ensure_ascii=False))


def _write_new(folder: Path, interface_id: str, text: str) -> None:
    path = folder / f"{interface_id}.yaml"
    for taken in (path, path.with_suffix(".yml")):
        if taken.exists():
            raise click.ClickException(f"{taken} exists already. Choose another id with --id, or delete the file.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    click.echo(f"{path} is written. Edit it, then run: guichet check")
    click.echo("A running server that knows the source shows it at once; others take a new source on SIGHUP.")


def _read_groups_with_members(configured: Settings) -> set[str]:
    """Read the groups of HTGROUP_FILE that have members; none where there is no such file."""
    from guichet.access.accounts import parse_groups  # other commands need no passwords, and start the quicker

    try:
        text = configured.htgroup_file.read_text("utf-8")
    except FileNotFoundError:
        return set()
    except (OSError, ValueError) as error:
        raise click.ClickException(f"HTGROUP_FILE ({configured.htgroup_file}) can't be read: {error}") from error
    return {group for groups in parse_groups(text).values() for group in groups}


def _print_table(reports: Sequence[Report]) -> None:
    rows = [("interface", "source", "criteria", "options", "columns", "")]
    for report in reports:
        state = f"{len(report.problems)} to mend" if report.problems else "fine"
        rows.append(
            (
                report.id,
                report.source or "-",
                str(report.criteria),
                str(report.option_lists),
                str(report.columns),
                state,
            )
        )
    widths = [max(len(row[index]) for row in rows) for index in range(6)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo()


def _print_notes(sources: dict[str, Source], reports: Sequence[Report]) -> None:
    for name in sorted({report.source for report in reports if report.source and report.columns}):
        with sources[name].session(checking.PLAN_SECONDS) as session:
            for note in check_capabilities.notes(sources[name], session):
                click.echo(f"note: {note}")
    for report in reports:
        if report.note:
            click.echo(f"note: {report.note}")
        for note in report.notes:
            click.echo(f"note: {note}")
