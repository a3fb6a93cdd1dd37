"""A definition file becomes an interface, or everything that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from guichet.criteria_types.date_range import DateSpan
from guichet.criteria_types.keys import DefinitionPart
from guichet.criteria_types.number_range import NumberSpan
from guichet.criteria_types.option_lists import Choice, OptionsDefinition
from guichet.criteria_types.registry import CRITERION_TYPES, TYPES
from guichet.interfaces import faults, model
from guichet.interfaces.interface import BrokenInterface, Interface, Limits
from guichet.interfaces.loading import load_definition as load_with_sources
from tests.unit.definitions import BAD, GOOD, LIMITS, SOURCES, interface, load, load_file

PARTS: list[type[DefinitionPart]] = [
    model.Definition,
    OptionsDefinition,
    Choice,
    model.ColumnStyle,
    model.LimitsDefinition,
    NumberSpan,
    DateSpan,
    model.RecordDefinition,
    model.RecordFieldDefinition,
    model.AliasDefinition,
    *TYPES,
]
EXPECTATION = re.compile(r"# expect (\d+): (.*)")


def expected_problems(path: Path) -> list[tuple[int, str]]:
    """Reads the comments at the top of a bad definition; `{types}` stands for all types of criteria."""
    found = []
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        matched = EXPECTATION.fullmatch(line)
        if not matched:
            break
        found.append((int(matched[1]), matched[2].replace("{types}", ", ".join(CRITERION_TYPES))))
    return sorted(found)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_it_names_the_fault_and_its_line(path: Path) -> None:
    expected = expected_problems(path)

    loaded = load_file(path)

    assert expected, "say on the first line what is expected"
    assert isinstance(loaded, BrokenInterface)
    assert [(problem.line, problem.detail) for problem in loaded.problems] == expected
    assert {problem.file for problem in loaded.problems} == {path.name}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_it_loads_what_is_right(path: Path) -> None:
    loaded = load_file(path)

    assert isinstance(loaded, Interface), "\n".join(map(str, loaded.problems))
    assert loaded.id == path.stem


def test_the_good_definitions_use_every_key_that_there_is() -> None:
    known = {key for part in PARTS for key in faults.list_keys(part)}

    used = set().union(*(_keys(YAML(typ="safe").load(path.read_text("utf-8-sig"))) for path in GOOD))

    assert known - used == set()


def test_the_good_definitions_use_every_type_of_criterion_and_every_literal() -> None:
    used = set().union(*(_texts(YAML(typ="safe").load(path.read_text("utf-8-sig"))) for path in GOOD))

    assert set(CRITERION_TYPES) - used == set()
    assert {"exact", "prefix", "contains"} - used == set()


def test_it_fills_in_what_the_author_left_out() -> None:
    loaded = interface("company_size: {type: number, column: size}")
    criterion = loaded.criteria["company_size"]

    assert loaded.definition.group == "Interfaces"
    assert loaded.definition.groups is None
    assert loaded.filename == "companies"
    assert loaded.limits == LIMITS
    assert (criterion.label(), criterion.definition.negatable, criterion.definition.required) == (
        "Company size",
        True,
        False,
    )


def test_it_prefers_the_interfaces_own_limits() -> None:
    loaded = interface(top="limits: {interactive_seconds: 5}")

    assert loaded.limits == Limits(display_rows=10_000, interactive_seconds=5, extract_rows=50_000_000)


def test_it_takes_the_file_name_as_the_id_and_as_the_name_of_downloads() -> None:
    loaded = load("title: T\nsource: crm\nsql: SELECT 1\n", "a/b/sites-2.yml")

    assert isinstance(loaded, Interface)
    assert (loaded.id, loaded.filename) == ("sites-2", "sites-2")


def test_it_keeps_the_criteria_in_the_authors_order() -> None:
    names = ["zeta", "alpha", "mid"]

    loaded = interface("\n".join(f"{name}: {{type: text, column: {name}}}" for name in names))

    assert list(loaded.criteria) == names


def test_it_gives_every_version_of_a_file_its_own_version() -> None:
    one, same, other = interface(sql="SELECT 1"), interface(sql="SELECT 1"), interface(sql="SELECT  1")

    assert one.version == same.version != other.version


def test_it_finds_out_what_an_option_list_depends_on() -> None:
    loaded = load_file(next(path for path in GOOD if path.stem == "dependent_options"))

    assert isinstance(loaded, Interface)
    assert {name: one.options.depends_on for name, one in loaded.criteria.items() if one.options} == {
        "country": (),
        "region": ("country",),
        "city": ("region", "created"),
    }


def test_it_reads_no_as_a_word_and_not_as_false() -> None:
    loaded = interface("country: {type: text, column: c, default: no}")

    assert loaded.criteria["country"].definition.default == "no"


def test_it_says_the_title_of_a_broken_interface_where_it_can_be_read() -> None:
    broken = load("title: Companies\nsource: nowhere\nsql: SELECT 1\n")
    unreadable = load("title: [\n")

    assert isinstance(broken, BrokenInterface)
    assert isinstance(unreadable, BrokenInterface)
    assert (broken.title, unreadable.title) == ("Companies", "companies")


def test_it_names_every_problem_as_file_line_and_words() -> None:
    broken = load_with_sources(
        "portal/sites.yaml",
        b"title: T\nsource: lob\nsql: SELECT 1\n",
        sources={"lab": SOURCES["lab"]},
        default_limits=LIMITS,
    )

    assert isinstance(broken, BrokenInterface)
    assert [str(problem) for problem in broken.problems] == [
        "portal/sites.yaml:2: source `lob` has no URL: SOURCE_LOB_URL is not set; did you mean `lab`?"
        " (once it is, the server takes it on SIGHUP, `./startup.sh` by itself)"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"title: a\0b\n",
        b"%YAML 9.9\n---\ntitle: x\n",
        b"title: !!float x\n",
        b"title: !!bool x\n",
        b"title: !!timestamp x\n",
        b"title: !!omap {a: 1}\n",
        b"title: !!omap\n- a\n",
        b"title: !!binary x\n",
        b"limits: {display_rows: " + b"9" * 5000 + b"}\n",
        b"description: " + b"[" * 1000,
        b"description: " + b"{a: " * 500 + b"}" * 500,
        b"&all\ntitle: *all\n",
        b"? [a, b]\n: c\n",
        b"? {a: b}\n: c\n",
        b"~: c\n",
        b"criteria: {1: {type: text}, ~: {type: text}}\n",
        b"criteria: {a: {type: [text]}}\n",
        b"criteria: {a: {type: {b: c}}}\n",
        b"title: T\nsource: crm\nsql: SELECT 1\ncriteria: {a: {type: text, column: a, <<: {b: c}}}\n",
        "title: T\nsource: crm\nsql: SELECT 1\n".encode("utf-16"),
    ],
    ids=lambda content: content[:25],
)
def test_it_never_raises_for_a_file_that_no_author_would_write(content: bytes) -> None:
    assert isinstance(load(content), BrokenInterface)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.dates()
KEYS = sorted({key for part in PARTS for key in faults.list_keys(part)})
NAMES = st.sampled_from([*KEYS, *CRITERION_TYPES, "name", "created_from", "a b"])
JUNK = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))


@given(st.dictionaries(NAMES, JUNK, max_size=6))
def test_it_never_raises_whatever_stands_under_the_keys(content: dict[str, Any]) -> None:
    whole = {"title": "T", "source": "crm", "sql": "SELECT 1 WHERE {criteria}", **content}

    assert isinstance(load(_as_yaml(whole)), Interface | BrokenInterface)


@given(st.text(alphabet="abc:{}[]&*!|>'\"%@`#-? \n\t,~<", max_size=60) | st.binary(max_size=40))
def test_it_never_raises_whatever_the_text(content: str | bytes) -> None:
    assert isinstance(load(content), Interface | BrokenInterface)


def _as_yaml(value: Any) -> str:
    """Writes JSON, which is YAML, with dates as YAML has them."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_as_yaml(key)}: {_as_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_yaml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(_as_escape(character) for character in value) + '"'
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or value is True or value is False
        else str(value)
    )


def _as_escape(character: str) -> str:
    plain = (character.isascii() and character.isalnum()) or character in " {}_"
    return character if plain else f"\\U{ord(character):08x}"


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(_keys(one) for one in value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_texts(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(_texts(one) for one in value))
    return {value} if isinstance(value, str) else set()
