"""The real server, by gunicorn, on a real port: clients that go away, edits seen by every process, the page."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from guichet import __version__
from tests.api.conftest import free_port, is_alive, wait_until
from tests.conftest import INHERITED, ROOT, USERS, Portal, run_sql
from tests.time_limits import slowness, within

Serve = Callable[..., AbstractContextManager[httpx.Client]]

SLEEPY = """
title: Sleepy
source: shop
sql: SELECT n, pg_sleep(20)::text AS slept FROM generate_series(1, 3) AS n
limits: {interactive_seconds: 60}
"""

RUNNING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE application_name = 'guichet' AND datname = current_database() AND state = 'active'"
)


@pytest.mark.parametrize("call", ["search", "count", "csv"])
def test_a_client_that_goes_away_cancels_its_query_in_the_database(
    portal: Portal, serve: Serve, shop: str, call: str
) -> None:
    portal.write("sleepy.yaml", SLEEPY)
    with serve() as http:
        http.get("/api/v1/interfaces/sleepy").raise_for_status()
        with hanging_up(http, f"/api/v1/interfaces/sleepy/{call}"):
            wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
        with within(2):
            wait_until(lambda: run_sql(shop, RUNNING) == [(0,)])
        assert http.post("/api/v1/interfaces/customers/count", json={}).json()["count"] == 8


def hanging_up(http: httpx.Client, path: str) -> AbstractContextManager[socket.socket]:
    """Sends a search and closes the connection at the end of the block, without waiting for the answer."""
    body = json.dumps({"criteria": {}}).encode()
    credentials = b64encode(f"anne:{USERS['anne'][0]}".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {http.base_url.netloc.decode()}\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection((http.base_url.host, http.base_url.port or 80))
    connection.sendall(head.encode() + body)
    return connection


def test_every_process_sees_an_edit_within_a_second_and_no_request_fails(portal: Portal, serve: Serve) -> None:
    def definition(version: int) -> str:
        return f"title: Version {version}\nsource: shop\nsql: SELECT {version} AS version"

    portal.write("edited.yaml", definition(0))
    statuses: Counter[int] = Counter()
    stop = threading.Event()
    with serve(WEB_WORKERS="2") as http:

        def search_on() -> None:
            while not stop.is_set():
                with httpx.Client(base_url=http.base_url, auth=http.auth, timeout=60) as one:  # a new connection
                    statuses[one.post("/api/v1/interfaces/edited/search", json={}).status_code] += 1

        threads = [threading.Thread(target=search_on) for _ in range(4)]
        for thread in threads:
            thread.start()
        for version in range(1, 4):
            portal.write("edited.yaml", "title: Broken\nsource: shop\nsqll: SELECT 1")
            time.sleep(0.3)
            assert {state(http) for _ in range(10)} == {"Broken: unknown key `sqll`; did you mean `sql`?"}
            portal.write("edited.yaml", definition(version))
            time.sleep(0.3)
            assert {state(http) for _ in range(10)} == {f"Version {version}: {version}"}
        stop.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200, 503}
    assert statuses[200] > 50


def state(http: httpx.Client) -> str:
    """What a new connection, which any process may take, sees of the edited interface."""
    with httpx.Client(base_url=http.base_url, auth=http.auth) as one:
        listed = next(found for found in one.get("/api/v1/interfaces").json() if found["id"] == "edited")
        if not listed["available"]:
            return f"{listed['title']}: {listed['problem'].rsplit(':3: ', 1)[1]}"
        rows = one.post("/api/v1/interfaces/edited/search", json={}).json()["rows"]
        return f"{listed['title']}: {rows[0][0]}"


NAPPING = """
title: Napping
source: shop
sql: SELECT n, pg_sleep(1.5)::text AS slept FROM generate_series(1, 1) AS n
"""


def test_a_server_that_is_stopped_finishes_what_it_was_asked(portal: Portal, serve: Serve, shop: str) -> None:
    portal.write("napping.yaml", NAPPING)
    with ThreadPoolExecutor(1) as client:
        with serve(GRACE_SECONDS="10") as http:
            where = http.base_url.join("/api/v1/interfaces/napping/search")
            asked = client.submit(httpx.post, where, json={}, auth=http.auth, timeout=60)
            wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
        assert asked.result().json()["count"] == 1
        with pytest.raises(httpx.ConnectError):
            httpx.get(where, timeout=2)


def test_a_server_that_is_stopped_waits_no_longer_than_its_grace_period(
    portal: Portal, serve: Serve, shop: str
) -> None:
    portal.write("sleepy.yaml", SLEEPY)
    with ThreadPoolExecutor(1) as client:
        with serve(GRACE_SECONDS="1") as http:
            where = http.base_url.join("/api/v1/interfaces/sleepy/search")
            asked = client.submit(httpx.post, where, json={}, auth=http.auth, timeout=40)
            wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
            stopped_at = time.monotonic()
        assert time.monotonic() - stopped_at < 8 * slowness()
        assert isinstance(asked.exception(), httpx.TransportError)
    # PostgreSQL misses a client when it has something for it: left alone, it would sleep on beside the next tests.
    run_sql(shop, RUNNING.replace("count(*)", "pg_terminate_backend(pid)"))


@pytest.mark.skipif(sys.platform != "linux", reason="sockets and their owners are read from /proc")
def test_no_connection_to_a_database_is_shared_by_two_processes(
    serve: Serve, portal_database_url: str, shop: str
) -> None:
    with serve(WEB_WORKERS="2", PORTAL_DATABASE_URL=portal_database_url) as http:

        def owners() -> list[set[int]]:
            for _ in range(4):
                httpx.get(http.base_url.join("/api/v1/saved-searches"), auth=http.auth)
                httpx.post(http.base_url.join("/api/v1/interfaces/customers/count"), json={}, auth=http.auth)
            ports = run_sql(shop, "SELECT client_port FROM pg_stat_activity WHERE application_name = 'guichet'")
            return [found for (port,) in ports if (found := owners_of(port, urlsplit(shop).port or 5432))]

        wait_until(lambda: len(set().union(*owners()) - {os.getpid()}) >= 2, seconds=60)
        found = owners()
    assert len(found) >= 2
    assert all(len(processes) == 1 for processes in found), found


def owners_of(port: int, server_port: int) -> set[int]:
    """The processes that hold the socket from a local port to a server's: others may use the same port elsewhere."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    inodes = {
        f"socket:[{words[9]}]"
        for words in lines
        if words[1].endswith(f":{port:04X}") and words[2].endswith(f":{server_port:04X}")
    }
    found = set()
    for file in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(file.readlink()) in inodes:
                found.add(int(file.parts[2]))
    return found


