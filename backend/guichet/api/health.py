"""The probes and the metrics, which alone need no sign-in: for who stands inside, never routed from outside.

They name what is down as the configuration does, and tell no address, user or message; but to an administrator who
signs in on the call, what the driver said.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor, wait

from flask import Blueprint, Response

from guichet import errors, metrics
from guichet.api import context, sign_in
from guichet.api.operations import answer
from guichet.portal_db import migrate

logger = logging.getLogger(__name__)

PING_SECONDS = 2

# What is down, as the configuration calls it, and why.
Reasons = dict[str, str]

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
    needed, sources = _needed_down(), _sources_down()
    down = needed | sources
    told: dict[str, object] = {"status": "not ready" if needed else "ready", "down": list(down)}
    if down and sign_in.is_administrator():
        told["reasons"] = down
    response = answer(told, 503 if needed else 200)
    if needed:
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


def _needed_down() -> Reasons:
    """Finds what must be there and is not, and why."""
    portal, down = context.portal(), {}
    try:
        if portal.portal_database:
            migrate.check(portal.portal_database)
    except errors.PortalDatabaseError as error:
        down["portal database"] = errors.explained(error)
    found = {
        "archives": portal.store.fault() if portal.portal_database else None,
        "definitions": portal.registry.fault(),
        "users": portal.accounts.fault(),
    }
    down |= {name: reason for name, reason in found.items() if reason}
    if down:
        logger.warning("not ready: %s", "; ".join(f"{name}: {reason}" for name, reason in down.items()))
    return down


def _sources_down() -> Reasons:
    """Asks all sources at once for a sign of life, and waits no longer than a probe does."""
    sources = context.portal().sources
    if not sources:
        return {}
    pings = ThreadPoolExecutor(len(sources), thread_name_prefix="ping")
    asked = {pings.submit(source.ping): name for name, source in sources.items()}
    answered, _ = wait(asked, timeout=PING_SECONDS)
    pings.shutdown(wait=False)
    told = {asked[one]: one.exception() for one in answered}
    late = TimeoutError("no answer within the probe's time")
    found = {name: told.get(name, late) for name in sources}
    return {f"source {name}": errors.explained(error) for name, error in found.items() if isinstance(error, Exception)}
