"""What a view tells the audit about the answer that it gives. Without a portal database there is no audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from guichet import metrics
from guichet.audit.entries import Action, AuditEntry
from guichet.http import context


def audit_action(
    action: Action,
    interface: str,
    criteria: Mapping[str, Any],
    *,
    rows: int | None = None,
    duration_ms: int | None = None,
    **details: Any,
) -> None:
    """Have an action written down behind the answer's back, and measured. What is in a transaction uses `entry`."""
    _measure_answer(action, interface, rows, duration_ms)
    queue_entry(build_entry(action, interface, criteria, rows=rows, duration_ms=duration_ms, **details))


def queue_entry(made: AuditEntry) -> None:
    """Have an entry written down behind the answer's back."""
    recorder = context.portal().recorder
    if recorder:
        recorder.record(made)


def _measure_answer(action: Action, interface: str, rows: int | None, duration_ms: int | None) -> None:
    """Count an answer and leave its figures for the request's line in the log."""
    g.answer_figures = {"action": action, "rows": rows, "query_ms": duration_ms}
    if duration_ms is not None:
        metrics.search_seconds.labels(interface, action).observe(duration_ms / 1000)
    if rows is not None:
        metrics.rows.labels(interface, action).inc(rows)


def build_entry(
    action: Action,
    interface: str,
    criteria: Mapping[str, Any],
    *,
    rows: int | None = None,
    duration_ms: int | None = None,
    **details: Any,
) -> AuditEntry:
    """Make the entry for an action of the signed-in user; for `entries.record` in a transaction of the caller's."""
    known = {"request": g.request_id, **details}
    return AuditEntry(context.user().name, action, interface, criteria, rows, duration_ms, known)
