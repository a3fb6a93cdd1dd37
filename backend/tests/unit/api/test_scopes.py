"""What a token must be good for, call by call."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from guichet import settings
from guichet.access.scopes import Scope
from guichet.api import openapi
from guichet.app import create_app

# What changes nothing: it is asked by POST because criteria are long, or is a criterion's values, which are sent ahead.
ASKING = re.compile(r"/(count|search|rows|csv|xlsx|summary|unmatched)$|/value-lists\b")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    document = openapi.document(create_app(settings.read({})))
    return [(method, path, one) for path, found in document["paths"].items() for method, one in found.items()]


def scope(one: dict[str, Any]) -> str | None:
    found = [names for way in one["security"] for scheme, names in way.items() if scheme == "bearer"]
    return found[0][0] if found else None


@pytest.mark.parametrize(("method", "path", "one"), operations())
def test_it_takes_more_than_reading_to_change_something(method: str, path: str, one: dict[str, Any]) -> None:
    changes = method != "get" and not ASKING.search(path)

    assert scope(one) in (get_args(Scope) if path != "/api/v1/authenticate" else (None,))
    assert (scope(one) != "read") == (changes or path.endswith(("/archive", "/tokens")))


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("get", "/interfaces", "read"),
        ("post", "/interfaces/{interface_id}/search", "read"),
        ("get", "/extracts", "read"),
        ("post", "/extracts", "extract"),
        ("get", "/extracts/{extract_id}/archive", "extract"),
        ("post", "/saved-searches", "edit"),
        ("delete", "/saved-searches/{saved_search_id}", "edit"),
        ("post", "/interfaces/{interface_id}/records", "edit"),
        ("delete", "/interfaces/{interface_id}/records/{key}", "edit"),
        ("patch", "/user", "account"),
        ("post", "/user", "account"),
        ("post", "/user/password", "account"),
        ("get", "/user/tokens", "account"),
        ("post", "/user/tokens", "account"),
        ("delete", "/user/tokens/{token_id}", "account"),
    ],
)
def test_it_needs_a_scope(method: str, path: str, needed: str) -> None:
    found = {(method, path): scope(one) for method, path, one in operations()}

    assert found[method, f"/api/v1{path}"] == needed
