"""Many values at once, pasted or as a list that is kept."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from guichet.criteria_types.criterion_type import CriterionDefinition, Naming
from guichet.criteria_types.keys import DefinitionPart, Sql, wrap_in_list
from guichet.criteria_types.operands import (
    InputLimits,
    ListRef,
    Scalar,
    Value,
    ValueRefusedError,
    check_count,
    check_text,
    list_values,
)
from guichet.sql.dialect import Dialect
from guichet.value_lists import trimming

Normalization = Literal["lower", "upper", "digits", "nfc", "nfd"]
NORMALIZATIONS: Mapping[Normalization, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "digits": lambda text: re.sub(r"\D", "", text, flags=re.ASCII),
    "nfc": partial(unicodedata.normalize, "NFC"),
    "nfd": partial(unicodedata.normalize, "NFD"),
}

# How criteria and columns of addresses are called, in the page's languages.
MAIL = re.compile(r"e[-_ ]?mail|(?<![a-z])mails?(?![a-z])|courriel|correo", re.I)


class FoundSql(DefinitionPart):
    """SQL that yields every value that could be found."""

    sql: Sql


def _build_found_sql(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict) and set(value) == {"sql"}:
        return FoundSql.model_validate(value)
    raise ValueError("must be a column of the result, or {sql: …}")


class ValuesCriterion(CriterionDefinition):
    """Pasted values, or a list that was uploaded, of which a column must have one."""

    sample: ClassVar[Value] = ()  # an empty list is one of every type
    sample_may_misfit: ClassVar[bool] = True
    takes_lists: ClassVar[bool] = True
    empty_is_blank: ClassVar[bool] = True
    parameter_ends: ClassVar[tuple[str, ...]] = ("", "list")

    type: Literal["values"]
    normalize: Annotated[
        list[Normalization], BeforeValidator(wrap_in_list, json_schema_input_type=Normalization | list[Normalization])
    ] = Field(default=[], description="What is done to each value after trimming it.")
    expects: Literal["email", "text"] | None = Field(
        default=None,
        description="What each value of a list must look like, beside what the column's type can read. Addresses may"
        " come with names, as mail programs copy them: with `email`, or where the criterion is called so.",
    )
    found_in: Annotated[str | FoundSql | None, BeforeValidator(_build_found_sql)] = Field(
        default=None,
        description="Where the values stand that were found: a column of the result, or SQL that yields them.",
    )
    default: list[str] | None = None

    @property
    def takes_several(self) -> bool:
        return True

    @property
    def found_column(self) -> str | None:
        return self.found_in if isinstance(self.found_in, str) else None

    def takes_addresses(self, name: str) -> bool:
        if self.expects is not None:
            return self.expects == "email"
        return bool(MAIL.search(" ".join((name, self.in_ or "", self.column or "", self.get_label(name)))))

    def list_queries(self) -> Mapping[tuple[str, ...], str]:
        return {("found_in", "sql"): self.found_in.sql} if isinstance(self.found_in, FoundSql) else {}

    def read(self, name: str, raw: Any, limits: InputLimits) -> ListRef | tuple[Scalar, ...] | None:
        if isinstance(raw, dict):
            return _read_list_ref(raw)
        texts: list[Scalar] = []
        for value in list_values(raw):
            if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
                raise ValueRefusedError("A value is a text or a number.")
            for text in self.split(name, value):
                texts.append(self.normalize_text(check_text(text, limits)))
        return check_count(tuple(dict.fromkeys(text for text in texts if text != "")), limits) or None

    def split(self, name: str, value: Any) -> Sequence[str]:
        """Return the values that one text of a list has: several, where addresses were copied from a mail program."""
        text = trimming.trim(str(value))
        return trimming.split_addresses(text) if self.takes_addresses(name) else [text]

    def normalize_text(self, text: str) -> str:
        """Bring a value into the form that the column has; it is always trimmed, and composed (NFC)."""
        text = trimming.trim(text)
        for step in self.normalize:
            text = NORMALIZATIONS[step](text)
        return text

    def serialize_keys(self) -> Mapping[str, Any]:
        return {"normalize": list(self.normalize)}

    def describe(self, value: Value, naming: Naming) -> str:
        return naming.name_list() if isinstance(value, ListRef) else super().describe(value, naming)

    def bind(self, name: str, value: Value, dialect: Dialect) -> dict[str, Any]:
        """Bind pasted values. Those of a list are bound from where they are kept."""
        assert isinstance(value, tuple)
        return {name: dialect.array(value)}

    def build_condition(self, name: str, operand: str, value: Value, dialect: Dialect, *, negated: bool) -> str:
        condition = dialect.is_any(operand, name, or_null=False)
        return dialect.negate(condition) if negated else condition


def _read_list_ref(raw: Mapping[str, Any]) -> ListRef:
    try:
        if set(raw) != {"list"} or not isinstance(raw["list"], str):
            raise ValueError
        return ListRef(str(uuid.UUID(raw["list"])))
    except ValueError as error:
        raise ValueRefusedError("This must be values, or a list of them as {“list”: its id}.") from error
