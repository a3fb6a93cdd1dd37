"""Holds every JSON answer that a test gets to the OpenAPI document."""

from __future__ import annotations

import functools
import gzip
import json
import re
from typing import Any

import jsonschema_rs
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from guichet.api import PREFIX
from guichet.app import create_app
from guichet.http import openapi
from guichet.settings import settings


def check(app: Flask, response: TestResponse) -> None:
    """Compare an answer's status, media type and JSON with what the document says of the call.

    :raises AssertionError: naming the call, and where the answer differs.
    """
    method, path = response.request.method, response.request.path
    if method == "HEAD" or not path.startswith(PREFIX) or not response.is_json or response.status_code == 304:
        return
    call = f"{method} {path}: {response.status_code} {response.mimetype}"
    validator = _validator_of(_rule(app, method, path), method.lower(), response.status_code, response.mimetype)
    assert validator, f"{call} is not in the OpenAPI document"
    faults = [f"{list(fault.instance_path)}: {fault.message}" for fault in validator.iter_errors(_read_json(response))]
    assert not faults, f"{call} is not as the OpenAPI document says: {faults[:3]}"


def _read_json(response: TestResponse) -> Any:
    body = response.get_data()
    return json.loads(gzip.decompress(body) if response.content_encoding == "gzip" else body)


@functools.cache
def document() -> dict[str, Any]:
    """Return the document, which is the same for every portal."""
    return openapi.build_document(create_app(settings.read_settings({"GUICHET_ENV_FILES": "none"})))


def _rule(app: Flask, method: str, path: str) -> str | None:
    """Return the path of a call as the document has it; None where there is no such call."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


@functools.cache
def _validator_of(path: str | None, method: str, status: int, media: str) -> jsonschema_rs.Draft202012Validator | None:
    if path is None:
        schema = {"$ref": "#/components/schemas/Problem"}
    else:
        answers = document()["paths"][path][method]["responses"]
        schema = answers.get(str(status), {}).get("content", {}).get(media, {}).get("schema")
    return jsonschema_rs.Draft202012Validator({**schema, "components": document()["components"]}) if schema else None
