"""A day, which finds every moment of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar, Literal

from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.operands import InputLimits, Value, ValueRefusedError
from guichet.messages import say
from guichet.sql.dialect import Dialect


class DateCriterion(CriterionDefinition):
    """A day, by the calendar of the portal."""

    sample: ClassVar[Value] = date(2026, 1, 31)

    type: Literal["date"]
    ordered_as = "date"
    default: date | None = None

    def read(self, name: str, raw: Any, limits: InputLimits) -> date | None:
        return read_day(raw)

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        return {name: write_day(value)}

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        condition = dialect.lies_between(operand, name, name, whole_day=True)
        return dialect.negate(condition) if negated else condition


def read_day(raw: Any) -> date | None:
    """Read a date as ISO 8601 writes it.

    :raises ValueRefusedError: if it is none.
    """
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", raw, re.ASCII):
        raise ValueRefusedError("This must be a date such as 2026-01-31.")
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise ValueRefusedError(say("There is no day {day}.", day=raw)) from error


def write_day(value: Any) -> Any:
    """Write a date as untyped text, so that a timestamp column reads it in the session's time zone."""
    return value.isoformat() if isinstance(value, date) else value
