"""`guichet conformance`: what the database of a source keeps of what Guichet promises."""

from __future__ import annotations

import dataclasses

import click

from guichet import portal
from guichet.cli import server_command
from guichet.cli.terminal import printing
from guichet.conformance import promises
from guichet.conformance.bench import Bench


@click.command()
@click.option("--source", "name", required=True, help="The source's name: crm stands for SOURCE_CRM_URL.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one promise on each line.")
def conformance(name: str, as_json: bool) -> None:
    """Try whether a source keeps what Guichet promises.

    Nothing is written: the rows that are searched stand in the statements. Prints for each promise whether it holds, is
    absent because the kind of database can't, or fails, with the reason. Exits 1 if any fails.

    \b
    Examples:
      guichet conformance --source crm
      guichet conformance --source crm --json
    """
    configured = server_command.read_settings()
    sources, dialects = portal.build_sources(configured), portal.load_dialects(configured)
    if name not in sources:
        raise click.ClickException(f"There is no source `{name}`. There are: {', '.join(sorted(sources)) or 'none'}.")
    outcomes = promises.try_all(Bench(sources[name], dialects[name]))
    if as_json:
        for outcome in outcomes:
            printing.print_json(dataclasses.asdict(outcome))
    else:
        printing.print_table(
            ("", "promise", "state", "reason"),
            [(outcome.group, outcome.promise, outcome.state, outcome.reason) for outcome in outcomes],
        )
    if any(outcome.state == "fails" for outcome in outcomes):
        raise SystemExit(1)
