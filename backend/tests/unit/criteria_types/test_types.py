"""Every type of criterion says all of itself, and nobody else asks which one it is."""

from __future__ import annotations

import ast
from datetime import date
from typing import Any

import pytest

from guichet import query_syntax
from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.operands import EMPTY, InputLimits, ValueRefusedError
from guichet.criteria_types.registry import CRITERION_TYPES, TYPES
from guichet.sql.postgresql.dialect import POSTGRESQL
from tests.unit.test_import_direction import MODULES

LIMITS = InputLimits(text=100, values=100, today=date(2026, 6, 15))

# What no type has as a value.
NOTHING_OF_THE_KIND: list[Any] = [{"a": 1}, {"from": {}}, {"list": 5}, [["a"]]]


def define(kind: type[CriterionDefinition]) -> CriterionDefinition:
    keys = {"type": kind.get_type_name(), "column": "c", "options": ["a", "b"]}
    return kind.model_validate({name: value for name, value in keys.items() if name in kind.model_fields})


@pytest.mark.parametrize("kind", TYPES, ids=CRITERION_TYPES)
def test_its_sample_is_bound_under_the_names_that_authors_bind(kind: type[CriterionDefinition]) -> None:
    bound = define(kind).bind("given", kind.sample, POSTGRESQL)

    assert {name for name in bound if ":" not in name} == set(define(kind).get_bind_names("given"))


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("kind", TYPES, ids=CRITERION_TYPES)
def test_its_condition_has_the_column_and_what_is_bound(kind: type[CriterionDefinition], negated: bool) -> None:
    definition = define(kind)
    condition = definition.build_condition("given", "c", kind.sample, POSTGRESQL, negated=negated)
    bound = definition.bind("given", kind.sample, POSTGRESQL)

    assert "c " in condition
    assert any(f"%({name})s" in condition for name in bound)


@pytest.mark.parametrize("kind", TYPES, ids=CRITERION_TYPES)
def test_it_may_be_asked_for_rows_without_a_value(kind: type[CriterionDefinition]) -> None:
    definition = define(kind)

    assert "empty" in definition.list_operators()
    assert definition.read_operator("empty", "given", True, LIMITS) is EMPTY
    assert EMPTY in definition.list_operator_samples()
    assert "IS NULL" in definition.build_empty_condition("c", POSTGRESQL, negated=False)


@pytest.mark.parametrize("kind", TYPES, ids=CRITERION_TYPES)
@pytest.mark.parametrize("blank", [None, ""])
def test_an_empty_field_is_not_filled_in(kind: type[CriterionDefinition], blank: Any) -> None:
    assert define(kind).read("given", blank, LIMITS) is None


@pytest.mark.parametrize("kind", TYPES, ids=CRITERION_TYPES)
@pytest.mark.parametrize("raw", NOTHING_OF_THE_KIND, ids=str)
def test_what_is_no_value_of_it_is_refused(kind: type[CriterionDefinition], raw: Any) -> None:
    with pytest.raises(ValueRefusedError):
        define(kind).read("given", raw, LIMITS)


@pytest.mark.parametrize("kind", TYPES, ids=CRITERION_TYPES)
def test_its_example_on_the_command_line_is_one_of_its_values(kind: type[CriterionDefinition]) -> None:
    definition, name = define(kind), kind.get_type_name()
    example = query_syntax.NOTATIONS[name].example
    parsed = query_syntax.parse_value(query_syntax.CriterionKind(name, definition.takes_several), [example])

    assert definition.read("given", parsed, LIMITS) is not None


# Of the names of types, those that no type of a column and no other key has, too.
OWN_NAMES = {"number_range", "date_range"}
# How criteria are written is known without the server; what a new definition begins with, its author may change; what
# tries a kind of database is a definition itself.
MAY_NAME_TYPES = {"guichet.query_syntax", "guichet.authoring.scaffold", "guichet.conformance.bench"}


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("guichet.criteria_types.")])
def test_nobody_asks_which_type_it_is(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    assert name in MAY_NAME_TYPES or said & OWN_NAMES == set()
