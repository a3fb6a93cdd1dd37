"""A range of numbers, which are compared in the type of their column."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from guichet.criteria_types.keys import DefinitionPart, Number
from guichet.criteria_types.number import read_number
from guichet.criteria_types.operands import Range, Value
from guichet.criteria_types.ranges import RangeCriterion, refuse_reversed
from guichet.sql.dialect import Dialect


class NumberSpan(DefinitionPart):
    """A default of two numbers."""

    from_: Number = Field(default=None, alias="from")
    to: Number = None

    @model_validator(mode="after")
    def _is_ordered(self) -> NumberSpan:
        refuse_reversed(self.from_, self.to)
        return self


class NumberRangeCriterion(RangeCriterion):
    """Numbers from one to another, both included; either may be left open."""

    sample: ClassVar[Value] = Range(1, 2)
    default_part: ClassVar[type[DefinitionPart] | None] = NumberSpan
    default_rule: ClassVar[str] = "of a range has its ends: { from: 5, to: 10 }"

    type: Literal["number_range"]
    ordered_as = "number"
    default: NumberSpan | None = None

    def read_end(self, raw: Any) -> Any:
        return read_number(raw)

    def write_end(self, end: Any) -> Any:
        return end

    def is_whole_day(self, end: Any) -> bool:
        return False

    def fit(self, name: str, value: Value, ask_type: Callable[[str], str | None], dialect: Dialect) -> Value:
        if not isinstance(value, Range):
            return value
        low, high = self.get_bind_names(name)
        return Range(
            _fit_end(value.from_, low, ask_type, dialect),
            _fit_end(value.to, high, ask_type, dialect),
        )


def _fit_end(end: Any, bind: str, ask_type: Callable[[str], str | None], dialect: Dialect) -> Any:
    return dialect.fit_number(end, ask_type(bind)) if isinstance(end, int | Decimal) else end
