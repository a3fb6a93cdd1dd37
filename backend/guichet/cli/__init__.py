"""The `guichet` command. Each command has its place in a module of this package, and is loaded when it is called.

Commands that talk to a portal over HTTP and those that run beside one, in the server's environment, don't load what
the others need.
"""

from __future__ import annotations

import click

from guichet import __version__
from guichet.cli.sections import Entry, Sections

SECTIONS = {
    "For authors, beside their definitions": {
        "check": Entry("guichet.cli.definitions:check", "Check every definition, its file and its SQL."),
        "new": Entry("guichet.cli.definitions:new", "Write a first definition from a table."),
        "schema": Entry("guichet.cli.definitions:schema", "Print the JSON Schema of a definition, for editors."),
    },
    "For operators, beside the server": {
        "migrate": Entry("guichet.cli.operation:migrate", "Bring the portal database up to date."),
        "audit": Entry("guichet.cli.operation:audit", "Print as CSV who searched and extracted what, and when."),
        "worker": Entry("guichet.cli.operation:worker", "Run extracts and send their mails."),
    },
}


@click.group(cls=Sections, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Guichet: forms over databases, each defined by one YAML file."""
