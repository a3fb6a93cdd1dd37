"""What can go wrong, as exceptions.

ClientError
├── UnreachableError     no answer: no such host, refused, timed out
├── BrokenOffError       an answer that ended before its end; what came is not the whole
├── ExtractError         an extract that ended without an archive
└── ProblemError         an answer that is a problem (RFC 9457)
    ├── SignInError          401, 403: sign in, or ask for the right
    ├── NotFoundError        404
    ├── ConflictError        409, 412
    ├── TooLargeError        413
    ├── CriteriaError        400, 415, 422: the request is not right; `faults` says where
    ├── BusyError            429, 503: retried as `Retry-After` says, in vain
    ├── SlowError            504: the query ran past its limit
    └── ServerError          500 and all others
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class ClientError(Exception):
    """The base of them all. The message is written for the person who reads it."""


class UnreachableError(ClientError):
    """There was no answer."""


class BrokenOffError(ClientError):
    """The connection was broken off before the end of the answer: what came is not the whole."""


class ExtractError(ClientError):
    """The extract ended without an archive: it failed, was cancelled, or has expired."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: where, as a JSON pointer, and what."""

    pointer: str
    detail: str


class ProblemError(ClientError):
    """The portal answered with a problem.

    :param kind: the end of the problem's type, such as `criteria`.
    :param request_id: by which the portal's log has it.
    """

    def __init__(
        self, status: int, kind: str, title: str, detail: str, request_id: str, faults: tuple[Fault, ...]
    ) -> None:
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.request_id = request_id
        self.faults = faults
        super().__init__(detail or title)


class SignInError(ProblemError):
    """Nobody is signed in, or the user may not do that."""


class NotFoundError(ProblemError):
    """There is no such thing for this user."""


class ConflictError(ProblemError):
    """It is there already, has ended, or has changed."""


class TooLargeError(ProblemError):
    """The result, or the request, is too large."""


class CriteriaError(ProblemError):
    """The request is not right."""


class BusyError(ProblemError):
    """The portal or a database is busy or down, and was so all the time that we waited."""


class SlowError(ProblemError):
    """The query ran past its limit."""


class ServerError(ProblemError):
    """The portal failed."""


BY_STATUS: Mapping[int, type[ProblemError]] = {
    400: CriteriaError,
    401: SignInError,
    403: SignInError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    413: TooLargeError,
    415: CriteriaError,
    422: CriteriaError,
    429: BusyError,
    503: BusyError,
    504: SlowError,
}


def build_error(status: int, media_type: str, body: bytes, request_id: str) -> ProblemError:
    """Make the exception of an answer; one that no portal wrote, but a proxy, is told by its status."""
    raised = BY_STATUS.get(status, ServerError)
    told: dict[str, Any] = {}
    if media_type.startswith("application/problem+json"):
        try:
            told = json.loads(body)
        except ValueError:
            told = {}
    faults = tuple(Fault(fault["pointer"], fault["detail"]) for fault in told.get("errors") or ())
    kind = str(told.get("type", "")).rpartition(":")[2]
    title = told.get("title") or f"The answer has the status {status}."
    return raised(status, kind, title, told.get("detail", ""), told.get("request_id") or request_id, faults)
