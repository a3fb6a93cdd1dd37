"""The queue itself, without a worker: leases, attempts that count, bounds, and whose extract is whose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from guichet import errors
from guichet.extracts import queue
from guichet.extracts.archives.archive_store import FolderStore
from guichet.extracts.cleanup import Sweeper
from guichet.extracts.extract import Extract
from guichet.extracts.progress import Progress
from guichet.extracts.queue import NewExtract, Outcome, QueueBounds
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.conftest import run_sql

MANY = QueueBounds(100, 100)
REQUEST = {"criteria": {}, "sort": [], "columns": None, "language": "en"}
LATE = "UPDATE guichet.extract SET lease_until = now() - interval '1 s'"


@pytest.fixture
def database(portal_database_url: str) -> PortalDatabase:
    run_sql(portal_database_url, "TRUNCATE guichet.extract CASCADE")
    return PortalDatabase(SecretStr(portal_database_url), PoolLimits(2, 5, 5))


def ask(database: PortalDatabase, most: int = 100, young_seconds: int = 0, **changed: Any) -> str:
    """Queues an extract and returns its id."""
    asked: dict[str, Any] = {"owner": "anne", "interface": "shop", "source": "crm", "request": REQUEST, "email": None}
    return queue.enqueue(database, NewExtract(**asked | changed), most, young_seconds).id


def claim(database: PortalDatabase, bounds: QueueBounds = MANY) -> Extract:
    claimed = queue.claim(database, bounds)
    assert claimed
    return claimed


def state(database: PortalDatabase, extract_id: str, owner: str = "anne") -> str:
    return queue.get_of_user(database, owner, extract_id).state


def test_the_same_request_is_the_same_extract_and_another_is_not(database: PortalDatabase) -> None:
    first = ask(database)
    assert ask(database) == first
    others = [
        {"owner": "ben"},
        {"interface": "other"},
        {"request": {**REQUEST, "language": "fr"}},
        {"email": "anne@shop.example"},
        {"sealed_password": b"x"},
        {"sealed_password": b"x"},
    ]
    assert len({first, *(ask(database, **other) for other in others)}) == 7


def test_one_that_is_being_cancelled_is_not_given_again(database: PortalDatabase) -> None:
    first = ask(database)
    claim(database)
    queue.cancel(database, "anne", first)
    assert ask(database) != first


def test_so_many_may_be_under_way_and_no_more(database: PortalDatabase) -> None:
    first = ask(database, 2)
    ask(database, 2, interface="other")
    with pytest.raises(errors.TooManyExtractsError):
        ask(database, 2, interface="third")
    assert ask(database, 2) == first
    assert ask(database, 2, owner="ben")


def test_nobody_else_sees_or_cancels_it(database: PortalDatabase) -> None:
    mine = ask(database)
    with pytest.raises(errors.NotFoundError):
        queue.get_of_user(database, "ben", mine)
    with pytest.raises(errors.NotFoundError):
        queue.cancel(database, "ben", mine)
    queue.finish(database, claim(database), Outcome("done", archive="a/b.zip"), 7, None)
    assert state(database, mine) == "done"


def test_nobody_else_cancels_its_mail(database: PortalDatabase) -> None:
    mine = ask(database, email="anne@shop.example")
    queue.finish(database, claim(database), Outcome("done", archive="a/b.zip"), 7, "<1@x>")
    with pytest.raises(errors.NotFoundError):
        queue.cancel(database, "ben", mine)
    assert state(database, mine) == "delivering"
    queue.cancel(database, "anne", mine)
    assert state(database, mine) == "cancelled"


def test_a_worker_whose_lease_is_over_changes_nothing_any_more(
    database: PortalDatabase, portal_database_url: str
) -> None:
    mine = ask(database)
    before = claim(database)
    run_sql(portal_database_url, LATE)
    queue.take_over(database, None)
    after = claim(database)
    assert (before.attempt, after.attempt) == (1, 2)

    assert queue.beat(database, before, Progress()) == "lost"
    queue.finish(database, before, Outcome("failed", problem="It was late."), 7, None)
    queue.hand_back(database, before, "It was late.", 0)
    assert state(database, mine) == "running"
    assert queue.beat(database, after, Progress()) == "on"


def test_a_lease_that_is_kept_is_not_taken_over(database: PortalDatabase) -> None:
    ask(database)
    claim(database)
    assert queue.take_over(database, None) == []


def test_attempts_that_a_stop_ended_do_not_count(database: PortalDatabase, portal_database_url: str) -> None:
    mine = ask(database)
    for _ in range(queue.MOST_ATTEMPTS):
        queue.hand_back(database, claim(database), None, 0, counted=False)
    claimed = claim(database)
    assert (claimed.attempt, claimed.counted_attempt) == (queue.MOST_ATTEMPTS + 1, 1)
    run_sql(portal_database_url, LATE)
    queue.take_over(database, None)
    assert state(database, mine) == "queued"


def test_one_that_ended_its_worker_too_often_is_given_up(database: PortalDatabase, portal_database_url: str) -> None:
    mine = ask(database)
    for _ in range(queue.MOST_ATTEMPTS):
        claim(database)
        run_sql(portal_database_url, LATE)
        queue.take_over(database, None)
    assert state(database, mine) == "failed"
    assert queue.claim(database, MANY) is None


def test_one_that_waits_for_its_next_attempt_is_not_begun(database: PortalDatabase) -> None:
    ask(database)
    queue.hand_back(database, claim(database), "It was away.", 60)
    assert queue.claim(database, MANY) is None


@pytest.mark.parametrize(
    ("bounds", "second"),
    [(QueueBounds(1, 9), {"source": "other"}), (QueueBounds(9, 1), {"owner": "ben"})],
    ids=["of a user", "of a source"],
)
def test_no_more_than_so_many_run_at_once(
    database: PortalDatabase, bounds: QueueBounds, second: dict[str, str]
) -> None:
    ask(database)
    ask(database, interface="second", **second)
    claim(database, bounds)
    assert queue.claim(database, bounds) is None
    assert queue.claim(database, MANY)


def test_who_cancels_in_the_last_moment_is_heard(database: PortalDatabase) -> None:
    mine = ask(database, email="anne@shop.example")
    claimed = claim(database)
    queue.cancel(database, "anne", mine)
    assert queue.beat(database, claimed, Progress()) == "cancelled"
    queue.finish(database, claimed, Outcome("done", 1, 1, "a/b.zip", 1), 7, "<1@x>")
    ended = queue.get_of_user(database, "anne", mine)
    assert (ended.state, ended.archive, ended.delivery_state) == ("cancelled", None, None)


def test_what_is_withheld_is_not_told_by_mail_and_is_audited(
    database: PortalDatabase, portal_database_url: str
) -> None:
    mine = ask(database, email="anne@shop.example")
    queue.finish(database, claim(database), Outcome("failed", problem="No.", is_withheld=True), 7, "<1@x>")
    assert queue.get_of_user(database, "anne", mine).delivery_state is None
    audited = f"SELECT action, details->>'what' FROM guichet.audit WHERE details->>'extract' = '{mine}' ORDER BY id"
    assert run_sql(portal_database_url, audited) == [("extract", None), ("refuse", "extract")]


def test_archives_that_are_being_written_count_for_all_others(database: PortalDatabase, tmp_path: Path) -> None:
    first, second = ask(database), ask(database, interface="other")
    queue.beat(database, claim(database), Progress(zipped=500))
    queue.finish(database, claim(database), Outcome("done", 1, 1, "b/b.zip", 300), 7, None)
    sweeper = Sweeper(database, FolderStore(tmp_path), archive_days=7, stray_bytes=10)
    taken = sorted(sweeper.count_bytes_beside(extract_id) for extract_id in (first, second))
    assert taken == [310, 510]
