"""The documents hold what they promise: links lead somewhere, examples load, tables have every key and every record."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.keys import DefinitionPart
from guichet.criteria_types.option_lists import Choice, OptionsDefinition
from guichet.criteria_types.presets import Preset
from guichet.criteria_types.registry import CRITERION_TYPES, TYPES
from guichet.criteria_types.values import Normalization
from guichet.interfaces import loading, model
from guichet.interfaces.interface import Interface
from guichet.settings import settings
from tests.conftest import ROOT
from tests.unit.definitions import LIMITS, SOURCES
from tests.unit.test_import_direction import FLOORS

DOCUMENTS = [
    path
    for path in sorted(
        chain(ROOT.glob("*.md"), *((ROOT / name).rglob("*.md") for name in ("docs", "bench", "backend/tests")))
    )
    if "node_modules" not in path.parts
]

FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
TEXT = r"\[(?:[^\[\]]|\[[^\]]*\])*\]"
LINK = re.compile(rf"{TEXT}\(([^()\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _prose(path: Path) -> str:
    """Return a document without its blocks of code, in which nothing is a link or a heading."""
    return FENCED.sub("", path.read_text("utf-8"))


@cache
def _anchors(path: Path) -> frozenset[str]:
    """List the anchors of a document as GitHub makes them: of its headings, and those that are written out."""
    anchors: list[str] = re.findall(r'<a id="([^"]+)"', _prose(path))
    for heading in re.findall(r"^#+ +(.+?) *$", _prose(path), re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        repeated = sum(re.fullmatch(rf"{re.escape(slug)}(-\d+)?", anchor) is not None for anchor in anchors)
        anchors.append(f"{slug}-{repeated}" if repeated else slug)
    return frozenset(anchors)


def _links(path: Path) -> list[str]:
    prose = re.sub(r"`[^`\n]*`", "code", _prose(path))
    links = ["".join(groups) for groups in LINK.findall(prose)]
    return [link for link in links if not re.match(r"[a-z]+:", link)]


def _broken(path: Path) -> Iterator[str]:
    for link in _links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and (target.suffix != ".md" or anchor not in _anchors(target))):
            yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(path: Path) -> None:
    assert list(_broken(path)) == []


def test_links_are_really_looked_at() -> None:
    assert sum(len(_links(path)) for path in DOCUMENTS) > 300
    assert "a-list-of-100000-values" in _anchors(ROOT / "docs" / "definitions" / "recipes.md")


# Definitions

# Not what is over other kinds of databases: `tests/recipes.py` runs that.
ABOUT_DEFINITIONS = [
    ROOT / "docs" / "definitions.md",
    *sorted(path for path in (ROOT / "docs" / "definitions").glob("*.md") if path.stem != "kinds"),
]
TUTORIAL = ROOT / "docs" / "definitions" / "tutorial.md"

# What a part of a definition stands below: `recipes.md` says so.
COMPANIES = {
    "title": "title: An example",
    "source": "source: crm",
    "sql": "sql: SELECT * FROM company AS comp WHERE {criteria}",
}
SITES = COMPANIES | {"source": "source: lab", "sql": "sql: SELECT * FROM site WHERE {criteria}"}
# What a part of `record` needs around it.
RECORD = """
record:
  groups: [editors]
  key: id
  select: SELECT id, name FROM site WHERE id = :id
  upsert: UPDATE site SET name = :name WHERE id = :id
  fields: { name: }
"""


def blocks(path: Path) -> list[str]:
    """Return the YAML of a document, in its order."""
    return [textwrap.dedent(text) for text in re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.DOTALL)]


def _keys(block: str) -> set[str]:
    return set(re.findall(r"^([a-z_]+):", block, re.MULTILINE))


def examples(path: Path) -> Iterator[str]:
    """Yield the examples of a document as whole definitions.

    A part stands below the fewest keys that there may be; in the tutorial, below the definition that it is added to.
    """
    last = ""
    for block in blocks(path):
        if {"title", "source", "sql"} <= _keys(block):
            last = block
            yield block
        elif path == TUTORIAL:
            yield f"{last}\n{block}"
        elif _keys(block) == {"constraints"}:
            yield "\n".join([*SITES.values(), RECORD, textwrap.indent(block, "  ")])
        else:
            base = SITES if re.search(r"\bsite\b", block) else COMPANIES
            yield "\n".join([*(text for key, text in base.items() if key not in _keys(block)), block])


@pytest.mark.parametrize("path", [*ABOUT_DEFINITIONS, ROOT / "README.md"], ids=_name)
def test_every_example_of_a_definition_loads(path: Path) -> None:
    found = list(examples(path))

    assert found
    for text in found:
        loaded = loading.load_definition("example.yaml", text.encode(), sources=SOURCES, default_limits=LIMITS)
        problems = [] if isinstance(loaded, Interface) else [str(problem) for problem in loaded.problems]
        assert problems == [], text


def _section(path: Path, title: str) -> str:
    """Return what stands between a heading and the next one."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", _prose(path), re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def _rows(path: Path, title: str) -> set[str]:
    """Return what the first column of a section's tables names as code, headings of tables apart."""
    firsts = re.findall(r"^\| ([^|]*) \|.*\n(?!\|---)", _section(path, title), re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", "".join(firsts)))


def _fields(part: type[DefinitionPart]) -> set[str]:
    return {field.alias or name for name, field in part.model_fields.items()}


CRITERION = _fields(CriterionDefinition) | {"type", "default"}
OWN_KEYS = set().union(*map(_fields, TYPES)) - CRITERION


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("Top of the file", _fields(model.Definition)),
        ("Criteria", CRITERION),
        ("Types", OWN_KEYS | set(CRITERION_TYPES)),
        ("Options", _fields(OptionsDefinition) | _fields(Choice)),
        ("Columns", _fields(model.ColumnStyle) | set(get_args(model.Format))),
        ("Record", _fields(model.RecordDefinition)),
        ("Fields", _fields(model.RecordFieldDefinition) | set(get_args(model.FieldType))),
        ("Alias", _fields(model.AliasDefinition)),
        ("Limits", _fields(model.LimitsDefinition)),
    ],
)
def test_the_reference_has_every_key_and_no_other(title: str, keys: set[str]) -> None:
    assert _rows(ROOT / "docs" / "definitions" / "reference.md", title) == keys


