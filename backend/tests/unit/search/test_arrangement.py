"""Names of columns come from requests, and are looked up among the result's columns."""

from __future__ import annotations

import pytest

from guichet.errors import CriteriaError, Fault
from guichet.search import arrangement
from guichet.search.arrangement import SortKey
from guichet.sources.columns import Column
from guichet.sql.statement import Sort

ID, NAME = Column("id", "integer"), Column("name", "text")
COLUMNS = [ID, NAME]


def test_it_finds_what_to_sort_by() -> None:
    assert arrangement.sorts(COLUMNS, []) == []
    assert arrangement.sorts(COLUMNS, [SortKey("name", descending=True), SortKey("id")]) == [
        Sort(NAME, descending=True),
        Sort(ID),
    ]


def test_it_finds_the_columns_that_are_wanted_in_their_order() -> None:
    assert list(arrangement.choose(COLUMNS, None)) == COLUMNS
    assert list(arrangement.choose(COLUMNS, ["name", "id"])) == [NAME, ID]


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("nmae", "The result has no column “nmae”; did you mean `name`?"),
        ("Name", "The result has no column “Name”; did you mean `name`?"),
        ("id; DROP TABLE t", "The result has no column “id; DROP TABLE t”"),
        ("1", "The result has no column “1”"),
        ("", "The result has no column “”"),
    ],
)
def test_it_refuses_every_other_name_and_tells_where_it_stands(name: str, detail: str) -> None:
    with pytest.raises(CriteriaError) as sorts:
        arrangement.sorts(COLUMNS, [SortKey("id"), SortKey(name)])
    with pytest.raises(CriteriaError) as chosen:
        arrangement.choose(COLUMNS, [name, "id", name])

    assert sorts.value.faults == (Fault("/sort/1/column", detail),)
    assert chosen.value.faults == (Fault("/columns/0", detail), Fault("/columns/2", detail))
