"""What is measured of a process, for Prometheus: by its own client library, also where a server has several processes.

gunicorn's processes share a folder (`PROMETHEUS_MULTIPROC_DIR`, set by `gunicorn.conf.py`), from which whichever is
asked adds all of them up. What is a fact of the portal database, of a disk or of a source is looked up at each question
instead and kept nowhere, so that it is the same whichever process is asked, and ends with what it tells of. Labels are
names of interfaces, sources and views: never a user, never a value.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

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
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from guichet import __version__

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
pool_size = Gauge("guichet_pool_size", "Connections that there may be.", ["database"], multiprocess_mode="livesum")
connections_refused = Counter("guichet_pool_refused", "Searches for which no connection came free.", ["database"])
connections_skipped = Counter(
    "guichet_pool_skipped", "Searches refused at once: the database had not answered a moment before.", ["database"]
)
extract_wait_seconds = Histogram(
    "guichet_extract_wait_seconds", "From asking for an extract to its beginning.", ["source"], buckets=SLOW
)
extract_seconds = Histogram(
    "guichet_extract_seconds", "From an extract's beginning to its end.", ["interface", "state"], buckets=SLOW
)
extract_rows = Counter("guichet_extract_rows", "Rows written to archives.", ["interface"])
mails = Counter("guichet_mails", "Mails, by what became of them.", ["outcome"])


# The states that are told even where nothing is in them, so that an alert sees them fall.
STATES = {
    "extracts": ("queued", "running", "delivering", "done", "failed", "cancelled", "expired"),
    "deliveries": ("pending", "sending", "sent", "failed", "unknown", "cancelled"),
}

Known = Mapping[tuple[str, str], float]


class FactsCollector(Collector):
    """Metrics that are looked up when they are asked for."""

    def __init__(self, facts: Iterable[Metric]) -> None:
        self._facts = tuple(facts)

    def collect(self) -> Iterable[Metric]:
        """Return what is told at this moment."""
        return self._facts


class DiskCollector(Collector):
    """The disk of the archives, and the version, of a process that is no server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return what is told at this moment."""
        yield build_version()
        yield from measure_disk(self._folder)


def serve_metrics(port: int, archives: Path) -> None:
    """Answer `GET /metrics` (and whatever else is asked) of a process that is no server, in a thread of its own."""
    for outcome in ("sent", "later", "failed", "unknown"):
        mails.labels(outcome)  # told as 0 until there is one: what begins with its first can't be seen to grow
    REGISTRY.register(DiskCollector(archives))
    start_http_server(port)


def format_exposition(facts: Iterable[Metric]) -> bytes:
    """Write everything in Prometheus's text format.

    :param facts: what was looked up beside what processes measure.
    """
    registry = CollectorRegistry()
    registry.register(FactsCollector(facts))
    return generate_latest(_build_registry()) + generate_latest(registry)


def build_gauge(name: str, about: str, samples: Mapping[str, float], label: str | None = None) -> Metric:
    """Make a gauge that is kept nowhere.

    :param samples: its values by the value of its label; without a label, the one under "".
    """
    made = GaugeMetricFamily(f"guichet_{name}", about, labels=[label] if label else [])
    for value, number in samples.items():
        made.add_metric([value] if label else [], number)
    return made


def build_version() -> Metric:
    """Tell which version runs."""
    return build_gauge("build_info", "The version that runs, always 1.", {__version__: 1}, "version")


def measure_disk(folder: Path) -> Iterator[Metric]:
    """Tell of the disk on which archives are written; nothing while it is away."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return
    yield build_gauge("archive_disk_size_bytes", "The size of the archives' disk.", {"": usage.total})
    yield build_gauge("archive_disk_free_bytes", "What is free on the archives' disk.", {"": usage.free})


def build_up(portal_database: bool | None, sources: Mapping[str, bool]) -> Iterator[Metric]:
    """Tell which databases answer: 1, or 0.

    :param portal_database: None where there is none.
    """
    if portal_database is not None:
        yield build_gauge("portal_database_up", "Whether the portal database answers.", {"": portal_database})
    yield build_gauge("source_up", "Whether a source answers.", sources, "source")


def build_queue(known: Known) -> Iterator[Metric]:
    """Tell what the portal database knows, by metric and state, such as `("extracts", "queued")`."""
    about = {
        "extracts": "Extracts by state: all that are under way, of those that ended the last day's.",
        "deliveries": "Mails by state: all that are under way, of those that ended the last day's.",
    }
    for name, states in STATES.items():
        yield build_gauge(name, about[name], {state: known.get((name, state), 0) for state in states}, "state")
    oldest = known.get(("oldest", "queued"), 0)
    yield build_gauge("queue_oldest_seconds", "How long the oldest waiting extract waits.", {"": oldest})
    yield build_gauge("archive_bytes", "What all archives take together.", {"": known.get(("archives", "stored"), 0)})


def _build_registry() -> CollectorRegistry:
    if values.ValueClass is values.MutexValue:  # one process: it has its values in memory
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # theirs has no types here
    return registry
