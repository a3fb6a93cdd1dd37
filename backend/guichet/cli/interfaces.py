"""`guichet interfaces`, `guichet describe`: what can be searched, and by what."""

from __future__ import annotations

import dataclasses

import click

from guichet import query_syntax
from guichet.cli import criteria
from guichet.cli.credentials import pass_client
from guichet.cli.terminal import completion, printing
from guichet.client import Client, Criterion, Form


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one interface on each line.")
@pass_client
def interfaces(client: Client, as_json: bool) -> None:
    """List what can be searched.

    \b
    Examples:
      guichet interfaces
      guichet interfaces --json
    """
    listed = client.interfaces()
    if as_json:
        for interface in listed:
            printing.print_json(interface)
        return
    printing.print_table(
        ("id", "title", "group", "description"),
        [
            (
                interface.id,
                interface.title,
                interface.group,
                interface.description if interface.available else "out of order",
            )
            for interface in listed
        ],
    )


@click.command()
@click.argument("interface", metavar="ID", shell_complete=completion.complete_interface)
@click.argument("criterion", required=False)
@click.argument("others", metavar="[OTHER=VALUE]...", nargs=-1)
@click.option("--find", default="", help="Only options whose label has this in it.")
@click.option("--columns", "of_columns", is_flag=True, help="The columns of the result instead of the criteria.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_client
def describe(
    client: Client,
    interface: str,
    criterion: str | None,
    others: tuple[str, ...],
    find: str,
    of_columns: bool,
    as_json: bool,
) -> None:
    """Show the criteria of an interface, or the options of one of them.

    Where the options depend on another criterion, give it as well.

    \b
    Examples:
      guichet describe companies
      guichet describe companies --columns
      guichet describe companies country --find fran
      guichet describe companies_and_contacts region country=France
    """
    form = client.form(interface)
    if criterion:
        _print_options(client, form, criterion, others, find, as_json)
    elif as_json:
        printing.print_json(form)
    elif of_columns:
        printing.print_table(
            ("column", "label", "type"), [(column.name, column.label, column.type) for column in form.columns]
        )
    else:
        printing.print_table(
            ("criterion", "label", "type", "written as", ""),
            [
                (shown.name, shown.label, shown.type, _format_example(shown), _format_remarks(shown))
                for shown in form.criteria
            ],
        )


def _format_example(criterion: Criterion) -> str:
    """Show how a criterion is written; what is chosen from comes as it is."""
    written = f"{criterion.name}={query_syntax.CriterionKind(criterion.type).notation.example}"
    return f"{written} or {criterion.name}=@FILE" if criterion.type == "values" else written


def _format_remarks(criterion: Criterion) -> str:
    depends_on = (criterion.options or {}).get("depends_on") or ()
    remarks = ["required"] * criterion.required + ["several"] * (criterion.multiple and criterion.options is not None)
    others = [f".{operator}" for operator in criterion.operators if operator != criterion.match]
    return ", ".join([*remarks, *(f"by {name}" for name in depends_on), *others])


def _print_options(
    client: Client, form: Form, criterion: str, others: tuple[str, ...], find: str, as_json: bool
) -> None:
    page = client.options(form.id, criterion, typed=find, criteria=criteria.parse_arguments(client, form, others))
    if as_json:
        for option in page.options:
            printing.print_json(dataclasses.asdict(option))
    else:
        printing.print_table(("value", "label"), [(option.value, option.label) for option in page.options])
    if page.more:
        printing.print_note("There are more: narrow them by --find.")
