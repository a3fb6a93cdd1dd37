"""Who is signed in, and where their mails go."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection
from datetime import UTC, datetime

from flask import Blueprint, Response, g

from guichet import __version__, email_address, errors, messages
from guichet.audit import entries
from guichet.email_address import EmailAddress
from guichet.http import auditing, context
from guichet.http.operations import build_answer, operation, read_body
from guichet.http.schemas.users import AddressConfirmation, UserAnswer, UserChange
from guichet.mail import address_confirmation, smtp
from guichet.mail.address_confirmation import AddressLetter, Kind
from guichet.messages import say
from guichet.portal_db.database import Transaction

logger = logging.getLogger(__name__)

blueprint = Blueprint("user", __name__)

# How long a new address may be confirmed, and how many may be asked for within an hour.
HOURS = 24
MOST_ASKED = 10
STALE = "This link is not good, or not any more. Set the address again."


@blueprint.get("/user")
@operation("Who I am", answers={200: UserAnswer})
def get_user() -> Response:
    """Return the signed-in user, with the groups that decide which interfaces they see."""
    user = context.user()
    return build_answer(
        {
            "user": user.name,
            "groups": sorted(user.groups),
            "email": context.get_email(),
            "email_pending": context.get_pending_email(),
            "mails": context.portal().sends_mails,
            "archive_passwords": context.portal().settings.secret_key is not None,
            "author": context.is_author(),
            "administrator": context.is_administrator(),
            "scopes": sorted(g.scopes),
            "today": context.get_today().isoformat(),
            "time_zone": context.portal().settings.time_zone,
            "version": __version__,
        }
    )


@blueprint.patch("/user")
@operation(
    "Change my address",
    answers={200: UserAnswer},
    body=UserChange,
    raises=(errors.PortalDatabaseError, errors.MailServerError),
    scope="account",
)
def change_user() -> Response:
    """Set the address that the user's mails go to; null for the portal's own USER_EMAIL.

    A new address gets a mail by which it is confirmed, and is used from then on; until then it is `email_pending`. The
    one before is told by a mail of its own.
    """
    body = read_body(UserChange)
    if body.email is None:
        _remove_address()
    else:
        _request_confirmation(_read_address(body.email))
    return get_user()


@blueprint.post("/user/email")
@operation(
    "Confirm my address",
    answers={200: UserAnswer},
    body=AddressConfirmation,
    raises=(errors.InputError, errors.PortalDatabaseError),
    scope="account",
)
def confirm_address() -> Response:
    """Have mails go to the address that was asked for, by the token of the mail that it got."""
    body = read_body(AddressConfirmation, errors.InputError)
    mine = {"user": context.user().name}
    with context.get_portal_database().transaction() as transaction:
        profile = transaction.find("profiles.pending", **mine, hash=_hash_token(body.token))
        if profile is None or not context.portal().settings.recipients.may_get(profile["pending_email"]):
            raise errors.InputError([errors.Fault("/token", STALE)])
        transaction.fetch("profiles.confirm_email", **mine)
        _audit_change(transaction, profile["email"], profile["pending_email"])
    return get_user()


def _remove_address() -> None:
    mine = {"user": context.user().name}
    with context.get_portal_database().transaction() as transaction:
        profile = transaction.find("profiles.of_user", **mine)
        transaction.fetch("profiles.forget_email", **mine)
        if profile and profile["email"]:
            _audit_change(transaction, profile["email"], None)
    if profile and profile["email"]:
        _notify_former_address(profile["email"], "removed", None)


def _request_confirmation(address: EmailAddress) -> None:
    """Ask who reads the mails of an address to confirm it, and tell the one before.

    :raises TooManyRequestsError: if that was asked very often.
    :raises MailServerError: if the mail can't be sent; nothing is changed then.
    """
    database, before = context.get_portal_database(), context.get_email()
    token = secrets.token_urlsafe(32)
    mine = {"user": context.user().name, "hash": _hash_token(token)}
    with database.transaction() as transaction:
        asked = transaction.find("profiles.ask_for_email", **mine, email=str(address), hours=HOURS, most=MOST_ASKED)
        if asked is None:
            raise errors.TooManyRequestsError("You changed your address very often. Try again in an hour.", 3600)
        _audit_change(transaction, before, str(address), what="address asked for")
    try:
        _send_address_mail("confirm", address, token=token)
    except errors.MailServerError:
        with database.transaction() as transaction:
            transaction.fetch("profiles.withdraw_email", **mine)
        raise
    if before and before != str(address):
        _notify_former_address(before, "changing", address)


def _notify_former_address(before: str, kind: Kind, address: EmailAddress | None) -> None:
    """Tell the address before of what becomes of it. That it can't be told keeps nobody from leaving it."""
    recipient = email_address.parse_address(before)
    if recipient is None or context.portal().mail_server is None:
        return
    try:
        _send_address_mail(kind, recipient, address=address)
    except errors.MailServerError as error:
        logger.warning("%s the address before could not be told of its change: %s", g.request_id, error)


def _send_address_mail(
    kind: Kind, recipient: EmailAddress, token: str = "", address: EmailAddress | None = None
) -> None:
    """Send a mail about an address.

    :raises MailServerError: if it can't be sent.
    """
    portal = context.portal()
    if portal.mail_server is None or portal.mail_sender is None:
        raise errors.MailServerError("This portal sends no mails, so no address can be confirmed.")
    letter = AddressLetter(
        kind=kind,
        language=context.get_language(),
        sender=portal.mail_sender,
        recipient=recipient,
        user=context.user().name,
        public_url=portal.settings.public_url,
        now=datetime.now(UTC),
        hours=HOURS,
        token=token,
        address=address,
    )
    try:
        portal.mail_server.send(address_confirmation.compose(letter), recipient, lambda: None)
    except smtp.MailUnknownError as error:  # it may have arrived; if not, it can be asked for again
        logger.warning("%s nobody knows whether a mail about an address was sent: %s", g.request_id, error)
    except (smtp.MailRefusedError, smtp.MailLaterError) as error:
        raise errors.MailServerError(messages.get_sentence(error)) from error


def _audit_change(transaction: Transaction, before: str | None, after: str | None, what: str = "address") -> None:
    entries.record(transaction, auditing.build_entry("update", "", {}, what=what, before=before, after=after))


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _read_address(text: str) -> EmailAddress:
    """Read an address that mails shall go to.

    :raises CriteriaError: if it is no address, or mails may not go there.
    """
    address, recipients = email_address.parse_address(text), context.portal().settings.recipients
    if address is None:
        raise errors.CriteriaError([errors.Fault("/email", "This must be an email address.")])
    if not recipients.may_get(str(address)):
        raise errors.CriteriaError([errors.Fault("/email", _describe_allowed_domains(recipients.domains))])
    return address


def _describe_allowed_domains(domains: Collection[str]) -> str:
    if not domains:
        return "Mails may go nowhere yet: an operator sets EMAIL_ALLOWED_DOMAINS."
    return say("Mails may go to these domains: {domains}.", domains=", ".join(domains))
