"""Wrong passwords, counted per user and address in a sliding minute."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from guichet.access.attempts import KEYS, Attempts

ANNE = ("anne", "10.0.0.1")


@dataclass
class Clock:
    """The one thing that is faked: time."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(limit=3, clock=clock)


def fail(attempts: Attempts, times: int, key: tuple[str, str] = ANNE) -> None:
    for _ in range(times):
        attempts.failed(*key)


def test_it_lets_everybody_try_a_few_times(attempts: Attempts) -> None:
    assert attempts.wait_seconds(*ANNE) == 0
    fail(attempts, 2)
    assert attempts.wait_seconds(*ANNE) == 0


def test_it_makes_wait_until_the_oldest_failure_is_a_minute_old(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, 1)
    clock.now += 20
    fail(attempts, 2)

    assert 40 <= attempts.wait_seconds(*ANNE) <= 41

    clock.now += 39
    assert 1 <= attempts.wait_seconds(*ANNE) <= 2

    clock.now += 1
    assert attempts.wait_seconds(*ANNE) == 0

    fail(attempts, 1)
    assert 20 <= attempts.wait_seconds(*ANNE) <= 21


def test_it_makes_wait_for_the_last_few_failures_and_not_for_all_there_ever_were(
    attempts: Attempts, clock: Clock
) -> None:
    fail(attempts, 3)
    clock.now += 30
    fail(attempts, 3)

    assert 60 <= attempts.wait_seconds(*ANNE) <= 61


def test_a_try_after_the_time_that_it_told_is_let_through(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, 3)

    clock.now += attempts.wait_seconds(*ANNE)

    assert attempts.wait_seconds(*ANNE) == 0


def test_asking_counts_for_nothing(attempts: Attempts) -> None:
    for _ in range(100):
        assert attempts.wait_seconds(*ANNE) == 0


@pytest.mark.parametrize("other", [("anne", "10.0.0.2"), ("ben", "10.0.0.1")])
def test_it_makes_nobody_else_wait(attempts: Attempts, other: tuple[str, str]) -> None:
    fail(attempts, 3)

    assert attempts.wait_seconds(*ANNE) > 0
    assert attempts.wait_seconds(*other) == 0


def test_it_forgets_the_oldest_where_there_are_very_many(attempts: Attempts) -> None:
    fail(attempts, 3)
    for number in range(KEYS - 1):
        attempts.failed(f"user-{number}", "10.0.0.2")
    assert attempts.wait_seconds(*ANNE) > 0

    attempts.failed("one more", "10.0.0.2")

    assert attempts.wait_seconds(*ANNE) == 0