def test_faults_of_the_environment_are_told_together_and_end_it(portal: Portal, tmp_path: Path) -> None:
    environ = {**portal.environ, "PORT": "many", "SOURCE_SHOP_URL": "oracle://u:hunter2@h/d", "WEB_WORKERS": "0"}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "guichet.wsgi:app"]
    ended = subprocess.run(
        command, cwd=ROOT / "backend", env=environ, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode != 0
    assert "PORT must be a whole number from 1 to 65535, not “many”" in ended.stderr
    assert "WEB_WORKERS must be" in ended.stderr
    assert "SOURCE_SHOP_URL must look like" in ended.stderr
    assert "hunter2" not in ended.stderr


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<div id="app"></div>')
    (folder / "robots.txt").write_text("User-agent: *")
    (folder / "assets" / "index-abc123.js").write_text("console.log(1)\n" * 200)
    (tmp_path / "secret.txt").write_text("for nobody")
    return folder


@pytest.mark.parametrize(
    ("path", "status", "cache"),
    [
        ("/", 200, "no-cache"),
        ("/interfaces/customers", 200, "no-cache"),
        ("/robots.txt", 200, "no-cache"),
        ("/assets/index-abc123.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/index-old.js", 404, None),
        ("/nothing.png", 404, None),
        ("/../secret.txt", 404, None),
        ("/assets/../../secret.txt", 404, None),
        ("/config.json", 200, "no-cache"),
    ],
)
def test_the_built_page_is_served(portal: Portal, page: Path, path: str, status: int, cache: str | None) -> None:
    answer = portal.client(PAGE_DIR=str(page)).get(path)
    assert (answer.status_code, answer.headers.get("Cache-Control") if cache else None) == (status, cache)
    assert b"for nobody" not in answer.get_data()


def test_what_pays_is_compressed_for_clients_that_take_it(portal: Portal, page: Path) -> None:
    client = portal.client(PAGE_DIR=str(page))
    gzipped = {"Accept-Encoding": "gzip"}
    script = client.get("/assets/index-abc123.js", headers=gzipped)
    assert script.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(script.get_data()) == (page / "assets" / "index-abc123.js").read_bytes()
    again = {**gzipped, "If-None-Match": script.headers["ETag"]}
    assert client.get("/assets/index-abc123.js", headers=again).status_code == 304
    found = client.post("/api/v1/interfaces/numbers/search", {}, headers=gzipped)
    assert json.loads(gzip.decompress(found.get_data()))["heavy"] is True
    assert "Content-Encoding" not in client.get("/api/v1/user", headers=gzipped).headers
    assert "Content-Encoding" not in client.post("/api/v1/interfaces/numbers/search", {}).headers


SCRIPT = "/assets/index-abc123.js"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip, deflate", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_files_of_the_page_are_sent_as_the_build_compressed_them(
    portal: Portal, built_page: dict[str, bytes], page: Path, accepted: str, encoding: str | None
) -> None:
    client = portal.client(PAGE_DIR=str(page))
    headers = {"Accept-Encoding": accepted}
    script = client.get(SCRIPT, headers=headers)
    assert script.headers.get("Content-Encoding") == encoding
    assert script.get_data() == built_page[encoding or "identity"]
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Vary"] == "Accept-Encoding"
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    head = client.flask.head(SCRIPT, headers={**client.headers, **headers}, buffered=True)
    assert head.headers["Content-Length"] == str(len(built_page[encoding or "identity"]))
    assert head.get_data() == b""
    again = client.get(SCRIPT, headers={**headers, "If-None-Match": script.headers["ETag"]})
    assert (again.status_code, again.headers["Vary"]) == (304, "Accept-Encoding")
    part = client.get(SCRIPT, headers={**headers, "Range": "bytes=2-5"})
    assert (part.status_code, part.get_data()) == (206, built_page[encoding or "identity"][2:6])


