"""How much one user may ask."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

from guichet import errors
from guichet.access.rate_limits import LONGEST_SECONDS, PLACES, RateLimits


@dataclass
class Clock:
    """The one thing that is faked: time."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def refused(quotas: RateLimits, name: str = "anne") -> int:
    with pytest.raises(errors.TooManyRequestsError) as raised:
        quotas.enter(name)
    return raised.value.retry_after


def test_it_lets_everything_in_where_nothing_is_set(clock: Clock) -> None:
    quotas = RateLimits(0, 0, clock)

    for _ in range(1000):
        quotas.enter("anne")


def test_it_counts_what_runs_at_once_and_each_user_for_themselves(clock: Clock) -> None:
    quotas = RateLimits(2, 0, clock)
    first, _ = quotas.enter("anne"), quotas.enter("anne")

    assert refused(quotas) == 1
    quotas.enter("ben")
    first()
    first()  # a second time takes nothing more away
    quotas.enter("anne")
    assert refused(quotas) == 1


def test_it_spreads_a_minutes_requests_and_says_when_the_next_is_let_in(clock: Clock) -> None:
    quotas = RateLimits(0, 10, clock)
    for _ in range(10):
        quotas.enter("anne")

    assert refused(quotas) == 6
    clock.now += 5.9
    assert refused(quotas) == 1
    clock.now += 0.1
    quotas.enter("anne")
    assert refused(quotas) == 6
    clock.now += 60
    for _ in range(10):
        quotas.enter("anne")
    assert refused(quotas) == 6


def test_it_takes_nothing_for_what_it_refuses(clock: Clock) -> None:
    quotas = RateLimits(1, 2, clock)
    leave = quotas.enter("anne")
    assert [refused(quotas) for _ in range(5)] == [1] * 5
    leave()
    quotas.enter("anne")


def test_it_forgets_the_requests_of_a_process_that_died(clock: Clock) -> None:
    quotas = RateLimits(1, 0, clock)
    quotas.enter("anne")
    clock.now += LONGEST_SECONDS + 1

    quotas.enter("anne")


def test_it_makes_room_for_more_users_than_it_has_places(clock: Clock) -> None:
    quotas = RateLimits(1, 60, clock)
    for number in range(2 * PLACES):
        quotas.enter(f"user {number}")()
        clock.now += 1

    quotas.enter("anne")
    assert refused(quotas) == 1


def test_it_counts_for_all_processes_together() -> None:
    quotas = RateLimits(0, 100)
    child = os.fork()
    if not child:
        for _ in range(60):
            quotas.enter("anne")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    for _ in range(40):
        quotas.enter("anne")

    assert refused(quotas) >= 1


def test_one_that_ends_very_late_takes_nothing_back_of_another(clock: Clock) -> None:
    limits = RateLimits(1, 0, clock)
    end_first = limits.enter("anne")
    clock.now += 2 * LONGEST_SECONDS
    limits.enter("anne")
    end_first()
    assert refused(limits) > 0


def test_a_process_that_was_killed_leaves_its_place(clock: Clock) -> None:
    limits = RateLimits(1, 0, clock)
    child = os.fork()
    if child == 0:
        limits.enter("anne")
        os._exit(0)
    os.waitpid(child, 0)
    limits.enter("anne")
    assert refused(limits) > 0
