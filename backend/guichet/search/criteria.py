"""What a user filled in, checked against the interface and turned into typed values.

Pure: JSON values in, `Criteria` out, or every fault at once, each with its pointer. How a value is read, its type of
criterion says (`guichet.criteria_types`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from guichet.criteria_types.operands import InputLimits, Operator, Value, ValueRefusedError
from guichet.errors import CriteriaError, Fault
from guichet.interfaces import faults
from guichet.interfaces.interface import Criterion, Interface
from guichet.messages import say

# More than these are not looked for: whoever sends so many doesn't read them.
MOST_FAULTS = 50


@dataclass(frozen=True)
class Filled:
    """A criterion that the user filled, and whether they turned it round.

    :param absent: whether the value can't be in the source, so that no row has it.
    """

    value: Value
    negated: bool = False
    absent: bool = False


Criteria = Mapping[str, Filled]


def read(interface: Interface, raw_criteria: Mapping[str, Any], limits: InputLimits) -> Criteria:
    """Read the criteria of a search.

    :param raw_criteria: by name, in the shapes of the API; null, "", [] and a range without ends are not filled.
    :raises CriteriaError: with every fault, pointing into `{"criteria": …}`.
    """
    filled, found_faults = _read_given(interface, raw_criteria, limits)
    found_faults.extend(_find_missing(interface, filled, {fault.pointer for fault in found_faults}))
    if found_faults:
        raise CriteriaError(found_faults)
    return filled


def read_some(interface: Interface, raw_criteria: Mapping[str, Any], limits: InputLimits) -> Criteria:
    """Read criteria as `read` does, but misses none: those that an option list depends on.

    :raises CriteriaError: with every fault.
    """
    filled, found_faults = _read_given(interface, raw_criteria, limits)
    if found_faults:
        raise CriteriaError(found_faults)
    return filled


def _read_given(
    interface: Interface, raw_criteria: Mapping[str, Any], limits: InputLimits
) -> tuple[dict[str, Filled], list[Fault]]:
    found_faults: list[Fault] = []
    filled: dict[str, Filled] = {}
    for name, raw in raw_criteria.items():
        if len(found_faults) >= MOST_FAULTS:
            break
        criterion = interface.criteria.get(name)
        if criterion is None:
            near = faults.suggest_nearest(name, interface.criteria)
            found_faults.append(
                Fault(_build_pointer(name), say("This form has no criterion “{name}”{near}", name=name, near=near))
            )
            continue
        try:
            read_value = _read_filled(criterion, raw, limits)
        except ValueRefusedError as refused:
            found_faults.append(Fault(_build_pointer(name) + refused.pointer, refused.detail))
            continue
        if read_value is not None:
            filled[name] = read_value
    return filled, found_faults


def _build_pointer(name: str) -> str:
    return "/criteria/" + name.replace("~", "~0").replace("/", "~1")


def _find_missing(interface: Interface, filled: Criteria, faulty: set[str]) -> list[Fault]:
    missing = [
        Fault(_build_pointer(criterion.name), say("{label} is required.", label=criterion.label))
        for criterion in interface.criteria.values()
        if criterion.definition.required
        and criterion.name not in filled
        and not any(f"{pointer}/".startswith(f"{_build_pointer(criterion.name)}/") for pointer in faulty)
    ]
    if interface.definition.require_one and not filled and not missing and not faulty:
        missing.append(Fault("/criteria", "Fill in at least one criterion."))
    return missing


def _read_filled(criterion: Criterion, raw: Any, limits: InputLimits) -> Filled | None:
    negated = isinstance(raw, dict) and set(raw) == {"not"}
    try:
        value = _read_value(criterion, raw["not"] if negated else raw, limits)
    except ValueRefusedError as refused:
        pointer = f"/not{refused.pointer}" if negated and refused.pointer else refused.pointer
        raise ValueRefusedError(refused.detail, pointer) from refused
    if value is None:
        return None
    if negated and not criterion.negatable:
        raise ValueRefusedError(say("{label} can't be turned round with “not”.", label=criterion.label))
    return Filled(value, negated)


def _read_value(criterion: Criterion, raw: Any, limits: InputLimits) -> Value | None:
    operator = find_operator(raw)
    if operator is None:
        return criterion.definition.read(criterion.name, raw, limits)
    if operator not in criterion.operators:
        raise ValueRefusedError(_refuse_operator(criterion, operator))
    try:
        return criterion.definition.read_operator(operator, criterion.name, raw[operator], limits)
    except ValueRefusedError as refused:
        raise ValueRefusedError(refused.detail, f"/{operator}{refused.pointer}") from refused


def find_operator(raw: Any) -> Operator | None:
    """Return the operator of a JSON value that says how it asks, such as `{"contains": "labs"}`."""
    return next((way for way in get_args(Operator) if set(raw) == {way}), None) if isinstance(raw, dict) else None


def _refuse_operator(criterion: Criterion, operator: Operator) -> str:
    if not criterion.operators:
        return say("{label} can't be asked for by “{operator}”.", label=criterion.label, operator=operator)
    return say(
        "{label} can't be asked for by “{operator}”, but by {operators}.",
        label=criterion.label,
        operator=operator,
        operators=", ".join(criterion.operators),
    )