def test_the_reference_names_every_preset_and_normalization() -> None:
    types = _section(ROOT / "docs" / "definitions" / "reference.md", "Types")

    assert [word for word in (*get_args(Preset), *get_args(Normalization)) if f"`{word}`" not in types] == []


# Decisions

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
STATUS = re.compile(r"accepted|(?:accepted, amended|superseded) by \[(\d{4})\]\((\d{4}-[a-z0-9-]+\.md)\)")


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_a_date_and_a_status_and_stands_in_the_table(path: Path) -> None:
    text = path.read_text("utf-8")
    head = re.match(r"# (\d{4}): (.+)\n\nDate: (\d{4}-\d\d-\d\d)\nStatus: (.+)\n\n", text)

    assert head, "# NUMBER: Title, then Date: and Status:"
    number, title, date, status = head.groups()
    assert path.name.startswith(f"{number}-")
    known = STATUS.fullmatch(status)
    assert known, status
    if known[2]:
        assert known[2].startswith(known[1])
        assert path.name in (path.parent / known[2]).read_text("utf-8")
    row = f"| [{number}]({path.name}) | {title} | {date} | {status} |"
    assert (path.parent / "README.md").read_text("utf-8").splitlines().count(row) == 1


def test_each_number_is_one_decisions_alone_and_the_table_has_no_others() -> None:
    numbers = [path.name[:4] for path in DECISIONS]

    assert len(set(numbers)) == len(numbers)
    assert (
        re.findall(r"^\| \[(\d{4})\]", (ROOT / "docs/decisions/README.md").read_text("utf-8"), re.MULTILINE) == numbers
    )


# The code

PACKAGE = ROOT / "backend" / "guichet"
ARCHITECTURE = ROOT / "docs" / "architecture.md"


def test_the_picture_of_the_floors_is_what_the_imports_are_held_to() -> None:
    (picture,) = re.findall(r"```mermaid\nflowchart TB\n(.*?)```", ARCHITECTURE.read_text("utf-8"), re.DOTALL)
    drawn = [set(names.split(" · ")) for names in re.findall(r'\["([^"]+)"\]', picture)]

    assert drawn == [{name or "guichet" for name in floor} for floor in reversed(FLOORS)]


# Named in documents as an example, or as somebody else's.
NOT_OURS = {"0004_tags.sql", "schema.sql", "data.sql"}


@cache
def _file_names() -> frozenset[str]:
    """Return the names of all source files, wherever they stand."""
    folders = (PACKAGE, ROOT / "backend" / "tests", ROOT / "frontend" / "src", ROOT / "scripts", ROOT / "bench")
    files = chain(*(folder.rglob("*.*") for folder in folders), (ROOT / "frontend" / "e2e").glob("*"), ROOT.glob("*"))
    return frozenset(file.name for file in chain(files, (ROOT / "backend").glob("*"), (ROOT / "nginx").glob("*")))


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_module_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|sql|ts|vue|sh|yml))`", _prose(path))) - NOT_OURS
    roots = (ROOT, ROOT / "backend", PACKAGE, ROOT / "frontend", ROOT / "frontend" / "src")
    lost = [
        name
        for name in named
        if (not any((root / name).exists() for root in roots) if "/" in name else name not in _file_names())
    ]

    assert sorted(lost) == []


# Settings

SETTINGS = {field.name.upper(): field.metadata["default"] for field in settings.list_declared()}
# Variables of others: of S3 tools, of compose and nginx (`configuration.md` has them), of tests and scripts.
ELSEWHERE = re.compile(r"AWS_\w+|SOURCE_\w+|GUICHET_\w+|\w+_FILE")


@pytest.mark.parametrize(
    "path",
    [path for path in DOCUMENTS if path.parent.name in {"docs", "definitions", "operations"} or path.parent == ROOT],
    ids=_name,
)
def test_no_document_names_a_setting_that_is_gone_or_another_default(path: Path) -> None:
    texts = [(ROOT / "docs" / name).read_text("utf-8") for name in ("configuration.md", "development.md")]
    firsts = re.findall(r"^\| (`[^|]+`) \|", "\n".join(texts), re.MULTILINE)
    tabled = set(re.findall(r"`([A-Z0-9_]+)`", "".join(firsts)))
    upgrading = _prose(path).partition("### Upgrading")[0]  # below it stand those that are gone

    named = set(re.findall(r"`([A-Z]+_[A-Z0-9_]+)[`=]", upgrading))
    defaults = re.findall(r"`([A-Z]+_[A-Z0-9_]+)` \((\d[\d,]*)\b(?! ×| in )", upgrading)

    assert sorted(name for name in named - SETTINGS.keys() - tabled if not ELSEWHERE.fullmatch(name)) == []
    assert [
        (name, number) for name, number in defaults if name in SETTINGS and number.replace(",", "") != SETTINGS[name]
    ] == []
