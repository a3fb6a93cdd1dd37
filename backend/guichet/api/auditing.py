"""What a view tells the audit about the answer that it gives. Without a portal database there is no audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from guichet.api import context
from guichet.audit.entries import Action, Entry


def note(
    action: Action,
    interface: str,
    criteria: Mapping[str, Any],
    *,
    rows: int | None = None,
    duration_ms: int | None = None,
    **details: Any,
) -> None:
    """Has an action written down behind the answer's back. What is in a transaction had better use `entry`."""
    recorder = context.portal().recorder
    if recorder:
        recorder.record(entry(action, interface, criteria, rows=rows, duration_ms=duration_ms, **details))


def entry(
    action: Action,
    interface: str,
    criteria: Mapping[str, Any],
    *,
    rows: int | None = None,
    duration_ms: int | None = None,
    **details: Any,
) -> Entry:
    """Makes the entry for an action of the signed-in user; for `entries.record` in a transaction of the caller's."""
    known = {"request": g.request_id, **details}
    return Entry(context.user().name, action, interface, criteria, rows, duration_ms, known)
