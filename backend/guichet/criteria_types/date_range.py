"""A range of days, or the name of one such as `last_month`; its last day is meant as a whole."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from guichet.criteria_types.date import read_day, write_day
from guichet.criteria_types.keys import DefinitionPart
from guichet.criteria_types.operands import InputLimits, Range, Value, ValueRefusedError
from guichet.criteria_types.presets import PRESETS, Preset
from guichet.criteria_types.ranges import RangeCriterion, refuse_reversed
from guichet.messages import say


class DateSpan(DefinitionPart):
    """A default of two days, or of a period by its name."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    preset: Preset | None = Field(default=None, description="A named range such as last_30_days, instead of both ends.")

    @model_validator(mode="after")
    def _is_ordered(self) -> DateSpan:
        if self.preset and (self.from_ or self.to):
            raise ValueError("has a preset or its ends, not both")
        refuse_reversed(self.from_, self.to)
        return self


class DateRangeCriterion(RangeCriterion):
    """Days from one to another, both included; either may be left open."""

    sample: ClassVar[Value] = Range(date(2026, 1, 1), date(2026, 1, 31))
    default_part: ClassVar[type[DefinitionPart] | None] = DateSpan
    default_rule: ClassVar[str] = (
        "of a range has its ends: { from: 2026-01-01, to: 2026-01-31 }, or { preset: last_month }"
    )

    type: Literal["date_range"]
    ordered_as = "date"
    default: DateSpan | None = None

    def read(self, name: str, raw: Any, limits: InputLimits) -> Range | None:
        if not isinstance(raw, dict) or "preset" not in raw:
            return super().read(name, raw, limits)
        preset = raw["preset"]
        if set(raw) != {"preset"} or not isinstance(preset, str) or preset not in PRESETS:
            raise ValueRefusedError(say("A preset is one of {names}.", names=", ".join(PRESETS)))
        return Range(*PRESETS[preset](limits.today))

    def read_end(self, raw: Any) -> Any:
        return read_day(raw)

    def write_end(self, end: Any) -> Any:
        return write_day(end)

    def is_whole_day(self, end: Any) -> bool:
        return end is not None

    def serialize_default(self) -> Any:
        if self.default and self.default.preset:
            return {"preset": self.default.preset}
        return self.default and self.default.model_dump(mode="json", by_alias=True, exclude={"preset"})
