"""Compresses answers for clients that take gzip: level 1 of isal, which costs about a millisecond a megabyte."""

from __future__ import annotations

from flask import Flask, Response, request
from isal import igzip

SMALLEST = 1000
COMPRESSIBLE = (
    "application/json",
    "application/problem+json",
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "image/svg+xml",
)


def register(app: Flask) -> None:
    """Compress this application's answers."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in COMPRESSIBLE:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_worthwhile(response):
        return response
    response.direct_passthrough = False
    response.set_data(igzip.compress(response.get_data(), compresslevel=1))
    response.headers["Content-Encoding"] = "gzip"
    if etag := response.get_etag()[0]:
        response.set_etag(etag, weak=True)
    return response


def _is_worthwhile(response: Response) -> bool:
    if response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return False
    if response.is_streamed and not response.direct_passthrough:
        return False
    length = response.content_length
    return request.accept_encodings["gzip"] > 0 and (length is None or length >= SMALLEST)