def test_each_encoding_of_a_file_has_an_etag_of_its_own(
    portal: Portal, built_page: dict[str, bytes], page: Path
) -> None:
    client = portal.client(PAGE_DIR=str(page))
    etags = {client.get(SCRIPT, headers={"Accept-Encoding": one}).headers["ETag"] for one in built_page}
    assert len(etags) == len(built_page)
    assert client.get("/assets/../../secret.txt", headers={"Accept-Encoding": "br"}).status_code == 404


@pytest.fixture
def built_page(page: Path) -> dict[str, bytes]:
    """What the build leaves of a script, by its encoding; no server need know what is in it."""
    script = page / "assets" / "index-abc123.js"
    plain = script.read_bytes()
    made = {"identity": plain, "gzip": gzip.compress(plain), "br": b"stands for brotli"}
    script.with_suffix(".js.gz").write_bytes(made["gzip"])
    script.with_suffix(".js.br").write_bytes(made["br"])
    return made


def gunicorn(portal: Portal, *arguments: str, **environ: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", *arguments, "guichet.wsgi:app"]
    return subprocess.Popen(command, cwd=ROOT / "backend", env={**INHERITED, **portal.environ, **environ})


def measured_folders() -> list[Path]:
    place = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())  # looked at only
    return list(place.glob("guichet-metrics-*"))


