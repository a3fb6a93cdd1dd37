"""What is tried again, after how long, and what never is."""

from __future__ import annotations

import pytest

from guichet import errors
from guichet.extracts import outbox, worker
from guichet.extracts.archives.archive_store import StoreError

MAY_PASS = [
    errors.SourceUnavailableError("crm", "It is down."),
    errors.TablesRefusedError("crm", "It is a standby."),
    errors.SourceBusyError("crm", "Too many."),
    errors.OvertakenError("crm", "A standby's recovery was quicker."),
    errors.PortalDatabaseError("It is down."),
    StoreError("The bucket is away."),
]
CANNOT_PASS = [
    errors.QueryFailedError("crm", "column does not exist"),
    errors.InvalidValueError("crm", "invalid input syntax"),
    errors.InterfaceBrokenError("crm", ["no sql"]),
    errors.NotFoundError("There is no such interface."),
    errors.CriteriaError([]),
    errors.TooLargeError("Too many rows."),
    errors.QueryCancelledError("crm", "Cancelled."),
    ValueError("a bug"),
]


@pytest.mark.parametrize("error", MAY_PASS, ids=lambda error: type(error).__name__)
def test_what_may_pass_waits_longer_each_time(error: Exception) -> None:
    waits = [worker.choose_wait(error, attempt) for attempt in range(1, 11)]
    assert waits == [5, 30, 120, 600, 1800, 3600, 3600, 3600, 3600, None]


@pytest.mark.parametrize("error", CANNOT_PASS, ids=lambda error: type(error).__name__)
def test_what_cannot_pass_never_waits(error: Exception) -> None:
    assert worker.choose_wait(error, 1) is None


def test_a_query_that_took_too_long_is_tried_once_more() -> None:
    error = errors.QueryTimeoutError("crm", "It took too long.")
    assert [worker.choose_wait(error, attempt) for attempt in (1, 2)] == [600, None]


def test_mails_wait_longer_each_time() -> None:
    assert sorted(set(outbox.WAITS_SECONDS)) == list(outbox.WAITS_SECONDS)
