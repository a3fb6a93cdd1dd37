"""Who is signed in, and where their mails go."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, Response, g

from guichet import addresses, errors
from guichet.addresses import EmailAddress
from guichet.api import auditing, context, shapes
from guichet.api.operations import answer, operation, read_body
from guichet.audit import entries
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
    email = None if body.email is None else str(_read_address(body.email))
    with context.get_portal_database().transaction() as transaction:
        before = transaction.find("profiles.of_user", user=context.user().name)
        transaction.fetch("profiles.set_email", user=context.user().name, email=email)
        known = before["email"] if before else None
        entries.record(transaction, auditing.entry("update", "", {}, what="address", before=known, after=email))
    return get_user()


def _read_address(text: str) -> EmailAddress:
    """:raises CriteriaError: if it is no address, or mails may not go there."""
    address, recipients = addresses.parse(text), context.portal().settings.recipients
    if address is None:
        raise errors.CriteriaError([errors.Fault("/email", "This must be an email address.")])
    if not recipients.may_get(str(address)):
        raise errors.CriteriaError([errors.Fault("/email", _allowed(recipients.domains))])
    return address


def _allowed(domains: Collection[str]) -> str:
    if not domains:
        return "Mails may go nowhere yet: an operator sets EMAIL_ALLOWED_DOMAINS."
    return say("Mails may go to these domains: {domains}.", domains=", ".join(domains))
