"""`guichet list`: files of values to search by."""

from __future__ import annotations

import sys

import click

from guichet.cli.credentials import pass_client
from guichet.cli.terminal import completion, exit_codes, printing
from guichet.client import Client, ValueList


@click.group("list")
def value_list() -> None:
    """Upload values to search by, and tell which were not found.

    A list is searched by as CRITERION=@list:LIST. Files of up to 10,000 lines need no list: CRITERION=@FILE.

    \b
    Examples:
      guichet list upload numbers.txt --for companies registration
      guichet list all
    """


@value_list.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--for", "purpose", nargs=2, metavar="ID CRITERION", help="What it is for: decides which column fits.")
@click.option("--column", type=click.IntRange(1), help="Take this column of the file, counted from 1.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_client
def upload(client: Client, file: str, purpose: tuple[str, str] | None, column: int | None, as_json: bool) -> None:
    """Upload a file, and print the list's id.

    Encoding, delimiter and header are found out; the column is the one that fits best, or the one that is given.
    """
    interface, criterion = purpose or (None, None)
    try:
        made = client.upload_list(file, interface=interface, criterion=criterion)
    except OSError as error:
        raise exit_codes.CommandError(f"{file} can't be read: {error.strerror}.", exit_codes.USAGE) from error
    if column is not None and column - 1 != made.column:
        made = client.choose_column(made.id, column - 1, interface=interface, criterion=criterion)
    if as_json:
        printing.print_json(made)
        return
    click.echo(made.id)
    printing.print_note(_print_list(made))


@value_list.command("all")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one list on each line.")
@pass_client
def list_all(client: Client, as_json: bool) -> None:
    """List your value lists, those first that were used last."""
    listed = client.value_lists()
    if as_json:
        for value_list in listed:
            printing.print_json(value_list)
        return
    rows = [
        (value_list.id, value_list.name, value_list.values, value_list.rows, value_list.used_at[:16])
        for value_list in listed
    ]
    printing.print_table(("id", "name", "values", "rows", "used"), rows, ("values", "rows"))


@value_list.command()
@click.argument("list_id", metavar="LIST")
@pass_client
def delete(client: Client, list_id: str) -> None:
    """Delete a value list."""
    client.delete_value_list(list_id)


@value_list.command()
@click.argument("list_id", metavar="LIST")
@click.argument("interface", metavar="ID", shell_complete=completion.complete_interface)
@pass_client
def unmatched(client: Client, list_id: str, interface: str) -> None:
    """Print as CSV the values that the last search by a list did not find."""
    client.unmatched(list_id, interface, sys.stdout.buffer)


def _print_list(made: ValueList) -> str:
    left_out = [f"{made.duplicates:,} twice", f"{made.blanks:,} blank", f"{made.malformed:,} malformed"]
    names = dict(enumerate(made.columns))
    column = f", of column {made.column + 1}" + (f" ({names[made.column]})" if names.get(made.column) else "")
    if made.lines_above:
        left_out.append(f"{made.lines_above:,} lines above the header")
    if made.likely_encodings:
        left_out.append(f"letters look wrong in {made.encoding}: perhaps {', '.join(made.likely_encodings)}")
    return (
        f"{made.values:,} values of {made.rows:,} rows{column if len(made.columns) > 1 else ''}; {', '.join(left_out)}"
    )
