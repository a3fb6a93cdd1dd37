"""No import runs back up: the package's structure, read from its source."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import guichet

PACKAGE = Path(guichet.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

# From the bottom up: a part may import parts of lower floors, and itself; those of one floor don't know each other.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"control_characters", "language", "resources", "masking", "messages"}),
    frozenset({"errors", "email_address", "environment", "logs", "metrics", "query_syntax", "client", ""}),
    frozenset({"sources"}),
    frozenset({"settings", "access", "sql", "portal_db"}),
    frozenset({"value_lists", "tokens", "server"}),
    frozenset({"criteria_types"}),
    frozenset({"interfaces"}),
    frozenset({"search", "audit"}),
    frozenset({"results"}),
    frozenset({"records", "mail"}),
    frozenset({"authoring", "extracts", "conformance"}),
    frozenset({"portal"}),
    frozenset({"http"}),
    frozenset({"api"}),
    frozenset({"app", "cli"}),
    frozenset({"wsgi"}),
)

MAY_IMPORT_FLASK = {"http", "api", "app", "server", "wsgi"}


def module(path: Path) -> str:
    """Names the module of a file: `guichet.search.compose`."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part(name: str) -> str:
    """Names the part of the package that a module is in: `search`; the package itself is ``."""
    return [*name.split("."), ""][1]


def imports(path: Path) -> Iterator[str]:
    """Lists the modules that a file imports, as they are called in full."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


MODULES = {module(path): path for path in FILES}
GRAPH = {name: {one for one in imports(path) if one in MODULES} for name, path in MODULES.items()}


def floor(name: str) -> int:
    return next(at for at, parts in enumerate(FLOORS) if part(name) in parts)


def test_every_part_of_the_package_has_its_floor() -> None:
    assert {part(name) for name in MODULES} == set().union(*FLOORS)


@pytest.mark.parametrize("name", MODULES)
def test_it_imports_what_stands_below_it_alone(name: str) -> None:
    wrong = {
        one for one in GRAPH[name] if part(one) != part(name) and not floor(one) < floor(name) and one != "guichet"
    }

    assert wrong == set()


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) not in MAY_IMPORT_FLASK])
def test_it_knows_no_flask(name: str) -> None:
    assert [one for one in imports(MODULES[name]) if re.match(r"(flask|werkzeug|gunicorn)", one)] == []


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) not in {"sources", "portal_db"}])
def test_it_leaves_the_driver_to_those_that_connect(name: str) -> None:
    assert [one for one in imports(MODULES[name]) if one.startswith(("psycopg2", "pymysql"))] == []


# What of Guichet a command over HTTP may load; its version is the package's own.
OVER_HTTP = {"guichet", "guichet.control_characters", "guichet.query_syntax"}
BESIDE_THE_SERVER = {
    "guichet.cli.conformance",
    "guichet.cli.definitions",
    "guichet.cli.server",
    "guichet.cli.show",
    "guichet.cli.server_command",
    "guichet.cli.users",
}


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) == "cli" and name not in BESIDE_THE_SERVER])
def test_a_command_over_http_uses_the_client_alone(name: str) -> None:
    others = {one for one in GRAPH[name] if part(one) not in {"cli", "client"}} | (GRAPH[name] & BESIDE_THE_SERVER)

    assert others <= OVER_HTTP


def test_no_modules_import_each_other_in_a_circle() -> None:
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join((*above, name))
        if name not in done:
            for one in GRAPH[name]:
                visit(one, (*above, name))
            done.add(name)

    for name in MODULES:
        visit(name, ())


@pytest.mark.parametrize("name", MODULES)
def test_it_says_its_job_and_names_only_modules_that_exist(name: str) -> None:
    text = MODULES[name].read_text("utf-8")
    docstring = ast.get_docstring(ast.parse(text))

    assert docstring or not text
    named = re.findall(r"`(guichet(?:\.\w+)+)`", text)
    assert [one for one in named if importlib.util.find_spec(one) is None] == []


def test_one_module_alone_calls_the_environment() -> None:
    readers = [
        name for name, path in MODULES.items() if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))
    ]

    assert readers == ["guichet.environment", "guichet.settings.settings"]
