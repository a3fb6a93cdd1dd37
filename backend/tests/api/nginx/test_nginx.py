"""The frontend's nginx, as the system has it, with the configuration of `nginx/templates`."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from passlib.hash import bcrypt

from guichet.interfaces import record_loading
from tests.api.conftest import free_port, wait_until
from tests.api.nginx.conftest import BASIC, BROTLI, Nginx, scripted
from tests.api.test_server import RUNNING, SLEEPY, hanging_up
from tests.api.test_shares import ENDLESS, STREAM
from tests.conftest import INHERITED, ROOT, USERS, Portal, run_sql
from tests.time_limits import within

Site = Callable[..., AbstractContextManager[Nginx]]
Start = Callable[..., AbstractContextManager[Nginx]]

PROBLEM = "application/problem+json"
WRONG = httpx.BasicAuth("anne", "wrong")


# --- who may


def test_nothing_of_the_portal_is_told_without_a_sign_in(site: Site) -> None:
    with site() as front:
        for path in ("/", "/index.html", "/assets/index-abc123.js", "/config.json", "/api/v1/interfaces", "/any/where"):
            answer = front.anonymous(path)
            assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM), path
            assert answer.headers["WWW-Authenticate"].startswith('Basic realm="Guichet"')
            assert "Guichet</title>" not in answer.text
        for path in ("/robots.txt", "/favicon.svg"):
            assert front.anonymous(path).status_code == 200
        assert front.anonymous("/robots.txt").text == "User-agent: *\nDisallow: /\n"
        assert front.anonymous("/favicon.ico").headers["Location"].endswith("/favicon.svg")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/healthz/", "/signed-in"])
def test_what_is_for_those_inside_is_not_routed_from_outside(site: Site, path: str) -> None:
    with site() as front:
        for answer in (front.http.get(path), front.anonymous(path)):
            assert answer.status_code == 404
            assert "alive" not in answer.text


def test_a_guesser_is_told_the_same_by_the_page_and_the_api_whatever_the_password(site: Site) -> None:
    with site(SIGN_IN_ATTEMPTS="3") as front:
        front.http.get("/api/v1/user")  # is remembered
        tries = [front.http.get("/api/v1/user", auth=WRONG).status_code for _ in range(3)]
        assert tries == [401, 401, 401]
        for path in ("/", "/assets/index-abc123.js", "/api/v1/user"):
            headers = {"X-Request-Id": "the-same-id"}
            told = [front.http.get(path, auth=auth, headers=headers) for auth in (WRONG, front.http.auth)]
            assert [one.status_code for one in told] == [429, 429], f"{path}: the right password would be found out"
            assert told[0].json()["type"] == "urn:guichet:problem:too-many-attempts"
            assert 0 < int(told[0].headers["Retry-After"]) <= 60
            assert told[0].headers.keys() == told[1].headers.keys()
            if told[0].headers["Retry-After"] == told[1].headers["Retry-After"]:
                assert told[0].content == told[1].content
        colleague = httpx.BasicAuth("ben", USERS["ben"][0])
        assert front.http.get("/api/v1/user", auth=colleague).status_code == 200
        assert {front.anonymous("/").status_code for _ in range(8)} == {401}, "a first visit is no guess"


def test_bearer_tokens_and_preflight_questions_pass_to_the_api(start: Start) -> None:
    seen: list[tuple[str, str | None]] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        seen.append((request.command, request.headers["Authorization"]))
        send(request, b"")

    with scripted(note) as upstream, start(upstream) as front:
        assert front.anonymous("/api/v1/user", Authorization="Bearer abc").status_code == 200
        assert httpx.options(front.http.base_url.join("/api/v1/user")).status_code == 200
        assert seen == [("GET", "Bearer abc"), ("OPTIONS", None)]


def test_a_token_is_judged_by_the_api_and_opens_no_page(site: Site) -> None:
    with site() as front:
        told = [front.anonymous("/api/v1/user", Authorization="Bearer nonsense") for _ in range(6)]
        assert {answer.status_code for answer in told} == {401}
        assert front.anonymous("/", Authorization="Bearer nonsense").status_code == 401


def test_a_real_token_opens_the_api_and_passwords_for_one_are_counted(site: Site) -> None:
    with site(SECRET_KEY="0123456789" * 4, SIGN_IN_ATTEMPTS="3") as front:
        where = front.http.base_url.join("/api/v1/authenticate")
        signed_in = httpx.post(where, json={"user": "anne", "password": USERS["anne"][0]})
        assert signed_in.status_code == 200, signed_in.text
        bearer = f"Bearer {signed_in.json()['token']}"
        assert front.anonymous("/api/v1/user", Authorization=bearer).json()["user"] == "anne"
        tries = [httpx.post(where, json={"user": "anne", "password": "wrong"}).status_code for _ in range(6)]
        assert tries[0] == 401
        assert tries[-1] == 429


# --- the page


def test_the_page_has_a_nonce_of_its_own_and_is_not_kept(site: Site) -> None:
    with site() as front:
        nonces = set()
        for path in ("/", "/interfaces/customers", "/index.html"):
            answer = front.http.get(path)
            policy = answer.headers["Content-Security-Policy"]
            nonce = answer.text.split('nonce="')[1].split('"')[0]
            assert f"style-src 'self' 'nonce-{nonce}';" in policy
            assert "unsafe" not in policy
            assert answer.headers["Cache-Control"] == "no-cache"
            assert "ETag" not in answer.headers
            assert "Last-Modified" not in answer.headers
            nonces.add(nonce)
        assert len(nonces) == 3


def test_every_answer_has_the_headers_that_keep_a_browser_safe(site: Site) -> None:
    with site() as front:
        for path in ("/", "/assets/index-abc123.js", "/config.json", "/api/v1/user", "/assets/none.js", "/robots.txt"):
            answer = front.http.get(path)
            safe = {name: answer.headers.get(name) for name in ("X-Frame-Options", "X-Content-Type-Options")}
            assert safe == {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff"}, path
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "camera=()" in answer.headers["Permissions-Policy"]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Server"] == "nginx", "no version"
            assert all(len(answer.headers.get_list(name)) == 1 for name in set(answer.headers)), "each header once"


def test_files_with_a_hash_in_their_name_are_kept_for_ever_and_come_compressed(site: Site) -> None:
    with site() as front:
        script = front.http.get("/assets/index-abc123.js")
        assert script.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert script.headers["Content-Encoding"] == "gzip"
        assert script.text == "console.log(1)\n" * 200
        assert front.http.get("/assets/index-old.js").status_code == 404
        api = front.http.get("/api/v1/interfaces/customers")
        assert api.headers["Content-Encoding"] == "gzip", "the API's own compression comes through"
        assert api.headers["Cache-Control"] == "no-store"


SCRIPT = "/assets/index-abc123.js"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "br"),
        ("BR", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.000, gzip", "gzip"),
        ("gzip, brotli", "gzip"),
        ("gzip, deflate", "gzip"),
        ("identity", None),
    ],
)
def test_files_of_the_page_are_sent_as_the_build_compressed_them(
    site: Site, accepted: str, encoding: str | None
) -> None:
    with site() as front:
        headers = {"Accept-Encoding": accepted}
        with front.http.stream("GET", SCRIPT, headers=headers) as script:
            sent = b"".join(script.iter_raw())
        assert script.headers.get("Content-Encoding") == encoding
        assert script.headers["Content-Type"] == "text/javascript"
        assert script.headers["Vary"] == "Accept-Encoding"
        assert script.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert all(len(script.headers.get_list(name)) == 1 for name in set(script.headers)), "each header once"
        assert (sent == BROTLI) is (encoding == "br")
        head = front.http.head(SCRIPT, headers=headers)
        assert int(head.headers["Content-Length"]) == len(sent)
        assert head.headers["ETag"] == script.headers["ETag"]
        kept = front.http.get(SCRIPT, headers={**headers, "If-None-Match": script.headers["ETag"]})
        assert (kept.status_code, kept.headers["Vary"]) == (304, "Accept-Encoding")
        with front.http.stream("GET", SCRIPT, headers={**headers, "Range": "bytes=2-5"}) as part:
            # What gzip_static sends, it sends whole, whatever part is asked for.
            expected = (200, sent) if encoding == "gzip" else (206, sent[2:6])
            assert (part.status_code, b"".join(part.iter_raw())) == expected


def test_a_file_that_was_not_compressed_is_sent_as_it_is(site: Site) -> None:
    with site() as front:
        for accepted in ("br", "gzip", "identity"):
            style = front.http.get("/assets/plain-abc123.css", headers={"Accept-Encoding": accepted})
            assert (style.status_code, style.text) == (200, "p { margin: 0 }")
            assert "Content-Encoding" not in style.headers
            assert style.headers["Content-Type"] == "text/css"
        missing = front.http.get("/assets/none-abc123.js", headers={"Accept-Encoding": "br"})
        assert (missing.status_code, "Content-Encoding" in missing.headers) == (404, False)
        assert front.anonymous(SCRIPT).status_code == 401


def test_the_page_is_configured_when_nginx_starts(site: Site) -> None:
    chosen = {"PAGE_API": "https://api.example.com/api/v1", "PAGE_CONNECTS_TO": "https://api.example.com"}
    with site(**chosen) as front:
        config = front.http.get("/config.json")
        assert config.json() == {"api": "https://api.example.com/api/v1"}
        assert config.headers["Cache-Control"] == "no-cache"
        policy = front.http.get("/").headers["Content-Security-Policy"]
        assert "connect-src 'self' https://api.example.com;" in policy


def test_browsers_are_told_to_stay_with_tls_where_there_is_tls(start: Start, portal: Portal, tmp_path: Path) -> None:
    key, certificate, port = tmp_path / "key.pem", tmp_path / "certificate.pem", free_port()
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*made, *about, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    extras = tmp_path / "nginx" / "extras"
    extras.mkdir(parents=True)
    tls = f"listen 127.0.0.1:{port} ssl;\nssl_certificate {certificate};\nssl_certificate_key {key};\n"
    (extras / "tls.conf").write_text(tls)
    schemes: list[str | None] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        schemes.append(request.headers["X-Forwarded-Proto"])
        send(request, b"{}")

    with scripted(note) as upstream, start(upstream) as front:
        trusted = ssl.create_default_context(cafile=str(certificate))
        with httpx.Client(base_url=f"https://127.0.0.1:{port}", headers=BASIC, verify=trusted) as http:
            answers = [
                http.get("/"),
                http.get("/api/v1/user"),
                front.http.get("/", headers={"X-Forwarded-Proto": "https"}),
            ]
            assert {answer.headers.get("Strict-Transport-Security") for answer in answers} == {"max-age=31536000"}
        for path in ("/", "/api/v1/user"):
            assert "Strict-Transport-Security" not in front.http.get(path).headers
    assert schemes == ["https", "http"]


# --- short addresses

ALIASED = "title: Ours\nsource: shop\nsql: SELECT 7 AS n\nalias: {rows: /ours}"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def test_short_addresses_of_definitions_are_the_apis(site: Site, portal: Portal) -> None:
    with site() as front:
        assert front.http.get("/ours").status_code == 404
        portal.write("ours.yaml", ALIASED)
        for accept in ("*/*", BROWSER):
            for path in ("/ours", "/ours/0/10"):
                answer = front.http.get(path, headers={"Accept": accept})
                assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json"), answer.text
                assert answer.json() == [{"n": 7}]
        refused = front.anonymous("/ours")
        assert (refused.status_code, refused.headers["Content-Type"]) == (401, PROBLEM)
        assert front.anonymous("/ours", Accept=BROWSER).status_code == 401


def test_what_is_no_short_address_is_the_page_to_browsers_and_a_problem_to_programs(site: Site) -> None:
    with site() as front:
        for path in ("/nothing", "/nothing/at/all", "/nothing-of-ours"):
            page = front.http.get(path, headers={"Accept": BROWSER})
            assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8"), path
            assert "'nonce-" in page.headers["Content-Security-Policy"]
            told = front.http.get(path)
            assert (told.status_code, told.headers["Content-Type"]) == (404, PROBLEM), path
            assert told.json()["request_id"] == told.headers["X-Request-Id"]


def test_the_pages_own_addresses_are_known_to_nginx_and_to_authors() -> None:
    routes = set(re.findall(r"path: '/([a-z-]+)", (ROOT / "frontend/src/router.ts").read_text("utf-8")))
    template = (ROOT / "nginx/templates/nginx.conf.template").read_text("utf-8")
    found = re.search(r"location ~ \^/\(\?!\(\?:([a-z|-]+)\)", template)
    assert found
    own = set(found[1].split("|"))
    assert {"account", "interfaces"} <= routes <= own
    assert {f"/{name}" for name in own} | {"/healthz", "/metrics", "/readyz"} == record_loading.TAKEN


# --- the API behind it


def test_a_search_goes_through_with_its_id_its_host_and_the_clients_address(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "guichet.log"
    with site(LOG_FILE_PATH=str(log)) as front:
        named = {"X-Request-Id": "my-own-request-1", "Origin": str(front.http.base_url).rstrip("/")}
        answer = front.http.post("/api/v1/interfaces/customers/count", json={}, headers=named)
        assert (answer.status_code, answer.json()["count"]) == (200, 8)
        assert answer.headers["X-Request-Id"] == "my-own-request-1"
        odd = front.http.get("/api/v1/nothing", headers={"X-Request-Id": "no id; at all"})
        assert odd.json()["request_id"] == odd.headers["X-Request-Id"] != "no id; at all"
        assert "my-own-request-1 POST /api/v1/interfaces/customers/count" in log.read_text()
        assert odd.headers["X-Request-Id"] in log.read_text()


def test_connections_to_the_api_are_kept_open(start: Start) -> None:
    connections: list[tuple[str, int]] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        connections.append(request.client_address)
        send(request, b"{}")

    with scripted(note) as upstream, start(upstream) as front:
        for path in ("/api/v1/user", "/api/v1/interfaces/customers/csv", "/short", "/api/v1/user"):
            assert front.http.get(path).status_code == 200
    assert len(connections) == 4
    assert len(set(connections)) == 1


def test_its_log_is_json_and_says_nothing_of_what_was_searched(site: Site) -> None:
    with site() as front:
        front.http.get("/api/v1/interfaces/customers/options/country?q=hunter2", headers={"X-Request-Id": "request-2"})
        front.http.get("/?criteria=hunter2")
        wait_until(lambda: front.log.count("\n") >= 3)
        lines = [json.loads(line) for line in front.log.splitlines()]
        told = next(line for line in lines if line["request_id"] == "request-2")
        assert (told["user"], told["method"]) == ("anne", "GET")
        assert told["path"] == "/api/v1/interfaces/customers/options/country"
        assert isinstance(told["seconds"], float)
        assert "hunter2" not in front.log


def test_a_client_that_goes_away_cancels_its_query_through_nginx_too(site: Site, portal: Portal, shop: str) -> None:
    portal.write("sleepy.yaml", SLEEPY)
    with site() as front:
        front.http.get("/api/v1/interfaces/sleepy").raise_for_status()
        with hanging_up(front.http, "/api/v1/interfaces/sleepy/count"):
            wait_until(lambda: run_sql(shop, RUNNING) == [(1,)])
        wait_until(lambda: run_sql(shop, RUNNING) == [(0,)])


@pytest.mark.parametrize(
    "path", ["/api/v1/interfaces/customers/csv", "/api/v1/extracts/1/archive", "/api/v1/value-lists/1/unmatched"]
)
def test_a_download_comes_through_as_it_is_written(start: Start, path: str) -> None:
    arrived = threading.Event()

    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "10")
        request.end_headers()
        request.wfile.write(b"first")
        request.wfile.flush()
        request.wfile.write(b"-last" if arrived.wait(10) else b"-late")

    with scripted(trickle) as upstream, start(upstream) as front, front.http.stream("GET", path) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"first"
        arrived.set()
        assert b"".join(pieces) == b"-last"


def test_slow_readers_of_streams_hold_nobody_up(site: Site, portal: Portal) -> None:
    """Two may run for one user and three in all, however many ask; their places are free when they have gone."""
    portal.write("endless.yaml", ENDLESS)
    ben = {"Authorization": "Basic " + b64encode(f"ben:{USERS['ben'][0]}".encode()).decode()}
    with site(WEB_WORKERS="1", STREAMS="3", STREAMS_PER_USER="2") as front:
        with ExitStack() as stack:

            def begin(**headers: str) -> int:
                return stack.enter_context(front.http.stream("GET", STREAM, headers=headers)).status_code

            assert [begin() for _ in range(6)] == [200, 200, 429, 429, 429, 429]
            assert [begin(**ben) for _ in range(6)] == [200, 503, 503, 503, 503, 503]
            for headers in ({}, ben):
                counted = front.http.post("/api/v1/interfaces/customers/count", json={}, headers=headers)
                assert counted.json()["count"] == 8
                assert front.http.get("/", headers=headers).status_code == 200

        def is_begun() -> bool:
            with front.http.stream("GET", STREAM) as answer:
                return answer.status_code == 200

        wait_until(is_begun)


def test_an_upload_goes_through_as_it_comes(start: Start) -> None:
    begun = threading.Event()

    def take(request: BaseHTTPRequestHandler) -> None:
        size = int(request.headers["Content-Length"])
        read = len(request.rfile.read(1000))
        begun.set()
        read += len(request.rfile.read(size - read))
        send(request, str(read).encode())

    with scripted(take) as upstream, start(upstream) as front:
        where = (front.http.base_url.host, front.http.base_url.port or 80)
        head = f"POST /api/v1/value-lists HTTP/1.1\r\nHost: x\r\nAuthorization: {BASIC['Authorization']}\r\n"
        with socket.create_connection(where, timeout=10) as client:
            client.sendall(f"{head}Content-Length: 2000\r\nConnection: close\r\n\r\n".encode() + b"x" * 1000)
            assert begun.wait(10), "the first half was kept back"
            client.sendall(b"x" * 1000)
            assert b"".join(iter(lambda: client.recv(4096), b"")).endswith(b"2000")


def test_bodies_have_their_limits_and_uploads_a_larger_one(start: Start) -> None:
    def take(request: BaseHTTPRequestHandler) -> None:
        send(request, str(len(request.rfile.read(int(request.headers["Content-Length"])))).encode())

    with scripted(take) as upstream, start(upstream, REQUEST_MB="1", VALUE_LIST_MB="3") as front:
        too_much = front.http.post("/api/v1/interfaces/customers/search", content=b"x" * 2_000_000)
        assert (too_much.status_code, too_much.headers["Content-Type"]) == (413, PROBLEM)
        assert too_much.json()["type"] == "urn:guichet:problem:body-too-large"
        assert front.http.post("/api/v1/value-lists", content=b"x" * 2_000_000).text == "2000000"
        assert front.http.post("/api/v1/value-lists", content=b"x" * 4_000_000).status_code == 413


def test_a_finished_archive_is_sent_by_nginx_itself(start: Start, tmp_path: Path) -> None:
    archive = tmp_path / "archives" / "0b5e" / "sales.zip"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(bytes(range(256)) * 400)
    (tmp_path / "secret.txt").write_text("for nobody")

    def point(request: BaseHTTPRequestHandler) -> None:
        outside = "secret" in request.path
        headers = {"X-Accel-Redirect": "/archives/../secret.txt" if outside else "/archives/0b5e/sales.zip"}
        headers |= {"Content-Type": "application/zip", "Content-Disposition": 'attachment; filename="sales.zip"'}
        send(request, b"", **headers)

    with scripted(point) as upstream, start(upstream) as front:
        whole = front.http.get("/api/v1/extracts/1/archive")
        assert whole.content == archive.read_bytes()
        assert whole.headers["Content-Disposition"] == 'attachment; filename="sales.zip"'
        assert whole.headers["Content-Type"] == "application/zip"
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        rest = front.http.get("/api/v1/extracts/1/archive", headers={"Range": "bytes=102300-"})
        assert (rest.status_code, rest.content) == (206, archive.read_bytes()[102300:])
        for path in ("/archives/0b5e/sales.zip", "/api/v1/extracts/secret/archive"):
            answer = front.http.get(path)
            assert answer.status_code >= 400, path
            assert b"for nobody" not in answer.content


def test_while_the_api_is_away_it_says_so_as_a_problem(start: Start) -> None:
    with start(f"127.0.0.1:{free_port()}") as front:
        for path in ("/api/v1/interfaces", "/", "/assets/index-abc123.js"):
            answer = front.http.get(path)
            assert (answer.status_code, answer.headers["Content-Type"]) == (503, PROBLEM), path
            assert answer.headers["Retry-After"] == "5"
            assert answer.json()["retryable"] is True


def send(request: BaseHTTPRequestHandler, body: bytes, **headers: Any) -> None:
    """Answers 200 with a body and headers."""
    request.send_response(200)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def test_wrong_passwords_take_nothing_of_nginx_however_dear_their_hashes(site: Site, portal: Portal) -> None:
    dear = bcrypt.using(rounds=13).hash("secret-anne")  # half a second of a core each
    Path(portal.environ["HTPASSWD_FILE"]).write_text(f"anne:{dear}\n")
    with site() as front, ThreadPoolExecutor(12) as pool:
        guesses = [pool.submit(front.http.get, "/api/v1/user", auth=WRONG, timeout=120) for _ in range(24)]
        for _ in range(20):
            with within(2):
                assert front.http.get("/robots.txt").status_code == 200
            time.sleep(0.05)
        assert {guess.result().status_code for guess in guesses} <= {401, 429}


def test_half_a_request_to_nginx_is_given_up_in_time(start: Start) -> None:
    with scripted(lambda _: None) as upstream, start(upstream) as front, socket.socket() as client:
        client.settimeout(30)
        client.connect((front.http.base_url.host, front.http.base_url.port or 0))
        client.sendall(b"GET / HTTP/1.1\r\nHost:")
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.mark.parametrize(("auth_basic", "code"), [("Guichet", 1), ("off", 0)])
def test_a_folder_that_docker_made_of_the_file_of_users_is_named(tmp_path: Path, auth_basic: str, code: int) -> None:
    environment = {**INHERITED, "HTPASSWD": str(tmp_path), "AUTH_BASIC": auth_basic}
    checked = subprocess.run(
        ["sh", str(ROOT / "nginx" / "check-files.sh")], env=environment, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr.count(f"{tmp_path} is a folder")) == (code, 1)
