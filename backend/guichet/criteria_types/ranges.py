"""What ranges have in common, whatever their ends are: either end may be open, and both are included."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from guichet.criteria_types.criterion_type import CriterionDefinition, Naming
from guichet.criteria_types.operands import InputLimits, Range, Value, ValueRefusedError
from guichet.sql.dialect import Dialect

ENDS = ("from", "to")


def refuse_reversed(low: Any, high: Any) -> None:
    """Refuse the ends of a `default` that stand in the wrong order."""
    if low is not None and high is not None and low > high:
        raise ValueError("ends before it begins")


class RangeCriterion(CriterionDefinition):
    """What has two ends, of which either may be left open."""

    parameter_ends: ClassVar[tuple[str, ...]] = ENDS

    @abstractmethod
    def read_end(self, raw: Any) -> Any:
        """Read one end; None where it is open.

        :raises ValueRefusedError: if it can't be one.
        """

    @abstractmethod
    def write_end(self, end: Any) -> Any:
        """Return one end as it is bound."""

    @abstractmethod
    def is_whole_day(self, end: Any) -> bool:
        """Tell whether the last end is a day, of which every moment is meant."""

    def get_bind_names(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}_{end}" for end in ENDS)

    def read(self, name: str, raw: Any, limits: InputLimits) -> Range | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, dict) or not set(raw) <= set(ENDS):
            raise ValueRefusedError("This must be a range with “from”, “to”, or both.")
        low, high = (self._read_named_end(end, raw) for end in ENDS)
        if low is None and high is None:
            return None
        if low is not None and high is not None and low > high:
            raise ValueRefusedError("The range ends before it begins.")
        return Range(low, high)

    def _read_named_end(self, end: str, raw: dict[str, Any]) -> Any:
        try:
            return self.read_end(raw.get(end))
        except ValueRefusedError as refused:
            raise ValueRefusedError(refused.detail, f"/{end}") from refused

    def describe(self, value: Value, naming: Naming) -> str:
        assert isinstance(value, Range)
        low, high = ("…" if end is None else end for end in (value.from_, value.to))
        return f"{low} – {high}"

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        assert isinstance(value, Range)
        low, high = self.get_bind_names(name)
        return {low: self.write_end(value.from_), high: self.write_end(value.to)}

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        assert isinstance(value, Range)
        low, high = self.get_bind_names(name)
        condition = dialect.lies_between(
            operand,
            None if value.from_ is None else low,
            None if value.to is None else high,
            whole_day=self.is_whole_day(value.to),
        )
        return dialect.negate(condition) if negated else condition
