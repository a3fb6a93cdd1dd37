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
from guichet.messages import QUOTED_CHARACTERS, shortened

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


class SignInError(errors.GuichetError):
    """No user and password, or wrong ones."""


class ScopeError(errors.GuichetError):
    """A token was used for what it is not good for."""


class TooManyAttemptsError(errors.GuichetError):
    """Too many wrong passwords; try again later."""

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, the last part of its type, its title, and when a retry makes sense.

    :param retry_after: seconds; None where a retry would not help.
    """

    status: int
    name: str
    title: str
    retry_after: int | None = None


TOO_MANY = (TooManyAttemptsError, errors.TooManyRequestsError)

KINDS: dict[type[errors.GuichetError], Kind] = {
    MalformedError: Kind(400, "malformed", "The request can't be read"),
    errors.CursorError: Kind(400, "cursor", "The cursor can't be gone on from"),
    SignInError: Kind(401, "sign-in", "Sign in first"),
    ForeignOriginError: Kind(403, "foreign-origin", "This page may not ask that"),
    ScopeError: Kind(403, "scope", "This token may not do that"),
    errors.NotFoundError: Kind(404, "not-found", "There is no such thing"),
    errors.NotAllowedError: Kind(403, "not-allowed", "You may not change this"),
    errors.WithheldError: Kind(403, "withheld", "You may not have this any more"),
    errors.RefusedError: Kind(409, "refused", "The database has a rule against this"),
    errors.ChangedError: Kind(412, "changed", "It was changed meanwhile"),
    errors.ConflictError: Kind(409, "conflict", "That is there already"),
    errors.StalledUploadError: Kind(408, "stalled", "The upload stopped"),
    errors.ListTooLargeError: Kind(413, "list-too-large", "The list is too large"),
    errors.TooManyListsError: Kind(409, "too-many-lists", "You keep too many lists"),
    errors.TooManyExtractsError: Kind(409, "too-many-extracts", "You have too many extracts under way"),
    errors.TooManySearchesError: Kind(409, "too-many-searches", "You keep too many searches"),
    errors.FileFaultError: Kind(422, "file", "The file can't be read"),
    errors.TooLargeError: Kind(413, "too-large", "The result is too large"),
    UnsupportedTypeError: Kind(415, "unsupported-type", "The body is of another type"),
    errors.InputError: Kind(400, "input", "What was entered is not right"),
    errors.CriteriaError: Kind(422, "criteria", "The criteria are not right"),
    TooManyAttemptsError: Kind(429, "too-many-attempts", "Too many wrong passwords"),
    errors.TooManyRequestsError: Kind(429, "too-many-requests", "Too many requests"),
    errors.QueryCancelledError: Kind(CLIENT_CLOSED_REQUEST, "cancelled", "The search was cancelled"),
    errors.InterfaceBrokenError: Kind(503, "interface-broken", "This interface is out of order"),
    errors.UnreadableTextError: Kind(503, "unreadable-text", "The database has a text that can't be read"),
    errors.CrowdedError: Kind(503, "crowded", "Others are first at the moment", retry_after=5),
    errors.SourceBusyError: Kind(503, "source-busy", "The database is busy", retry_after=2),
    errors.OvertakenError: Kind(503, "overtaken", "Others changed the same data", retry_after=1),
    errors.SourceUnavailableError: Kind(503, "source-unavailable", "The database can't be reached", retry_after=5),
    errors.TablesRefusedError: Kind(503, "no-tables", "The database takes no lists any more", retry_after=1),
    errors.AccountsError: Kind(503, "accounts", "The users can't be changed"),
    errors.DefinitionsError: Kind(503, "definitions", "The definitions of forms can't be read", retry_after=5),
    errors.PortalDatabaseError: Kind(503, "portal-database", "The portal's own database is down", retry_after=5),
    errors.MailServerError: Kind(503, "mail-server", "The mail can't be sent", retry_after=30),
    errors.QueryTimeoutError: Kind(504, "timeout", "The search takes too long"),
}

BODY_TOO_LARGE = Kind(413, "body-too-large", "The request is too large")
BUG = Kind(500, "bug", "Something went wrong here")
FAULT_OF_OURS = "This is a fault of the portal, not yours. Quote the id to whoever runs it."


def register(app: Flask) -> None:
    app.register_error_handler(errors.GuichetError, _guichet_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)


def kind_of(error: type[errors.GuichetError]) -> Kind:
    """Finds the kind of an error's class, or of the nearest of its bases."""
    return next((KINDS[base] for base in error.__mro__ if base in KINDS), BUG)


