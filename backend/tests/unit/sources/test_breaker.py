"""A database that did not answer is not asked for a moment, then by one alone."""

from __future__ import annotations

import os

import pytest

from guichet.sources.breaker import PAUSE_SECONDS, Breaker


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("shop", 10, clock)


def test_a_database_that_answers_may_be_asked_by_all(breaker: Breaker) -> None:
    assert [breaker.admit() for _ in range(3)] == [True] * 3
    breaker.record_answer()
    assert not breaker.is_open
    assert breaker.admit()


def test_one_that_did_not_answer_is_asked_by_nobody_then_by_one(
    breaker: Breaker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    breaker.record_silence(5.04)
    assert caplog.messages == ["the database “shop” did not answer for 5 s: it is not asked for 3 s"]
    clock.now += PAUSE_SECONDS - 0.01
    assert (breaker.is_open, breaker.admit()) == (True, False)
    clock.now += 0.01
    assert not breaker.is_open
    assert [breaker.admit() for _ in range(3)] == [True, False, False]
    assert breaker.is_open

    breaker.record_silence(5)
    clock.now += PAUSE_SECONDS
    assert [breaker.admit() for _ in range(3)] == [True, False, False]

    breaker.record_answer()
    breaker.record_answer()
    assert caplog.messages[2:] == ["the database “shop” answers again"]
    assert [breaker.admit() for _ in range(3)] == [True] * 3


def test_whoever_asked_and_was_never_heard_of_again_keeps_the_others_off_for_its_time_alone(
    breaker: Breaker, clock: Clock
) -> None:
    breaker.record_silence(5)
    clock.now += PAUSE_SECONDS
    assert breaker.admit()
    clock.now += 9.99
    assert not breaker.admit()
    clock.now += 0.01
    assert breaker.admit()


def test_what_one_process_finds_all_that_were_forked_know(breaker: Breaker) -> None:
    child = os.fork()
    if child == 0:
        breaker.record_silence(5)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert breaker.is_open
