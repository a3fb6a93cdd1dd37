"""Criteria as people write them, in an address or on a command line."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet import query_syntax
from guichet.query_syntax import CriterionKind

KINDS = {
    "name": CriterionKind("text"),
    "size": CriterionKind("number"),
    "employees": CriterionKind("number_range"),
    "day": CriterionKind("date"),
    "created": CriterionKind("date_range"),
    "type": CriterionKind("select"),
    "country": CriterionKind("select", multiple=True),
    "vip": CriterionKind("boolean"),
    "domain": CriterionKind("values", multiple=True),
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("name=labs", {"name": "labs"}),
        ("name=", {"name": ""}),
        ("name=a=b", {"name": "a=b"}),
        ("name=1..2", {"name": "1..2"}),
        ("name!=labs", {"name": {"not": "labs"}}),
        ("size=12", {"size": "12"}),
        ("employees=10..20", {"employees": {"from": "10", "to": "20"}}),
        ("employees=10..", {"employees": {"from": "10", "to": None}}),
        ("employees=..20", {"employees": {"from": None, "to": "20"}}),
        ("employees=-5..-1", {"employees": {"from": "-5", "to": "-1"}}),
        ("employees=10", {"employees": {"from": "10", "to": "10"}}),
        ("employees!=10..", {"employees": {"not": {"from": "10", "to": None}}}),
        ("employees.from=1 employees.to=2", {"employees": {"from": "1", "to": "2"}}),
        ("employees.to!=2", {"employees": {"not": {"to": "2"}}}),
        ("name.from=x", {"name.from": "x"}),
        ("created=2024-01-01..2024-12-31", {"created": {"from": "2024-01-01", "to": "2024-12-31"}}),
        ("created=2024-01-31", {"created": {"from": "2024-01-31", "to": "2024-01-31"}}),
        ("created=last_30_days", {"created": {"preset": "last_30_days"}}),
        ("created=", {"created": None}),
        ("day=2024-01-31", {"day": "2024-01-31"}),
        ("type=3", {"type": "3"}),
        ("type=3 type=4", {"type": ["3", "4"]}),
        ("country=250", {"country": ["250"]}),
        ("country=250 country=56", {"country": ["250", "56"]}),
        ("country!=250 country!=56", {"country": {"not": ["250", "56"]}}),
        ("vip=yes", {"vip": True}),
        ("vip=FALSE", {"vip": False}),
        ("vip=maybe", {"vip": "maybe"}),
        ("domain=a.example domain=b.example", {"domain": ["a.example", "b.example"]}),
        ("county=250", {"county": "250"}),
        ("name.prefix=La", {"name": {"prefix": "La"}}),
        ("name.exact!=a=b", {"name": {"not": {"exact": "a=b"}}}),
        ("name.contains=", {"name": {"contains": ""}}),
        ("country.empty=true", {"country": {"empty": True}}),
        ("employees.empty!=yes", {"employees": {"not": {"empty": True}}}),
        ("domain.empty=no", {"domain": {"empty": False}}),
        ("county.empty=true", {"county.empty": "true"}),
    ],
)
def test_it_reads_what_is_written(written: str, expected: dict[str, Any]) -> None:
    assert query_syntax.parse_criteria(split(written), KINDS) == expected


@pytest.mark.parametrize(
    "written",
    [
        "country=1 country!=2",
        "created=2024-01-01.. created.to=2024-02-01",
        "name=a name.exact=b",
        "name.empty=1 name!=a",
    ],
)
def test_what_contradicts_itself_is_refused(written: str) -> None:
    with pytest.raises(query_syntax.QuerySyntaxError, match="is given in two ways"):
        query_syntax.parse_criteria(split(written), KINDS)


def split(written: str) -> list[tuple[str, str]]:
    return [(name, text) for name, _, text in (term.partition("=") for term in written.split(" "))]


@given(
    st.lists(st.tuples(st.sampled_from([*KINDS, "x", ""]).flatmap(lambda n: st.sampled_from([n, n + "!"])), st.text()))
)
def test_it_never_fails_otherwise(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(query_syntax.QuerySyntaxError):
        query_syntax.parse_criteria(pairs, KINDS)
