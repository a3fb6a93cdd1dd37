"""Every error as `application/problem+json` (RFC 9457): the one place where statuses are chosen.

A 500 is a bug: the log has the traceback under the request's id, the answer has only the id.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from guichet import errors, messages
from guichet.http import context
from guichet.interfaces.interface import Interface
from guichet.messages import QUOTED_CHARACTERS, shorten

# An answer is no longer for what was sent: all of its sentences together.
MOST_CHARACTERS = 5000

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:guichet:problem:"

# nginx's status for a client that went away; nobody reads the answer, and no log calls it an error.
CLIENT_CLOSED_REQUEST = 499


class MalformedError(errors.GuichetError):
    """The body or the query string can't be read at all."""


class UnsupportedTypeError(errors.GuichetError):
    """The body is not of the media type that the call takes."""


class ForeignOriginError(errors.GuichetError):
    """Another site's page tried to use the browser's remembered password."""


class AuthenticationError(errors.GuichetError):
    """No user and password, or wrong ones."""


class ScopeError(errors.GuichetError):
    """A token was used for what it is not good for."""


class TooManyAttemptsError(errors.GuichetError):
    """Too many wrong passwords; try again later."""

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: its status, the last part of its type, its title, and when a retry makes sense.

    :param retry_after: seconds; None where a retry would not help.
    """

    status: int
    name: str
    title: str
    retry_after: int | None = None


TOO_MANY = (TooManyAttemptsError, errors.TooManyRequestsError)

KINDS: dict[type[errors.GuichetError], ProblemKind] = {
    MalformedError: ProblemKind(400, "malformed", "The request can't be read"),
    errors.CursorError: ProblemKind(400, "cursor", "The cursor can't be gone on from"),
    AuthenticationError: ProblemKind(401, "sign-in", "Sign in first"),
    ForeignOriginError: ProblemKind(403, "foreign-origin", "This page may not ask that"),
    ScopeError: ProblemKind(403, "scope", "This token may not do that"),
    errors.NotFoundError: ProblemKind(404, "not-found", "There is no such thing"),
    errors.NotAllowedError: ProblemKind(403, "not-allowed", "You may not change this"),
    errors.WithheldError: ProblemKind(403, "withheld", "You may not have this any more"),
    errors.RefusedError: ProblemKind(409, "refused", "The database has a rule against this"),
    errors.ChangedError: ProblemKind(412, "changed", "It was changed meanwhile"),
    errors.ConflictError: ProblemKind(409, "conflict", "That is there already"),
    errors.StalledUploadError: ProblemKind(408, "stalled", "The upload stopped"),
    errors.ListTooLargeError: ProblemKind(413, "list-too-large", "The list is too large"),
    errors.TooManyListsError: ProblemKind(409, "too-many-lists", "You keep too many lists"),
    errors.TooManyExtractsError: ProblemKind(409, "too-many-extracts", "You have too many extracts under way"),
    errors.TooManySearchesError: ProblemKind(409, "too-many-searches", "You keep too many searches"),
    errors.FileFaultError: ProblemKind(422, "file", "The file can't be read"),
    errors.TooLargeError: ProblemKind(413, "too-large", "The result is too large"),
    UnsupportedTypeError: ProblemKind(415, "unsupported-type", "The body is of another type"),
    errors.InputError: ProblemKind(400, "input", "What was entered is not right"),
    errors.CriteriaError: ProblemKind(422, "criteria", "The criteria are not right"),
    TooManyAttemptsError: ProblemKind(429, "too-many-attempts", "Too many wrong passwords"),
    errors.TooManyRequestsError: ProblemKind(429, "too-many-requests", "Too many requests"),
    errors.QueryCancelledError: ProblemKind(CLIENT_CLOSED_REQUEST, "cancelled", "The search was cancelled"),
    errors.InterfaceBrokenError: ProblemKind(503, "interface-broken", "This form is out of order"),
    errors.UnreadableTextError: ProblemKind(503, "unreadable-text", "The database has a text that can't be read"),
    errors.CrowdedError: ProblemKind(503, "crowded", "Others are first at the moment", retry_after=5),
    errors.SourceBusyError: ProblemKind(503, "source-busy", "The database is busy", retry_after=2),
    errors.OvertakenError: ProblemKind(503, "overtaken", "Others changed the same data", retry_after=1),
    errors.SourceUnavailableError: ProblemKind(
        503, "source-unavailable", "The database can't be reached", retry_after=5
    ),
    errors.TablesRefusedError: ProblemKind(503, "no-tables", "The database takes no lists any more", retry_after=1),
    errors.AccountsError: ProblemKind(503, "accounts", "The users can't be changed"),
    errors.DefinitionsError: ProblemKind(503, "definitions", "The definitions of forms can't be read", retry_after=5),
    errors.PortalDatabaseError: ProblemKind(503, "portal-database", "The portal's own database is down", retry_after=5),
    errors.MailServerError: ProblemKind(503, "mail-server", "The mail can't be sent", retry_after=30),
    errors.QueryTimeoutError: ProblemKind(504, "timeout", "The search takes too long"),
}

BODY_TOO_LARGE = ProblemKind(413, "body-too-large", "The request is too large")
BUG = ProblemKind(500, "bug", "Something went wrong here")
FAULT_OF_OURS = "This is a fault of the portal, not yours. Quote the id to whoever runs it."


def register(app: Flask) -> None:
    """Answer this application's errors as problem documents."""
    app.register_error_handler(errors.GuichetError, _handle_guichet_error)
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(Exception, _handle_bug)


