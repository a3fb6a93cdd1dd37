"""A definition file's YAML, and the line of everything in it."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from guichet.interfaces.document import DocumentError, parse_document

TEXT = textwrap.dedent("""\
    # a comment
    title: Companies
    sql: |
      SELECT id
      FROM company
      WHERE {criteria}
    criteria:
      name:
        type: text

        column: name
    groups: [sales,
      authors]
    plain: SELECT 1
    """)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ((), 1),
        (("title",), 2),
        (("sql",), 3),
        (("criteria", "name"), 8),
        (("criteria", "name", "column"), 11),
        (("criteria", "name", "text", "column"), 11),
        (("criteria", "name", "missing"), 8),
        (("missing",), 1),
        (("groups", 1), 13),
        (("groups", 7), 12),
    ],
)
def test_it_finds_the_line_of_the_deepest_key_that_exists(keys: tuple[Any, ...], line: int) -> None:
    assert parse_document(TEXT).line(*keys) == line


@pytest.mark.parametrize(
    ("found", "keys", "line"),
    [("SELECT", ("sql",), 4), ("company", ("sql",), 5), ("{criteria}", ("sql",), 6), ("SELECT", ("plain",), 14)],
)
def test_it_finds_the_line_of_a_character_within_a_text(found: str, keys: tuple[str, ...], line: int) -> None:
    document = parse_document(TEXT)
    offset = str(document.get(keys)).index(found)

    assert document.line_within(offset, *keys) == line


def test_it_finds_lines_in_a_text_after_an_anchored_mapping_was_merged() -> None:
    document = parse_document("base: &base\n  column: a\nname:\n  <<: *base\n  label: b\n")

    assert document.get(("name", "column")) == "a"
    assert document.line("name", "label") == 5
    assert document.line("name", "column") in (2, 3)
    assert document.line_within(0, "name", "column") in (2, 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: 010", 10),
        ("a: 12:30", "12:30"),
        ("a: ~", None),
        ("a: true", True),
        ("a: '¤'", "¤"),
        ("a: |\n  x\n  y", "x\ny"),
        ("a: >\n  x\n  y", "x y"),
    ],
)
def test_it_reads_yaml_1_2(text: str, value: Any) -> None:
    assert parse_document(text).values == {"a": value}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("just words", 1),
        ("- a\n- b", 1),
        ("a: 1\nb: 2\na: 3", 3),
        ("a: 1\nb: [", 2),
        ("a: 1\nb: 'open", 2),
        ("a: 1\nb: x: y", 2),
        ("a: 1\n\tb: 2", 2),
        ("a: &x 1\nb: *y", 2),
        ("a: 1\nb: 2026-02-30", 2),
        ("a: 1\nb: !!int x", 2),
    ],
)
def test_it_refuses_what_is_no_mapping_in_yaml_and_tells_the_line(text: str, line: int) -> None:
    with pytest.raises(DocumentError) as refused:
        parse_document(text)

    assert refused.value.line == line
    assert refused.value.detail
