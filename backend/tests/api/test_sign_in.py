"""Who is let in, who is slowed down, and whose pages may ask."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from passlib.hash import apr_md5_crypt, bcrypt, des_crypt, sha256_crypt, sha512_crypt
from werkzeug.datastructures import Authorization

from guichet import errors
from tests.conftest import Client, Portal

EVERYTHING = [
    ("GET", "/"),
    ("GET", "/index.html"),
    ("GET", "/assets/index.js"),
    ("GET", "/config.json"),
    ("GET", "/nothing/at/all"),
    ("GET", "/api/docs"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/user"),
    ("POST", "/api/v1/user"),
    ("POST", "/api/v1/user/password"),
    ("GET", "/api/v1/user/tokens"),
    ("POST", "/api/v1/user/tokens"),
    ("GET", "/api/v1/interfaces"),
    ("GET", "/api/v1/interfaces/customers"),
    ("GET", "/api/v1/interfaces/customers/options/country"),
    ("POST", "/api/v1/interfaces/customers/count"),
    ("POST", "/api/v1/interfaces/customers/search"),
    ("POST", "/api/v1/interfaces/customers/csv"),
    ("DELETE", "/api/v1/interfaces"),
    ("GET", "/healthz/more"),
]


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": Authorization("basic", {"username": user, "password": password}).to_header()}


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_nothing_answers_without_sign_in(portal: Portal, method: str, path: str) -> None:
    answer = portal.app().test_client().open(path, method=method, json={} if method == "POST" else None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Guichet", charset="UTF-8"'
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_but_the_probes(portal: Portal, path: str) -> None:
    assert portal.app().test_client().get(path).status_code == 200


def test_the_user_is_told_who_they_are(portal: Portal) -> None:
    answer = portal.client("anne", USER_EMAIL="data@shop.example").get("/api/v1/user").json
    assert answer == {
        "user": "anne",
        "groups": ["authors", "sales"],
        "email": "data@shop.example",
        "mails": False,
        "archive_passwords": False,
        "author": True,
        "administrator": False,
        "scopes": ["account", "edit", "extract", "read"],
        "today": datetime.now(UTC).date().isoformat(),
        "time_zone": "UTC",
    }
    assert portal.client("ben", TIME_ZONE="Pacific/Kiritimati").get("/api/v1/user").json == {
        "user": "ben",
        "groups": [],
        "email": None,
        "mails": False,
        "archive_passwords": False,
        "author": False,
        "administrator": False,
        "scopes": ["account", "edit", "extract", "read"],
        "today": datetime.now(ZoneInfo("Pacific/Kiritimati")).date().isoformat(),
        "time_zone": "Pacific/Kiritimati",
    }


@pytest.mark.parametrize(
    "headers",
    [
        basic("anne", "wrong"),
        basic("anne", ""),
        basic("nobody", "secret-anne"),
        basic("", "secret-anne"),
        basic("anne", "secret-anne\0"),
        basic("ANNE", "secret-anne"),
        {"Authorization": "Basic nonsense"},
        {"Authorization": "Bearer secret-anne"},
    ],
)
def test_a_wrong_sign_in_is_answered_401(portal: Portal, headers: dict[str, str]) -> None:
    assert portal.app().test_client().get("/api/v1/user", headers=headers).status_code == 401


@pytest.mark.parametrize("scheme", [bcrypt.using(rounds=4), apr_md5_crypt, sha256_crypt, sha512_crypt])
def test_apaches_good_hashes_are_let_in(portal: Portal, scheme: Any) -> None:
    set_password(portal, f"zoé:{scheme.hash('pässwörd: ¤')}")
    assert portal.app().test_client().get("/api/v1/user", headers=basic("zoé", "pässwörd: ¤")).status_code == 200


@pytest.mark.parametrize(
    "stored", [des_crypt.using(salt="ab").hash("easy"), "{SHA}d4a1YyVzDPYYzUw1ZcRVdBQ2gmY=", "easy"]
)
def test_hashes_that_are_easily_broken_are_refused(portal: Portal, stored: str) -> None:
    set_password(portal, f"zoe:{stored}")
    assert portal.app().test_client().get("/api/v1/user", headers=basic("zoe", "easy")).status_code == 401


def test_a_changed_password_holds_at_once(portal: Portal) -> None:
    flask = portal.app().test_client()
    set_password(portal, f"zoe:{bcrypt.using(rounds=4).hash('old')}")
    assert flask.get("/api/v1/user", headers=basic("zoe", "old")).status_code == 200
    set_password(portal, f"zoe:{bcrypt.using(rounds=5).hash('new')}")
    assert flask.get("/api/v1/user", headers=basic("zoe", "old")).status_code == 401
    assert flask.get("/api/v1/user", headers=basic("zoe", "new")).status_code == 200


def test_guessing_is_slowed_down_but_not_for_who_is_signed_in_already(portal: Portal) -> None:
    flask = portal.app(SIGN_IN_ATTEMPTS="3").test_client()
    right, wrong = basic("anne", "secret-anne"), basic("anne", "guess")
    assert flask.get("/api/v1/user", headers=right).status_code == 200
    assert [flask.get("/api/v1/user", headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    refused = flask.get("/api/v1/user", headers=wrong)
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.json["type"] == "urn:guichet:problem:too-many-attempts"
    assert flask.get("/api/v1/user", headers=right).status_code == 200
    assert flask.get("/api/v1/user", headers=basic("ben", "secret-ben")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://pages.example"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://evil-localhost"}, 403),
        ({"Origin": "http://evil.localhost"}, 403),
        ({"Origin": "http://localhost@evil.example"}, 403),
        ({"Origin": "http://evil.example@localhost"}, 403),
        ({"Origin": "http://localhost:8080"}, 403),
        ({"Origin": "https://evil-pages.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_another_sites_page_cant_use_the_remembered_password(
    portal: Portal, headers: dict[str, str], status: int
) -> None:
    client = portal.client(CORS_ALLOWED_ORIGIN="https://pages.example")
    assert client.post("/api/v1/interfaces/customers/count", {}, headers=headers).status_code == status
    assert client.get("/api/v1/interfaces", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"}, 200),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "document"}, 403),
        ({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 403),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Origin": "https://evil.example"}, 403),
    ],
)
def test_a_link_in_a_mail_opens_but_nothing_else_of_another_site_does(
    client: Client, more: dict[str, str], status: int
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", **more}
    assert client.get("/api/v1/interfaces", headers=headers).status_code == status
    assert client.post("/api/v1/interfaces/customers/count", {}, headers=headers).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_plain_html_form_cant_search(client: Client, kind: str) -> None:
    headers = {**client.headers, "Content-Type": kind}
    answer = client.flask.post("/api/v1/interfaces/customers/count", data="{}", headers=headers)
    assert (answer.status_code, answer.json["type"]) == (415, "urn:guichet:problem:unsupported-type")


def test_cors_answers_allowed_origins_only(portal: Portal) -> None:
    flask = portal.app(CORS_ALLOWED_ORIGIN="https://pages.example").test_client()
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    path = "/api/v1/interfaces/customers/count"
    allowed = flask.options(path, headers={"Origin": "https://pages.example", **asked})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://pages.example"
    assert allowed.headers["Access-Control-Allow-Credentials"] == "true"
    refused = flask.options(path, headers={"Origin": "https://evil.example", **asked})
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize(
    "environ", [{"ENVIRONMENT": "production", "SECRET_KEY": secrets.token_urlsafe(32)}, {"HOST": "0.0.0.0"}]
)
def test_the_demo_password_is_refused_where_others_could_use_it(portal: Portal, environ: dict[str, str]) -> None:
    set_password(portal, f"demo:{bcrypt.using(rounds=4).hash('demo')}")
    with pytest.raises(errors.SettingsError, match="well-known password"):
        portal.app(**environ)
    portal.app()
    set_password(portal, f"demo:{bcrypt.using(rounds=4).hash('another')}")
    portal.app(**environ)


def set_password(portal: Portal, line: str) -> None:
    (portal.folder.parent / ".htpasswd").write_text(line + "\n", "utf-8")
