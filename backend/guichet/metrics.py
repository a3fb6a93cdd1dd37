"""What is measured of a process, for Prometheus: by its own client library, also where a server has several processes.

gunicorn's processes share a folder (`PROMETHEUS_MULTIPROC_DIR`, set by `gunicorn.conf.py`), from which whichever is
asked adds all of them up. What the portal database knows of (the queue, the mails) is asked there instead, and is the
same whoever is asked. Labels are names of interfaces, sources and views: never a user, never a value.
"""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    start_http_server,
    values,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)
SLOW = (0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600)

requests = Counter("guichet_requests", "Requests answered.", ["view", "method", "status"])
request_seconds = Histogram("guichet_request_seconds", "From a request to its answer.", ["view"], buckets=QUICK)
search_seconds = Histogram(
    "guichet_search_seconds", "What sources took for searches.", ["interface", "action"], buckets=QUICK
)
rows = Counter("guichet_rows", "Rows that were answered.", ["interface", "action"])
connections = Gauge("guichet_pool_connections", "Connections in use.", ["database"], multiprocess_mode="livesum")
connections_refused = Counter("guichet_pool_refused", "Searches for which no connection came free.", ["database"])
extract_wait_seconds = Histogram(
    "guichet_extract_wait_seconds", "From asking for an extract to its beginning.", ["source"], buckets=SLOW
)
extract_seconds = Histogram(
    "guichet_extract_seconds", "From an extract's beginning to its end.", ["interface", "state"], buckets=SLOW
)
extract_rows = Counter("guichet_extract_rows", "Rows written to archives.", ["interface"])
mails = Counter("guichet_mails", "Mails, by what became of them.", ["outcome"])


def serve(port: int) -> None:
    """Answers `GET /metrics` (and whatever else is asked) of a process that is no server, in a thread of its own."""
    start_http_server(port)


def exposition(queue: Mapping[tuple[str, str], float]) -> bytes:
    """Writes everything in Prometheus's text format.

    :param queue: what the portal database knows, by metric and state, such as `("extracts", "queued")`.
    """
    return generate_latest(_everything()) + generate_latest(_queue(queue))


def _everything() -> CollectorRegistry:
    if values.ValueClass is values.MutexValue:  # one process: it has its values in memory
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # theirs has no types here
    return registry


def _queue(found: Mapping[tuple[str, str], float]) -> CollectorRegistry:
    registry = CollectorRegistry()
    gauges = {
        "extracts": Gauge("guichet_extracts", "Extracts, by state.", ["state"], registry=registry),
        "deliveries": Gauge("guichet_deliveries", "Mails in the outbox, by state.", ["state"], registry=registry),
    }
    oldest = Gauge("guichet_queue_oldest_seconds", "How long the oldest waiting extract waits.", registry=registry)
    for (name, state), value in found.items():
        if name == "oldest":
            oldest.set(value)
        else:
            gauges[name].labels(state).set(value)
    return registry
