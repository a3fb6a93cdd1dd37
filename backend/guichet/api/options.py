"""The option list of a select criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from guichet import errors, query_syntax
from guichet.http import client_disconnect, context, search_request
from guichet.http.operations import Query, build_answer, operation, read_limit
from guichet.http.problems import MalformedError
from guichet.http.schemas.interfaces import OptionsPage
from guichet.interfaces.interface import Criterion, Interface
from guichet.interfaces.loading import OPTION_PARAMETERS
from guichet.messages import say
from guichet.search import options, prepare
from guichet.search.error_attribution import blaming
from guichet.sql import statement

blueprint = Blueprint("options", __name__)

QUERY = (
    Query("q", {"type": "string"}, "A part of the label that is looked for."),
    Query("limit", {"type": "integer", "minimum": 1}, "How many options are wanted; at most OPTIONS_LIMIT."),
    Query(
        "value",
        {"type": "array", "items": {"type": "string"}},
        "These values alone, to name those of a restored search.",
    ),
)


@blueprint.get("/interfaces/<interface_id>/options/<criterion>")
@operation(
    "The options of a select",
    answers={200: OptionsPage, 304: None},
    query=QUERY,
    raises=(
        errors.NotFoundError,
        errors.CriteriaError,
        errors.InterfaceBrokenError,
        errors.SourceUnavailableError,
        errors.SourceBusyError,
        errors.QueryTimeoutError,
    ),
    headers={200: ("ETag",)},
)
def list_options(interface_id: str, criterion: str) -> Response:
    """Return options in the author's order, pinned ones first.

    The criteria that the list depends on are sent along as parameters of their names, repeated for several values
    (`?country=250&country=56`), a range's ends as `created.from` and `created.to`, a value list as `domain.list`.
    """
    interface = context.get_interface(interface_id)
    select = _get_select(interface, criterion)
    search = prepare.prepare_options(
        interface, select, _read_parent_criteria(interface, select), search_request.build_ground(interface)
    )
    wanted = statement.OptionQuery(
        typed=request.args.get("q", "").strip()[: context.get_input_limits().text],
        values=request.args.getlist("value"),
        limit=read_limit("limit", context.portal().settings.options_limit),
    )
    with blaming(interface, search):
        page = options.load(search, wanted, client_disconnect.watch, context.get_language())
    response = build_answer(asdict(page))
    response.headers["Cache-Control"] = "private, max-age=5"
    response.add_etag()
    response.make_conditional(request)
    return response


def _get_select(interface: Interface, name: str) -> Criterion:
    criterion = interface.criteria.get(name)
    if criterion is None or criterion.options is None:
        raise errors.NotFoundError(say("The form “{id}” has no option list “{name}”.", id=interface.id, name=name))
    return criterion


def _read_parent_criteria(interface: Interface, select: Criterion) -> dict[str, Any]:
    """Read the criteria that an option list depends on from the query string."""
    assert select.options is not None
    parameters = {name: request.args.getlist(name) for name in request.args if name not in OPTION_PARAMETERS}
    known = {
        key: (name, end)
        for name in select.options.depends_on
        for key, end in _list_parameter_names(interface.criteria[name])
    }
    unknown = [
        errors.Fault(f"/criteria/{name}", say("The options don’t depend on “{name}”.", name=name))
        for name in parameters
        if name not in known
    ]
    if unknown:
        raise errors.CriteriaError(unknown)
    criteria = _read_selected_options(interface, select, parameters)
    for key, values in parameters.items():
        name, end = known[key]
        if name in criteria and interface.criteria[name].options:
            continue
        if end:
            criteria.setdefault(name, {})[end] = values[-1]
        else:
            criteria[name] = interface.criteria[name].definition.read_parameters(values)
    return criteria


def _read_selected_options(
    interface: Interface, select: Criterion, parameters: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Read the selects among them as they are read in the address of rows."""
    assert select.options is not None
    kinds = {
        name: query_syntax.CriterionKind("select", interface.criteria[name].multiple)
        for name in select.options.depends_on
        if interface.criteria[name].options
    }
    written = [(key, text) for key, texts in parameters.items() for text in texts if key.removesuffix(".is") in kinds]
    try:
        return query_syntax.parse_criteria(written, kinds)
    except query_syntax.QuerySyntaxError as error:
        raise MalformedError(str(error)) from error


def _list_parameter_names(criterion: Criterion) -> list[tuple[str, str]]:
    ends = criterion.definition.parameter_ends
    return [(f"{criterion.name}.{end}" if end else criterion.name, end) for end in ends]
