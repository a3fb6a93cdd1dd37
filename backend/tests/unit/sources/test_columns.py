"""A result's columns in the words of the API."""

from __future__ import annotations

import pytest

from guichet.sources.columns import ORDERED, TYPES, Column
from guichet.sources.postgresql.types import BUILT_IN, CATEGORIES, make_column


@pytest.mark.parametrize(
    ("oid", "kind", "free_text"),
    [
        (16, "boolean", False),
        (17, "bytes", False),
        (20, "integer", False),
        (21, "integer", False),
        (23, "integer", False),
        (25, "text", True),
        (114, "json", True),
        (700, "float", False),
        (701, "float", False),
        (1042, "text", True),
        (1043, "text", True),
        (1082, "date", False),
        (1083, "time", False),
        (1114, "timestamp", False),
        (1184, "timestamptz", False),
        (1186, "interval", False),
        (1266, "time", False),
        (1700, "decimal", False),
        (2950, "uuid", False),
        (3802, "json", True),
    ],
)
def test_it_knows_the_built_in_types(oid: int, kind: str, free_text: bool) -> None:
    assert make_column("x", oid, {}) == Column("x", kind, free_text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("category", "kind", "free_text"),
    [
        ("A", "array", True),
        ("R", "range", True),
        ("E", "text", True),
        ("S", "text", True),  # citext
        ("N", "other", False),  # money
        ("G", "other", False),
        ("U", "other", True),  # xml, ltree
    ],
)
def test_it_takes_other_types_by_their_category(category: str, kind: str, free_text: bool) -> None:
    assert make_column("x", 70_000, {70_000: category}) == Column("x", kind, free_text)  # type: ignore[arg-type]


def test_it_knows_nothing_of_a_type_that_the_catalogue_does_not_have() -> None:
    assert make_column("x", 70_000, {}) == Column("x", "other", free_text=True)


def test_it_uses_no_word_that_the_api_does_not_have() -> None:
    assert {*BUILT_IN.values(), *CATEGORIES.values(), *ORDERED} <= set(TYPES)