def problem(kind: Kind, detail: str, extra: Mapping[str, Any] | None = None) -> Response:
    """Makes the answer for one problem."""
    body = {
        "type": TYPE_PREFIX + kind.name,
        "title": kind.title,
        "status": kind.status,
        "detail": shortened(detail, MOST_CHARACTERS),
        "instance": shortened(request.path, QUOTED_CHARACTERS),
        "request_id": g.get("request_id", ""),
        "retryable": kind.retry_after is not None,
        **(extra or {}),
    }
    response = Response(orjson.dumps(body), kind.status, mimetype=MEDIA_TYPE)
    if kind.retry_after is not None:
        response.headers["Retry-After"] = str(kind.retry_after)
    return response


def _guichet_error(error: errors.GuichetError) -> Response:
    kind = kind_of(type(error))
    if kind is BUG:
        return _bug(error)
    response = problem(kind, _said(error), _extra(error))
    if isinstance(error, SignInError):
        response.headers["WWW-Authenticate"] = _challenge()
    if isinstance(error, TOO_MANY):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.InterfaceBrokenError):
        logger.warning("%s interface %s: %s", g.get("request_id"), error.interface_id, "; ".join(error.details))
    return response


def _challenge() -> str:
    """What the client could do: a program whose token is not good had better not be asked for a password."""
    by_token = request.authorization is not None and request.authorization.type == "bearer"
    return 'Bearer realm="Guichet", error="invalid_token"' if by_token else 'Basic realm="Guichet", charset="UTF-8"'


def _said(error: errors.GuichetError) -> str:
    if isinstance(error, errors.CriteriaError | errors.RefusedError):
        return "; ".join(fault["detail"] for fault in _faults(error))
    return messages.in_language(messages.of(error), context.language())


def _faults(error: errors.CriteriaError | errors.RefusedError) -> list[dict[str, str]]:
    language = context.language()
    return [
        {
            "pointer": shortened(fault.pointer, QUOTED_CHARACTERS),
            "detail": shortened(messages.in_language(fault.detail, language), MOST_CHARACTERS),
        }
        for fault in error.faults
    ]


def _extra(error: errors.GuichetError) -> dict[str, Any]:
    if isinstance(error, errors.CriteriaError | errors.RefusedError):
        return {"errors": _faults(error)}
    if isinstance(error, errors.InterfaceBrokenError) and context.is_author():
        return {"errors": [{"pointer": "", "detail": detail} for detail in _details(error)]}
    if isinstance(error, errors.FileFaultError) and error.line:
        return {"line": error.line}
    if isinstance(error, TOO_MANY):
        return {"retryable": True}
    return {}


def _details(error: errors.InterfaceBrokenError) -> Sequence[str]:
    """Say what is wrong at the author's own line, where it is the database that says so."""
    cause, interface = error.__cause__, context.portal().registry.current().get(error.interface_id)
    if not isinstance(cause, errors.QueryFailedError) or not isinstance(interface, Interface):
        return error.details
    return [str(context.located(interface, cause))]


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    title = HTTPStatus(status).phrase
    kind = BODY_TOO_LARGE if status == BODY_TOO_LARGE.status else Kind(status, _slug(title), title)
    response = problem(kind, error.description or title)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _slug(title: str) -> str:
    return title.lower().replace(" ", "-")


def _bug(error: Exception) -> Response:
    logger.exception("%s failed", g.get("request_id"), exc_info=error)
    return problem(BUG, messages.in_language(FAULT_OF_OURS, context.language()))
