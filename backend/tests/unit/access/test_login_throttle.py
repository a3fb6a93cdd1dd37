"""Wrong passwords, counted once for all processes: of a user at an address, of a user, and of an address."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from guichet.access import login_throttle
from guichet.access.login_throttle import (
    KNOWN_SECONDS,
    PLACES,
    WIDE,
    WIDE_WINDOW_SECONDS,
    LoginThrottle,
    find_network,
)

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
def attempts(clock: Clock) -> LoginThrottle:
    return LoginThrottle(limit=3, clock=clock)


def fail(attempts: LoginThrottle, times: int, key: tuple[str, str] = ANNE) -> None:
    for _ in range(times):
        attempts.begin(*key)


def test_it_lets_everybody_try_a_few_times(attempts: LoginThrottle) -> None:
    assert attempts.wait_seconds(*ANNE) == 0
    fail(attempts, 2)
    assert attempts.wait_seconds(*ANNE) == 0


def test_it_makes_wait_until_a_minute_has_passed_since_the_first(attempts: LoginThrottle, clock: Clock) -> None:
    fail(attempts, 1)
    clock.now += 20
    fail(attempts, 2)
    assert attempts.wait_seconds(*ANNE) == 40

    clock.now += 39
    assert attempts.begin(*ANNE) == 1

    clock.now += 1
    assert attempts.begin(*ANNE) == 0


def test_what_is_refused_is_not_counted(attempts: LoginThrottle, clock: Clock) -> None:
    fail(attempts, 1000)
    clock.now += attempts.wait_seconds(*ANNE)
    assert attempts.wait_seconds(*ANNE) == 0


def test_asking_counts_for_nothing(attempts: LoginThrottle) -> None:
    for _ in range(100):
        assert attempts.wait_seconds(*ANNE) == 0


def test_right_passwords_count_for_nothing(attempts: LoginThrottle) -> None:
    for _ in range(100):
        assert attempts.begin(*ANNE) == 0
        attempts.record_success(*ANNE)
    fail(attempts, 2)
    assert attempts.wait_seconds(*ANNE) == 0


@pytest.mark.parametrize("other", [("anne", "10.0.0.2"), ("ben", "10.0.0.1")])
def test_it_makes_nobody_else_wait(attempts: LoginThrottle, other: tuple[str, str]) -> None:
    fail(attempts, 3)

    assert attempts.wait_seconds(*ANNE) > 0
    assert attempts.wait_seconds(*other) == 0


def test_a_user_may_not_be_guessed_at_from_many_addresses(attempts: LoginThrottle) -> None:
    attempts.begin(*ANNE)
    attempts.record_success(*ANNE)
    let_in = [attempts.begin("anne", f"10.1.0.{number}") == 0 for number in range(100)]
    assert let_in == [True] * 3 * WIDE + [False] * (100 - 3 * WIDE)
    assert attempts.wait_seconds(*ANNE) == 0, "where the user is known, others don't matter"
    assert attempts.wait_seconds("ben", "10.1.0.1") == 0


def test_an_address_may_not_try_many_users(attempts: LoginThrottle) -> None:
    attempts.begin("ben", "10.0.0.1")
    attempts.record_success("ben", "10.0.0.1")
    let_in = [attempts.begin(f"user-{number}", "10.0.0.1") == 0 for number in range(100)]
    assert let_in == [True] * 3 * WIDE + [False] * (100 - 3 * WIDE)
    assert attempts.wait_seconds("ben", "10.0.0.1") == 0, "a colleague who is known there is let in"
    assert attempts.wait_seconds(*ANNE) > 0


def test_a_known_user_may_be_guessed_at_no_more_often_than_another(attempts: LoginThrottle) -> None:
    attempts.begin(*ANNE)
    attempts.record_success(*ANNE)
    assert [attempts.begin(*ANNE) == 0 for _ in range(5)] == [True, True, True, False, False]


def test_it_is_counted_once_for_all_processes(attempts: LoginThrottle) -> None:
    for _ in range(3):
        if (child := os.fork()) == 0:
            attempts.begin(*ANNE)
            os._exit(0)
        os.waitpid(child, 0)
    assert attempts.wait_seconds(*ANNE) > 0


def test_tries_at_once_are_not_let_in_beyond_the_limit(attempts: LoginThrottle) -> None:
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: attempts.begin(*ANNE), range(64)))
    assert waits.count(0) == 3


def test_what_matters_most_is_kept_where_there_are_very_many(attempts: LoginThrottle) -> None:
    attempts.begin("ben", "10.0.0.9")
    attempts.record_success("ben", "10.0.0.9")
    fail(attempts, 3)
    for number in range(PLACES):
        attempts.begin(f"user-{number}", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert attempts.wait_seconds(*ANNE) > 0
    fail(attempts, 3 * WIDE, ("x", "10.0.0.9"))
    assert attempts.wait_seconds("ben", "10.0.0.9") == 0


def test_where_a_user_is_known_is_forgotten_last(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_throttle, "PLACES", 8)
    attempts = LoginThrottle(limit=10, clock=clock)
    attempts.begin("ben", "10.0.0.9")
    attempts.record_success("ben", "10.0.0.9")
    for number in range(20):
        fail(attempts, 10, (f"user-{number}", f"10.0.1.{number}"))

    clock.now += WIDE_WINDOW_SECONDS
    for number in range(WIDE):
        fail(attempts, 10, (f"user-{number}", "10.0.0.9"))
    assert attempts.wait_seconds("anne", "10.0.0.9") > 0
    assert attempts.wait_seconds("ben", "10.0.0.9") == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1:2:3", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_stands_for_its_subscriber(address: str, network: str) -> None:
    assert find_network(address) == network


def test_each_minute_has_no_more_tries_than_the_first(attempts: LoginThrottle, clock: Clock) -> None:
    for _ in range(3):
        assert [attempts.begin(*ANNE) == 0 for _ in range(5)] == [True, True, True, False, False]
        clock.now += attempts.wait_seconds(*ANNE)


def test_a_user_is_known_at_an_address_for_a_month(attempts: LoginThrottle, clock: Clock) -> None:
    attempts.begin(*ANNE)
    attempts.record_success(*ANNE)
    clock.now += KNOWN_SECONDS + 1
    for number in range(100):
        attempts.begin("anne", f"10.1.0.{number}")
    assert attempts.wait_seconds(*ANNE) > 0
