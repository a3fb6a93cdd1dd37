"""The words of PostgreSQL stand in its own rooms: nothing else of the package says them, or loads its driver."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_import_direction import MODULES, imports

WORDS = re.compile(
    r"\bILIKE\b|\bCOPY\b|::|\bpg_|psycopg|\bunnest\b|\bto_char\b|string_to_array|regexp_replace|\bANY ?\(|DISTINCT FROM"
    r"|array_agg|to_json|json_build|octet_length|\bEXPLAIN\b|getdatabaseencoding|#>>"
)
# Where they are at home: the dialect, the kind of source, and the portal's own database.
ROOMS = ("guichet.sql.postgresql", "guichet.sources.postgresql", "guichet.portal_db", "guichet.value_lists.storage")
# What authors are told, or is made for them, knows their database: these are to follow when a second kind comes.
AUTHORS = ("guichet.authoring.",)
# An address, no cast.
ELSEWHERE = {"guichet.portal": {"::"}}


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the string literals of a file, with their lines; docstrings are none."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.lineno, node.value


OTHERS = [name for name in MODULES if not name.startswith((*ROOMS, *AUTHORS))]


@pytest.mark.parametrize("name", OTHERS)
def test_it_says_no_word_of_postgresql(name: str) -> None:
    known = ELSEWHERE.get(name, set())
    said = [(line, found[0]) for line, text in texts(MODULES[name]) for found in WORDS.finditer(text)]

    assert [(line, word) for line, word in said if word not in known] == []


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(ROOMS)])
def test_it_leaves_postgresqls_rooms_to_their_protocols(name: str) -> None:
    own = ("guichet.sql.postgresql", "guichet.sources.postgresql", "psycopg2")

    assert [one for one in imports(MODULES[name]) if one.startswith(own) and one != KNOWN.get(name)] == []


# The portal database is PostgreSQL, whatever the sources are; and `guichet new` knows PostgreSQL's tables alone.
KNOWN = {
    "guichet.portal": "guichet.sources.postgresql.pool",
    "guichet.authoring.tables": "guichet.sources.postgresql.types",
}
