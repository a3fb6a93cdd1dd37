"""Definitions for tests: short snippets made into interfaces, and the folders of good and bad ones."""

from __future__ import annotations

import textwrap
from pathlib import Path

from guichet.interfaces import loading
from guichet.interfaces.interface import BrokenInterface, Interface, Limits
from guichet.sql.postgresql.dialect import POSTGRESQL

FOLDER = Path(__file__).parents[1] / "definitions"
GOOD = sorted((FOLDER / "good").glob("*.yaml"))
BAD = sorted((FOLDER / "bad").glob("*.yaml"))

SOURCES = {"crm": POSTGRESQL, "lab": POSTGRESQL}
LIMITS = Limits(display_rows=10_000, interactive_seconds=20, extract_rows=50_000_000)

SQL = "SELECT * FROM t WHERE {criteria}"


def load(content: str | bytes, file: str = "companies.yaml") -> Interface | BrokenInterface:
    """Loads a definition's text as the portal does."""
    encoded = content.encode() if isinstance(content, str) else content
    return loading.load_definition(file, encoded, sources=SOURCES, default_limits=LIMITS)


def load_file(path: Path) -> Interface | BrokenInterface:
    return load(path.read_bytes(), path.name)


def interface(criteria: str = "", sql: str = SQL, top: str = "") -> Interface:
    """Makes an interface of its criteria alone, written as in a definition file.

    :param top: other keys of the definition.
    """
    parts = ["title: T", "source: crm", "sql: |", textwrap.indent(textwrap.dedent(sql), "  "), textwrap.dedent(top)]
    if criteria:
        parts += ["criteria:", textwrap.indent(textwrap.dedent(criteria), "  ")]
    made = load("\n".join(parts))
    assert isinstance(made, Interface), "\n".join(str(problem) for problem in made.problems)
    return made
