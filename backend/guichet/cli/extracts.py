"""`guichet extract`, `guichet extracts`: results of any size as archives, and what became of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from guichet.cli import criteria
from guichet.cli.credentials import pass_client
from guichet.cli.search import columns_option, criteria_arguments, interface_argument, sort_option
from guichet.cli.terminal import exit_codes, printing, progress
from guichet.cli.terminal.progress import ProgressDisplay
from guichet.client import Client, ClientError, ConflictError, Extract


@click.command()
@interface_argument
@criteria_arguments
@click.option("--output", "-o", default=".", show_default=True, help="The file to write, or a folder to write it into.")
@click.option("--no-wait", is_flag=True, help="Ask for it, print its id and leave; --resume ID fetches it later.")
@click.option("--resume", metavar="EXTRACT", help="Wait for and download this extract, asked for earlier.")
@click.option("--delimiter", type=click.Choice([",", ";", "|", "tab"]), default=",", show_default=True)
@click.option("--encrypt", is_flag=True, help="Ask for a password that the zip is encrypted with.")
@click.option("--mail/--no-mail", default=None, help="Whether a mail tells of it; by default only with --no-wait.")
@click.option("--part-rows", type=click.IntRange(10_000, 1_000_000), help="Split the CSV into files of so many rows.")
@sort_option
@columns_option
@pass_client
def extract(
    client: Client,
    interface: str,
    written: Sequence[str],
    output: str,
    no_wait: bool,
    resume: str | None,
    delimiter: str,
    encrypt: bool,
    mail: bool | None,
    part_rows: int | None,
    sort: Sequence[str],
    columns: str | None,
) -> None:
    """Write a result of any size to a zip of CSV.

    The portal makes it in the background; Ctrl-C cancels it there. Once it is written, Ctrl-C or a broken line only
    ends the download, and the same command with --resume goes on with it. Criteria are written as for `guichet count`.

    \b
    Examples:
      guichet extract companies country=France -o out.zip
      guichet extract companies_and_contacts country!=France --part-rows 500000 --no-wait
    """
    if resume:
        asked = client.extract(resume)
    else:
        asked = client.create_extract(
            interface,
            criteria.parse_arguments(client, client.form(interface), written),
            sort=sort,
            columns=columns.split(",") if columns else None,
            dialect={"delimiter": "\t" if delimiter == "tab" else delimiter},
            part_rows=part_rows,
            mail=no_wait if mail is None else mail,
            **({"password": _ask_password()} if encrypt else {}),
        )
    if no_wait:
        click.echo(asked.id)
        return
    with progress.open_display() as display:
        ended = _follow(client, asked, display)
        _refuse_without_archive(ended)
        path = _download(client, ended, output, display) if ended.archive_url else None
    printing.print_note(
        f"{ended.rows:,} rows are in {path}" if path else "There are no rows, and so there is no archive."
    )


def _ask_password() -> str:
    """Ask for a password twice; where nobody can be asked, it is the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password of the zip", hide_input=True, confirmation_prompt=True, err=True))


def _follow(client: Client, asked: Extract, display: ProgressDisplay) -> Extract:
    """Show how far it is until it has ended; interrupted, it cancels it."""
    extract = asked
    try:
        for extract in client.follow_extract(asked.id):
            display.extract(extract)
    except KeyboardInterrupt:
        with suppress(ClientError):
            client.cancel_extract(asked.id)
        raise exit_codes.CommandError(
            f"Interrupted: the extract {asked.id} is cancelled.", exit_codes.INTERRUPTED
        ) from None
    return extract


def _refuse_without_archive(ended: Extract) -> None:
    if ended.state not in ("done", "delivering"):
        why = ended.problem or f"it is {ended.state}"
        raise exit_codes.CommandError(
            f"There is no archive: {why.rstrip('.')}. Look at it: guichet extracts", exit_codes.NOT_WHOLE
        )


def _download(client: Client, ended: Extract, output: str, display: ProgressDisplay) -> Path:
    again = f"Go on: guichet extract {ended.interface} --resume {ended.id} -o {output}"
    try:
        return client.download_extract(ended.id, output, display.download)
    except KeyboardInterrupt:
        raise exit_codes.CommandError(f"Interrupted; what came is kept. {again}", exit_codes.INTERRUPTED) from None
    except OSError as error:
        raise exit_codes.CommandError(
            f"{output} can't be written: {error.strerror}. {again}", exit_codes.FAILED
        ) from error


@click.command()
@click.option("--cancel", metavar="EXTRACT", help="Cancel this one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one extract on each line.")
@pass_client
def extracts(client: Client, cancel: str | None, as_json: bool) -> None:
    """List your extracts, the latest first.

    \b
    Examples:
      guichet extracts
      guichet extracts --json
    """
    if cancel:
        try:
            client.cancel_extract(cancel)
        except ConflictError as error:
            raise exit_codes.CommandError(str(error), exit_codes.FAILED) from error
        return
    listed = client.extracts()
    if as_json:
        for extract in listed:
            printing.print_json(extract)
        return
    printing.print_table(
        ("id", "interface", "state", "rows", "asked", "criteria", "problem"), map(_format_row, listed), ("rows",)
    )


def _format_row(extract: Extract) -> Sequence[Any]:
    words = "; ".join(f"{label}: {value}" for label, value in extract.words)
    return (
        extract.id,
        extract.interface,
        extract.state,
        extract.rows,
        (extract.created_at or "")[:16],
        words,
        extract.problem or "",
    )
