"""Tokens over the API: what they open, what they don't, and when they stop working."""

from __future__ import annotations

from typing import Any

import pytest
from passlib.hash import bcrypt

from guichet import errors
from tests.conftest import ROOT, USERS, Client, Portal, run_sql

DEMO_KEY = dict(line.split("=", 1) for line in (ROOT / "demo.env").read_text().splitlines() if "=" in line)[
    "SECRET_KEY"
]
KEY = "a key of chance, 0123456789, of tests"
NOTEBOOK = {"name": "notebook", "scopes": ["extract"], "days": 30}


@pytest.fixture
def kept(portal: Portal, portal_database_url: str) -> Portal:
    """A portal with a database of its own, and none of the tokens of other tests."""
    portal.environ |= {"PORTAL_DATABASE_URL": portal_database_url, "SECRET_KEY": KEY}
    run_sql(portal_database_url, "TRUNCATE guichet.token, guichet.audit")
    return portal


@pytest.fixture
def client(kept: Portal) -> Client:
    return kept.client()


def bearer(client: Client, token: str) -> Client:
    other = Client(client.flask, None)
    other.headers = {"Authorization": f"Bearer {token}"}
    return other


def authenticate(client: Client, user: str = "anne", password: str | None = None) -> Any:
    body = {"user": user, "password": password or USERS[user][0]}
    return Client(client.flask, None).post("/api/v1/authenticate", body)


def make(client: Client, **changes: Any) -> dict[str, Any]:
    made = client.post("/api/v1/user/tokens", NOTEBOOK | changes)
    assert made.status_code == 201, made.json
    return dict(made.json)


def names(client: Client) -> list[tuple[str, str]]:
    return [(one["name"], one["state"]) for one in client.get("/api/v1/user/tokens").json]


def set_password(portal: Portal, *users: str) -> None:
    lines = [f"{name}:{bcrypt.using(rounds=4).hash('another')}\n" for name in users]
    (portal.folder.parent / ".htpasswd").write_text("".join(lines))


def test_a_password_buys_a_token_that_is_as_good(client: Client) -> None:
    answer = authenticate(client)
    assert (answer.status_code, set(answer.json)) == (200, {"token", "expires"})
    mine = bearer(client, answer.json["token"]).get("/api/v1/user").json
    assert mine == client.get("/api/v1/user").json
    assert mine["scopes"] == ["account", "edit", "extract", "read"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user": "anne", "password": "wrong"}, 401),
        ({"user": "nobody", "password": "wrong"}, 401),
        ({"user": "anne", "password": ""}, 401),
        ({"user": "a\0:\n", "password": "\0"}, 401),
        ({"user": "anne"}, 400),
        ({"user": "anne", "password": 1}, 400),
        ({"user": "anne", "password": "x" * 1001}, 400),
        ([], 400),
    ],
)
def test_nothing_else_does(client: Client, body: Any, status: int) -> None:
    assert Client(client.flask, None).post("/api/v1/authenticate", body).status_code == status


def test_guessing_is_slowed_down_there_as_well(kept: Portal) -> None:
    client = kept.client(SIGN_IN_ATTEMPTS="2")
    assert [authenticate(client, "ben", "wrong").status_code for _ in range(3)] == [401, 401, 429]
    assert authenticate(client, "ben", "wrong").headers["Retry-After"].isdigit()


def test_a_token_of_another_key_is_refused_until_that_key_is_named(kept: Portal) -> None:
    token = authenticate(kept.client()).json["token"]
    other = "another key of chance, 0123456789, of tests"
    refused = bearer(kept.client(SECRET_KEY=other), token).get("/api/v1/user")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="Guichet", error="invalid_token"',
    )
    assert bearer(kept.client(SECRET_KEY=other, SECRET_KEY_PREVIOUS=KEY), token).get("/api/v1/user").status_code == 200


