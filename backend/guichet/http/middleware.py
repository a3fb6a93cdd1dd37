"""What every request goes through: an id, one line in the log, its measure, the headers that keep a browser safe."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from guichet import logs, metrics

logger = logging.getLogger("guichet.requests")

# What is asked so often, and says so little, that no log wants it.
UNLOGGED = ("/healthz", "/readyz", "/metrics", "/signed-in")

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def register(app: Flask) -> None:
    """Surround every request of this application with what all of them need."""
    app.before_request(_begin_request)
    app.after_request(_finish_response)


def _begin_request() -> None:
    request_id = request.headers.get("X-Request-Id", "")
    g.request_id = request_id if REQUEST_ID.fullmatch(request_id) else uuid.uuid4().hex
    g.started = time.monotonic()


def _finish_response(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(["Accept-Language", "Authorization", "Origin"])
    seconds = time.monotonic() - g.started
    _measure_request(response, seconds)
    if request.path not in UNLOGGED or response.status_code >= 400:
        _log_request(response, seconds)
    return response


def _measure_request(response: Response, seconds: float) -> None:
    view = request.endpoint or "none"
    metrics.requests.labels(view, request.method, response.status_code).inc()
    metrics.request_seconds.labels(view).observe(seconds)


def _log_request(response: Response, seconds: float) -> None:
    """Write the path without its query string, where values of criteria may stand."""
    user = g.get("user")
    named = {
        "request_id": g.request_id,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round(seconds * 1000),
    }
    told = logs.build_extra(
        user=user.name if user else "-",
        interface=(request.view_args or {}).get("interface_id"),
        **g.get("answer_figures", {}),
    )
    logger.info("%(request_id)s %(method)s %(path)s %(status)d %(ms)d ms", named, extra=told)
