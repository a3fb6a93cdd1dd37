"""What the probes say: whether all that must be there is there, and to administrators why it is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.conftest import free_port
from tests.conftest import Client, Portal, run_sql

Serve = Callable[..., AbstractContextManager[httpx.Client]]


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json


@pytest.fixture
def admin(portal: Portal, portal_database_url: str) -> Client:
    portal.environ |= {"PORTAL_DATABASE_URL": portal_database_url, "ADMIN_GROUP": "authors"}
    client = portal.client("anne")
    assert ready(client) == (200, {"status": "ready", "down": []})
    return client


def test_it_is_not_ready_without_its_portal_folder_and_every_call_says_so(portal: Portal, admin: Client) -> None:
    away = portal.folder.rename(portal.folder.with_name("away"))
    status, told = ready(admin)
    assert (status, told["down"]) == (503, ["definitions"])
    assert told["reasons"] == {"definitions": f"{portal.folder}: No such file or directory"}
    for path in ("/api/v1/interfaces", "/api/v1/interfaces/numbers"):
        answer = admin.get(path)
        assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:definitions")
        assert str(portal.folder) not in answer.get_data(as_text=True)
    assert admin.get("/sites").status_code in (404, 503)
    away.rename(portal.folder)
    assert ready(admin)[0] == 200
    assert admin.get("/api/v1/interfaces/numbers").status_code == 200


def test_it_is_not_ready_without_its_archive_folder(portal: Portal, admin: Client) -> None:
    folder = Path(portal.environ["ARCHIVE_DIR"])
    folder.rmdir()
    assert ready(admin)[1]["reasons"] == {"archives": f"{folder}: there is no such folder"}
    folder.write_text("")
    assert ready(admin)[1]["reasons"] == {"archives": f"{folder}: it is no folder"}


@pytest.mark.parametrize("accident", ["garbled", "gone", "a folder"])
def test_it_is_not_ready_with_a_broken_file_of_users_and_keeps_the_last_good_one(
    portal: Portal, admin: Client, accident: str
) -> None:
    file = Path(portal.environ["HTPASSWD_FILE"])
    if accident == "garbled":
        file.write_bytes(b"\xff\xfe\0")
    else:
        file.unlink()
    if accident == "a folder":
        file.mkdir()
    status, told = ready(admin)
    assert (status, told["down"]) == (503, ["users"])
    assert str(file) in told["reasons"]["users"]
    assert admin.get("/api/v1/interfaces").status_code == 200


def test_it_is_not_ready_without_users_and_lets_nobody_in(portal: Portal, admin: Client) -> None:
    Path(portal.environ["HTPASSWD_FILE"]).write_bytes(b"")
    assert ready(admin) == (503, {"status": "not ready", "down": ["users"]})
    assert admin.get("/api/v1/interfaces").status_code == 401


def test_a_folder_in_place_of_a_file_is_named_at_the_start_and_the_probe_answers(
    portal: Portal, serve: Serve, tmp_path: Path, portal_database_url: str
) -> None:
    log = tmp_path / "guichet.log"
    for name in ("HTPASSWD_FILE", "HTGROUP_FILE"):
        Path(portal.environ[name]).unlink()
        Path(portal.environ[name]).mkdir()
    shutil.rmtree(portal.folder)
    with serve(LOG_FILE_PATH=str(log), PORTAL_DATABASE_URL=portal_database_url) as http:
        answer = http.get("/readyz")
        assert (answer.status_code, answer.json()["down"]) == (503, ["definitions", "users"])
        assert "reasons" not in answer.json()
    for name in ("HTPASSWD_FILE", "HTGROUP_FILE"):
        assert f"{portal.environ[name]} can't be read: it is a folder (Docker makes one" in log.read_text()
    assert f"not ready: {portal.folder}: No such file or directory" in log.read_text()


@pytest.fixture
def faults(portal: Portal, shop: str) -> dict[str, tuple[str, str]]:
    """Databases that can't be used: a URL, and what the driver says of it."""
    run_sql(
        shop,
        "DO $$ BEGIN CREATE ROLE limited LOGIN PASSWORD 'hunter2' CONNECTION LIMIT 0;"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    good = urlsplit(shop)
    host, port = good.hostname or "", good.port

    def url(user: str = good.username or "", at: int | None = port, name: str = good.path, query: str = "") -> str:
        return f"postgresql://{user}@{host}:{at}{name}{query}"

    return {
        "port": (url(at=free_port()), "Connection refused"),
        "database": (url(f"{good.username}:{good.password}", name="/nothing"), 'database "nothing" does not exist'),
        "role": (url("nobody:hunter2"), "nobody"),
        "connections": (url("limited:hunter2"), 'too many connections for role "limited"'),
        "encryption": (url("limited:hunter2", query="?sslmode=require"), "SSL"),
        "host": ("postgresql://zoe:hunter2@no-such-host.invalid/crm", "no-such-host.invalid"),
        "odd": ("postgresql://zoe:hun@ter2@127.0.0.1:1/crm", "***"),
    }


NAMES = ["port", "database", "role", "connections", "encryption", "host", "odd"]


@pytest.mark.parametrize("name", NAMES)
def test_users_read_that_it_cant_be_reached_and_administrators_read_why(
    portal: Portal, faults: dict[str, tuple[str, str]], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    url, said = faults[name]
    portal.environ |= {"SOURCE_BROKEN_URL": url, "ADMIN_GROUP": "authors", "SOURCE_WAIT_SECONDS": "1"}
    portal.write("broken.yaml", "title: Broken\nsource: broken\nsql: SELECT 1 AS one")
    anne, ben = portal.client("anne"), portal.client("ben")

    answer = ben.post("/api/v1/interfaces/broken/search", {})
    sentence = {
        "connections": "Too many searches of “broken” are running at once.",
    }.get(name, "The database “broken” can't be reached at the moment.")
    assert answer.json["detail"] == sentence
    assert said in caplog.text

    assert ready(ben) == (200, {"status": "ready", "down": ["source broken"]})
    reasons = anne.get("/readyz").json["reasons"]
    assert reasons["source broken"].startswith(f"{sentence} (")
    assert said in reasons["source broken"]
    assert not [secret for secret in ("hunter2", "ter2", "hun@") if secret in caplog.text + str(reasons)]


@pytest.mark.parametrize("name", NAMES)
def test_the_portal_database_says_why_to_administrators_alone(
    portal: Portal, faults: dict[str, tuple[str, str]], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    url, said = faults[name]
    portal.environ |= {"PORTAL_DATABASE_URL": url, "ADMIN_GROUP": "authors", "SOURCE_WAIT_SECONDS": "1"}
    status, told = ready(portal.client("ben"))
    assert (status, told) == (503, {"status": "not ready", "down": ["portal database"]})
    assert said in portal.client("anne").get("/readyz").json["reasons"]["portal database"]
    assert said in caplog.text
    assert "hunter2" not in caplog.text
