"""What a user filled in becomes typed values, or every fault at once, each with its pointer."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.criteria_types.operands import EMPTY, InputLimits, MatchedText, Range, Value
from guichet.criteria_types.presets import PRESETS
from guichet.errors import CriteriaError
from guichet.interfaces.interface import Interface
from guichet.search import criteria
from guichet.search.criteria import Filled
from tests.unit.definitions import interface

LIMITS = InputLimits(text=20, values=3, today=date(2026, 11, 21))

FORM = interface(
    """
    text: {type: text, column: a}
    number: {type: number, column: a}
    numbers: {type: number_range, column: a}
    date: {type: date, column: a}
    dates: {type: date_range, column: a}
    boolean: {type: boolean, column: a}
    one: {type: select, column: a, options: {sql: SELECT 1}}
    many: {type: select, multiple: true, column: a, options: {sql: SELECT 1}}
    values: {type: values, column: a}
    lower: {type: values, normalize: lower, column: a}
    upper: {type: values, normalize: upper, column: a}
    digits: {type: values, normalize: digits, column: a}
    both: {type: values, normalize: [digits, lower], column: a}
    fixed: {type: text, negatable: false, column: a}
    """
)

ASKED = interface(
    """
    text: {type: text, column: a}
    number: {type: number, column: a}
    code: {type: text, match: exact, column: a}
    plain: {type: text, column: a, operators: []}
    bare: {type: number, column: a, operators: []}
    own: {type: text, where: f(:own)}
    """
)

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 1)

A_NUMBER = "This must be a number."
A_NUMBER_LIKE = "This must be a number such as 12 or -3.5."
A_DATE = "This must be a date such as 2026-01-31."
A_RANGE = "This must be a range with “from”, “to”, or both."
A_PRESET = f"A preset is one of {', '.join(PRESETS)}."
A_TEXT = "This must be a text."
A_CHOICE = "This must be true or false."
AN_OPTION = "An option is a text or a number."
A_VALUE = "A value is a text or a number."
A_LIST = "This must be values, or a list of them as {“list”: its id}."
NUL = "This has a NUL character, which no database can compare with."
TOO_LONG = "This is longer than 20 characters."
TOO_MANY = "These are 4 values; at most 3 can be given here."
ENDS_FIRST = "The range ends before it begins."


def read(given: dict[str, Any], form: Interface = FORM) -> dict[str, Filled]:
    return dict(criteria.read(form, given, LIMITS))


def faults(given: dict[str, Any], form: Interface = FORM) -> list[tuple[str, str]]:
    with pytest.raises(CriteriaError) as refused:
        criteria.read(form, given, LIMITS)
    return [(fault.pointer, fault.detail) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("text", "labs", "labs"),
        ("text", "100%_\\", "100%_\\"),
        ("text", " x\n", "x"),
        ("text", "'; DROP TABLE t --", "'; DROP TABLE t --"),
        ("text", "日本語 🎈", "日本語 🎈"),
        ("text", "x" * 20, "x" * 20),
        ("number", 0, 0),
        ("number", -5, -5),
        ("number", "5", 5),
        ("number", " +5 ", 5),
        ("number", "5.50", Decimal("5.50")),
        ("number", Decimal("0.1"), Decimal("0.1")),
        ("number", 0.5, Decimal("0.5")),
        ("number", ".5", Decimal("0.5")),
        ("number", "1e3", Decimal("1E+3")),
        ("number", 2**63, 2**63),
        ("number", "9" * 100, int("9" * 100)),
        ("numbers", {"from": 1, "to": 2}, Range(1, 2)),
        ("numbers", {"from": 1}, Range(1, None)),
        ("numbers", {"from": None, "to": "2.5"}, Range(None, Decimal("2.5"))),
        ("numbers", {"from": 5, "to": 5}, Range(5, 5)),
        ("numbers", {"from": 0, "to": ""}, Range(0, None)),
        ("date", "2026-01-31", JANUARY),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "0001-01-01", date(1, 1, 1)),
        ("date", "9999-12-31", date(9999, 12, 31)),
        ("dates", {"from": "2026-01-31", "to": "2026-02-01"}, Range(JANUARY, FEBRUARY)),
        ("dates", {"to": "2026-02-01"}, Range(None, FEBRUARY)),
        ("dates", {"from": "2026-01-31", "to": None}, Range(JANUARY, None)),
        ("dates", {"preset": "last_month"}, Range(date(2026, 10, 1), date(2026, 10, 31))),
        ("boolean", True, True),
        ("boolean", False, False),
        ("one", 33, 33),
        ("one", 0, 0),
        ("one", "FR", "FR"),
        ("one", [33], 33),
        ("one", [33, 33], 33),
        ("one", Decimal("1.5"), Decimal("1.5")),
        ("one", False, False),
        ("many", [33, 49], (33, 49)),
        ("many", 33, (33,)),
        ("many", ["b", "a", "b"], ("b", "a")),
        ("many", ["a", ""], ("a", "")),
        ("many", [""], ("",)),
        ("one", [""], ""),
        ("many", [1, "1"], (1, "1")),
        ("values", ["b.example", "a.example"], ("b.example", "a.example")),
        ("values", "a.example", ("a.example",)),
        ("values", ["  a\t", "a", "\u00a0a\u00a0"], ("a",)),
        ("values", ["", "a", " "], ("a",)),
        ("values", ["a", "b", "b", "c", ""], ("a", "b", "c")),
        ("values", [1, Decimal("1.50"), "1"], ("1", "1.50")),
        ("lower", ["A.Example", "a.example "], ("a.example",)),
        ("lower", ["ÉCOLE"], ("école",)),
        ("upper", ["fr-1"], ("FR-1",)),
        ("digits", ["+33 1 23", "33-123", "none"], ("33123",)),
        ("both", ["A1B2"], ("12",)),
    ],
)
def test_it_reads_what_was_filled_in(name: str, raw: Any, value: Value) -> None:
    found = read({name: raw})

    assert found == {name: Filled(value)}
    assert type(found[name].value) is type(value)


@pytest.mark.parametrize("name", FORM.criteria)
@pytest.mark.parametrize("raw", [None, ""])
def test_it_takes_null_and_an_empty_text_as_not_filled(name: str, raw: Any) -> None:
    assert read({name: raw}) == {}
    assert read({name: {"not": raw}}) == {}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("text", "  \t"),
        ("number", " "),
        ("numbers", {}),
        ("numbers", {"from": None, "to": None}),
        ("numbers", {"from": "", "to": " "}),
        ("dates", {"from": "", "to": ""}),
        ("one", []),
        ("many", []),
        ("values", []),
        ("values", ["", "  "]),
        ("digits", ["no digits"]),
    ],
)
def test_it_takes_what_holds_nothing_as_not_filled(name: str, raw: Any) -> None:
    assert read({name: raw}) == {}
    assert read({name: {"not": raw}}) == {}


@pytest.mark.parametrize(
    ("name", "raw", "pointer", "detail"),
    [
        ("text", 5, "", A_TEXT),
        ("text", True, "", A_TEXT),
        ("text", ["labs"], "", A_TEXT),
        ("text", {}, "", A_TEXT),
        ("text", {"from": "a"}, "", A_TEXT),
        ("text", "a\0b", "", NUL),
        ("text", "x" * 21, "", TOO_LONG),
        ("number", True, "", A_NUMBER),
        ("number", [5], "", A_NUMBER),
        ("number", {"from": 5}, "", A_NUMBER),
        ("number", "five", "", A_NUMBER_LIKE),
        ("number", "5,5", "", A_NUMBER_LIKE),
        ("number", "0x10", "", A_NUMBER_LIKE),
        ("number", "1_000", "", A_NUMBER_LIKE),
        ("number", "٣", "", A_NUMBER_LIKE),
        ("number", "NaN", "", A_NUMBER_LIKE),
        ("number", "Infinity", "", A_NUMBER_LIKE),
        ("number", float("nan"), "", A_NUMBER_LIKE),
        ("number", float("-inf"), "", A_NUMBER_LIKE),
        ("number", Decimal("NaN"), "", A_NUMBER_LIKE),
        ("number", "1e9999", "", A_NUMBER_LIKE),
        ("number", "9" * 101, "", A_NUMBER_LIKE),
        ("number", 10**200, "", A_NUMBER_LIKE),
        ("number", "5\0", "", A_NUMBER_LIKE),
        ("number", "5; DROP TABLE t", "", A_NUMBER_LIKE),
        ("numbers", 5, "", A_RANGE),
        ("numbers", [1, 2], "", A_RANGE),
        ("numbers", {"from": 1, "too": 2}, "", A_RANGE),
        ("numbers", {"from": "one"}, "/from", A_NUMBER_LIKE),
        ("numbers", {"to": [1]}, "/to", A_NUMBER),
        ("numbers", {"from": {"not": 1}}, "/from", A_NUMBER),
        ("numbers", {"from": 2, "to": 1}, "", ENDS_FIRST),
        ("numbers", {"from": "2.01", "to": 2}, "", ENDS_FIRST),
        ("date", 20260131, "", A_DATE),
        ("date", "31/01/2026", "", A_DATE),
        ("date", "2026-1-31", "", A_DATE),
        ("date", "2026-01-31T00:00:00", "", A_DATE),
        ("date", "2026-01-31\n", "", A_DATE),
        ("date", "٢٠٢٦-٠١-٣١", "", A_DATE),
        ("date", "today", "", A_DATE),
        ("date", "infinity", "", A_DATE),
        ("date", "2026-02-30", "", "There is no day 2026-02-30."),
        ("date", "0000-01-01", "", "There is no day 0000-01-01."),
        ("dates", "2026-01-31", "", A_RANGE),
        ("dates", {"to": "2026-13-01"}, "/to", "There is no day 2026-13-01."),
        ("dates", {"from": "2026-02-01", "to": "2026-01-31"}, "", ENDS_FIRST),
        ("dates", {"preset": "last_mnth"}, "", A_PRESET),
        ("dates", {"preset": ["today"]}, "", A_PRESET),
        ("dates", {"preset": "today", "to": "2026-01-31"}, "", A_PRESET),
        ("numbers", {"preset": "today"}, "", A_RANGE),
        ("boolean", "true", "", A_CHOICE),
        ("boolean", 1, "", A_CHOICE),
        ("boolean", 0, "", A_CHOICE),
        ("boolean", [True], "", A_CHOICE),
        ("one", [1, 2], "", "Only one option can be chosen."),
        ("one", [None], "", "This has no option for rows without a value."),
        ("many", ["a", None], "", "This has no option for rows without a value."),
        ("one", {"value": 1}, "", AN_OPTION),
        ("one", [[1]], "", AN_OPTION),
        ("one", "a\0", "", NUL),
        ("one", "x" * 21, "", TOO_LONG),
        ("many", [1, {"a": 2}], "", AN_OPTION),
        ("many", [1, 2, 3, 4], "", TOO_MANY),
        ("values", ["a", "b", "c", "d"], "", TOO_MANY),
        ("values", ["a", True], "", A_VALUE),
        ("values", ["a", None], "", A_VALUE),
        ("values", ["a", ["b"]], "", A_VALUE),
        ("values", {"list": {}}, "", A_LIST),
        ("values", {"list": "12"}, "", A_LIST),
        ("values", {"list": "12", "of": 1}, "", A_LIST),
        ("values", ["a\0"], "", NUL),
        ("values", ["x" * 21], "", TOO_LONG),
        ("values", 10**50, "", TOO_LONG),
    ],
)
def test_it_says_what_is_wrong_and_where(name: str, raw: Any, pointer: str, detail: str) -> None:
    assert faults({name: raw}) == [(f"/criteria/{name}{pointer}", detail)]
    assert faults({name: {"not": raw}}) == [
        (f"/criteria/{name}/not{pointer}" if pointer else f"/criteria/{name}", detail)
    ]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("text", "labs", "labs"),
        ("number", 5, 5),
        ("numbers", {"from": 1}, Range(1, None)),
        ("date", "2026-01-31", JANUARY),
        ("dates", {"to": "2026-01-31"}, Range(None, JANUARY)),
        ("boolean", False, False),
        ("one", 5, 5),
        ("many", [5], (5,)),
        ("values", ["a"], ("a",)),
    ],
)
def test_it_reads_a_criterion_that_was_turned_round(name: str, raw: Any, value: Value) -> None:
    assert read({name: {"not": raw}}) == {name: Filled(value, negated=True)}


@pytest.mark.parametrize("raw", [{"not": {"not": "x"}}, {"not": "x", "from": 1}, {"Not": "x"}])
def test_it_turns_nothing_round_twice_or_halfway(raw: Any) -> None:
    assert faults({"text": raw}) == [("/criteria/text", A_TEXT)]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("text", {"prefix": " x"}, MatchedText("x", "prefix")),
        ("text", {"exact": "x"}, MatchedText("x", "exact")),
        ("text", {"contains": "x"}, "x"),
        ("text", {"empty": True}, EMPTY),
        ("number", {"empty": True}, EMPTY),
        ("dates", {"empty": True}, EMPTY),
        ("many", {"empty": True}, EMPTY),
        ("values", {"empty": True}, EMPTY),
    ],
)
def test_it_reads_what_asks_otherwise_than_by_its_value(name: str, raw: Any, value: Value) -> None:
    assert read({name: raw}) == {name: Filled(value)}
    assert read({name: {"not": raw}}) == {name: Filled(value, negated=True)}


@pytest.mark.parametrize(
    ("name", "raw", "pointer", "detail"),
    [
        ("text", {"exact": 5}, "/exact", A_TEXT),
        ("text", {"prefix": "x" * 21}, "/prefix", TOO_LONG),
        ("text", {"prefix": {"exact": "x"}}, "/prefix", A_TEXT),
        ("text", {"prefix": "x", "exact": "y"}, "", A_TEXT),
        ("text", {"empty": False}, "/empty", "“empty” is true; for rows with a value, put “not” around it."),
        ("number", {"empty": None}, "/empty", "“empty” is true; for rows with a value, put “not” around it."),
        ("number", {"exact": 5}, "", "Number can't be asked for by “exact”, but by empty."),
        ("code", {"contains": "x"}, "", "Code can't be asked for by “contains”, but by exact, empty."),
        ("plain", {"empty": True}, "", "Plain can't be asked for by “empty”, but by contains."),
        ("bare", {"empty": True}, "", "Bare can't be asked for by “empty”."),
        ("own", {"prefix": "x"}, "", "Own can't be asked for by “prefix”."),
    ],
)
def test_it_says_how_a_criterion_may_be_asked(name: str, raw: Any, pointer: str, detail: str) -> None:
    assert faults({name: raw}, ASKED) == [(f"/criteria/{name}{pointer}", detail)]


@pytest.mark.parametrize("operator", ["contains", "prefix", "exact"])
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_an_operator_without_a_text_is_not_filled_in(operator: str, blank: Any) -> None:
    assert read({"text": {operator: blank}}) == {}
    assert read({"text": {"not": {operator: blank}}}) == {}


def test_it_refuses_to_turn_round_what_the_author_fixed() -> None:
    assert read({"fixed": "x"}) == {"fixed": Filled("x")}
    assert read({"fixed": {"not": ""}}) == {}
    assert faults({"fixed": {"not": "x"}}) == [("/criteria/fixed", "Fixed can't be turned round with “not”.")]


@pytest.mark.parametrize(
    ("name", "pointer", "detail"),
    [
        ("txt", "/criteria/txt", "This form has no criterion “txt”; did you mean `text`?"),
        ("", "/criteria/", "This form has no criterion “”"),
        ("a/b", "/criteria/a~1b", "This form has no criterion “a/b”"),
        ("a~b", "/criteria/a~0b", "This form has no criterion “a~b”"),
        ("dates_from", "/criteria/dates_from", "This form has no criterion “dates_from”; did you mean `dates`?"),
    ],
)
def test_it_refuses_a_criterion_that_the_form_does_not_have(name: str, pointer: str, detail: str) -> None:
    assert faults({name: None}) == [(pointer, detail)]


def test_it_tells_every_fault_at_once() -> None:
    assert faults({"number": "x", "date": "x", "zzz": 1, "text": "fine"}) == [
        ("/criteria/number", A_NUMBER_LIKE),
        ("/criteria/date", A_DATE),
        ("/criteria/zzz", "This form has no criterion “zzz”"),
    ]


REQUIRED = interface(
    """
    name: {type: text, column: a, required: true}
    name_of_owner: {type: number, column: a}
    size: {label: Company size, type: number, column: a, required: true}
    """
)


def test_it_misses_what_is_required() -> None:
    missing = [("/criteria/name", "Name is required."), ("/criteria/size", "Company size is required.")]

    assert faults({}, REQUIRED) == missing
    assert faults({"name": " ", "size": None}, REQUIRED) == missing
    assert read({"name": "a", "size": 0}, REQUIRED) == {"name": Filled("a"), "size": Filled(0)}


def test_it_does_not_miss_what_is_filled_wrongly() -> None:
    assert faults({"name": 5, "size": 1}, REQUIRED) == [("/criteria/name", A_TEXT)]


def test_it_misses_a_criterion_also_when_one_with_a_longer_name_is_wrong() -> None:
    assert faults({"name_of_owner": "x", "size": 1}, REQUIRED) == [
        ("/criteria/name_of_owner", A_NUMBER_LIKE),
        ("/criteria/name", "Name is required."),
    ]


def test_it_misses_a_criterion_when_none_is_filled_and_one_must_be() -> None:
    form = interface("a: {type: text, column: a}\nb: {type: number, column: b}", top="require_one: true")

    assert faults({}, form) == [("/criteria", "Fill in at least one criterion.")]
    assert faults({"a": "", "b": None}, form) == [("/criteria", "Fill in at least one criterion.")]
    assert faults({"b": "x"}, form) == [("/criteria/b", A_NUMBER_LIKE)]
    assert read({"a": {"not": "x"}}, form) == {"a": Filled("x", negated=True)}


def test_it_misses_nothing_where_an_option_list_is_asked_for() -> None:
    assert criteria.read_some(REQUIRED, {"size": 1}, LIMITS) == {"size": Filled(1)}
    with pytest.raises(CriteriaError):
        criteria.read_some(REQUIRED, {"size": "x"}, LIMITS)


def test_an_empty_form_is_searched_for_everything() -> None:
    assert read({}) == {}
    assert read({}, interface()) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=25),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["not", "from", "to", "list", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*FORM.criteria, "nothing"]) | st.text(max_size=5), JSON, max_size=4))
def test_it_raises_nothing_but_faults_whatever_json_it_is_given(given: dict[str, Any]) -> None:
    found: dict[str, Filled] = {}
    with suppress(CriteriaError):
        found = read(given)

    assert set(found) <= set(FORM.criteria)
    assert not any(filled.value in (None, (), "") for filled in found.values())
