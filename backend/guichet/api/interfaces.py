"""The interfaces that a user may see, and the form of each."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from guichet import errors
from guichet.http import context, serializers
from guichet.http.operations import build_answer, operation
from guichet.http.schemas.interfaces import Form, InterfaceList

blueprint = Blueprint("interfaces", __name__)


@blueprint.get("/interfaces")
@operation("The interfaces that the user may see", answers={200: InterfaceList})
def list_interfaces() -> Response:
    """List interfaces as the portal folder has them at this moment, by group and title."""
    interfaces = [
        serializers.serialize_interface(context.mark_broken(interface), context.get_language())
        for interface in context.list_visible_interfaces()
    ]
    return build_answer(sorted(interfaces, key=lambda shown: (not shown["available"], shown["group"], shown["title"])))


@blueprint.get("/interfaces/<interface_id>")
@operation(
    "The form of an interface",
    answers={200: Form},
    raises=(errors.NotFoundError, errors.InterfaceBrokenError, errors.SourceUnavailableError),
)
def get_interface(interface_id: str) -> Response:
    """Return its criteria, where their options are, and the columns of its result."""
    interface = context.get_interface(interface_id)
    columns = context.get_columns_if_known(interface)

    def options_url(criterion: str) -> str:
        return url_for("options.list_options", interface_id=interface_id, criterion=criterion)

    return build_answer(
        serializers.serialize_form(
            interface,
            columns,
            context.get_language(),
            options_url,
            context.get_record_rights(interface),
            context.get_source(interface).capabilities.absent,
        )
    )
