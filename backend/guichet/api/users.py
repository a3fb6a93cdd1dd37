"""Users of the portal: added by administrators, with passwords that they change themselves."""

from __future__ import annotations

from flask import Blueprint, Response

from guichet import errors
from guichet.access import htpasswd
from guichet.audit import accounts
from guichet.http import auditing, authentication, context
from guichet.http.operations import build_answer, operation, read_body
from guichet.http.problems import AuthenticationError
from guichet.http.schemas.users import AddedUser, NewUser, PasswordChange
from guichet.messages import say

blueprint = Blueprint("users", __name__)


@blueprint.post("/user")
@operation(
    "Add a user",
    answers={201: AddedUser},
    body=NewUser,
    raises=(
        errors.InputError,
        errors.NotAllowedError,
        errors.ConflictError,
        errors.AccountsError,
        errors.PortalDatabaseError,
    ),
    scope="account",
)
def add_user() -> Response:
    """Add a user to the file of users, for administrators: members of `ADMIN_GROUP`. Groups are the operator's."""
    body = read_body(NewUser, errors.InputError)
    if not context.is_administrator():
        group = context.portal().settings.admin_group
        raise errors.NotAllowedError(
            say("Users are added by administrators: the members of the group “{group}”.", group=group)
        )
    settings = context.portal().settings
    _raise_faults(
        _build_fault("/user", htpasswd.find_name_fault(body.user)),
        _build_fault("/password", _find_password_fault(body.password, body.user)),
    )
    if context.portal().portal_database and body.user not in htpasswd.list_names(settings.htpasswd_file):
        accounts.open_new(context.get_portal_database(), body.user)
    htpasswd.add(settings.htpasswd_file, body.user, body.password, settings.bcrypt_cost)
    auditing.audit_action("create", "", {}, what="user", name=body.user)
    return build_answer({"user": body.user}, 201)


@blueprint.post("/user/password")
@operation(
    "Change my password",
    answers={204: None},
    body=PasswordChange,
    raises=(errors.InputError, errors.NotFoundError, errors.AccountsError),
    scope="account",
)
def change_password() -> Response:
    """Change the password of who is signed in, who gives the present one once more.

    All their tokens stop working.
    """
    body = read_body(PasswordChange, errors.InputError)
    settings, name = context.portal().settings, context.user().name
    try:
        authentication.authenticate_password(name, body.current)
    except AuthenticationError:
        _raise_faults(_build_fault("/current", "This is not your present password."))
    _raise_faults(_build_fault("/password", _find_password_fault(body.password, name)))
    htpasswd.set_password(settings.htpasswd_file, name, body.password, settings.bcrypt_cost)
    auditing.audit_action("update", "", {}, what="password", name=name)
    return Response(status=204)


def _find_password_fault(password: str, name: str) -> str | None:
    return htpasswd.find_password_fault(password, name, context.portal().settings.password_length)


def _build_fault(pointer: str, detail: str | None) -> errors.Fault | None:
    return errors.Fault(pointer, detail) if detail else None


def _raise_faults(*faults: errors.Fault | None) -> None:
    """Raise all faults at once, where there are any.

    :raises InputError: with all of them.
    """
    present = [fault for fault in faults if fault]
    if present:
        raise errors.InputError(present)
