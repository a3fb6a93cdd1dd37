"""A text, which is found as it is, at the beginning, or anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.operands import InputLimits, Value, ValueRefusedError, check_text, is_blank
from guichet.sql.dialect import Dialect


class TextCriterion(CriterionDefinition):
    """A text that a column contains, begins with, or is."""

    sample: ClassVar[Value] = "x"
    sample_may_misfit: ClassVar[bool] = True

    type: Literal["text"]
    match: Literal["exact", "prefix", "contains"] = Field(
        default="contains",
        description="How the text is compared; % and _ are taken literally, case only by exact.",
    )
    ignore_accents: bool = Field(
        default=False, description="Whether `chateau` finds `Château`, too; by prefix and contains, in UTF8 databases."
    )
    default: str | None = None

    @property
    def is_pattern(self) -> bool:
        return self.match != "exact" and self.column is not None

    @property
    def is_exact_text(self) -> bool:
        return not self.is_pattern

    @property
    def ignores_accents(self) -> bool:
        return self.ignore_accents

    def find_contradictions(self) -> Iterator[tuple[str, str]]:
        if self.ignore_accents and self.column is None:
            yield "ignore_accents", "`ignore_accents` needs `column`: SQL of your own compares as it says"
        elif self.ignore_accents and self.match == "exact":
            yield "ignore_accents", "`ignore_accents` goes with `match: contains` and `prefix`: exact means exact"

    def read(self, name: str, raw: Any, limits: InputLimits) -> str | None:
        if is_blank(raw):
            return None
        if not isinstance(raw, str):
            raise ValueRefusedError("This must be a text.")
        return check_text(raw.strip(), limits)

    def serialize_keys(self) -> Mapping[str, Any]:
        return {"match": self.match}

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        """Bind the text itself, and its pattern beside it."""
        if not self.is_pattern:
            return {name: value}
        pattern = dialect.pattern(str(value), prefix=self.match == "prefix", ignore_accents=self.ignore_accents)
        return {name: value, _name_pattern(name): pattern}

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        if not self.is_pattern:
            return dialect.equals(operand, name, negated=negated)
        condition = dialect.matches(operand, _name_pattern(name), ignore_accents=self.ignore_accents)
        return dialect.negate(condition) if negated else condition


def _name_pattern(name: str) -> str:
    return f"{name}:pattern"
