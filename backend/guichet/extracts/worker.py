"""`guichet worker`: claims extracts and runs them, sends the mails, clears away what has expired.

Any number of workers may run, on any machine that sees the archive folder. Each has a thread per extract that it may
run at once, one for mails, and the main one, which keeps leases, notices cancellations, and hands back on a stop.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from guichet import errors, logs, metrics, sentences
from guichet.audit import entries
from guichet.extracts import delivery, jobs
from guichet.extracts import run as running
from guichet.extracts.delivery import Outbox
from guichet.extracts.jobs import Bounds, Extract, Outcome
from guichet.extracts.run import Progress, Surroundings
from guichet.extracts.stores import StoreError
from guichet.portal_db.database import PortalDatabase, Record
from guichet.search import blame

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.3
HOUSEKEEPING_SECONDS = 5

# What may pass: the next attempt may find it otherwise. Long enough in all for a database that is away for maintenance.
PASSING = (
    errors.SourceUnavailableError,
    errors.SourceBusyError,
    errors.OvertakenError,
    errors.PortalDatabaseError,
    errors.DefinitionsError,
    errors.AccountsError,
    StoreError,
)
WAITS_SECONDS = (5, 30, 120, 600, 1800, 3600)
# A query that took too long may have met a busy hour; each further try costs as much again.
SLOW_WAITS_SECONDS = (600,)


@dataclass
class Run:
    """An extract that this worker runs, and how far it is."""

    extract: Extract
    progress: Progress = field(default_factory=Progress)
    lost: bool = False
    handed_back: bool = False
    began: float = field(default_factory=time.monotonic)


@dataclass
class Worker:
    """A worker.

    :param message_id: makes the Message-ID of the mail about an extract.
    """

    database: PortalDatabase
    surroundings: Surroundings
    bounds: Bounds
    outbox: Outbox | None
    slots: int
    archive_days: int
    audit_days: int
    value_list_days: int
    message_id: Callable[[str, int], str]
    grace_seconds: float
    _runs: dict[str, Run] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Asks it to stop; for a signal handler."""
        self._stopping.set()
        if self.outbox:
            self.outbox.stop()

    def work(self) -> None:
        """Works until it is asked to stop, then hands back what it could not end in its grace period."""
        loops = [threading.Thread(target=self._extract_on, name=f"extract-{at}") for at in range(self.slots)]
        if self.outbox:
            loops.append(threading.Thread(target=self._deliver_on, name="deliver"))
        for thread in loops:
            thread.start()
        housekeeping_at = 0.0
        while not self._stopping.wait(jobs.BEAT_SECONDS):
            self._patiently(self._beat_all, None)
            if time.monotonic() >= housekeeping_at:
                housekeeping_at = time.monotonic() + HOUSEKEEPING_SECONDS
                self._patiently(self._keep_house, None)
        self._wind_up(loops)

    def _wind_up(self, loops: list[threading.Thread]) -> None:
        deadline = time.monotonic() + self.grace_seconds
        while any(thread.is_alive() for thread in loops):
            self._patiently(self._beat_all, None)
            if time.monotonic() > deadline:
                for run in self._current_runs():
                    run.handed_back = True
                    run.progress.stop()
            time.sleep(jobs.BEAT_SECONDS)

    def _extract_on(self) -> None:
        while not self._stopping.is_set():
            extract = self._patiently(self._claim, None)
            if extract:
                self._patiently(functools.partial(self._run, extract), None)
            else:
                self._stopping.wait(IDLE_SECONDS)

    def _claim(self) -> Extract | None:
        return jobs.claim(self.database, self.bounds)

    def _deliver_on(self) -> None:
        assert self.outbox is not None
        while not self._stopping.is_set():
            if not self._patiently(self.outbox.deliver_one, otherwise=False):
                self._stopping.wait(IDLE_SECONDS)

    def _patiently(self, step: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Takes a step; while the portal database is down there is nothing to do but to wait."""
        try:
            return step()
        except errors.PortalDatabaseError as error:
            logger.warning("%s", errors.explained(error))
            self._stopping.wait(1)
        except Exception:
            logger.exception("a step of the worker failed")
            self._stopping.wait(1)
        return otherwise

    def _run(self, extract: Extract) -> None:
        run = Run(extract)
        with self._lock:
            self._runs[extract.id] = run
        metrics.extract_wait_seconds.labels(extract.source).observe(_seconds_since(extract.created_at))
        told = logs.fields(user=extract.owner, interface=extract.interface)
        logger.info("extract %s begins, attempt %d", extract.id, extract.attempt, extra=told)
        try:
            self._end(run, running.run(extract, self.surroundings, run.progress))
        except Exception as error:
            self._failed(run, error)
        finally:
            with self._lock:
                del self._runs[extract.id]

    def _end(self, run: Run, outcome: Outcome) -> None:
        extract, seconds = run.extract, time.monotonic() - run.began
        metrics.extract_seconds.labels(extract.interface, outcome.state).observe(seconds)
        metrics.extract_rows.labels(extract.interface).inc(outcome.rows)
        told = logs.fields(user=extract.owner, interface=extract.interface, rows=outcome.rows, bytes=outcome.bytes)
        logger.info("extract %s is %s after %.1f s", extract.id, outcome.state, seconds, extra=told)
        ended = self._finish(extract, outcome)
        if outcome.archive is None or (ended and ended["archive"] == outcome.archive):
            return
        if ended and ended["state"] == "cancelled":
            self.surroundings.store.clear(extract.id)
        else:
            logger.warning("extract %s was taken over: its archive is removed", extract.id)
            self.surroundings.store.delete(outcome.archive)

    def _finish(self, extract: Extract, outcome: Outcome) -> Record | None:
        """Ends an extract, however long the portal database is away: the work is done, and is not to be done again.

        :returns: what became of it; None if another worker has begun it again.
        """
        message_id = self.message_id(extract.id, 1) if self.outbox else None
        while True:
            try:
                jobs.finish(self.database, extract, outcome, self.archive_days, message_id)
                return jobs.find(self.database, extract)
            except errors.PortalDatabaseError as error:
                logger.warning("extract %s can't be ended yet: %s", extract.id, errors.explained(error))
                if self._stopping.wait(1):
                    raise

    def _failed(self, run: Run, error: Exception) -> None:
        extract, cancelled = run.extract, isinstance(error, errors.QueryCancelledError)
        if run.lost:
            return
        if cancelled and run.handed_back:
            logger.warning("extract %s is handed back: its worker stops", extract.id)
            jobs.hand_back(self.database, extract, None, wait_seconds=0)
            return
        if cancelled:
            self._end(run, Outcome("cancelled", run.progress.rows, run.progress.bytes))
            return
        wait = wait_after(error, extract.attempt)
        _log_failure(run, error, wait)
        if wait is not None:
            jobs.hand_back(self.database, extract, _words(extract, error), wait)
        else:
            is_withheld = isinstance(error, errors.WithheldError)
            written = (run.progress.rows, run.progress.bytes)
            self._end(run, Outcome("failed", *written, problem=_words(extract, error), is_withheld=is_withheld))

    def _current_runs(self) -> list[Run]:
        with self._lock:
            return list(self._runs.values())

    def _beat_all(self) -> None:
        if self.outbox:
            self.outbox.beat()
        for run in self._current_runs():
            told = jobs.beat(self.database, run.extract, run.progress)
            if told != "on":
                run.lost = told == "lost"
                run.progress.stop()

    def _keep_house(self) -> None:
        for left in jobs.take_over(self.database, self.message_id if self.outbox else None):
            logger.warning("extract %s was left by its worker: %s now", left["id"], left["state"])
        if self.outbox:
            self.outbox.lose_what_was_on_the_line()
        self._expire()
        entries.forget(self.database, self.audit_days)
        self._forget()

    def _forget(self) -> None:
        with self.database.transaction() as transaction:
            transaction.fetch("value_lists.expire", days=self.value_list_days)
            transaction.fetch("tokens.forget")

    def _expire(self) -> None:
        with self.database.transaction() as transaction:
            for gone in transaction.fetch("extracts.expired"):
                self.surroundings.store.clear(str(gone["id"]))
                transaction.fetch("deliveries.give_up", extract_id=gone["id"], problem=delivery.EXPIRED)
                transaction.fetch("extracts.expire", id=gone["id"])


def wait_after(error: Exception, attempt: int) -> int | None:
    """Tells how long to wait before the next attempt; None if there shall be none."""
    if isinstance(error, errors.QueryTimeoutError):
        return SLOW_WAITS_SECONDS[attempt - 1] if attempt <= len(SLOW_WAITS_SECONDS) else None
    if isinstance(error, PASSING) and attempt < jobs.MOST_ATTEMPTS:
        return WAITS_SECONDS[min(attempt, len(WAITS_SECONDS)) - 1]
    return None


def _seconds_since(moment: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - moment).total_seconds())


def room_of(database: PortalDatabase, most_bytes: int) -> Callable[[str], int]:
    """Makes the function that tells how many bytes the archive of an extract may take, beside all others."""

    def room(extract_id: str) -> int:
        with database.transaction() as transaction:
            stored = transaction.find("extracts.stored_bytes", beside=extract_id)
        return max(0, most_bytes - (int(stored["bytes"]) if stored else 0))

    return room


def _words(extract: Extract, error: Exception) -> str:
    """Says what went wrong in words for the user, in their language; a bug is for the log alone."""
    return sentences.in_language(_sentence(extract, error), extract.request["language"])


def _sentence(extract: Extract, error: Exception) -> str:
    if isinstance(error, errors.QueryTimeoutError):
        return "The query took longer than an extract may."
    if isinstance(error, errors.QueryFailedError | errors.InvalidValueError | errors.InterfaceBrokenError):
        return "The form's SQL failed in the database."
    return sentences.of(error) if isinstance(error, errors.GuichetError) else errors.UNEXPECTED


def _log_failure(run: Run, error: Exception, wait_seconds: int | None) -> None:
    """Write why an attempt failed and what comes of it, without values of criteria; of a bug, the traceback too."""
    extract, seconds = run.extract, time.monotonic() - run.began
    outcome = "it has failed" if wait_seconds is None else f"tried again in {wait_seconds} s"
    details = "; ".join(error.details) if isinstance(error, errors.InterfaceBrokenError) else errors.explained(error)
    logger.warning(
        "extract %s: attempt %d ended after %.1f s, %s: %s: %s",
        extract.id,
        extract.attempt,
        seconds,
        outcome,
        type(error).__name__,
        blame.without_values(details, _texts(extract.request["criteria"])),
        extra=logs.fields(user=extract.owner, interface=extract.interface, rows=run.progress.rows),
        exc_info=None if isinstance(error, errors.GuichetError) else error,
    )


def _texts(given: Any) -> Iterator[str]:
    """Everything that stands in criteria as a user gave them."""
    if isinstance(given, Mapping | list):
        for one in given.values() if isinstance(given, Mapping) else given:
            yield from _texts(one)
    else:
        yield str(given)
