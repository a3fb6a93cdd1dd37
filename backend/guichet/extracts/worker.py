"""`guichet worker`: claims extracts and runs them, sends the mails, clears away what has expired.

Any number of workers may run, on any machine that sees the archive folder. Each has a thread per extract that it may
run at once, and one each for mails, for heartbeats (which keep leases and notice cancellations), for what dead workers
left, and for clearing away; the main one waits for a stop and hands back. Nothing that hangs in one of them keeps
another from going on, nor the worker from ending: none is waited for longer than the grace period and a little more.
"""

from __future__ import annotations

import functools
import logging
import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from guichet import errors, logs, messages, metrics
from guichet.audit import entries
from guichet.extracts import outbox, queue
from guichet.extracts.archives.archive_store import DiskFullError, StoreError
from guichet.extracts.cleanup import Sweeper
from guichet.extracts.context import ExtractContext
from guichet.extracts.extract import Extract
from guichet.extracts.outbox import Outbox
from guichet.extracts.progress import Progress
from guichet.extracts.queue import Outcome, QueueBounds
from guichet.extracts.run import ExtractRun
from guichet.portal_db.database import PortalDatabase
from guichet.search import error_attribution
from guichet.sources.protocol import Source
from guichet.sql.dialect import Dialect

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

# How long a signal that came just before a wait may go unnoticed.
SIGNAL_SECONDS = 0.5
IDLE_SECONDS = 0.3
WATCH_SECONDS = 5
CLEAN_SECONDS = 5
SWEEP_SECONDS = 300
# What a worker that stops waits for after its grace period, for extracts to be handed back.
HAND_BACK_SECONDS = 4
# How often it is said why no extract is begun.
REMIND_SECONDS = 60

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
# An archive that met a full disk fills it again, for all others: it had better wait until some have expired.
FULL_WAITS_SECONDS = (300, 1800, 3600)


@dataclass
class Run:
    """An extract that this worker runs, and how far it is."""

    extract: Extract
    progress: Progress = field(default_factory=Progress)
    lost: bool = False
    handed_back: bool = False
    stopping: bool = False
    began: float = field(default_factory=time.monotonic)


