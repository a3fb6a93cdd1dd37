"""Who is signed in, and where their mails go."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, g

from guichet import errors
from guichet.api import context, shapes
from guichet.api.operations import answer, operation, read_body
from guichet.sentences import say

blueprint = Blueprint("user", __name__)


@blueprint.get("/user")
@operation("Who I am", answers={200: shapes.UserAnswer})
def get_user() -> Response:
    """Returns the signed-in user, with the groups that decide which interfaces they see."""
    user = context.user()
    return answer(
        {
            "user": user.name,
            "groups": sorted(user.groups),
            "email": context.get_email(),
            "mails": context.portal().sends_mails,
            "archive_passwords": context.portal().settings.secret_key is not None,
            "author": context.is_author(),
            "administrator": context.is_administrator(),
            "scopes": sorted(g.scopes),
            "today": context.today().isoformat(),
            "time_zone": context.portal().settings.time_zone,
        }
    )


@blueprint.patch("/user")
@operation(
    "Change my address",
    answers={200: shapes.UserAnswer},
    body=shapes.UserChange,
    raises=(errors.PortalDatabaseError,),
    scope="account",
)
def change_user() -> Response:
    """Sets the address that the user's mails go to; null for the portal's own USER_EMAIL."""
    body = read_body(shapes.UserChange)
    if body.email is not None:
        _check_address(body.email)
    with context.get_portal_database().transaction() as transaction:
        transaction.fetch("profiles.set_email", user=context.user().name, email=body.email)
    return get_user()


def _check_address(address: str) -> None:
    name, _, domain = address.rpartition("@")
    if not name or not domain or re.search(r"[\s<>,;\x00-\x1f]", address) or not address.isprintable():
        raise errors.CriteriaError([errors.Fault("/email", "This must be an email address.")])
    allowed = context.email_domains()
    if context.domain_of(address) not in allowed:
        raise errors.CriteriaError([errors.Fault("/email", _allowed(allowed))])


def _allowed(domains: Sequence[str]) -> str:
    if not domains:
        return "Mails may go nowhere yet: an operator sets EMAIL_ALLOWED_DOMAINS."
    return say("Mails may go to these domains: {domains}.", domains=", ".join(domains))
