"""What a user filled into a record's form, checked and turned into what is bound. Pure.

Everything is bound as text, which takes the type of the column that it goes to; NULL stays NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guichet import messages
from guichet.criteria_types.number import is_number
from guichet.errors import CriteriaError, Fault
from guichet.interfaces import faults
from guichet.messages import say
from guichet.records.fields import Field

Bound = Mapping[str, str | None]


class RefusedValueError(ValueError):
    """A value that can't be read; the message says why."""


def read(fields: Mapping[str, Field], raw_values: Mapping[str, Any], text_limit: int) -> Bound:
    """Read the values that are given. What is missing is not looked for: see `require`.

    :param raw_values: by name of the field, in the shapes of the API; null and "" are NULL.
    :raises CriteriaError: with every fault, pointing into `{"values": …}`.
    """
    bound: dict[str, str | None] = {}
    refused_fields: list[Fault] = []
    for name, raw in raw_values.items():
        if name not in fields:
            refused_fields.append(
                Fault(
                    pointer(name),
                    say("A record has no field “{name}”{near}", name=name, near=faults.suggest_nearest(name, fields)),
                )
            )
            continue
        try:
            bound[name] = read_value(fields[name], raw, text_limit)
        except RefusedValueError as refused:
            refused_fields.append(Fault(pointer(name), messages.get_sentence(refused)))
    if refused_fields:
        raise CriteriaError(refused_fields)
    return bound


def require(fields: Mapping[str, Field], bound: Bound) -> None:
    """Check that nothing is missing.

    :raises CriteriaError: naming every field that is required and NULL.
    """
    missing = [name for name, field in fields.items() if field.required and bound.get(name) is None]
    if missing:
        raise CriteriaError(
            [Fault(pointer(name), say("{label} is required.", label=fields[name].about.label)) for name in missing]
        )


def pointer(name: str) -> str:
    """Point to a field in the body of a request."""
    return "/values/" + name.replace("~", "~0").replace("/", "~1")


def read_value(field: Field, raw: Any, text_limit: int) -> str | None:
    """Read one value.

    :raises RefusedValueError: if it can't be one of this field.
    """
    if raw is None or raw == "":
        return None
    text = READERS[field.type](field, raw)
    if len(text) > text_limit:
        raise RefusedValueError(say("This is longer than {most} characters.", most=text_limit))
    if "\0" in text:
        raise RefusedValueError("This has a NUL character, which no database can hold.")
    return text


def _text(field: Field, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise RefusedValueError("This must be a text.")
    text = str(raw)
    if field.max_length is not None and len(text) > field.max_length:
        raise RefusedValueError(
            say("This has {count} characters; there is room for {most}.", count=len(text), most=field.max_length)
        )
    return text


def _number(field: Field, raw: Any) -> str:
    text = str(raw).strip()
    if isinstance(raw, bool) or not is_number(text):
        raise RefusedValueError("This must be a number such as 12 or -3.5.")
    if field.whole and not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise RefusedValueError("This must be a whole number.")
    return text


def _date(field: Field, raw: Any) -> str:
    try:
        if not isinstance(raw, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", raw, re.ASCII):
            raise ValueError(raw)
        return date.fromisoformat(raw).isoformat()
    except ValueError as error:
        raise RefusedValueError("This must be a date such as 2026-01-31.") from error


def _datetime(field: Field, raw: Any) -> str:
    try:
        if not isinstance(raw, str):
            raise ValueError(raw)
        return datetime.fromisoformat(raw).isoformat()
    except ValueError as error:
        raise RefusedValueError("This must be a date and time such as 2026-01-31T18:00.") from error


def _boolean(field: Field, raw: Any) -> str:
    if not isinstance(raw, bool):
        raise RefusedValueError("This must be true or false.")
    return "true" if raw else "false"


def _list(field: Field, raw: Any) -> str:
    if not isinstance(raw, list):
        raise RefusedValueError("This must be a list.")
    if any(isinstance(item, bool) or not isinstance(item, str | int | float | Decimal) for item in raw):
        raise RefusedValueError("This must be a list of texts.")
    return str(field.dialect.array(raw))


READERS: Mapping[str, Callable[[Field, Any], str]] = {
    "text": _text,
    "multiline": _text,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "boolean": _boolean,
    "select": _text,
    "list": _list,
}
