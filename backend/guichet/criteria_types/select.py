"""One option of a list, or several. One of them may stand for rows that have no value."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from guichet.criteria_types import keys
from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.operands import (
    MISSING,
    Chosen,
    InputLimits,
    Missing,
    Scalar,
    Value,
    ValueRefusedError,
    check_count,
    check_text,
    list_values,
)
from guichet.criteria_types.option_lists import Choice, OptionsDefinition, OptionsOrChoices
from guichet.sql.dialect import Dialect
from guichet.sql.statement import scalar_text


class SelectCriterion(CriterionDefinition):
    """One option of a list, or several."""

    sample: ClassVar[Value] = ()  # where the list has no option
    parameter_ends: ClassVar[tuple[str, ...]] = ("", "is")

    type: Literal["select"]
    multiple: bool = Field(default=False, description="Whether several options may be chosen.")
    options: OptionsOrChoices
    default: Annotated[keys.Scalar | list[keys.Scalar] | None, BeforeValidator(keys.accept_choice)] = None

    @property
    def takes_several(self) -> bool:
        return self.multiple

    @property
    def option_list(self) -> OptionsDefinition | list[Choice]:
        return self.options

    def read(self, name: str, raw: Any, limits: InputLimits) -> Chosen | tuple[Chosen, ...] | None:
        """Read options. In a list "" is one as any other, and null is the one for rows without a value."""
        chosen = [
            self._read_missing() if option is None else _read_option(option, limits) for option in list_values(raw)
        ]
        values = check_count(tuple({(type(option), option): option for option in chosen}.values()), limits)
        if self.multiple:
            return values or None
        if len(values) > 1:
            raise ValueRefusedError("Only one option can be chosen.")
        return values[0] if values else None

    def _read_missing(self) -> Missing:
        if isinstance(self.options, list) or self.options.missing is None:
            raise ValueRefusedError("This has no option for rows without a value.")
        return MISSING

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        if isinstance(value, tuple):
            return {name: dialect.array(option for option in value if option is not MISSING)}
        return {name: scalar_text(value)}

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        if value is MISSING:
            return dialect.is_null(operand, negated=negated)
        if not self.multiple:
            return dialect.equals(operand, name, negated=negated)
        condition = dialect.is_any(operand, name, or_null=isinstance(value, tuple) and MISSING in value)
        return dialect.negate(condition) if negated else condition


def _read_option(raw: Any, limits: InputLimits) -> Scalar:
    if isinstance(raw, str):
        return check_text(raw, limits)
    if isinstance(raw, int | float | Decimal) and Decimal(raw).is_finite():
        return raw
    raise ValueRefusedError("An option is a text or a number.")