def find_kind(error: type[errors.GuichetError]) -> ProblemKind:
    """Find the kind of an error's class, or of the nearest of its bases."""
    return next((KINDS[base] for base in error.__mro__ if base in KINDS), BUG)


def build_problem(kind: ProblemKind, detail: str, extra: Mapping[str, Any] | None = None) -> Response:
    """Make the answer for one problem."""
    body = {
        "type": TYPE_PREFIX + kind.name,
        "title": kind.title,
        "status": kind.status,
        "detail": shorten(detail, MOST_CHARACTERS),
        "instance": shorten(request.path, QUOTED_CHARACTERS),
        "request_id": g.get("request_id", ""),
        "retryable": kind.retry_after is not None,
        **(extra or {}),
    }
    response = Response(orjson.dumps(body), kind.status, mimetype=MEDIA_TYPE)
    if kind.retry_after is not None:
        response.headers["Retry-After"] = str(kind.retry_after)
    return response


def _handle_guichet_error(error: errors.GuichetError) -> Response:
    kind = find_kind(type(error))
    if kind is BUG:
        return _handle_bug(error)
    response = build_problem(kind, _format_detail(error), _build_extra_members(error))
    if isinstance(error, AuthenticationError):
        response.headers["WWW-Authenticate"] = _build_challenge()
    if isinstance(error, TOO_MANY):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.InterfaceBrokenError):
        logger.warning("%s interface %s: %s", g.get("request_id"), error.interface_id, "; ".join(error.details))
    return response


def _build_challenge() -> str:
    """Say what the client could do: a program whose token is not good had better not be asked for a password."""
    by_token = request.authorization is not None and request.authorization.type == "bearer"
    return 'Bearer realm="Guichet", error="invalid_token"' if by_token else 'Basic realm="Guichet", charset="UTF-8"'


def _format_detail(error: errors.GuichetError) -> str:
    if isinstance(error, errors.CriteriaError | errors.RefusedError):
        return "; ".join(fault["detail"] for fault in _format_faults(error))
    return messages.translate(messages.get_sentence(error), context.get_language())


def _format_faults(error: errors.CriteriaError | errors.RefusedError) -> list[dict[str, str]]:
    language = context.get_language()
    return [
        {
            "pointer": shorten(fault.pointer, QUOTED_CHARACTERS),
            "detail": shorten(messages.translate(fault.detail, language), MOST_CHARACTERS),
        }
        for fault in error.faults
    ]


def _build_extra_members(error: errors.GuichetError) -> dict[str, Any]:
    if isinstance(error, errors.CriteriaError | errors.RefusedError):
        return {"errors": _format_faults(error)}
    if isinstance(error, errors.InterfaceBrokenError) and context.is_author():
        return {"errors": [{"pointer": "", "detail": detail} for detail in _find_details(error)]}
    if isinstance(error, errors.FileFaultError) and error.line:
        return {"line": error.line}
    if isinstance(error, TOO_MANY):
        return {"retryable": True}
    return {}


def _find_details(error: errors.InterfaceBrokenError) -> Sequence[str]:
    """Say what is wrong at the author's own line, where it is the database that says so."""
    cause, interface = error.__cause__, context.portal().registry.current().get(error.interface_id)
    if not isinstance(cause, errors.QueryFailedError) or not isinstance(interface, Interface):
        return error.details
    return [str(context.locate_sql_error(interface, cause))]


def _handle_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    title = HTTPStatus(status).phrase
    kind = BODY_TOO_LARGE if status == BODY_TOO_LARGE.status else ProblemKind(status, _build_slug(title), title)
    response = build_problem(kind, error.description or title)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _build_slug(title: str) -> str:
    return title.lower().replace(" ", "-")


def _handle_bug(error: Exception) -> Response:
    logger.exception("%s failed", g.get("request_id"), exc_info=error)
    return build_problem(BUG, messages.translate(FAULT_OF_OURS, context.get_language()))