def test_a_personal_token_is_shown_once_and_stored_as_a_hash(client: Client, portal_database_url: str) -> None:
    made = make(client)
    token = made.pop("token")
    assert token.startswith("guichet_")
    assert client.get("/api/v1/user/tokens").json == [made]
    assert (made["scopes"], made["state"], made["last_used_at"]) == (["extract", "read"], "active", None)
    ((row,),) = run_sql(portal_database_url, "SELECT t::text FROM guichet.token AS t")
    assert token not in row
    assert token.removeprefix("guichet_") not in row


def test_it_opens_what_its_scopes_say_and_notes_its_use(client: Client) -> None:
    reading, extracting = make(client, name="a", scopes=["read"]), make(client, name="b", scopes=["extract"])
    search = {"interface": "customers", "criteria": {}}
    assert bearer(client, reading["token"]).get("/api/v1/user").json["scopes"] == ["read"]
    assert bearer(client, reading["token"]).post("/api/v1/interfaces/customers/count", {}).status_code == 200
    refused = bearer(client, reading["token"]).post("/api/v1/extracts", search)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:guichet:problem:scope")
    assert bearer(client, extracting["token"]).post("/api/v1/extracts", search).status_code == 202
    kept = {"interface": "customers", "name": "mine", "criteria": {}}
    assert bearer(client, extracting["token"]).post("/api/v1/saved-searches", kept).status_code == 403
    assert all(one["last_used_at"] for one in client.get("/api/v1/user/tokens").json)


def test_a_heavy_search_becomes_no_extract_for_a_token_that_only_reads(client: Client) -> None:
    path = "/api/v1/interfaces/numbers/search"
    heavy = bearer(client, make(client, scopes=["read"])["token"]).post(path, {})
    assert (heavy.status_code, heavy.json["heavy"], heavy.json["extract"]) == (200, True, None)
    assert client.post(path, {}).json["extract"]["state"] == "queued"


def test_no_personal_token_makes_tokens_or_changes_an_account(client: Client) -> None:
    mine = bearer(client, make(client, scopes=["read", "extract", "edit"])["token"])
    answers = [
        mine.get("/api/v1/user/tokens"),
        mine.post("/api/v1/user/tokens", {"name": "more"}),
        mine.post("/api/v1/user", {"user": "eve", "password": "a long password"}),
        mine.post("/api/v1/user/password", {"current": "secret-anne", "password": "a long password"}),
        mine.patch("/api/v1/user", {"email": None}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_a_revoked_token_is_refused(client: Client) -> None:
    made = make(client)
    assert bearer(client, made["token"]).get("/api/v1/user").status_code == 200
    assert client.delete(f"/api/v1/user/tokens/{made['id']}").status_code == 204
    assert bearer(client, made["token"]).get("/api/v1/user").status_code == 401
    assert client.delete(f"/api/v1/user/tokens/{made['id']}").status_code == 404
    assert names(client) == []


def test_nobody_sees_or_revokes_anothers(client: Client, kept: Portal) -> None:
    made, ben = make(client), kept.client("ben")
    assert names(ben) == []
    assert ben.delete(f"/api/v1/user/tokens/{made['id']}").status_code == 404
    assert names(client) == [("notebook", "active")]


def test_an_expired_token_is_refused_and_makes_room_for_its_name(client: Client, portal_database_url: str) -> None:
    made = make(client)
    run_sql(portal_database_url, "UPDATE guichet.token SET expires_at = now() - interval '1 second'")
    assert bearer(client, made["token"]).get("/api/v1/user").status_code == 401
    assert names(client) == [("notebook", "expired")]
    make(client)
    assert names(client) == [("notebook", "active")]


def test_a_changed_password_stops_all_tokens_at_once(client: Client, kept: Portal) -> None:
    tokens = [make(client)["token"], authenticate(client).json["token"]]
    assert [bearer(client, token).get("/api/v1/user").status_code for token in tokens] == [200, 200]
    set_password(kept, "anne")
    assert [bearer(client, token).get("/api/v1/user").status_code for token in tokens] == [401, 401]
    again = bearer(client, authenticate(client, password="another").json["token"])
    assert names(again) == [("notebook", "stopped")]


def test_a_removed_users_tokens_stay_dead_when_the_name_comes_back(client: Client, kept: Portal) -> None:
    tokens = [make(client)["token"], authenticate(client).json["token"]]
    set_password(kept, "ben")
    assert [bearer(client, token).get("/api/v1/user").status_code for token in tokens] == [401, 401]
    set_password(kept, "anne", "ben")
    assert [bearer(client, token).get("/api/v1/user").status_code for token in tokens] == [401, 401]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"name": ""}, 400, "/name"),
        ({"name": " "}, 400, "/name"),
        ({"name": "a\0"}, 400, "/name"),
        ({"scopes": ["account"]}, 400, "/scopes/0"),
        ({"days": 0}, 400, "/days"),
        ({"days": 366}, 400, "/days"),
        ({"days": "30"}, 400, "/days"),
        ({"owner": "ben"}, 400, "/owner"),
    ],
)
def test_a_wrong_wish_is_told(client: Client, changes: dict[str, Any], status: int, pointer: str) -> None:
    refused = client.post("/api/v1/user/tokens", NOTEBOOK | changes)
    assert (refused.status_code, [one["pointer"] for one in refused.json["errors"]]) == (status, [pointer])