@dataclass
class Worker:
    """A worker.

    :param beats: the same database, by connections that nothing but heartbeats uses.
    :param message_id: makes the Message-ID of the mail about an extract.
    """

    database: PortalDatabase
    beats: PortalDatabase
    context: ExtractContext
    sweeper: Sweeper
    bounds: QueueBounds
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
    _ended: threading.Event = field(default_factory=threading.Event)
    _steady_since: float = -math.inf
    _obstacle: str | None = None
    _reminded_at: float = 0.0

    def stop(self) -> None:
        """Ask it to stop. Not for a signal handler itself: the thread that waits may hold the lock that this takes."""
        self._stopping.set()
        if self.outbox:
            self.outbox.stop()

    def change_sources(self, sources: Mapping[str, Source], dialects: Mapping[str, Dialect]) -> None:
        """Have the next extracts read these sources; those under way go on as they began."""
        self.context.searches.change_sources(sources, dialects)

    def work(self) -> None:
        """Work until it is asked to stop, then hand back what it could not end in its grace period."""
        loops = [self._start_thread(self._extract_loop, f"extract-{number}") for number in range(self.slots)]
        if self.outbox:
            loops.append(self._start_thread(self._deliver_loop, "deliver"))
        self._start_thread(self._beat_loop, "beat")
        self._start_thread(self._watch_loop, "watch")
        self._start_thread(self._clean_loop, "clean")
        logger.info("the worker takes extracts, %d at once", self.slots)
        # A signal that comes just before a wait is handled only after it: so none is for ever.
        while not self._stopping.wait(SIGNAL_SECONDS):
            pass
        self._wind_up(loops)
        self._ended.set()

    def _start_thread(self, loop: Callable[[], None], name: str) -> threading.Thread:
        """Start a thread that ends with the process, whatever it waits for."""
        thread = threading.Thread(target=loop, name=name, daemon=True)
        thread.start()
        return thread

    def _wind_up(self, loops: list[threading.Thread]) -> None:
        _join(loops, self.grace_seconds)
        for run in self._list_runs():
            run.handed_back = True
            self._stop_run(run)
        _join(loops, HAND_BACK_SECONDS)
        for run in self._list_runs():
            logger.warning("extract %s can't be handed back: another worker takes it over", run.extract.id)

    def _stop_run(self, run: Run) -> None:
        """Cancel what an extract runs, without waiting: a frozen database doesn't answer that either."""
        if not run.stopping:
            run.stopping = True
            self._start_thread(run.progress.stop, "stop")

    def _extract_loop(self) -> None:
        while not self._stopping.is_set():
            extract = self._attempt(self._claim, None) if self._can_begin() else None
            if extract:
                self._attempt(functools.partial(self._run, extract), None)
            else:
                self._stopping.wait(IDLE_SECONDS)

    def _can_begin(self) -> bool:
        """Tell whether an extract could be written here now: better not begun than failed."""
        obstacle, before = self._find_obstacle(), self._obstacle
        self._obstacle = obstacle
        if obstacle and (obstacle != before or time.monotonic() > self._reminded_at + REMIND_SECONDS):
            self._reminded_at = time.monotonic()
            logger.warning("extracts wait: %s", obstacle)
        elif before and not obstacle:
            logger.warning("extracts wait no more")
        return obstacle is None

    def _find_obstacle(self) -> str | None:
        return self.context.searches.registry.fault() or self.context.space.find_obstacle()

    def _claim(self) -> Extract | None:
        return queue.claim(self.database, self.bounds)

    def _deliver_loop(self) -> None:
        assert self.outbox is not None
        while not self._stopping.is_set():
            if not self._attempt(self.outbox.deliver_one, otherwise=False):
                self._stopping.wait(IDLE_SECONDS)

    def _attempt(self, step: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Take a step; while the portal database or a bucket is down there is nothing to do but to wait."""
        try:
            return step()
        except (errors.PortalDatabaseError, StoreError) as error:
            logger.warning("%s", errors.explain(error))
            self._stopping.wait(1)
        except Exception:
            logger.exception("a step of the worker failed")
            self._stopping.wait(1)
        return otherwise

    def _run(self, extract: Extract) -> None:
        if self._stopping.is_set():
            return queue.hand_back(self.database, extract, None, wait_seconds=0, counted=False)
        run = Run(extract)
        with self._lock:
            self._runs[extract.id] = run
        metrics.extract_wait_seconds.labels(extract.source).observe(_count_seconds_since(extract.created_at))
        told = logs.build_extra(user=extract.owner, interface=extract.interface)
        logger.info("extract %s begins, attempt %d", extract.id, extract.attempt, extra=told)
        try:
            self._end(run, ExtractRun(extract, self.context, run.progress).run())
        except Exception as error:
            self._handle_failure(run, error)
        finally:
            with self._lock:
                del self._runs[extract.id]

    def _end(self, run: Run, outcome: Outcome) -> None:
        extract, seconds = run.extract, time.monotonic() - run.began
        metrics.extract_seconds.labels(extract.interface, outcome.state).observe(seconds)
        metrics.extract_rows.labels(extract.interface).inc(outcome.rows)
        told = logs.build_extra(user=extract.owner, interface=extract.interface, rows=outcome.rows, bytes=outcome.bytes)
        logger.info("extract %s is %s after %.1f s", extract.id, outcome.state, seconds, extra=told)
        ended = self._finish(extract, outcome)
        if outcome.archive is None or (ended and ended.archive == outcome.archive):
            return
        if ended and ended.state == "cancelled":
            self.context.store.clear(extract.id)
        else:
            logger.warning("extract %s was taken over: its archive is removed", extract.id)
            self.context.store.delete(outcome.archive)

    def _finish(self, extract: Extract, outcome: Outcome) -> Extract | None:
        """End an extract, however long the portal database is away: the work is done, and is not to be done again.

        :returns: what became of it; None if another worker has begun it again.
        """
        message_id = self.message_id(extract.id, 1) if self.outbox else None
        while True:
            try:
                queue.finish(self.database, extract, outcome, self.archive_days, message_id)
                return queue.find_ended(self.database, extract)
            except errors.PortalDatabaseError as error:
                logger.warning("extract %s can't be ended yet: %s", extract.id, errors.explain(error))
                if self._stopping.wait(1):
                    raise

    def _handle_failure(self, run: Run, error: Exception) -> None:
        extract, cancelled = run.extract, isinstance(error, errors.QueryCancelledError)
        if run.lost:
            return
        if cancelled and run.handed_back:
            logger.warning("extract %s is handed back: its worker stops", extract.id)
            queue.hand_back(self.database, extract, None, wait_seconds=0, counted=False)
            return
        if cancelled:
            self._forget_written(extract)
            self._end(run, Outcome("cancelled", run.progress.rows, run.progress.bytes))
            return
        wait = choose_wait(error, extract.counted_attempt)
        _log_failure(run, error, wait)
        if wait is not None:
            # Before a single row there was no room: that is not this extract's doing, and passes as archives expire.
            counted = not isinstance(error, DiskFullError) or run.progress.rows > 0
            queue.hand_back(self.database, extract, _describe_failure(extract, error), wait, counted=counted)
        else:
            self._forget_written(extract)
            is_withheld = isinstance(error, errors.WithheldError)
            written = (run.progress.rows, run.progress.bytes)
            self._end(
                run, Outcome("failed", *written, problem=_describe_failure(extract, error), is_withheld=is_withheld)
            )

    def _forget_written(self, extract: Extract) -> None:
        """Delete a complete archive that its store never took."""
        shutil.rmtree(self.context.space.folder / extract.id, ignore_errors=True)

    def _list_runs(self) -> list[Run]:
        with self._lock:
            return list(self._runs.values())

    def _beat_loop(self) -> None:
        while not self._ended.wait(queue.BEAT_SECONDS):
            began = time.monotonic()
            well = self._attempt(self._beat_all, otherwise=False)
            if not well or time.monotonic() - began > queue.LEASE_SECONDS / 2:
                self._steady_since = time.monotonic()

    def _beat_all(self) -> bool:
        if self.outbox:
            self.outbox.beat(self.beats)
        for run in self._list_runs():
            told = queue.beat(self.beats, run.extract, run.progress)
            if told != "on":
                run.lost = told == "lost"
                self._stop_run(run)
        return True

    def _watch_loop(self) -> None:
        while not self._stopping.is_set():
            # After the portal database was away, or frozen, all workers have a lease's time to say that they live.
            if time.monotonic() - self._steady_since > queue.LEASE_SECONDS:
                self._attempt(self._take_over, None)
            self._stopping.wait(WATCH_SECONDS)

    def _take_over(self) -> None:
        for left in queue.take_over(self.database, self.message_id if self.outbox else None):
            logger.warning("extract %s was left by its worker: %s now", left.id, left.state)
        if self.outbox:
            self.outbox.give_up_lost()

    def _clean_loop(self) -> None:
        sweep_at = 0.0
        while not self._stopping.is_set():
            if time.monotonic() >= sweep_at:
                sweep_at = time.monotonic() + SWEEP_SECONDS
                self._attempt(self.sweeper.sweep, None)
            self._attempt(self._expire, None)
            self._attempt(functools.partial(entries.forget, self.database, self.audit_days), None)
            self._attempt(self._forget, None)
            self._stopping.wait(CLEAN_SECONDS)

    def _forget(self) -> None:
        with self.database.transaction() as transaction:
            transaction.fetch("value_lists.expire", days=self.value_list_days)
            transaction.fetch("tokens.forget")

    def _expire(self) -> None:
        """Clear away what has expired; no transaction is open while a bucket is asked, which may hang."""
        with self.database.transaction() as transaction:
            expired = [gone["id"] for gone in transaction.fetch("extracts.expired")]
        for extract_id in expired:
            self.context.store.clear(str(extract_id))
            with self.database.transaction() as transaction:
                transaction.fetch("deliveries.give_up", extract_id=extract_id, problem=outbox.EXPIRED)
                transaction.fetch("extracts.expire", id=extract_id)


def _join(threads: list[threading.Thread], seconds: float) -> None:
    """Wait for threads to end, together no longer than so."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def choose_wait(error: Exception, attempt: int) -> int | None:
    """Tell how long to wait before the next attempt; None if there shall be none.

    :param attempt: the number of this one, among those that count.
    """
    if isinstance(error, errors.QueryTimeoutError):
        return SLOW_WAITS_SECONDS[attempt - 1] if attempt <= len(SLOW_WAITS_SECONDS) else None
    if isinstance(error, PASSING) and attempt < queue.MOST_ATTEMPTS:
        waits = FULL_WAITS_SECONDS if isinstance(error, DiskFullError) else WAITS_SECONDS
        return waits[min(attempt, len(waits)) - 1]
    return None


def _count_seconds_since(moment: datetime) -> float:
    return max(0.0, (datetime.now(UTC) - moment).total_seconds())


def _describe_failure(extract: Extract, error: Exception) -> str:
    """Say what went wrong in words for the user, in their language; a bug is for the log alone."""
    return messages.translate(_build_sentence(extract, error), extract.request["language"])


def _build_sentence(extract: Extract, error: Exception) -> str:
    if isinstance(error, errors.QueryTimeoutError):
        return "The query took longer than an extract may."
    if isinstance(error, errors.QueryFailedError | errors.InvalidValueError | errors.InterfaceBrokenError):
        return "The form's SQL failed in the database."
    return messages.get_sentence(error) if isinstance(error, errors.GuichetError) else errors.UNEXPECTED


def _log_failure(run: Run, error: Exception, wait_seconds: int | None) -> None:
    """Write why an attempt failed and what comes of it, without values of criteria; of a bug, the traceback too."""
    extract, seconds = run.extract, time.monotonic() - run.began
    outcome = "it has failed" if wait_seconds is None else f"tried again in {wait_seconds} s"
    details = "; ".join(error.details) if isinstance(error, errors.InterfaceBrokenError) else errors.explain(error)
    logger.warning(
        "extract %s: attempt %d ended after %.1f s, %s: %s: %s",
        extract.id,
        extract.attempt,
        seconds,
        outcome,
        type(error).__name__,
        error_attribution.without_values(details, _list_texts(extract.request["criteria"])),
        extra=logs.build_extra(user=extract.owner, interface=extract.interface, rows=run.progress.rows),
        exc_info=None if isinstance(error, errors.GuichetError) else error,
    )


def _list_texts(value: Any) -> Iterator[str]:
    """Yield everything that stands in criteria as a user gave them."""
    if isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _list_texts(inner)
    else:
        yield str(value)
