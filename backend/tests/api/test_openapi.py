"""The OpenAPI document is valid, complete, and true of real answers."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from tests.conftest import Client

CALLS: list[tuple[str, str, str, Any]] = [
    ("get", "/interfaces", "/interfaces", None),
    ("get", "/interfaces/{interface_id}", "/interfaces/customers", None),
    ("get", "/interfaces/{interface_id}", "/interfaces/nothing", None),
    ("get", "/interfaces/{interface_id}/options/{criterion}", "/interfaces/customers/options/country", None),
    ("get", "/interfaces/{interface_id}/options/{criterion}", "/interfaces/customers/options/country?x=1", None),
    ("get", "/interfaces/{interface_id}/options/{criterion}", "/interfaces/customers/options/tier?limit=0", None),
    ("post", "/interfaces/{interface_id}/count", "/interfaces/customers/count", {}),
    ("post", "/interfaces/{interface_id}/count", "/interfaces/customers/count?estimate=1", {"criteria": {}}),
    ("post", "/interfaces/{interface_id}/count", "/interfaces/customers/count", {"criteria": {"x": 1}}),
    ("post", "/interfaces/{interface_id}/count", "/interfaces/slow/count", {"criteria": {"seconds": 9, "rows": 9}}),
    ("post", "/interfaces/{interface_id}/search", "/interfaces/customers/search", {}),
    ("post", "/interfaces/{interface_id}/search", "/interfaces/every_type/search", {}),
    ("post", "/interfaces/{interface_id}/search", "/interfaces/numbers/search", {}),
    ("post", "/interfaces/{interface_id}/search", "/interfaces/customers/search", {"sort": [{"column": "x"}]}),
    ("post", "/interfaces/{interface_id}/csv", "/interfaces/customers/csv", {"dialect": {"bom": True}}),
    ("post", "/interfaces/{interface_id}/csv", "/interfaces/numbers/csv", {}),
    ("post", "/interfaces/{interface_id}/summary", "/interfaces/customers/summary", {"columns": ["tier", "balance"]}),
    ("post", "/interfaces/{interface_id}/summary", "/interfaces/every_type/summary", {"columns": ["day", "spot"]}),
    ("post", "/interfaces/{interface_id}/xlsx", "/interfaces/customers/xlsx", {}),
    ("get", "/user", "/user", None),
    ("post", "/user", "/user", {"user": "a b", "password": ""}),
    ("post", "/user", "/user", {"user": "zoe", "password": "a long password"}),
    ("post", "/user/password", "/user/password", {"current": "", "password": ""}),
    ("get", "/user/tokens", "/user/tokens", None),
    ("post", "/user/tokens", "/user/tokens", {"name": "notebook"}),
    ("post", "/authenticate", "/authenticate", {"user": "anne", "password": "secret-anne"}),
    ("post", "/authenticate", "/authenticate", {"user": "anne", "password": "wrong"}),
    ("get", "/openapi.json", "/openapi.json", None),
]


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").json


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_it_has_every_call_of_the_api(document: dict[str, Any], client: Client) -> None:
    rules = {rule.rule for rule in client.flask.application.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) for rule in rules} == set(document["paths"])
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["description"], path
            assert {"400", "401", "403", "429", "500"} <= set(operation["responses"]), path


@pytest.mark.parametrize(("method", "path", "url", "body"), CALLS)
def test_real_answers_are_as_it_says(
    document: dict[str, Any], client: Client, method: str, path: str, url: str, body: Any
) -> None:
    answer = client.get(f"/api/v1{url}") if method == "get" else client.post(f"/api/v1{url}", body)
    responses = document["paths"][f"/api/v1{path}"][method]["responses"]
    assert str(answer.status_code) in responses, answer.json
    content = responses[str(answer.status_code)]["content"]
    assert answer.mimetype in content
    if "json" in answer.mimetype:
        schema = {**content[answer.mimetype]["schema"], "components": document["components"]}
        jsonschema.validate(answer.json, schema)
    for header in responses[str(answer.status_code)].get("headers", {}):
        assert header in answer.headers
