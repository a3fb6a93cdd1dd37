"""`guichet count`, `guichet search`: how many rows there are, and the rows."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from guichet.cli import criteria
from guichet.cli.credentials import pass_client
from guichet.cli.terminal import completion, printing
from guichet.client import Client, Result

interface_argument = click.argument("interface", metavar="ID", shell_complete=completion.complete_interface)
criteria_arguments = click.argument(
    "written", metavar="[CRITERION=VALUE]...", nargs=-1, shell_complete=completion.complete_criterion
)
sort_option = click.option(
    "--sort", multiple=True, metavar="COLUMN", help="Sort by it; -COLUMN for descending. Repeat it."
)
columns_option = click.option("--columns", metavar="A,B,…", help="These columns, in this order.")


@click.command()
@interface_argument
@criteria_arguments
@click.option("--estimate", is_flag=True, help="At once: counted if that takes a moment, else a guess.")
@pass_client
def count(client: Client, interface: str, written: Sequence[str], estimate: bool) -> None:
    """Count the rows that match.

    \b
    CRITERION=VALUE   the value, or the label of an option; repeat it for several
    CRITERION!=VALUE  is not
    CRITERION=A..B    a range; either end may be left out
    CRITERION=@FILE   each line of a file; @- is standard input

    \b
    Examples:
      guichet count companies country=France created=2024-01-01..
      guichet count companies country!=France country!=Spain employees=100..500
      guichet count companies registration=@numbers.txt
    """
    read = criteria.parse_arguments(client, client.form(interface), written)
    counted = client.count(interface, read, estimate=estimate)
    click.echo(counted.count)
    if counted.estimate:
        printing.print_note("This is the database's guess. Without --estimate the rows are counted.")


@click.command()
@interface_argument
@criteria_arguments
@click.option("--json", "wanted", flag_value="json", help="Each row as an object of JSON, on a line of its own.")
@click.option("--csv", "wanted", flag_value="csv", help="CSV; the default where the output is no terminal.")
@click.option("--table", "wanted", flag_value="table", help="A table; the default at a terminal.")
@click.option("--no-formula-guard", "unguarded", is_flag=True, help="Leave text in CSV that a spreadsheet would run.")
@sort_option
@columns_option
@pass_client
def search(
    client: Client,
    interface: str,
    written: Sequence[str],
    wanted: str | None,
    unguarded: bool,
    sort: Sequence[str],
    columns: str | None,
) -> None:
    """Print the rows that match.

    JSON and CSV are the whole result, however large, as the database writes it. CSV has an apostrophe before text that
    a spreadsheet would run as a formula. A table shows what the page would show. Criteria are written as for
    `guichet count`.

    \b
    Examples:
      guichet search sites country=FR
      guichet search companies country=France --json --columns id,name
      guichet search companies employees=1000.. --csv --sort -employees > large.csv
      guichet search companies created=last_year --json | head -3
    """
    read = criteria.parse_arguments(client, client.form(interface), written)
    chosen = columns.split(",") if columns else None
    wanted = wanted or ("table" if printing.is_terminal() else "csv")
    if wanted == "table":
        _print_table(client.search(interface, read, sort=sort), chosen, interface)
        return
    output = sys.stdout.buffer
    if wanted == "csv":
        client.csv(interface, output, read, sort=sort, columns=chosen, formula_guard=not unguarded)
    else:
        for line in client.lines(interface, read, sort=sort, columns=chosen):
            output.write(line + b"\n")
    output.flush()


def _print_table(result: Result, chosen: Sequence[str] | None, interface: str) -> None:
    names = [column.name for column in result.columns]
    unknown = [name for name in chosen or () if name not in names]
    if unknown:
        raise click.UsageError(f"The result has no column “{unknown[0]}”. Its columns: {', '.join(names)}.")
    places = (
        [names.index(name) for name in chosen]
        if chosen
        else [index for index, column in enumerate(result.columns) if not column.hidden]
    )
    shown = [result.columns[index] for index in places]
    numbers = [column.label for column in shown if column.type in ("integer", "decimal", "float")]
    printing.print_table(
        [column.label for column in shown], ([row[index] for index in places] for row in result.rows), numbers
    )
    if sys.stderr.isatty() or result.heavy:
        printing.print_note(_format_summary(result, interface))


def _format_summary(result: Result, interface: str) -> str:
    if not result.heavy:
        return f"{result.count:,} rows"
    first = f"The first {len(result.rows):,}{_format_total(result)} rows."
    return f"{first} All of them: guichet extract {interface}, or search --csv"


def _format_total(result: Result) -> str:
    if result.count is not None:
        return f" of {result.count:,}"
    return f" of about {result.estimated_count:,}" if result.estimated_count else ""
