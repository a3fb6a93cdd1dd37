"""Tokens: one for a password, to sign in by for some hours; personal ones, made, listed and revoked."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from guichet import errors
from guichet.access.scopes import EVERYTHING
from guichet.audit import entries
from guichet.http import auditing, authentication, context
from guichet.http.operations import build_answer, operation, read_body
from guichet.http.schemas.tokens import MadeToken, NewToken, SignedToken, TokenList
from guichet.http.schemas.users import Credentials
from guichet.messages import say
from guichet.tokens import personal
from guichet.tokens.personal import TokenRequest

blueprint = Blueprint("tokens", __name__)


@blueprint.post("/authenticate")
@operation(
    "A token for a password",
    answers={200: SignedToken},
    body=Credentials,
    raises=(errors.InputError, errors.NotFoundError),
    scope=None,
)
def authenticate() -> Response:
    """Return a token to send as `Authorization: Bearer …` instead of the password, for `TOKEN_HOURS`.

    It may do what the password may. It stops working when the password is changed or the user is removed.
    """
    body = read_body(Credentials, errors.InputError)
    g.user, g.scopes = authentication.authenticate_password(body.user, body.password), EVERYTHING
    token, expires = context.portal().tokens.sign(g.user)
    auditing.audit_action("create", "", {}, what="signed token", expires=expires.isoformat())
    return build_answer({"token": token, "expires": expires.isoformat()})


@blueprint.get("/user/tokens")
@operation(
    "My personal tokens",
    answers={200: TokenList},
    raises=(errors.PortalDatabaseError, errors.NotFoundError),
    scope="account",
)
def list_tokens() -> Response:
    """List the user's personal tokens, the newest first: what they are good for, and when they were last used."""
    claim = context.portal().tokens.claim(context.user())
    with context.get_portal_database().transaction() as transaction:
        return build_answer(personal.list_tokens(transaction, claim))


@blueprint.post("/user/tokens")
@operation(
    "Make a personal token",
    answers={201: MadeToken},
    body=NewToken,
    raises=(errors.PortalDatabaseError, errors.NotFoundError, errors.InputError, errors.ConflictError),
    headers={201: ("Location",)},
    scope="account",
)
def create_token() -> Response:
    """Make a token and return it, this once. `read` is in each; tokens can't make tokens, nor change passwords."""
    body = read_body(NewToken, errors.InputError)
    most = context.portal().settings.personal_token_days
    if body.days > most:
        raise errors.InputError([errors.Fault("/days", say("A token is good for {most} days at most.", most=most))])
    claim = context.portal().tokens.claim(context.user())
    with context.get_portal_database().transaction() as transaction:
        token, made = personal.create(transaction, claim, TokenRequest(body.name, body.scopes, body.days))
        noted = auditing.build_entry("create", "", {}, what="token", name=body.name, scopes=made["scopes"])
        entries.record(transaction, noted)
    response = build_answer({"token": token, **made}, 201)
    response.headers["Location"] = url_for("tokens.revoke_token", token_id=made["id"])
    return response


@blueprint.delete("/user/tokens/<uuid:token_id>")
@operation(
    "Revoke a personal token",
    answers={204: None},
    raises=(errors.PortalDatabaseError, errors.NotFoundError),
    scope="account",
)
def revoke_token(token_id: str) -> Response:
    """Delete the token. Requests that carry it are refused within five seconds, most at once."""
    with context.get_portal_database().transaction() as transaction:
        name = personal.revoke(transaction, context.user().name, str(token_id))
        entries.record(transaction, auditing.build_entry("delete", "", {}, what="token", name=name))
    context.portal().tokens.forget()
    return Response(status=204)
