"""The `guichet` command. Each command has its place in a module of this package, and is loaded when it is called.

Commands that talk to a portal over HTTP and those that run beside one, in the server's environment, don't load what
the others need.
"""

from __future__ import annotations

import click

from guichet import __version__
from guichet.cli.terminal.lazy_group import LazyCommand, SectionedGroup

SECTIONS = {
    "For everybody, over HTTP": {
        "login": LazyCommand("guichet.cli.login:login", "Sign in to a portal, and remember it."),
        "email": LazyCommand("guichet.cli.login:email", "Print, set or confirm the address that your mails go to."),
        "logout": LazyCommand("guichet.cli.login:logout", "Forget the sign-in."),
        "interfaces": LazyCommand("guichet.cli.interfaces:interfaces", "List what can be searched."),
        "describe": LazyCommand(
            "guichet.cli.interfaces:describe", "Show the criteria of an interface, or the options of one of them."
        ),
        "count": LazyCommand("guichet.cli.search:count", "Count the rows that match."),
        "search": LazyCommand("guichet.cli.search:search", "Print the rows that match."),
        "extract": LazyCommand("guichet.cli.extracts:extract", "Write a result of any size to a zip of CSV."),
        "extracts": LazyCommand("guichet.cli.extracts:extracts", "List your extracts, the latest first."),
        "list": LazyCommand(
            "guichet.cli.lists:value_list", "Upload values to search by, and tell which were not found."
        ),
    },
    "For authors, beside their definitions": {
        "check": LazyCommand("guichet.cli.definitions:check", "Check every definition, its file and its SQL."),
        "tables": LazyCommand(
            "guichet.cli.definitions:list_tables",
            "List the tables and views of a source, with about how many rows each has.",
        ),
        "new": LazyCommand("guichet.cli.definitions:new", "Write a first definition from a table."),
        "show": LazyCommand("guichet.cli.show:show", "Print the SQL of a search, its plan and its first rows."),
        "conformance": LazyCommand(
            "guichet.cli.conformance:conformance", "Try whether a source keeps what Guichet promises."
        ),
        "schema": LazyCommand("guichet.cli.definitions:schema", "Print the JSON Schema of a definition, for editors."),
    },
    "For operators, beside the server": {
        "migrate": LazyCommand("guichet.cli.server:migrate", "Bring the portal database up to date."),
        "audit": LazyCommand("guichet.cli.server:audit", "Print as CSV who searched and extracted what, and when."),
        "user": LazyCommand("guichet.cli.users:user", "Add, change, remove and list users."),
        "worker": LazyCommand("guichet.cli.server:worker", "Run extracts and send their mails."),
    },
}


@click.group(cls=SectionedGroup, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Guichet: forms over databases, each defined by one YAML file.

    Commands over HTTP exit with 0 when all is well, 1 when something is wrong, 2 when the command line or the criteria
    are, 3 without a sign-in or the right, 4 when there is no such thing, 5 when the portal can't be reached or is busy,
    6 when the answer is not whole, 130 when interrupted.

    \b
    Begin with
      guichet login http://localhost:9000
      guichet interfaces
    """
