"""A number, which is compared in the type of its column."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Literal

from guichet.criteria_types import keys
from guichet.criteria_types.criterion_type import CriterionDefinition
from guichet.criteria_types.operands import InputLimits, Number, Value, ValueRefusedError, is_blank
from guichet.sql.dialect import Dialect

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class NumberCriterion(CriterionDefinition):
    """A number, compared in the column's own type."""

    sample: ClassVar[Value] = 1

    type: Literal["number"]
    ordered_as = "number"
    default: keys.Number = None

    def read(self, name: str, raw: Any, limits: InputLimits) -> Number | None:
        return read_number(raw)

    def fit(self, name: str, value: Value, ask_type: Callable[[str], str | None], dialect: Dialect) -> Value:
        return dialect.fit_number(value, ask_type(name)) if isinstance(value, int | Decimal) else value


def is_number(text: str) -> bool:
    """Tell whether a text is a number, as all databases read one: no blanks, no underscores, digits of ASCII."""
    return NUMBER.fullmatch(text) is not None


def read_number(raw: Any) -> Number | None:
    """Read a number, or the text of one.

    :raises ValueRefusedError: if it is none.
    """
    if is_blank(raw):
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        raise ValueRefusedError("This must be a number.")
    text = str(raw).strip()
    if len(text) > 100 or not is_number(text):
        raise ValueRefusedError("This must be a number such as 12 or -3.5.")
    try:
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else Decimal(text)
    except InvalidOperation as error:
        raise ValueRefusedError("This must be a number such as 12 or -3.5.") from error
