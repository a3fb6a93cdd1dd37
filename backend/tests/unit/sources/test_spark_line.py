"""The line to a Spark Connect server, encrypted, with a token, given up in time; the server is one of gRPC's own."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from pydantic import SecretStr

from guichet import errors
from guichet.sources.kinds import SourceConfig
from guichet.sources.spark.messages import MESSAGES
from guichet.sources.spark.opening import open_source
from guichet.sources.spark.source import SparkSource


class Asked(grpc.GenericRpcHandler):
    """Answers every call as one for settings, and keeps what came with it."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []

    def service(self, details: Any) -> grpc.RpcMethodHandler:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            self.headers.append({key: str(value) for key, value in context.invocation_metadata()})
            return MESSAGES["ConfigResponse"](server_side_session_id="its own")

        return grpc.unary_unary_rpc_method_handler(
            answer, lambda sent: sent, lambda message: bytes(message.SerializeToString())
        )


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of `localhost` and its key, which nobody has signed but itself."""
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "ca.pem")]
    subprocess.run([*made, *names, *files], check=True, capture_output=True)
    return tmp_path / "ca.pem"


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Asked, int]]]:
    servers: list[grpc.Server] = []

    def start(certificate: Path | None = None) -> tuple[Asked, int]:
        server, asked = grpc.server(ThreadPoolExecutor(2)), Asked()
        server.add_generic_rpc_handlers((asked,))
        if certificate:
            pair = ((certificate.with_name("key.pem").read_bytes(), certificate.read_bytes()),)
            port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials(pair))
        else:
            port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        return asked, port

    yield start
    for server in servers:
        server.stop(None).wait()


def open_line(url: str, connect_seconds: int = 5) -> SparkSource:
    return open_source(SourceConfig("shop", SecretStr(url), 2, 5, connect_seconds, "UTC"))


def begin_session(source: SparkSource) -> None:
    with source.session(5):
        pass
    source.close_idle()


def test_a_token_comes_over_an_encrypted_line(certificate: Path, serve: Callable[..., tuple[Asked, int]]) -> None:
    asked, port = serve(certificate)

    begin_session(open_line(f"spark://anne:a%2Ftoken@localhost:{port}?ssl_ca={certificate}"))

    assert {headers["authorization"] for headers in asked.headers} == {"Bearer a/token"}


def test_a_certificate_that_nobody_knows_is_refused(certificate: Path, serve: Callable[..., tuple[Asked, int]]) -> None:
    asked, port = serve(certificate)

    with pytest.raises(errors.SourceUnavailableError):
        begin_session(open_line(f"spark://anne:token@localhost:{port}?use_ssl=true"))
    assert asked.headers == []


def test_a_certificate_of_another_name_is_refused(certificate: Path, serve: Callable[..., tuple[Asked, int]]) -> None:
    asked, port = serve(certificate)

    with pytest.raises(errors.SourceUnavailableError):
        begin_session(open_line(f"spark://anne:token@127.0.0.1:{port}?ssl_ca={certificate}"))
    assert asked.headers == []


def test_without_a_token_none_is_sent(serve: Callable[..., tuple[Asked, int]]) -> None:
    asked, port = serve()

    begin_session(open_line(f"spark://127.0.0.1:{port}"))

    assert asked.headers
    assert all("authorization" not in headers for headers in asked.headers)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("spark://anne:token@spark.example.com", "use_ssl=true"),
        ("spark://spark.example.com?ssl_ca=/nowhere/ca.pem", "ssl_ca"),
        ("spark://spark.example.com?use_ssl=yes", "use_ssl=true"),
    ],
)
def test_what_a_url_can_not_say_is_refused(url: str, told: str) -> None:
    with pytest.raises(errors.SettingsError, match=told):
        open_line(url)


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = open_line(f"spark://127.0.0.1:{silent.getsockname()[1]}", connect_seconds=1)
        with pytest.raises(errors.SourceUnavailableError):
            begin_session(source)
