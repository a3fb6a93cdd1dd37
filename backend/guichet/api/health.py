"""The probes and the metrics, which alone need no sign-in: for who stands inside, never routed from outside.

They name what is down as the configuration does, and tell no address, user or message; but to an administrator who
signs in on the call, what the driver said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from flask import Blueprint, Response
from prometheus_client.core import Metric

from guichet import __version__, errors, metrics
from guichet.http import authentication, context
from guichet.http.operations import build_answer
from guichet.portal_db import migrate
from guichet.server import draining

logger = logging.getLogger(__name__)

PING_SECONDS = 2
PORTAL_DATABASE = "portal database"

# What is down, as the configuration calls it, and why.
Reasons = dict[str, str]

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def get_health() -> Response:
    """Answer as long as this process is alive; ask nobody. A server that is about to end says 503."""
    if draining.is_draining():
        return build_answer({"status": "draining", "version": __version__}, 503)
    return build_answer({"status": "alive", "version": __version__})


@blueprint.get("/readyz")
def get_readiness() -> Response:
    """Answer 200 when the portal database can be reached and is up to date and archives can be read, else 503.

    Names everything that is down; sources are named too, but don't count: the interfaces of others still work.
    """
    silent = _find_unreachable()
    needed = _find_failures({name: why for name, why in silent.items() if name == PORTAL_DATABASE})
    sources = {name: why for name, why in silent.items() if name != PORTAL_DATABASE}
    down = needed | sources
    told: dict[str, object] = {"status": "not ready" if needed else "ready", "down": list(down)}
    if down and authentication.is_administrator():
        told["reasons"] = down
    response = build_answer(told, 503 if needed else 200)
    if needed:
        response.headers["Retry-After"] = "5"
    return response


@blueprint.get("/metrics")
def get_metrics() -> Response:
    """Answer Prometheus. While the portal database is down, what only it knows is missing."""
    portal = context.portal()
    silent = _find_unreachable()
    sources = {name: f"source {name}" not in silent for name in portal.sources}
    facts = [metrics.build_version(), *metrics.measure_disk(portal.settings.archive_dir), _build_archive_budget()]
    known = None if PORTAL_DATABASE in silent else _read_queue_figures()
    facts += metrics.build_up(None if portal.portal_database is None else known is not None, sources)
    facts += metrics.build_queue(known) if known is not None else []
    return Response(metrics.format_exposition(facts), content_type=metrics.MEDIA_TYPE)


def _read_queue_figures() -> metrics.Known | None:
    """Ask the portal database what it knows; None where there is none, or it is down."""
    database = context.portal().portal_database
    if database is None:
        return None
    try:
        with database.transaction() as transaction:
            return {(row["name"], row["state"]): row["value"] for row in transaction.fetch("operation.queue")}
    except errors.PortalDatabaseError as error:
        logger.warning("metrics without the queue: %s", errors.explain(error))
        return None


def _build_archive_budget() -> Metric:
    most = context.portal().settings.archive_max_gb * 1_000_000_000
    return metrics.build_gauge("archive_budget_bytes", "What all archives may take together.", {"": most})


def _find_failures(silent: Reasons) -> Reasons:
    """Find what must be there and is not, and why."""
    portal = context.portal()
    reasons = {
        "archives": portal.store.find_fault() if portal.portal_database else None,
        "definitions": portal.registry.fault(),
        "users": portal.accounts.fault(),
    }
    down = silent | {name: reason for name, reason in reasons.items() if reason}
    if down:
        logger.warning("not ready: %s", "; ".join(f"{name}: {reason}" for name, reason in down.items()))
    return down


def _find_unreachable() -> Reasons:
    """Ask all databases at once for a sign of life, and wait no longer than a probe does."""
    portal = context.portal()
    asks: dict[str, Callable[[], None]] = {f"source {name}": source.ping for name, source in portal.sources.items()}
    if portal.portal_database:
        asks[PORTAL_DATABASE] = partial(migrate.check, portal.portal_database)
    if not asks:
        return {}
    pings = ThreadPoolExecutor(len(asks), thread_name_prefix="ping")
    asked = {pings.submit(ask): name for name, ask in asks.items()}
    answered, _ = wait(asked, timeout=PING_SECONDS)
    pings.shutdown(wait=False)
    told = {asked[future]: future.exception() for future in answered}
    late = TimeoutError("no answer within the probe's time")
    outcomes = {name: told.get(name, late) for name in asks}
    return {name: errors.explain(error) for name, error in outcomes.items() if isinstance(error, Exception)}
