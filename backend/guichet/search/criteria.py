"""What a user filled in, checked against the interface and turned into typed values.

Pure: JSON values in, `Criteria` out, or every fault at once, each with its pointer.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from guichet.errors import CriteriaError, Fault
from guichet.interfaces import faults, model
from guichet.interfaces.interface import Criterion, Interface
from guichet.interfaces.presets import PRESETS
from guichet.messages import say
from guichet.value_lists import trimming

# More than these are not looked for: whoever sends so many doesn't read them.
MOST_FAULTS = 50

Scalar = str | int | float | Decimal | bool
Number = int | Decimal


@dataclass(frozen=True)
class Range:
    """Two ends, either of which may be open (None), but not both. A number as text has the type of its column."""

    from_: Number | date | str | None
    to: Number | date | str | None


@dataclass(frozen=True)
class ListRef:
    """A value list that is kept in the portal database. Whose it is, and whether there is one, is not known here."""

    id: str


class Missing(Enum):
    """The option of a select that stands for NULL: rows that have no value."""

    VALUE = None


MISSING = Missing.VALUE

Chosen = Scalar | Missing
Value = Scalar | date | Range | ListRef | Missing | tuple[Chosen, ...]


@dataclass(frozen=True)
class Filled:
    """A criterion that the user filled, and whether they turned it round.

    :param absent: whether the value can't be in the source, so that no row has it.
    """

    value: Value
    negated: bool = False
    absent: bool = False


Criteria = Mapping[str, Filled]


@dataclass(frozen=True)
class InputLimits:
    """How long a text may be, in characters, how many values one criterion may have, and which day is today."""

    text: int
    values: int
    today: date


Element = TypeVar("Element")


class RefusedError(ValueError):
    """A value that can't be read. `at` is the pointer below the criterion's own."""

    def __init__(self, detail: str, at: str = "") -> None:
        self.detail = detail
        self.at = at
        super().__init__(detail)


def read(interface: Interface, given: Mapping[str, Any], limits: InputLimits) -> Criteria:
    """Read the criteria of a search.

    :param given: by name, in the shapes of the API; null, "", [] and a range without ends are not filled.
    :raises CriteriaError: with every fault, pointing into `{"criteria": …}`.
    """
    filled, found = _read(interface, given, limits)
    found.extend(_missing(interface, filled, {fault.pointer for fault in found}))
    if found:
        raise CriteriaError(found)
    return filled


def read_some(interface: Interface, given: Mapping[str, Any], limits: InputLimits) -> Criteria:
    """Read criteria as `read` does, but misses none: those that an option list depends on.

    :raises CriteriaError: with every fault.
    """
    filled, found = _read(interface, given, limits)
    if found:
        raise CriteriaError(found)
    return filled


def _read(interface: Interface, given: Mapping[str, Any], limits: InputLimits) -> tuple[dict[str, Filled], list[Fault]]:
    found: list[Fault] = []
    filled: dict[str, Filled] = {}
    for name, raw in given.items():
        if len(found) >= MOST_FAULTS:
            break
        criterion = interface.criteria.get(name)
        if criterion is None:
            near = faults.suggest_nearest(name, interface.criteria)
            found.append(Fault(_pointer(name), say("This form has no criterion “{name}”{near}", name=name, near=near)))
            continue
        try:
            one = _filled(criterion, raw, limits)
        except RefusedError as refused:
            found.append(Fault(_pointer(name) + refused.at, refused.detail))
            continue
        if one is not None:
            filled[name] = one
    return filled, found


def _pointer(name: str) -> str:
    return "/criteria/" + name.replace("~", "~0").replace("/", "~1")


def _missing(interface: Interface, filled: Criteria, faulty: set[str]) -> list[Fault]:
    missing = [
        Fault(_pointer(criterion.name), say("{label} is required.", label=criterion.label))
        for criterion in interface.criteria.values()
        if criterion.definition.required
        and criterion.name not in filled
        and not any(f"{pointer}/".startswith(f"{_pointer(criterion.name)}/") for pointer in faulty)
    ]
    if interface.definition.require_one and not filled and not missing and not faulty:
        missing.append(Fault("/criteria", "Fill in at least one criterion."))
    return missing


def _filled(criterion: Criterion, raw: Any, limits: InputLimits) -> Filled | None:
    negated = isinstance(raw, dict) and set(raw) == {"not"}
    try:
        value = READERS[criterion.type](criterion, raw["not"] if negated else raw, limits)
    except RefusedError as refused:
        at = f"/not{refused.at}" if negated and refused.at else refused.at
        raise RefusedError(refused.detail, at) from refused
    if value is None:
        return None
    if negated and not criterion.negatable:
        raise RefusedError(say("{label} can't be turned round with “not”.", label=criterion.label))
    return Filled(value, negated)


def _text(criterion: Criterion, raw: Any, limits: InputLimits) -> str | None:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if not isinstance(raw, str):
        raise RefusedError("This must be a text.")
    return _checked_text(raw.strip(), limits)


def _checked_text(text: str, limits: InputLimits) -> str:
    if len(text) > limits.text:
        raise RefusedError(say("This is longer than {most} characters.", most=limits.text))
    if "\0" in text:
        raise RefusedError("This has a NUL character, which no database can compare with.")
    return text


def _number(criterion: Criterion, raw: Any, limits: InputLimits) -> Number | None:
    return _number_of(raw)


def _number_of(raw: Any) -> Number | None:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        raise RefusedError("This must be a number.")
    text = str(raw).strip()
    if len(text) > 100 or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII):
        raise RefusedError("This must be a number such as 12 or -3.5.")
    try:
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else Decimal(text)
    except InvalidOperation as error:
        raise RefusedError("This must be a number such as 12 or -3.5.") from error


def _date(criterion: Criterion, raw: Any, limits: InputLimits) -> date | None:
    return _date_of(raw)


def _date_of(raw: Any) -> date | None:
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", raw, re.ASCII):
        raise RefusedError("This must be a date such as 2026-01-31.")
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise RefusedError(say("There is no day {day}.", day=raw)) from error


def _range_of(
    end: Callable[[Any], Number | date | None],
) -> Callable[[Criterion, Any, InputLimits], Range | None]:
    def read_range(criterion: Criterion, raw: Any, limits: InputLimits) -> Range | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, dict) or not set(raw) <= {"from", "to"}:
            raise RefusedError("This must be a range with “from”, “to”, or both.")
        ends: dict[str, Number | date | None] = {}
        for name in ("from", "to"):
            try:
                ends[name] = end(raw.get(name))
            except RefusedError as refused:
                raise RefusedError(refused.detail, f"/{name}") from refused
        return _ordered(ends["from"], ends["to"])

    return read_range


_range_of_dates = _range_of(_date_of)


def _days(criterion: Criterion, raw: Any, limits: InputLimits) -> Range | None:
    """Read a range of days, or the name of one."""
    if not isinstance(raw, dict) or "preset" not in raw:
        return _range_of_dates(criterion, raw, limits)
    name = raw["preset"]
    if set(raw) != {"preset"} or not isinstance(name, str) or name not in PRESETS:
        raise RefusedError(say("A preset is one of {names}.", names=", ".join(PRESETS)))
    return Range(*PRESETS[name](limits.today))


def _ordered(low: Any, high: Any) -> Range | None:
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        raise RefusedError("The range ends before it begins.")
    return Range(low, high)


def _boolean(criterion: Criterion, raw: Any, limits: InputLimits) -> bool | None:
    if raw is None or raw == "":
        return None
    if not isinstance(raw, bool):
        raise RefusedError("This must be true or false.")
    return raw


def _select(criterion: Criterion, raw: Any, limits: InputLimits) -> Chosen | tuple[Chosen, ...] | None:
    """Read options. In a list "" is one as any other, and null is the one for rows without a value."""
    given = _listed(raw)
    chosen = [_missing_choice(criterion) if one is None else _choice(one, limits) for one in given]
    values = _counted(tuple({(type(one), one): one for one in chosen}.values()), limits)
    if criterion.multiple:
        return values or None
    if len(values) > 1:
        raise RefusedError("Only one option can be chosen.")
    return values[0] if values else None


def _missing_choice(criterion: Criterion) -> Missing:
    if criterion.options is None or criterion.options.missing is None:
        raise RefusedError("This has no option for rows without a value.")
    return MISSING


def _choice(raw: Any, limits: InputLimits) -> Scalar:
    if isinstance(raw, str):
        return _checked_text(raw, limits)
    if isinstance(raw, int | float | Decimal) and Decimal(raw).is_finite():
        return raw
    raise RefusedError("An option is a text or a number.")


def _values(criterion: Criterion, raw: Any, limits: InputLimits) -> ListRef | tuple[Scalar, ...] | None:
    if isinstance(raw, dict):
        return _list_ref(raw)
    definition = criterion.definition
    assert isinstance(definition, model.ValuesCriterion)
    texts: list[Scalar] = []
    for one in _listed(raw):
        if isinstance(one, bool) or not isinstance(one, str | int | float | Decimal):
            raise RefusedError("A value is a text or a number.")
        for text in spellings(criterion, one):
            texts.append(normalized(_checked_text(text, limits), definition.normalize))
    return _counted(tuple(dict.fromkeys(one for one in texts if one != "")), limits) or None


def _list_ref(raw: Mapping[str, Any]) -> ListRef:
    try:
        if set(raw) != {"list"} or not isinstance(raw["list"], str):
            raise ValueError
        return ListRef(str(uuid.UUID(raw["list"])))
    except ValueError as error:
        raise RefusedError("This must be values, or a list of them as {“list”: its id}.") from error


def _counted(values: tuple[Element, ...], limits: InputLimits) -> tuple[Element, ...]:
    if len(values) > limits.values:
        raise RefusedError(
            say("These are {count} values; at most {most} can be given here.", count=len(values), most=limits.values)
        )
    return values


def _listed(raw: Any) -> Sequence[Any]:
    if raw is None or raw == "":
        return ()
    return raw if isinstance(raw, list) else [raw]


NORMALIZATIONS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "digits": lambda text: re.sub(r"\D", "", text, flags=re.ASCII),
    "nfc": partial(unicodedata.normalize, "NFC"),
    "nfd": partial(unicodedata.normalize, "NFD"),
}


def spellings(criterion: Criterion, value: Any) -> Sequence[str]:
    """Return the values that one text of a list has: several, where addresses were copied from a mail program."""
    text = trimming.trim(str(value))
    return trimming.split_addresses(text) if criterion.takes_addresses else [text]


def normalized(text: str, steps: Sequence[str]) -> str:
    """Bring a value of a list into the form that the column has; it is always trimmed, and composed (NFC)."""
    text = trimming.trim(text)
    for step in steps:
        text = NORMALIZATIONS[step](text)
    return text


READERS: dict[str, Callable[[Criterion, Any, InputLimits], Value | None]] = {
    "text": _text,
    "number": _number,
    "number_range": _range_of(_number_of),
    "date": _date,
    "date_range": _days,
    "select": _select,
    "boolean": _boolean,
    "values": _values,
}
