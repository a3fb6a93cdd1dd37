"""Yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.operands import InputLimits, Value, ValueRefusedError


class BooleanCriterion(CriterionDefinition):
    """True, false, or either when it is not filled."""

    sample: ClassVar[Value] = True

    type: Literal["boolean"]
    default: bool | None = None

    def read(self, name: str, raw: Any, limits: InputLimits) -> bool | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, bool):
            raise ValueRefusedError("This must be true or false.")
        return raw

    def read_parameters(self, texts: Sequence[str]) -> Any:
        return {"true": True, "false": False}.get(texts[-1], texts[-1])
