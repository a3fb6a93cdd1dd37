"""The built page, where no nginx stands in front: its files, and `index.html` for every address of the page's own.

What nginx asks before it sends a file of the page by itself is here too: whether the sign-in is right.
"""

from __future__ import annotations

import mimetypes
import secrets
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as WerkzeugResponse

from guichet.http import context
from guichet.http.operations import build_answer

blueprint = Blueprint("page", __name__)


class PagePath(PathConverter):
    """Any path but the API's: what isn't there has no page in its stead, nor the methods of one."""

    regex = "(?!api/)[^/].*?"


# Known before the routes below are.
blueprint.record_once(lambda state: state.app.url_map.converters.update(page=PagePath))

YEAR_SECONDS = 365 * 24 * 3600

# What the build leaves beside its files, the smallest first.
ENCODINGS = {"br": ".br", "gzip": ".gz"}

# Stands in the built index.html where a nonce of its own belongs, for the style element that Vuetify writes.
NONCE = b"__CSP_NONCE__"
POLICY = (
    "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@blueprint.get("/config.json")
def get_config() -> Response:
    """Tell the page where the API is; nginx serves a file of that name instead."""
    response = build_answer({"api": "/api/v1"})
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/signed-in")
def check_sign_in() -> Response:
    """Answer whoever gets so far, past the sign-in: for nginx, which asks it before each file of the page."""
    return Response(status=204)


@blueprint.get("/api/docs")
def redirect_to_docs() -> WerkzeugResponse:
    """Lead to the page that draws the OpenAPI document."""
    return redirect("/api-docs")


@blueprint.get("/", defaults={"path": ""})
@blueprint.get("/<page:path>")
def serve_page(path: str) -> Response:
    """Serve a file of the built page; files under `assets/` have their hash in their name and never change."""
    folder = context.portal().settings.page_dir
    if folder is None:
        raise NotFound("There is nothing at this address.")
    if path.startswith("assets/"):
        response = _send_smallest(folder.resolve(), path)
        response.cache_control.immutable = True
        return response
    return _send_file_or_index(folder.resolve(), path)


def _send_smallest(folder: Path, path: str) -> Response:
    """Send a file as the build compressed it, where there is such a file and the client takes it."""
    for encoding, suffix in ENCODINGS.items():
        compressed = safe_join(str(folder), path + suffix)
        if request.accept_encodings[encoding] > 0 and compressed and Path(compressed).is_file():
            mimetype, _ = mimetypes.guess_type(path)
            response = send_from_directory(folder, path + suffix, mimetype=mimetype, max_age=YEAR_SECONDS)
            response.headers["Content-Encoding"] = encoding
            return response
    return send_from_directory(folder, path, max_age=YEAR_SECONDS)


def _send_file_or_index(folder: Path, path: str) -> Response:
    if "." not in path.rsplit("/", 1)[-1] or path == "index.html":
        return _send_index(folder)
    response = send_from_directory(folder, path)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _send_index(folder: Path) -> Response:
    """Send index.html with a new nonce; without a validator, or a browser would keep the old one by a new policy."""
    index = folder / "index.html"
    if not index.is_file():
        raise NotFound("The page is not built.")
    nonce = secrets.token_urlsafe(16)
    response = Response(index.read_bytes().replace(NONCE, nonce.encode()), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
    response.headers["Cache-Control"] = "no-cache"
    return response
