"""The probes and the metrics, which alone need no sign-in: for who stands inside, never routed from outside.

They name what is down as the configuration does, and tell no address, user or message.
"""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor, wait

from flask import Blueprint, Response

from guichet import errors, metrics
from guichet.api import context
from guichet.api.operations import answer
from guichet.portal_db import migrate

logger = logging.getLogger(__name__)

PING_SECONDS = 2

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answers as long as this process is alive; asks nobody."""
    return answer({"status": "alive"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answers 200 when the portal database can be reached and is up to date and archives can be read, else 503.

    Names everything that is down; sources are named too, but don't count: the interfaces of others still work.
    """
    down = _down()
    sources = _sources_down()
    if not down:
        return answer({"status": "ready", "down": sources})
    response = answer({"status": "not ready", "down": down + sources}, 503)
    response.headers["Retry-After"] = "5"
    return response


@blueprint.get("/metrics")
def exposition() -> Response:
    """Answers Prometheus. While the portal database is down, what only it knows is missing."""
    database, known = context.portal().portal_database, {}
    try:
        if database:
            with database.transaction() as transaction:
                known = {(row["name"], row["state"]): row["value"] for row in transaction.fetch("operation.queue")}
    except errors.PortalDatabaseError as error:
        logger.warning("metrics without the queue: %s", error)
    return Response(metrics.exposition(known), content_type=metrics.MEDIA_TYPE)


def _down() -> list[str]:
    portal, down = context.portal(), []
    try:
        if portal.portal_database:
            migrate.check(portal.portal_database)
    except errors.PortalDatabaseError as error:
        logger.warning("not ready: %s", error)
        down.append("portal database")
    folder = portal.settings.archive_dir
    if folder.exists() and not os.access(folder, os.R_OK | os.X_OK):
        down.append("archives")
    return down


def _sources_down() -> list[str]:
    """Asks all sources at once for a sign of life, and waits no longer than a probe does."""
    sources = context.portal().sources
    if not sources:
        return []
    pings = ThreadPoolExecutor(len(sources), thread_name_prefix="ping")
    asked = {pings.submit(source.ping): name for name, source in sources.items()}
    answered, _ = wait(asked, timeout=PING_SECONDS)
    pings.shutdown(wait=False)
    well = {asked[one] for one in answered if one.exception() is None}
    return [f"source {name}" for name in sources if name not in well]
