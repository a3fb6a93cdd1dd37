"""How cells travel as JSON: which SQL makes them, and which numbers become text."""

from __future__ import annotations

from typing import Any

import pytest

from guichet.search import cells
from guichet.sources.columns import TYPES, Column
from guichet.sql.postgresql import json_cells

AS_IT_IS = '"x"'
AS_TEXT = '"x"::text'
AS_ISO = "to_json(\"x\") #>> '{}'"


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("text", AS_TEXT),
        ("integer", AS_IT_IS),
        ("decimal", AS_TEXT),
        ("float", AS_IT_IS),
        ("boolean", AS_IT_IS),
        ("date", AS_TEXT),
        ("time", AS_TEXT),
        ("timestamp", AS_ISO),
        ("timestamptz", AS_ISO),
        ("interval", AS_TEXT),
        ("json", AS_TEXT),
        ("array", AS_TEXT),
        ("range", AS_TEXT),
        ("uuid", AS_TEXT),
        ("bytes", AS_TEXT),
        ("other", AS_IT_IS),
    ],
)
def test_it_asks_for_what_json_can_carry(kind: Any, expression: str) -> None:
    assert json_cells.expressions([Column("x", kind)]) == [expression]


def test_it_knows_every_type() -> None:
    assert len(json_cells.expressions([Column("x", kind) for kind in TYPES])) == len(TYPES)


def test_it_quotes_the_columns_name() -> None:
    assert json_cells.expressions([Column('a"100%', "decimal")]) == ['"a""100%%"::text']


SAFE = 2**53 - 1


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("integer", None, None),
        ("integer", 0, 0),
        ("integer", SAFE, SAFE),
        ("integer", SAFE + 1, "9007199254740992"),
        ("integer", -SAFE, -SAFE),
        ("integer", -SAFE - 1, "-9007199254740992"),
        ("integer", 2**63 - 1, "9223372036854775807"),
        ("float", 0.1, 0.1),
        ("float", None, None),
        ("float", float("inf"), "Infinity"),
        ("float", float("-inf"), "-Infinity"),
        ("float", float("nan"), "NaN"),
        ("boolean", True, True),
        ("text", "NaN", "NaN"),
    ],
)
def test_it_makes_text_of_numbers_that_javascript_would_round_or_json_cannot_write(
    kind: Any, value: Any, sent: Any
) -> None:
    made = cells.make_exact([Column("x", kind)], [(value,)])

    assert [list(row) for row in made] == [[sent]]
    assert type(made[0][0]) is type(sent)


def test_it_returns_the_rows_themselves_where_every_number_is_exact() -> None:
    rows = [(1, "a", None), (2, "b", 0.5)]
    columns = [Column("a", "integer"), Column("b", "text"), Column("c", "float")]

    assert cells.make_exact(columns, rows) is rows
    assert cells.make_exact(columns, []) == []


def test_it_changes_the_risky_cells_alone() -> None:
    columns = [Column("a", "integer"), Column("b", "integer"), Column("c", "float")]

    made = cells.make_exact(columns, [(1, 2**60, 0.5), (2, None, float("nan")), (3, 4, 1.0)])

    assert [list(row) for row in made] == [[1, "1152921504606846976", 0.5], [2, None, "NaN"], [3, 4, 1.0]]


def test_it_makes_booleans_of_databases_that_have_none() -> None:
    rows = [(0,), (1,), (None,), (7,), ("maybe",), (True,)]

    assert [list(row) for row in cells.make_exact([Column("a", "boolean")], rows)] == [
        [False],
        [True],
        [None],
        [7],
        ["maybe"],
        [True],
    ]
