"""The words of PostgreSQL stand in its own rooms: nothing else of the package says them, or loads its driver."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_import_direction import MODULES, PACKAGE, imports

WORDS = re.compile(
    r"\bILIKE\b|\bCOPY\b|::|\bpg_|psycopg|\bunnest\b|\bto_char\b|string_to_array|regexp_replace|\bANY ?\(|DISTINCT FROM"
    r"|array_agg|to_json|json_build|octet_length|\bEXPLAIN\b|getdatabaseencoding|#>>|to_regclass|information_schema"
    r"|SQLSTATE|\b(?:0A|22|23|25|42)[0-9A-Z]{3}\b|\b[eE]'|concat_ws|enum_range|tsvector|tsquery|\bbytea\b|\bunaccent\("
    r"|\bregclass\b|current_user|rolsuper|\bunaccent\b|FILTER \(|PostgreSQL|postgres"
)
# Where they are at home: the dialect, the kind of source, and the portal's own database.
ROOMS = ("guichet.sql.postgresql", "guichet.sources.postgresql", "guichet.portal_db", "guichet.value_lists.storage")
# An address or a pattern, no cast; the portal's own database; the list of kinds.
ELSEWHERE = {
    "guichet.portal": {"::"},
    "guichet.sql.lexer": {"::"},
    "guichet.settings.settings": {"PostgreSQL"},
    "guichet.sources.kinds": {"PostgreSQL", "postgres"},
}


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


# The rooms of all kinds, whose SQL has words in common.
KINDS = tuple(
    f"guichet.{floor}.{folder.name}" for floor in ("sql", "sources") for folder in (PACKAGE / floor).glob("[a-z]*/")
)
OTHERS = [name for name in MODULES if not name.startswith((*ROOMS, *KINDS))]


@pytest.mark.parametrize("name", OTHERS)
def test_it_says_no_word_of_postgresql(name: str) -> None:
    known = ELSEWHERE.get(name, set())
    said = [(line, found[0]) for line, text in texts(MODULES[name]) for found in WORDS.finditer(text)]

    assert [(line, word) for line, word in said if word not in known] == []


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(ROOMS)])
def test_it_leaves_postgresqls_rooms_to_their_protocols(name: str) -> None:
    own = ("guichet.sql.postgresql", "guichet.sources.postgresql", "psycopg2")

    assert [one for one in imports(MODULES[name]) if one.startswith(own) and one != KNOWN.get(name)] == []


# The portal database is PostgreSQL, whatever the sources are.
KNOWN = {"guichet.portal": "guichet.sources.postgresql.pool"}


def test_no_sql_file_stands_outside_of_its_rooms() -> None:
    rooms = [PACKAGE / room.removeprefix("guichet.").replace(".", "/") for room in (*ROOMS, *KINDS)]

    assert [path for path in PACKAGE.rglob("*.sql") if not any(path.is_relative_to(room) for room in rooms)] == []
