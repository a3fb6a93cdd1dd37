"""How a view declares what it takes and answers; the OpenAPI document is made from nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import orjson
from flask import Response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import ClientDisconnected

from guichet import errors
from guichet.access.scopes import Scope
from guichet.http import admission
from guichet.http.problems import MalformedError, UnsupportedTypeError

View = TypeVar("View", bound=Callable[..., Any])
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Query:
    """One parameter of the query string."""

    name: str
    schema: Mapping[str, Any]
    about: str


@dataclass(frozen=True)
class Operation:
    """What a view takes and answers.

    :param answers: by status: a shape, the media type of what is none, or several of them.
    :param raises: the errors that this view adds to those that any call may have.
    :param scope: what a sign-in must be good for; None where there need be none.
    """

    summary: str
    answers: Mapping[int, type[BaseModel] | str | tuple[str, ...] | None]
    body: type[BaseModel] | None = None
    query: tuple[Query, ...] = ()
    raises: tuple[type[errors.GuichetError], ...] = ()
    headers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    scope: Scope | None = "read"


def operation(summary: str, **declared: Any) -> Callable[[View], View]:
    """Attach an `Operation` to a view."""

    def attach(view: View) -> View:
        view.operation = Operation(summary, **declared)  # type: ignore[attr-defined]  # views carry their description
        return view

    return attach


def find_scope(view: Callable[..., Any] | None) -> Scope | None:
    """Return what a sign-in must be good for to call a view: to look, where it is not declared."""
    declared = getattr(view, "operation", None)
    return declared.scope if isinstance(declared, Operation) else "read"


def read_body(shape: type[Body], refusal: type[errors.CriteriaError] = errors.CriteriaError) -> Body:
    """Read the request's JSON body.

    :param refusal: what is raised for a wrong shape, where it is not a search.
    :raises UnsupportedTypeError: if it is not declared as JSON.
    :raises MalformedError: if it is not JSON.
    :raises StalledUploadError: if it doesn't come.
    :raises CriteriaError: if it has another shape; every fault with its pointer.
    """
    if not request.is_json:
        raise UnsupportedTypeError("Send the body as application/json.")
    admission.admit_large_body()
    try:
        text = request.get_data()
    except ClientDisconnected:  # or silent for too long
        raise errors.StalledUploadError("The request stopped before it was complete.") from None
    return build_shape(shape, parse_json(text), refusal)


def build_shape(shape: type[Body], parsed: Any, refusal: type[errors.CriteriaError] = errors.CriteriaError) -> Body:
    """Make a body of what was parsed, from JSON or from an address.

    :raises CriteriaError: or `refusal`, if it has another shape; every fault with its pointer.
    """
    try:
        return shape.model_validate(parsed, strict=True)
    except ValidationError as error:
        raise refusal([_convert_fault(detail) for detail in error.errors()]) from error


def parse_json(text: bytes) -> Any:
    """Read JSON without rounding any number: those with a fraction become decimals.

    :raises MalformedError: if it is not JSON, or has a text that is not Unicode.
    """
    try:
        parsed = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
        json.dumps(parsed, ensure_ascii=False, default=str).encode()  # fails for half of a surrogate pair
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"The body is not JSON: {error}") from error
    return parsed


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


FLAG = {"type": "string", "enum": ["0", "1", "false", "true"]}


def read_flag(name: str, *, default: bool = False) -> bool:
    """Read a parameter that is `1`/`true` or `0`/`false`.

    :raises MalformedError: for anything else.
    """
    value = request.args.get(name, "1" if default else "0")
    if value not in ("0", "1", "true", "false"):
        raise MalformedError(f"“{name}” must be 1 or 0.")
    return value in ("1", "true")


def read_limit(name: str, most: int) -> int:
    """Read a parameter that is a whole number of at least 1; absent or larger means `most`.

    :raises MalformedError: for anything else.
    """
    value = request.args.get(name, "")
    if not value:
        return most
    if not (value.isascii() and value.isdigit() and 0 < len(value) < 10 and int(value) > 0):
        raise MalformedError(f"“{name}” must be a whole number of at least 1.")
    return min(int(value), most)


def read_count(name: str) -> int | None:
    """Read a parameter that is a whole number; None where it is absent.

    :raises MalformedError: for anything else.
    """
    value = request.args.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise MalformedError(f"“{name}” must be a whole number.")
    return int(value)


def read_choice(name: str, choices: Sequence[str]) -> str | None:
    """Read a parameter that is one of some words; None where it is absent.

    :raises MalformedError: for anything else.
    """
    value = request.args.get(name)
    if value is not None and value not in choices:
        raise MalformedError(f"“{name}” must be one of {', '.join(choices)}.")
    return value


def build_answer(body: Any, status: int = 200) -> Response:
    """Make a JSON answer."""
    return Response(orjson.dumps(body), status, mimetype="application/json")


# What pydantic says in Python's words, in those of who reads the answer.
WORDS = {
    "extra_forbidden": "This is not known here.",
    "missing": "This is missing.",
    "string_type": "This must be a text.",
    "bool_type": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "too_long": "At most {max_length} can be given here.",
    "string_too_long": "This has more than {max_length} characters.",
}


def _convert_fault(detail: ErrorDetails) -> errors.Fault:
    pointer = "".join("/" + str(item).replace("~", "~0").replace("/", "~1") for item in detail["loc"])
    if detail["type"] in WORDS:
        return errors.Fault(pointer, WORDS[detail["type"]].format(**detail.get("ctx", {})))
    message = detail["msg"].removeprefix("Value error, ")
    return errors.Fault(pointer, f"{message[:1].upper()}{message[1:]}.")