@pytest.mark.parametrize("ending", ["checked", "faulty", "stopped", "killed"])
def test_nothing_is_left_in_memory_however_a_server_ends(portal: Portal, ending: str) -> None:
    port = free_port()
    if ending == "checked":
        server = gunicorn(portal, "--check-config")
    elif ending == "faulty":
        server = gunicorn(portal, PORT="none")
    else:
        server = gunicorn(portal, PORT=str(port), WEB_WORKERS="2")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            wait_until(lambda: is_alive(http), seconds=60)
        server.send_signal(signal.SIGTERM if ending == "stopped" else signal.SIGKILL)
    server.wait(60)
    if ending == "killed":  # the next one clears up
        gunicorn(portal, "--check-config").wait(60)
    assert not [one for one in measured_folders() if one.name.startswith(f"guichet-metrics-{server.pid}-")]


def test_it_listens_on_an_address_of_ipv6_and_says_its_version_first(portal: Portal, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "guichet.log"
    server = gunicorn(portal, HOST="::1", PORT=str(port), LOG_FILE_PATH=str(log))
    try:
        with httpx.Client(base_url=f"http://[::1]:{port}") as http:
            wait_until(lambda: is_alive(http), seconds=60)
            assert http.get("/healthz").json() == {"status": "alive", "version": __version__}
    finally:
        server.terminate()
        server.wait(30)
    assert f" guichet {__version__}: the server starts" in log.read_text().splitlines()[0]


def test_a_migration_tells_a_database_that_is_away_from_one_that_fails_and_waits_where_it_is_told_to(
    portal: Portal, make_database: Callable[..., str]
) -> None:
    away = f"postgresql://nobody:hunter2@127.0.0.1:{free_port()}/none"
    command = [sys.executable, "-m", "guichet.cli", "migrate"]

    def environ(url: str) -> dict[str, str]:
        return {**INHERITED, **portal.environ, "PORTAL_DATABASE_URL": url}

    done = subprocess.run(command, env=environ(away), capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Connection refused" in done.stderr, "hunter2" in done.stderr) == (5, True, False)
    with subprocess.Popen([*command, "--wait"], env=environ(away)) as waiting:
        time.sleep(3)
        assert waiting.poll() is None
        waiting.kill()
    assert subprocess.run([*command, "--wait"], env=environ(make_database()), check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("url", ["away", "there"])
def test_the_container_starts_without_its_portal_database_and_serves_searches(
    portal: Portal, make_database: Callable[..., str], url: str
) -> None:
    """What the image runs, outside of it."""
    database = make_database() if url == "there" else f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    port = free_port()
    programs = str(Path(sys.executable).parent)
    path = f"{programs}:{os.environ['PATH']}"
    environ = {**INHERITED, "PATH": path, **portal.environ, "PORTAL_DATABASE_URL": database, "PORT": str(port)}
    server = subprocess.Popen(["./serve.sh"], cwd=ROOT / "backend", env=environ, start_new_session=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("anne", "secret-anne"), timeout=30) as http:
            wait_until(lambda: is_alive(http), seconds=60)
            assert http.post("/api/v1/interfaces/customers/count", json={"criteria": {}}).status_code == 200
            ready = http.get("/readyz")
            assert ready.status_code == (200 if url == "there" else 503)
            assert ready.json()["down"] == ([] if url == "there" else ["portal database"])
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def test_the_list_of_three_thousand_definitions_comes_at_once_from_every_process(portal: Portal, serve: Serve) -> None:
    text = (portal.folder / "customers.yaml").read_text("utf-8")
    for number in range(3000):
        (portal.folder / f"many-{number}.yaml").write_text(text, "utf-8")
    with serve(WEB_WORKERS="3") as http:
        for _ in range(9):  # each on a connection of its own, which any process may take
            with httpx.Client(base_url=http.base_url, auth=http.auth, timeout=60) as one, within(3):
                listed = one.get("/api/v1/interfaces")
            assert len(listed.json()) > 3000
