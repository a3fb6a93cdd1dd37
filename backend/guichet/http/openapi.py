"""The OpenAPI 3.1 document, made from the views' own declarations at the first request for it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

import guichet
from guichet import errors
from guichet.http import problems
from guichet.http.operations import Operation, build_answer, operation
from guichet.http.schemas.problems import Problem

blueprint = Blueprint("openapi", __name__)

REFERENCES = "#/components/schemas/{model}"

# What any call may be answered, whatever it asks for.
ALWAYS: tuple[type[errors.GuichetError], ...] = (
    problems.MalformedError,
    problems.AuthenticationError,
    problems.ForeignOriginError,
    problems.ScopeError,
    problems.TooManyAttemptsError,
    errors.TooManyRequestsError,
    errors.DefinitionsError,
)
WITH_BODY: tuple[type[errors.GuichetError], ...] = (
    problems.UnsupportedTypeError,
    errors.CriteriaError,
)


@blueprint.get("/openapi.json")
@operation("This document", answers={200: "application/json"})
def get_document() -> Response:
    """Describe every call of the API, with every error that it may be answered."""
    return build_answer(build_document(current_app._get_current_object()))  # type: ignore[attr-defined]  # the proxied application


@lru_cache(maxsize=1)
def build_document(app: Flask) -> dict[str, Any]:
    """Make the document of an application, once: that takes longer than a search. Nobody may change it."""
    declared = list(_find_operations(app))
    models = _collect_models(described for _, _, described, _ in declared)
    _, definitions = models_json_schema([(model, "serialization") for model in models], ref_template=REFERENCES)
    paths: dict[str, Any] = {}
    for rule, method, described, view in declared:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method] = _build_operation(rule, described, view)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Guichet",
            "version": guichet.__version__,
            "summary": "Searches in a company's databases, as forms define them.",
        },
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token; its scopes say what it may do.",
                },
            },
        },
    }


def _find_operations(app: Flask) -> Iterator[tuple[Rule, str, Operation, Any]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        declared = getattr(view, "operation", None)
        if declared is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method.lower(), declared, view


def _collect_models(operations: Iterator[Operation]) -> list[type[BaseModel]]:
    models: dict[type[BaseModel], None] = {Problem: None}
    for declared in operations:
        for shape in (declared.body, *declared.answers.values()):
            if isinstance(shape, type):
                models[shape] = None
    return list(models)


def _build_operation(rule: Rule, declared: Operation, view: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": view.__name__,
        "summary": declared.summary,
        "tags": [rule.endpoint.partition(".")[0].replace("_", " ")],
        "description": inspect.getdoc(view) or "",
        "parameters": [_build_path_parameter(rule, name) for name in sorted(rule.arguments)]
        + [_build_query_parameter(parameter) for parameter in declared.query],
        "responses": _build_responses(declared),
        "security": _build_security(declared),
    }
    if declared.body:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _build_reference(declared.body)}},
        }
    return made


def _build_path_parameter(rule: Rule, name: str) -> dict[str, Any]:
    is_uuid = f"<uuid:{name}>" in rule.rule
    schema = {"type": "string", "format": "uuid"} if is_uuid else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _build_query_parameter(parameter: Any) -> dict[str, Any]:
    return {"name": parameter.name, "in": "query", "description": parameter.about, "schema": dict(parameter.schema)}


def _build_security(declared: Operation) -> list[dict[str, list[str]]]:
    return [{"basic": []}, {"bearer": [declared.scope]}] if declared.scope else []


def _build_responses(declared: Operation) -> dict[str, Any]:
    responses = {str(status): _build_success(status, shape, declared) for status, shape in declared.answers.items()}
    raised = [*ALWAYS, *(WITH_BODY if declared.body else ()), *declared.raises]
    kinds = {problems.find_kind(error) for error in raised} | {problems.BUG}
    if declared.body:
        kinds.add(problems.BODY_TOO_LARGE)
    for status in sorted({kind.status for kind in kinds}):
        titles = sorted(kind.title for kind in kinds if kind.status == status)
        responses[str(status)] = {
            "description": "; ".join(titles),
            "content": {problems.MEDIA_TYPE: {"schema": _build_reference(Problem)}},
        }
    return responses


def _build_success(
    status: int, shape: type[BaseModel] | str | tuple[str, ...] | None, declared: Operation
) -> dict[str, Any]:
    made: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(shape, tuple):
        made["content"] = {
            media_type: {"schema": {"type": "array" if media_type.endswith("/json") else "string"}}
            for media_type in shape
        }
    elif isinstance(shape, str):
        made["content"] = {shape: {"schema": {"type": "object" if "json" in shape else "string"}}}
    elif shape:
        made["content"] = {"application/json": {"schema": _build_reference(shape)}}
    headers = declared.headers.get(status, ())
    if headers:
        made["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return made


def _build_reference(shape: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCES.format(model=shape.__name__)}
