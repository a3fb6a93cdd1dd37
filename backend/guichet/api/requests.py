"""What every request goes through: an id, one line in the log, the headers that keep a browser safe."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

logger = logging.getLogger("guichet.requests")

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.monotonic()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(["Accept-Language", "Authorization", "Origin"])
    _log(response)
    return response


def _log(response: Response) -> None:
    """Writes the path without its query string, where values of criteria may stand."""
    user = g.get("user")
    logger.info(
        "%s %s %s %d %d ms user=%s",
        g.request_id,
        request.method,
        request.path,
        response.status_code,
        round((time.monotonic() - g.started) * 1000),
        user.name if user else "-",
    )
