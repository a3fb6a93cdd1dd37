"""Who is signed in."""

from __future__ import annotations

from flask import Blueprint, Response

from guichet.api import context, shapes
from guichet.api.operations import answer, operation

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
            "email": context.portal().settings.user_email,
            "author": context.is_author(),
        }
    )
