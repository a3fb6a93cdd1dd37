"""A query that is cancelled before, while and after it runs."""

from __future__ import annotations

from typing import Any

import pytest

from guichet import errors
from guichet.extracts.progress import Progress


class Session:
    """Counts how often its query is cancelled."""

    cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1


def test_what_runs_is_cancelled_once_and_nothing_after_it() -> None:
    session: Any = Session()
    progress = Progress()
    with progress.watch(session):
        progress.stop()
    progress.stop()
    assert session.cancelled == 1
    with pytest.raises(errors.QueryCancelledError):
        progress.begin_step()


def test_what_was_stopped_before_is_not_begun() -> None:
    session: Any = Session()
    progress = Progress()
    progress.stop()
    with pytest.raises(errors.QueryCancelledError), progress.watch(session):
        pytest.fail("it was begun")
    assert progress.session is None
