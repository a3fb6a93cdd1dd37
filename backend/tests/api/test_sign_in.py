"""Who is let in, who is slowed down, and whose pages may ask."""

from __future__ import annotations

import secrets
import time
import timeit
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from passlib.hash import apr_md5_crypt, bcrypt, des_crypt, sha256_crypt, sha512_crypt
from werkzeug.datastructures import Authorization

import guichet
from guichet import errors
from tests.conftest import Client, Portal, run_sql

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
        "email_pending": None,
        "mails": False,
        "archive_passwords": False,
        "author": True,
        "administrator": False,
        "scopes": ["account", "edit", "extract", "read"],
        "today": datetime.now(UTC).date().isoformat(),
        "time_zone": "UTC",
        "version": guichet.__version__,
    }
    assert portal.client("ben", TIME_ZONE="Pacific/Kiritimati").get("/api/v1/user").json == {
        "user": "ben",
        "groups": [],
        "email": None,
        "email_pending": None,
        "mails": False,
        "archive_passwords": False,
        "author": False,
        "administrator": False,
        "scopes": ["account", "edit", "extract", "read"],
        "today": datetime.now(ZoneInfo("Pacific/Kiritimati")).date().isoformat(),
        "time_zone": "Pacific/Kiritimati",
        "version": guichet.__version__,
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


def test_a_locked_account_tells_nobody_the_right_password(portal: Portal) -> None:
    flask = portal.app(SIGN_IN_ATTEMPTS="3").test_client()
    right, wrong = basic("anne", "secret-anne"), basic("anne", "guess")
    assert flask.get("/api/v1/user", headers=right).status_code == 200  # and is remembered
    assert [flask.get("/api/v1/user", headers=wrong).status_code for _ in range(3)] == [401, 401, 401]
    told = [flask.get("/api/v1/user", headers={**one, "X-Request-Id": "the-same-id"}) for one in (wrong, right)]
    assert [one.status_code for one in told] == [429, 429]
    assert told[0].json["type"] == "urn:guichet:problem:too-many-attempts"
    assert 1 <= int(told[0].headers["Retry-After"]) <= 61
    if told[0].headers["Retry-After"] == told[1].headers["Retry-After"]:
        assert told[0].data == told[1].data
    assert dict(told[0].headers).keys() == dict(told[1].headers).keys()
    assert flask.post("/api/v1/authenticate", json={"user": "anne", "password": "secret-anne"}).status_code == 429
    unknown = basic("nobody", "guess")
    assert [flask.get("/api/v1/user", headers=unknown).status_code for _ in range(4)] == [401, 401, 401, 429]


def test_neither_a_colleague_nor_who_is_elsewhere_is_locked_out(portal: Portal) -> None:
    flask = portal.app(SIGN_IN_ATTEMPTS="3", TRUSTED_PROXIES="1").test_client()

    def status(user: str, password: str, address: str = "10.0.0.1") -> int:
        headers = {**basic(user, password), "X-Forwarded-For": address}
        return flask.get("/api/v1/user", headers=headers).status_code

    assert status("anne", "secret-anne", "10.0.0.2") == 200
    assert [status("anne", "guess") for _ in range(4)] == [401, 401, 401, 429]
    assert status("ben", "secret-ben") == 200
    assert status("anne", "secret-anne", "10.0.0.2") == 200
    # From many addresses, until the user is waited for from all that they don't know.
    tried = [status("anne", "guess", f"10.1.{number}.1") for number in range(20)]
    assert tried == [401] * 12 + [429] * 8
    assert status("anne", "secret-anne", "10.2.0.1") == 429
    assert status("anne", "secret-anne", "10.0.0.2") == 200
    # One password for all names, until who is not known at the address has to wait.
    sprayed = [status(f"user{number}", "guess", "10.0.0.1") for number in range(20)]
    assert sprayed == [401] * 12 + [429] * 8
    assert status("ben", "secret-ben") == 200


def test_an_unknown_name_takes_the_time_of_a_known_one(portal: Portal) -> None:
    set_password(portal, f"zoe:{bcrypt.using(rounds=9).hash('right')}\nlocked:!")
    flask = portal.app(SIGN_IN_ATTEMPTS="1000").test_client()

    def seconds(name: str) -> float:
        began = time.process_time()
        assert flask.get("/api/v1/user", headers=basic(name, "wrong")).status_code == 401
        return time.process_time() - began

    seconds("zoe")
    least = {name: min(seconds(name) for _ in range(7)) for name in ("zoe", "nobody", "locked")}
    assert max(least.values()) < 1.25 * min(least.values()), least


def test_failed_sign_ins_are_in_the_log_and_in_the_audit(
    portal: Portal, portal_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    run_sql(portal_database_url, "TRUNCATE guichet.audit")
    flask = portal.app(PORTAL_DATABASE_URL=portal_database_url, SIGN_IN_ATTEMPTS="2").test_client()
    for name in ("anne", "x\ny", "anne", "anne"):
        flask.get("/api/v1/user", headers={**basic(name, "guess"), "X-Request-Id": "request-1"})
    portal.close()
    assert [record.getMessage() for record in caplog.records if record.name == "guichet.sign_in"] == [
        f"request-1 sign-in failed: {name} from 127.0.0.1" for name in ("'anne'", "'x\\ny'", "'anne'")
    ]
    told = run_sql(portal_database_url, "SELECT user_name, action, interface, details FROM guichet.audit ORDER BY id")
    details = {"what": "sign-in", "address": "127.0.0.1", "request": "request-1"}
    assert told == [(name, "refuse", "", details) for name in ("anne", "x\ny", "anne")]


def test_a_known_session_costs_hardly_more_for_the_counting(portal: Portal) -> None:
    app = portal.app()
    attempts = app.extensions["guichet"].attempts
    app.test_client().get("/api/v1/user", headers=basic("anne", "secret-anne"))
    least = min(timeit.repeat(lambda: attempts.wait_seconds("anne", "127.0.0.1"), number=100, repeat=5)) / 100
    assert least < 0.0002, f"{least * 1e6:.0f} µs"


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