def test_a_name_is_given_once_and_a_hundred_are_enough(client: Client, portal_database_url: str) -> None:
    make(client)
    assert client.post("/api/v1/user/tokens", NOTEBOOK).status_code == 409
    sql = (
        "INSERT INTO guichet.token (owner, account, name, scopes, hash, expires_at)"
        " SELECT 'anne', '', n, '{}', n::text::bytea, now() + interval '1 day' FROM generate_series(2, 100) AS n"
    )
    run_sql(portal_database_url, sql)
    refused = client.post("/api/v1/user/tokens", NOTEBOOK | {"name": "another"})
    assert (refused.status_code, "Revoke one" in refused.json["detail"]) == (409, True)


def test_it_is_all_in_the_audit(client: Client, kept: Portal, portal_database_url: str) -> None:
    made = make(client)
    client.delete(f"/api/v1/user/tokens/{made['id']}")
    found = run_sql(portal_database_url, "SELECT user_name, action, details - 'request' FROM guichet.audit ORDER BY id")
    assert found == [
        ("anne", "create", {"what": "token", "name": "notebook", "scopes": ["extract", "read"]}),
        ("anne", "delete", {"what": "token", "name": "notebook"}),
    ]


def test_without_a_portal_database_only_signed_tokens_work(portal: Portal) -> None:
    client = portal.client()
    token = authenticate(client).json["token"]
    assert bearer(client, token).get("/api/v1/user").status_code == 200
    assert bearer(client, "guichet_" + "x" * 43).get("/api/v1/user").status_code == 401
    assert client.get("/api/v1/user/tokens").status_code == 503


def test_a_portal_database_that_is_down_is_no_wrong_token(portal: Portal) -> None:
    client = portal.client(PORTAL_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", SOURCE_CONNECT_SECONDS="2")
    assert bearer(client, "guichet_" + "x" * 43).get("/api/v1/user").status_code == 503
    assert bearer(client, authenticate(client).json["token"]).get("/api/v1/user").status_code == 200
    client.flask.application.extensions["guichet"].recorder.close(0)  # or pytest would wait for it at its end


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY must have 32 characters"),
        ({"SECRET_KEY": DEMO_KEY}, "SECRET_KEY must have 32 characters"),
        ({"SECRET_KEY": KEY, "SECRET_KEY_PREVIOUS": "changeme" * 4}, "SECRET_KEY_PREVIOUS must have 32 characters"),
    ],
)
def test_a_guessable_key_is_refused_in_production(portal: Portal, environ: dict[str, str], fault: str) -> None:
    with pytest.raises(errors.SettingsError, match=fault) as raised:
        portal.app(ENVIRONMENT="production", **environ)
    assert "changeme" not in str(raised.value)
    portal.app(**environ)
