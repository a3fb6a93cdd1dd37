"""A text, which is found as it is, at the beginning, or anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field

from guichet.criteria_types.criterion_type import CriterionDefinition, Naming
from guichet.criteria_types.operands import (
    InputLimits,
    Match,
    MatchedText,
    Operator,
    Value,
    ValueRefusedError,
    check_text,
    is_blank,
)
from guichet.sql.dialect import Dialect


class TextCriterion(CriterionDefinition):
    """A text that a column contains, begins with, or is."""

    sample: ClassVar[Value] = "x"
    sample_may_misfit: ClassVar[bool] = True
    empty_is_blank: ClassVar[bool] = True

    type: Literal["text"]
    match: Match = Field(
        default="contains",
        description="How the text is compared; % and _ are taken literally, case only by exact.",
    )
    ignore_accents: bool = Field(
        default=False, description="Whether `chateau` finds `Château`, too; by prefix and contains, in UTF8 databases."
    )
    default: str | None = None

    @property
    def is_pattern(self) -> bool:
        return self._is_pattern(self.match)

    @property
    def is_exact_text(self) -> bool:
        return not self.is_pattern

    @property
    def ignores_accents(self) -> bool:
        return self.ignore_accents

    def list_operators(self) -> tuple[Operator, ...]:
        """Return its own way and those that find less: one that finds more may be slow, without an index for it."""
        narrower = _list_narrower(self.match)
        allowed = (*narrower, "empty") if self.operators is None else self.operators
        return tuple(way for way in get_args(Operator) if way in allowed or way == self.match)

    def find_contradictions(self) -> Iterator[tuple[str, str]]:
        if self.ignore_accents and self.column is None:
            yield "ignore_accents", "`ignore_accents` needs `column`: SQL of your own compares as it says"
        elif self.ignore_accents and self.match == "exact":
            yield "ignore_accents", "`ignore_accents` goes with `match: contains` and `prefix`: exact means exact"
        for way in self.operators or ():
            if way != "empty" and way not in _list_narrower(self.match):
                remedy = f"write `match: {way}`, or leave it out"
                yield "operators", f"`{way}` finds more than `match: {self.match}`: {remedy}"

    def read(self, name: str, raw: Any, limits: InputLimits) -> str | None:
        if is_blank(raw):
            return None
        if not isinstance(raw, str):
            raise ValueRefusedError("This must be a text.")
        return check_text(raw.strip(), limits)

    def read_operator(self, operator: Operator, name: str, raw: Any, limits: InputLimits) -> Value | None:
        if operator == "empty":
            return super().read_operator(operator, name, raw, limits)
        text = self.read(name, raw, limits)
        return text if text is None or operator == self.match else MatchedText(text, operator)

    def list_operator_samples(self) -> list[Value]:
        ways = [way for way in self.list_operators() if way not in ("empty", self.match)]
        return [*super().list_operator_samples(), *(MatchedText("x", way) for way in ways if way != "empty")]

    def serialize_keys(self) -> Mapping[str, Any]:
        return {"match": self.match}

    def find_operator(self, value: Value) -> Operator | None:
        if isinstance(value, MatchedText):
            return value.match
        return super().find_operator(value) or (self.match if self.is_pattern else None)

    def describe(self, value: Value, naming: Naming) -> str:
        return super().describe(value.text if isinstance(value, MatchedText) else value, naming)

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        """Bind the text itself, and its pattern beside it."""
        text, match = self._split(value)
        if not self._is_pattern(match):
            return {name: text}
        pattern = dialect.pattern(text, prefix=match == "prefix", ignore_accents=self.ignore_accents)
        return {name: text, _name_pattern(name): pattern}

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        _, match = self._split(value)
        if not self._is_pattern(match):
            return dialect.equals(operand, name, negated=negated)
        condition = dialect.matches(operand, _name_pattern(name), ignore_accents=self.ignore_accents)
        return dialect.negate(condition) if negated else condition

    def _split(self, value: Value) -> tuple[str, Match]:
        return (value.text, value.match) if isinstance(value, MatchedText) else (str(value), self.match)

    def _is_pattern(self, match: Match) -> bool:
        return match != "exact" and self.column is not None


def _list_narrower(match: Match) -> Sequence[Match]:
    ways: tuple[Match, ...] = get_args(Match)
    return ways[: ways.index(match) + 1]


def _name_pattern(name: str) -> str:
    return f"{name}:pattern"
