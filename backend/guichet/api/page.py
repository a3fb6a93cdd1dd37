"""The built page, where no nginx stands in front: its files, and `index.html` for every address of the page's own."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from guichet.api import context
from guichet.api.operations import answer

blueprint = Blueprint("page", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@blueprint.get("/config.json")
def config() -> Response:
    """Tells the page where the API is; nginx serves a file of that name instead."""
    response = answer({"api": "/api/v1"})
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/", defaults={"path": ""})
@blueprint.get("/<path:path>")
def serve(path: str) -> Response:
    """Serves a file of the built page; files under `assets/` have their hash in their name and never change."""
    folder = context.portal().settings.page_dir
    if folder is None or path.startswith("api/"):
        raise NotFound("There is nothing at this address.")
    if path.startswith("assets/"):
        response = send_from_directory(folder.resolve(), path, max_age=YEAR_SECONDS)
        response.cache_control.immutable = True
        return response
    return _file_or_index(folder.resolve(), path)


def _file_or_index(folder: Path, path: str) -> Response:
    name = path if "." in path.rsplit("/", 1)[-1] else "index.html"
    response = send_from_directory(folder, name)
    response.headers["Cache-Control"] = "no-cache"
    return response
