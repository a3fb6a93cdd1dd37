"""Requests over HTTP: signed in, with a time limit on every wait, repeated where that helps, problems as exceptions."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.util.retry import Retry

import guichet
from guichet.client import problems

PREFIX = "/api/v1"
CONNECT_SECONDS = 10
# However long a portal says; then it is asked again.
LONGEST_RETRY_AFTER = 30
CHUNK = 1 << 16

Query = Mapping[str, Any] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Content:
    """A body that is no JSON: sent as it is read, and so only once.

    :param size: in bytes.
    """

    media_type: str
    pieces: Iterable[bytes]
    size: int


class Transport:
    """One portal, and who asks it.

    :param timeout_seconds: how long nothing may come, once connected.
    :param retries: how often a request is repeated.
    """

    def __init__(
        self, url: str, authorization: str | None, language: str | None, timeout_seconds: float, retries: int
    ) -> None:
        self.url = _normalize_url(url)
        self._headers = {"User-Agent": f"guichet/{guichet.__version__}"}
        if authorization:
            self._headers["Authorization"] = authorization
        if language:
            self._headers["Accept-Language"] = language
        self._timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=timeout_seconds)
        self._retries = retries
        self._pool = _build_pool(self.url)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def call(
        self, method: str, path: str, body: Any = None, query: Query = (), *, repeatable: bool = True
    ) -> tuple[Any, int]:
        """Send a request and return the JSON of its answer, and its status.

        :param repeatable: whether it may be sent again when nobody knows whether it arrived.
        :raises ClientError: any of its kinds.
        """
        with closing(self.open(method, path, body, query, repeatable=repeatable)) as response:
            data = _read_whole(response)
        return (json.loads(data) if data else None), response.status

    def open(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Query = (),
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        """Send a request and return its answer with the body still to be read; the caller closes it.

        :param body: JSON, or a `Content`.
        :raises ClientError: any of its kinds.
        """
        pairs = list(query.items() if isinstance(query, Mapping) else query)
        address = self.url + path + (f"?{urlencode(pairs)}" if pairs else "")
        sent = {**self._headers, "Accept-Encoding": "gzip", **(headers or {})}
        data: bytes | Iterable[bytes] | None = None
        if isinstance(body, Content):
            data = body.pieces
            sent |= {"Content-Type": body.media_type, "Content-Length": str(body.size)}
        elif body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        try:
            response = self._pool.request(
                method,
                address,
                body=data,
                headers=sent,
                timeout=self._timeout,
                retries=Retry(0, raise_on_status=False) if isinstance(body, Content) else self._build_retry(repeatable),
                redirect=False,
                preload_content=False,
            )
        except HTTPError as error:
            raise problems.UnreachableError(f"{self.url} can't be reached: {_find_reason(error)}") from error
        if response.status >= 300:
            with closing(response):
                raise _build_error(response)
        return response

    def _build_retry(self, repeatable: bool) -> Retry:
        """Repeat what was refused for the moment, when `Retry-After` says so, and what got lost."""
        return Retry(
            total=self._retries,
            connect=min(2, self._retries),
            read=min(2, self._retries) if repeatable else 0,
            redirect=0,
            allowed_methods=None,
            raise_on_status=False,
            backoff_factor=0.2,
            backoff_max=10,
            retry_after_max=LONGEST_RETRY_AFTER,
        )


def build_basic_header(user: str, password: str) -> str:
    """Make the header of HTTP Basic; in UTF-8, as the portal asks for."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def build_bearer_header(token: str) -> str:
    """Return the value of the header that signs in by a token."""
    return f"Bearer {token}"


def read_chunks(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Read an answer to its end, a piece at a time, and close it.

    :raises BrokenOffError: if it ends before.
    """
    with closing(response):
        try:
            yield from response.stream(CHUNK, decode_content=True)
        except (ProtocolError, ReadTimeoutError) as error:
            raise problems.BrokenOffError(
                "The portal broke off its answer: what came is not the whole. Its log says why, under the id "
                f"{response.headers.get('X-Request-Id', '?')}."
            ) from error


def _read_whole(response: urllib3.BaseHTTPResponse) -> bytes:
    return b"".join(read_chunks(response))


def _build_error(response: urllib3.BaseHTTPResponse) -> problems.ProblemError:
    headers = response.headers
    return problems.build_error(
        response.status, headers.get("Content-Type", ""), _read_whole(response), headers.get("X-Request-Id", "")
    )


def _normalize_url(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ValueError(f"{url!r} is no address of a portal, such as https://guichet.example.com")
    return parts._replace(path=parts.path.rstrip("/").removesuffix(PREFIX), fragment="").geturl()


def _build_pool(url: str) -> urllib3.PoolManager:
    """Build the connections to a portal, through the proxy that the environment names for it."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _find_reason(error: HTTPError) -> str:
    reason = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    return str(reason).rpartition(": ")[2] or type(reason).__name__
