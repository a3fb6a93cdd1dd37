"""What operators type: `guichet migrate`, `guichet worker`, `guichet audit`."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import click

from guichet import __version__, errors, logs, metrics, portal, resources
from guichet.audit import entries
from guichet.cli import server_command
from guichet.cli.terminal.exit_codes import UNAVAILABLE
from guichet.extracts.worker import Worker
from guichet.portal_db import migrate as migrations
from guichet.portal_db.database import PortalDatabase
from guichet.server import process_settings

logger = logging.getLogger(__name__)

WAIT_SECONDS = 5
REREADING = threading.Lock()


@click.command()
@click.option("--wait", is_flag=True, help="Wait for a database that can't be reached, however long.")
def migrate(*, wait: bool) -> None:
    """Bring the portal database up to date.

    Safe to run at any time, by several at once. Exits 5 if the database can't be reached, 1 if a migration fails.
    """
    database = portal.build_portal_database(server_command.read_settings())
    if database is None:
        raise click.ClickException("PORTAL_DATABASE_URL is not set.")
    while not _is_reachable(database, quietly=wait):
        if not wait:
            raise SystemExit(UNAVAILABLE)
        time.sleep(WAIT_SECONDS)
    with server_command.exit_on_error():
        applied = migrations.migrate(database)
    click.echo("\n".join(f"applied {name}" for name in applied) or "The portal database is up to date.")


def _is_reachable(database: PortalDatabase, *, quietly: bool) -> bool:
    try:
        with database.transaction() as transaction:
            transaction.run("SELECT 1")
    except errors.PortalDatabaseError as error:
        if not quietly:
            click.secho(f"Error: {errors.explain(error)}", err=True)
        return False
    return True


@click.command()
def worker() -> None:
    """Run extracts and send their mails.

    It ends when it is stopped, by SIGTERM or Ctrl-C. On SIGHUP it reads the settings of sources again.
    """
    changed: list[int] = []
    signal.signal(signal.SIGHUP, lambda number, _: changed.append(number))
    with server_command.exit_on_error():
        configured = process_settings.read_settings()
    logs.configure(configured.log_file_path, configured.log_format)
    logger.info("guichet %s: the worker starts", __version__)
    resources.lower_priority(configured.worker_nice)
    if configured.worker_metrics_port:
        metrics.serve_metrics(configured.worker_metrics_port, configured.archive_dir)
    portal.make_archive_folder(configured)
    with server_command.exit_on_error():
        made = portal.build_worker(configured)
    for number in (signal.SIGTERM, signal.SIGINT):
        _handle(number, made.stop)
    _handle(signal.SIGHUP, lambda: _reload_sources(made))
    if changed:  # since it read them
        _reload_sources(made)
    made.work()


def _handle(number: signal.Signals, action: Callable[[], None]) -> None:
    """Do something at a signal, in another thread: this one may hold the lock of its log, or of what it waits for."""
    signal.signal(number, lambda *_: threading.Thread(target=action, daemon=True).start())


def _reload_sources(worker: Worker) -> None:
    """Have a worker read sources as the settings name them now."""
    with REREADING:
        configured = process_settings.read_settings()
        worker.change_sources(portal.build_sources(configured), portal.load_dialects(configured))
    logger.info("the settings are read again: %d sources", len(configured.sources))


@click.command()
@click.option("--since", type=click.DateTime(), help="Only what happened since then (UTC).")
@click.option("--until", type=click.DateTime(), help="Only what happened before then (UTC).")
def audit(since: datetime | None, until: datetime | None) -> None:
    """Print as CSV who searched and extracted what, and when.

    Example: guichet audit --since 2026-11-01 > november.csv
    """
    database = portal.build_portal_database(server_command.read_settings())
    if database is None:
        raise click.ClickException("PORTAL_DATABASE_URL is not set: there is no audit.")
    since, until = (moment and moment.replace(tzinfo=UTC) for moment in (since, until))
    with server_command.exit_on_error():
        entries.export(database, since, until, sys.stdout.buffer)
