"""Users over the API: who adds them, what is refused, and that none is lost."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Authorization

from tests.conftest import USERS, Client, Portal, run_sql

ZOE = {"user": "zoe", "password": "a long password"}
FAST = {"ADMIN_GROUP": "authors", "BCRYPT_COST": "4"}


def basic(flask: FlaskClient, user: str, password: str) -> Client:
    client = Client(flask, None)
    client.headers = {"Authorization": Authorization("basic", {"username": user, "password": password}).to_header()}
    return client


def test_an_administrator_adds_a_user_who_signs_in_at_once(portal: Portal) -> None:
    client = portal.client(**FAST)
    assert client.get("/api/v1/user").json["administrator"] is True
    added = client.post("/api/v1/user", ZOE)
    assert (added.status_code, added.json) == (201, {"user": "zoe"})
    assert basic(client.flask, "zoe", ZOE["password"]).get("/api/v1/user").json["groups"] == []
    assert client.post("/api/v1/user", ZOE).status_code == 409


def test_nobody_else_does(portal: Portal) -> None:
    client = portal.client("ben", **FAST)
    refused = client.post("/api/v1/user", ZOE)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:guichet:problem:not-allowed")
    assert "zoe" not in (portal.folder.parent / ".htpasswd").read_text()


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"user": "a b"}, ["/user"]),
        ({"user": "a:b", "password": "short"}, ["/user", "/password"]),
        ({"user": "x" * 201}, ["/user"]),
        ({"password": "x" * 73}, ["/password"]),
        ({"password": None}, ["/password"]),
        ({"groups": ["admins"]}, ["/groups"]),
    ],
)
def test_it_says_what_is_wrong(portal: Portal, changes: dict[str, Any], pointers: list[str]) -> None:
    refused = portal.client(**FAST).post("/api/v1/user", ZOE | changes)
    assert (refused.status_code, refused.json["type"]) == (400, "urn:guichet:problem:input")
    assert [one["pointer"] for one in refused.json["errors"]] == pointers


def test_a_file_that_cant_be_changed_is_told(portal: Portal) -> None:
    (portal.folder.parent / ".htpasswd.lock").mkdir()
    refused = portal.client(**FAST).post("/api/v1/user", ZOE)
    assert (refused.status_code, refused.json["type"]) == (503, "urn:guichet:problem:accounts")


def test_administrators_who_add_users_at_once_lose_none(serve: Any, portal: Portal) -> None:
    answers: list[int] = []

    def add(http: httpx.Client, name: str) -> None:
        for number in range(10):
            body = {"user": f"{name}{number}", "password": "a long password"}
            answers.append(http.post("/api/v1/user", json=body).status_code)

    with serve(WEB_WORKERS="2", **FAST) as http:
        threads = [threading.Thread(target=add, args=(http, name)) for name in ("zoe", "max", "zoe")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    lines = (portal.folder.parent / ".htpasswd").read_text().splitlines()
    expected = {*USERS, *(f"{name}{number}" for name in ("zoe", "max") for number in range(10))}
    assert {line.split(":")[0] for line in lines} == expected
    assert len(lines) == len(expected)
    assert (answers.count(201), answers.count(409)) == (20, 10)


def test_a_user_changes_their_password(portal: Portal) -> None:
    client = portal.client("ben", **FAST)
    change = {"current": USERS["ben"][0], "password": "a long password"}
    assert client.post("/api/v1/user/password", change).status_code == 204
    assert client.get("/api/v1/user").status_code == 401
    assert basic(client.flask, "ben", "a long password").get("/api/v1/user").status_code == 200


@pytest.mark.parametrize(
    ("current", "password", "pointer"),
    [("wrong", "a long password", "/current"), ("secret-ben", "short", "/password"), ("", "", "/current")],
)
def test_a_wrong_change_is_told(portal: Portal, current: str, password: str, pointer: str) -> None:
    client = portal.client("ben", **FAST)
    refused = client.post("/api/v1/user/password", {"current": current, "password": password})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, pointer)
    assert client.get("/api/v1/user").status_code == 200


def test_guessing_the_present_password_is_slowed_down(portal: Portal) -> None:
    client = portal.client("ben", SIGN_IN_ATTEMPTS="2", **FAST)
    change = {"current": "wrong", "password": "a long password"}
    assert [client.post("/api/v1/user/password", change).status_code for _ in range(3)] == [400, 400, 429]


def test_it_is_all_in_the_audit(portal: Portal, portal_database_url: str) -> None:
    run_sql(portal_database_url, "TRUNCATE guichet.audit")
    app = portal.app(PORTAL_DATABASE_URL=portal_database_url, **FAST)
    client = Client(app.test_client())
    client.post("/api/v1/user", ZOE)
    client.post("/api/v1/user/password", {"current": USERS["anne"][0], "password": "a long password"})
    app.extensions["guichet"].recorder.close()
    found = run_sql(portal_database_url, "SELECT user_name, action, details - 'request' FROM guichet.audit ORDER BY id")
    assert found == [
        ("anne", "create", {"what": "user", "name": "zoe"}),
        ("anne", "update", {"what": "password", "name": "anne"}),
    ]
