"""The system's nginx with the project's own configuration, in front of the real server or of a scripted one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import free_port, wait_until
from tests.conftest import ROOT, USERS, Portal

# Stands for a file as the build compresses it: no server looks into it.
BROTLI = b"stands for brotli"
TEMPLATES = ROOT / "nginx" / "templates"
BASIC = {"Authorization": "Basic " + b64encode(f"anne:{USERS['anne'][0]}".encode()).decode()}


@dataclass
class Nginx:
    """A running nginx: its client, signed in, and its folder."""

    http: httpx.Client
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "access.log").read_text("utf-8")

    def anonymous(self, path: str, **headers: str) -> httpx.Response:
        """Gets a path without the sign-in."""
        return httpx.get(self.http.base_url.join(path), headers={n.replace("_", "-"): v for n, v in headers.items()})


def defaults() -> dict[str, str]:
    """The variables of the templates, with the defaults that the image gives them."""
    dockerfile = (ROOT / "frontend" / "Dockerfile").read_text("utf-8")
    blocks = re.findall(r"^ENV ((?:.*\\\n)*.*)$", dockerfile, re.MULTILINE)
    found = re.findall(r'([A-Z_]+)=(?:"([^"]*)"|(\S*))', "\n".join(blocks))
    return {name: quoted or plain for name, quoted, plain in found}


def render(folder: Path, variables: dict[str, str]) -> Path:
    """Fills in the templates as the image does when it starts; returns the configuration's path."""
    for template in TEMPLATES.glob("*.template"):
        text = re.sub(r"\$\{([A-Z_]+)\}", lambda found: variables[found[1]], template.read_text("utf-8"))
        (folder / template.stem).write_text(text, "utf-8")
    return folder / "nginx.conf"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A built page, in small."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<meta property="csp-nonce" nonce="__CSP_NONCE__"><div id="app"></div>')
    (folder / "favicon.svg").write_text("<svg/>")
    script = folder / "assets" / "index-abc123.js"
    script.write_text("console.log(1)\n" * 200)
    subprocess.run(["gzip", "--keep", str(script)], check=True)
    script.with_suffix(".js.br").write_bytes(BROTLI)
    (folder / "assets" / "plain-abc123.css").write_text("p { margin: 0 }")
    return folder


@pytest.fixture
def start(portal: Portal, page: Path, tmp_path: Path) -> Callable[..., AbstractContextManager[Nginx]]:
    """Starts nginx in front of an upstream: `with start(upstream, REQUEST_MB="1") as site:`."""

    @contextmanager
    def run(upstream: str, **variables: str) -> Iterator[Nginx]:
        folder = tmp_path / "nginx"
        (folder / "extras").mkdir(parents=True, exist_ok=True)
        archives = tmp_path / "archives"
        archives.mkdir(exist_ok=True)
        port = free_port()
        chosen = {
            **defaults(),
            "API_UPSTREAM": upstream,
            "LISTEN": f"127.0.0.1:{port}",
            "HEALTH_PORT": str(free_port()),
            "HTPASSWD": portal.environ["HTPASSWD_FILE"],
            "PAGE_ROOT": str(page),
            "ARCHIVES": str(archives),
            "SERVER_EXTRAS": str(folder / "extras"),
            "SCRATCH": str(folder),
            "ACCESS_LOG": str(folder / "access.log"),
            **variables,
        }
        configuration = render(folder, chosen)
        account = "user root; " if os.geteuid() == 0 else ""
        command = [program, "-p", str(folder), "-c", str(configuration), "-g", f"{account}daemon off;"]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        process = subprocess.Popen(command)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=BASIC, timeout=30) as http:
                wait_until(lambda: answers(http))
                yield Nginx(http, folder)
        finally:
            process.terminate()
            process.wait(10)

    program = os.environ.get("NGINX") or shutil.which("nginx")
    if program is None:
        pytest.fail("nginx is needed: apt install nginx")
    return run


def answers(http: httpx.Client) -> bool:
    try:
        return http.get("/robots.txt").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def site(
    serve: Callable[..., AbstractContextManager[httpx.Client]], start: Callable[..., AbstractContextManager[Nginx]]
) -> Callable[..., AbstractContextManager[Nginx]]:
    """Starts nginx in front of the real server; variables in capitals reach both."""

    @contextmanager
    def both(**environ: str) -> Iterator[Nginx]:
        with (
            serve(TRUSTED_PROXIES="1", **environ) as api,
            start(api.base_url.netloc.decode(), **environ) as front,
        ):
            yield front

    return both


@contextmanager
def scripted(handle: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """An upstream that does what a test says, for what a real one does too quickly to be watched; lets everybody in."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/signed-in":
                self.send_response(204)
                self.end_headers()
                return
            handle(self)

        do_POST = do_OPTIONS = do_GET  # noqa: N815  # the names that the server calls

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
