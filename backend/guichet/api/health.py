"""The probes, which alone need no sign-in. They tell whether, never what: no name, address or message."""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from guichet import errors
from guichet.api import context
from guichet.api.operations import answer
from guichet.portal_db import migrate

logger = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answers as long as this process is alive; asks nobody."""
    return answer({"status": "alive"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answers 200 when the portal database can be reached and is up to date, else 503. Sources don't count."""
    database = context.portal().portal_database
    try:
        if database:
            migrate.check(database)
    except errors.PortalDatabaseError as error:
        logger.warning("not ready: %s", error)
        response = answer({"status": "not ready", "down": ["portal database"]}, 503)
        response.headers["Retry-After"] = "5"
        return response
    return answer({"status": "ready", "down": []})
