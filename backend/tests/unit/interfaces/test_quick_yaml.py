"""What libyaml makes of a definition is what ruamel makes of it, or ruamel is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from guichet.interfaces import quick_yaml

ROOT = Path(__file__).parents[4]
FILES = sorted([*(ROOT / "portal").glob("*.yaml"), *(ROOT / "backend/tests").rglob("*.yaml")])


def assert_same(quick: Any, slow: Any) -> None:
    """Compare values, their types as far as they are told apart, and the line and column of each."""
    if isinstance(slow, CommentedMap | CommentedSeq):
        assert type(quick) is type(slow)
        assert quick.lc.data == slow.lc.data
        assert bool(quick.fa.flow_style()) == bool(slow.fa.flow_style())
    if isinstance(slow, CommentedMap):
        assert list(quick) == list(slow)
        for key in slow:
            assert_same(quick[key], slow[key])
    elif isinstance(slow, CommentedSeq):
        assert len(quick) == len(slow)
        for one, other in zip(quick, slow, strict=True):
            assert_same(one, other)
    else:
        assert quick == slow
        assert isinstance(quick, str) == isinstance(slow, str)
        assert isinstance(quick, str) or type(quick) is type(slow)
        for kind in (LiteralScalarString, FoldedScalarString):
            assert isinstance(quick, kind) == isinstance(slow, kind)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_definition_is_read_alike(file: Path) -> None:
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError:
        return  # refused before it is parsed
    quick = quick_yaml.load_mapping(text)
    if quick is not None:
        assert_same(quick, YAML(typ="rt").load(text))


def test_those_of_the_demo_are_read_quickly() -> None:
    assert all(quick_yaml.load_mapping(file.read_text("utf-8")) for file in FILES if file.parent.name == "portal")


@pytest.mark.parametrize(
    "value",
    [
        "yes",
        "No",
        "on",
        "~",
        "null",
        "TRUE",
        "0o17",
        "017",
        "1_000",
        "0x1F",
        "1e3",
        ".5",
        "-.inf",
        "2026-01-31",
        "12:30",
        "1.",
        "+1",
        "a: b",
        "a:b",
        "a #b",
        "a#b",
        "=",
        "<<",
        "- a",
        "%a",
        "@a",
        "`a`",
        "*a",
        "&a b",
        "!a b",
        "!!str 1",
        "",
        "'a''b'",
        '"a\\tb"',
        "{a: 1, b}",
        "[1, [2, x], no]",
        "{a:1}",
        "é",
        "a\n  b",
        "? a",
    ],
)
def test_a_value_means_what_it_means_in_yaml_1_2(value: str) -> None:
    text = f"title: x\nvalue: {value}\nlist:\n  - {value}\n"
    quick = quick_yaml.load_mapping(text)
    if quick is not None:
        assert_same(quick, YAML(typ="rt").load(text))


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a: &x 1\nb: *x", "a:\n\tb: 1", "- a", "", "a: [", "%YAML 1.1\n---\na: no"]
)
def test_ruamel_is_asked_where_there_is_any_doubt(text: str) -> None:
    assert quick_yaml.load_mapping(text) is None
