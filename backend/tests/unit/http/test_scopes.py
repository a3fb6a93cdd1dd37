"""What a token must be good for, call by call."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guichet.access.scopes import Scope
from guichet.app import create_app
from guichet.http import openapi
from guichet.settings import settings

# Every call of the API. `read` looks, and is asked by POST where criteria are long; what is kept or changed takes more.
NEEDED: dict[tuple[str, str], Scope | None] = {
    ("post", "/authenticate"): None,
    ("post", "/extracts"): "extract",
    ("get", "/extracts"): "read",
    ("get", "/extracts/{extract_id}"): "read",
    ("delete", "/extracts/{extract_id}"): "extract",
    ("get", "/extracts/{extract_id}/archive"): "extract",
    ("post", "/extracts/{extract_id}/deliver"): "extract",
    ("get", "/interfaces"): "read",
    ("get", "/interfaces/{interface_id}"): "read",
    ("post", "/interfaces/{interface_id}/count"): "read",
    ("post", "/interfaces/{interface_id}/csv"): "read",
    ("get", "/interfaces/{interface_id}/options/{criterion}"): "read",
    ("get", "/interfaces/{interface_id}/record"): "read",
    ("get", "/interfaces/{interface_id}/record/options/{field}"): "read",
    ("post", "/interfaces/{interface_id}/records"): "edit",
    ("get", "/interfaces/{interface_id}/records/{key}"): "read",
    ("post", "/interfaces/{interface_id}/records/{key}"): "edit",
    ("delete", "/interfaces/{interface_id}/records/{key}"): "edit",
    ("get", "/interfaces/{interface_id}/rows"): "read",
    ("post", "/interfaces/{interface_id}/rows"): "read",
    ("post", "/interfaces/{interface_id}/search"): "read",
    ("post", "/interfaces/{interface_id}/summary"): "read",
    ("post", "/interfaces/{interface_id}/unmatched"): "read",
    ("post", "/interfaces/{interface_id}/xlsx"): "read",
    ("get", "/openapi.json"): "read",
    ("get", "/saved-searches"): "read",
    ("get", "/saved-searches/{saved_search_id}"): "read",
    ("post", "/saved-searches"): "edit",
    ("patch", "/saved-searches/{saved_search_id}"): "edit",
    ("delete", "/saved-searches/{saved_search_id}"): "edit",
    ("post", "/saved-searches/{saved_search_id}/restore"): "edit",
    ("get", "/user"): "read",
    ("patch", "/user"): "account",
    ("post", "/user"): "account",
    ("post", "/user/email"): "account",
    ("post", "/user/password"): "account",
    ("get", "/user/tokens"): "account",
    ("post", "/user/tokens"): "account",
    ("delete", "/user/tokens/{token_id}"): "account",
    ("post", "/value-lists"): "edit",
    ("get", "/value-lists"): "read",
    ("get", "/value-lists/{value_list_id}"): "read",
    ("patch", "/value-lists/{value_list_id}"): "edit",
    ("delete", "/value-lists/{value_list_id}"): "edit",
    ("get", "/value-lists/{value_list_id}/unmatched"): "read",
}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    document = openapi.build_document(create_app(settings.read_settings({})))
    return [(method, path, one) for path, found in document["paths"].items() for method, one in found.items()]


def scope(one: dict[str, Any]) -> str | None:
    found = [names for way in one["security"] for scheme, names in way.items() if scheme == "bearer"]
    return found[0][0] if found else None


def test_every_call_needs_the_scope_that_was_thought_of_for_it() -> None:
    found = {(method, path.removeprefix("/api/v1")): scope(one) for method, path, one in operations()}

    assert found == NEEDED


@pytest.mark.parametrize(("method", "path"), NEEDED)
def test_what_changes_something_takes_more_than_reading(method: str, path: str) -> None:
    looks = method == "get" or re.search(r"/(count|search|rows|csv|xlsx|summary|unmatched)$", path)

    assert looks or NEEDED[method, path] != "read"
