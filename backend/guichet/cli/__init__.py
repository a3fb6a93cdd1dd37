"""The `guichet` command. Each command has its place in a module of this package, and is loaded when it is called.

Commands that talk to a portal over HTTP and those that run beside one, in the server's environment, don't load what
the others need.
"""

from __future__ import annotations

import click

from guichet import __version__
from guichet.cli.terminal.lazy_group import Entry, Sections

SECTIONS = {
    "For everybody, over HTTP": {
        "login": Entry("guichet.cli.login:login", "Sign in to a portal, and remember it."),
        "email": Entry("guichet.cli.login:email", "Print, set or confirm the address that your mails go to."),
        "logout": Entry("guichet.cli.login:logout", "Forget the sign-in."),
        "interfaces": Entry("guichet.cli.interfaces:interfaces", "List what can be searched."),
        "describe": Entry(
            "guichet.cli.interfaces:describe", "Show the criteria of an interface, or the options of one of them."
        ),
        "count": Entry("guichet.cli.search:count", "Count the rows that match."),
        "search": Entry("guichet.cli.search:search", "Print the rows that match."),
        "extract": Entry("guichet.cli.extracts:extract", "Write a result of any size to a zip of CSV."),
        "extracts": Entry("guichet.cli.extracts:extracts", "List your extracts, the latest first."),
        "list": Entry("guichet.cli.lists:value_list", "Upload values to search by, and tell which were not found."),
    },
    "For authors, beside their definitions": {
        "check": Entry("guichet.cli.definitions:check", "Check every definition, its file and its SQL."),
        "tables": Entry(
            "guichet.cli.definitions:list_tables",
            "List the tables and views of a source, with about how many rows each has.",
        ),
        "new": Entry("guichet.cli.definitions:new", "Write a first definition from a table."),
        "show": Entry("guichet.cli.show:show", "Print the SQL of a search, its plan and its first rows."),
        "schema": Entry("guichet.cli.definitions:schema", "Print the JSON Schema of a definition, for editors."),
    },
    "For operators, beside the server": {
        "migrate": Entry("guichet.cli.server:migrate", "Bring the portal database up to date."),
        "audit": Entry("guichet.cli.server:audit", "Print as CSV who searched and extracted what, and when."),
        "user": Entry("guichet.cli.users:user", "Add, change, remove and list users."),
        "worker": Entry("guichet.cli.server:worker", "Run extracts and send their mails."),
    },
}


@click.group(cls=Sections, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
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
