"""What all tests share: one real PostgreSQL for the session, and applications over it.

`TEST_DATABASE_URL` names a server whose superuser we are; without it an embedded one is started for the session.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.hash import bcrypt
from werkzeug.datastructures import Authorization
from werkzeug.test import TestResponse

from guichet.app import create_app
from guichet.settings import settings
from tests import answers

ROOT = Path(__file__).parents[2]
# Processes that tests start run this tree, wherever they are started and whatever else is installed.
os.environ["PYTHONPATH"] = str(ROOT / "backend")
# What they get of our environment where it is not to be all of it.
INHERITED = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
USERS = {"anne": ("secret-anne", "authors sales"), "ben": ("secret-ben", "")}


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL, as its superuser."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    script, folder = ROOT / "scripts" / "embedded_postgres.py", tmp_path_factory.mktemp("postgres")
    command = [sys.executable, str(script), "--dir", str(folder), "--fast", "run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        url = server.stdout.readline().strip()
        assert url, "the embedded PostgreSQL did not start"
        yield url
        server.stdin.close()  # which stops it


@pytest.fixture(scope="session")
def make_database(server_url: str) -> Iterator[Callable[..., str]]:
    """Makes databases from SQL files; returns their URLs. On a server that stays they are dropped at the end."""
    made: list[str] = []

    def make(*files: Path, sql: str = "") -> str:
        name = f"guichet_test_{uuid.uuid4().hex[:12]}"
        run_sql(server_url, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        made.append(name)
        url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
        for text in [*(file.read_text("utf-8") for file in files), sql]:
            if text:
                run_sql(url, text)
        return url

    yield make
    for name in made if os.environ.get("TEST_DATABASE_URL") else ():
        run_sql(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def run_sql(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Runs SQL outside of a transaction; returns the rows of its last statement, if it has any."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


@dataclass
class Portal:
    """A portal of its own for one test: a folder of definitions, users, and the environment that names them."""

    folder: Path
    environ: dict[str, str]
    apps: list[Flask] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        """Writes a definition as an editor does: whole, under another name, then renamed."""
        file = self.folder / name
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(text, "utf-8")
        unfinished.replace(file)

    def app(self, **environ: str) -> Flask:
        self.apps.append(create_app(settings.read_settings({**self.environ, **environ})))
        return self.apps[-1]

    def close(self) -> None:
        """Gives back what its processes would keep until they end: the audit's threads, and connections."""
        for app in self.apps:
            made = app.extensions["guichet"]
            if made.recorder:
                made.recorder.close(seconds=5)
            for database in (made.portal_database, *made.sources.values()):
                if database:
                    database.close_idle()

    def client(self, user: str = "anne", **environ: str) -> Client:
        return Client(self.app(**environ).test_client(), user)


class Client:
    """Calls the API as one user. Every JSON answer is held to the OpenAPI document."""

    def __init__(self, flask: FlaskClient, user: str | None = "anne") -> None:
        self.flask = flask
        self.headers: dict[str, str] = {}
        if user:
            self.headers["Authorization"] = Authorization(
                "basic", {"username": user, "password": USERS[user][0]}
            ).to_header()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._open("GET", path, options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self._open("POST", path, {**options, "json": body})

    def patch(self, path: str, body: Any, **options: Any) -> TestResponse:
        return self._open("PATCH", path, {**options, "json": body})

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self._open("DELETE", path, options)

    def _open(self, method: str, path: str, options: dict[str, Any]) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        response = self.flask.open(path, method=method, headers=headers, buffered=True, **options)
        answers.check(self.flask.application, response)
        return response


@pytest.fixture(scope="session")
def passwords() -> str:
    """An `.htpasswd` of everybody, with hashes that cost little."""
    lines = [f"{name}:{bcrypt.using(rounds=4).hash(password)}" for name, (password, _) in USERS.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture
def make_portal(tmp_path: Path, passwords: str) -> Iterator[Callable[..., Portal]]:
    """Makes a portal in the test's own folder: `make_portal(shop=url)` for a source called `shop`."""

    def make(**sources: str) -> Portal:
        folder = tmp_path / "portal"
        folder.mkdir(exist_ok=True)
        (tmp_path / "archives").mkdir(exist_ok=True)
        (tmp_path / ".htpasswd").write_text(passwords)
        memberships: dict[str, list[str]] = {}
        for name, (_, groups) in USERS.items():
            for group in groups.split():
                memberships.setdefault(group, []).append(name)
        (tmp_path / ".htgroup").write_text(
            "".join(f"{group}: {' '.join(names)}\n" for group, names in memberships.items())
        )
        environ = {f"SOURCE_{name.upper()}_URL": url for name, url in sources.items()}
        environ |= {
            "PORTAL_DIR": str(folder),
            "HTPASSWD_FILE": str(tmp_path / ".htpasswd"),
            "HTGROUP_FILE": str(tmp_path / ".htgroup"),
            "ARCHIVE_DIR": str(tmp_path / "archives"),
            "GUICHET_ENV_FILES": "none",
        }
        portals.append(Portal(folder, environ))
        return portals[-1]

    portals: list[Portal] = []
    yield make
    for portal in portals:
        portal.close()
