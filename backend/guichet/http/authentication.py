"""Sign-in by HTTP Basic or a token, and what keeps other sites' pages from using a password that the browser remembers.

Everything asks for it but the probes and CORS's own preflight questions.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from guichet import errors
from guichet.access.accounts import User
from guichet.access.scopes import EVERYTHING
from guichet.audit.entries import AuditEntry
from guichet.http import admission, auditing, context
from guichet.http.operations import find_scope
from guichet.http.problems import (
    AuthenticationError,
    ForeignOriginError,
    ScopeError,
    TooManyAttemptsError,
    UnsupportedTypeError,
)
from guichet.messages import say
from guichet.tokens.tokens import Grant

logger = logging.getLogger("guichet.sign_in")

NAME_NOTED = 100

OPEN_PATHS = ("/healthz", "/readyz", "/metrics")
# What another site's form could send; it can't send JSON, nor DELETE.
FILES_PATH = "/api/v1/value-lists"
WITH_BODY = ("POST", "PUT", "PATCH")


def register(app: Flask) -> None:
    """Ask everybody of this application who they are."""
    app.before_request(_sign_in)
    app.after_request(_count_until_closed)
    app.before_request(_refuse_foreign_pages)


def _sign_in() -> None:
    register = context.portal().account_register
    if register:
        register.observe()
    if request.path in OPEN_PATHS or request.method == "OPTIONS":
        return
    needed = find_scope(current_app.view_functions.get(request.endpoint or ""))
    if needed is None:
        return
    grant = _authenticate()
    g.user, g.scopes = grant.user, grant.scopes
    if request.path.startswith("/api/"):
        g.left = context.portal().quotas.enter(grant.user.name)
    if not context.may(needed):
        raise ScopeError(f"This token is not good for that: it lacks the scope “{needed}”.")


def _count_until_closed(response: Response) -> Response:
    """Have a request counted as running until its last byte is sent, or its client gone."""
    if "left" in g:
        admission.call_when_sent(response, g.left)
    return response


def _authenticate() -> Grant:
    credentials = request.authorization
    if credentials is not None and credentials.type == "bearer" and credentials.token:
        return _authenticate_token(credentials.token)
    if credentials is None or credentials.type != "basic" or not credentials.username:
        raise AuthenticationError("Sign in with your user name and password, or a token.")
    return Grant(authenticate_password(credentials.username, credentials.password or ""), EVERYTHING)


def is_administrator() -> bool:
    """Tell whether an administrator signed in on a call that needs no sign-in."""
    try:
        return (
            request.authorization is not None and context.portal().settings.admin_group in _authenticate().user.groups
        )
    except errors.GuichetError:
        return False


def _authenticate_token(token: str) -> Grant:
    grant = context.portal().tokens.verify(token)
    if grant is None:
        raise AuthenticationError("This token is not known, was revoked or has expired.")
    return grant


def authenticate_password(name: str, password: str) -> User:
    """Sign in by a password, unless there were too many wrong ones: then the right one is refused like any other.

    :raises SignInError: if it is wrong, or there is no such user.
    :raises TooManyAttemptsError: if it is too early for another try.
    """
    portal, address = context.portal(), request.remote_addr or ""
    _refuse_throttled(portal.attempts.wait_seconds(name, address))
    if portal.accounts.remembers(name, password) and (user := portal.accounts.sign_in(name, password)):
        return user
    _refuse_throttled(portal.attempts.begin(name, address))
    user = portal.accounts.sign_in(name, password)
    if user is None:
        _record_failure(name, address)
        raise AuthenticationError("The user name or the password is wrong.")
    portal.attempts.record_success(name, address)
    return user


def _refuse_throttled(wait: int) -> None:
    if wait:
        raise TooManyAttemptsError(say("Too many wrong passwords. Try again in {seconds} seconds.", seconds=wait), wait)


def _record_failure(name: str, address: str) -> None:
    """Write a wrong password into the log and the audit. So many are written as may be tried."""
    user = name[:NAME_NOTED].replace("\0", "\N{REPLACEMENT CHARACTER}")
    logger.warning("%s sign-in failed: %r from %s", g.request_id, user, address)
    details = {"what": "sign-in", "address": address, "request": g.request_id}
    auditing.queue_entry(AuditEntry(user, "refuse", "", {}, details=details))


def _refuse_foreign_pages() -> None:
    """Refuse what a page of another site sends, and bodies that a plain HTML form could send."""
    if not request.path.startswith("/api/") or request.method == "OPTIONS":
        return
    origin = request.headers.get("Origin")
    foreign = not _is_allowed(origin) if origin else request.headers.get("Sec-Fetch-Site") == "cross-site"
    if foreign and not _is_link_followed():
        raise ForeignOriginError(
            "The request comes from a page of another site. An operator can allow it by CORS_ALLOWED_ORIGIN."
        )
    # Its page is told by the headers above, which every browser sends with a file.
    takes_files = request.path == FILES_PATH and request.method == "POST"
    if request.method in WITH_BODY and request.url_rule and not request.is_json and not takes_files:
        raise UnsupportedTypeError("Send the body as application/json.")


def _is_link_followed() -> bool:
    """Whether a person goes to the address, by a link in a mail or on another site, which then sees nothing of it."""
    wanted = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    followed = all(request.headers.get(name) == value for name, value in wanted.items())
    return followed and request.method == "GET" and "Origin" not in request.headers


def _is_allowed(origin: str) -> bool:
    own = urlsplit(origin).netloc == request.host
    return own or origin in context.portal().settings.cors_allowed_origin
