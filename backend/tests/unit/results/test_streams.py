"""A stream between the thread that makes lines and the one that takes them."""

from __future__ import annotations

import threading
import time
from typing import Any, cast

import pytest

from guichet import errors
from guichet.results.streams import PIECE_BYTES, PIECES, AbandonedError, Stream
from guichet.sources.protocol import Session

LINE = b"x" * 1023 + b"\n"


class Query:
    """Stands for the session of a query, and remembers whether it was cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


def started(stream: Stream, lines: int, failure: Exception | None = None) -> tuple[Query, list[BaseException]]:
    """Starts a stream of so many lines, that fails after them if it is to."""
    query, raised = Query(), cast(list[BaseException], [])

    def produce(output: Stream) -> None:
        try:
            output.begin(cast(Session, query))
            for _ in range(lines):
                output.write(LINE)
            if failure:
                raise failure
        except BaseException as error:
            raised.append(error)
            raise

    stream.start(produce)
    return query, raised


def never() -> None:
    pytest.fail("the client took everything in time")


@pytest.mark.parametrize("lines", [0, 1, 63, 64, 65, 1000])
def test_every_line_comes_once_and_in_order(lines: int) -> None:
    stream = Stream(never)
    started(stream, lines)

    assert b"".join(stream) == LINE * lines


def test_it_holds_a_few_pieces_and_no_more() -> None:
    stream, made = Stream(never), [0]

    def produce(output: Stream) -> None:
        for _ in range(10_000):
            output.write(LINE)
            made[0] += 1

    stream.start(produce)
    time.sleep(0.1)
    assert made[0] * len(LINE) <= (PIECES + 1) * PIECE_BYTES
    assert sum(len(piece) for piece in stream) == 10_000 * len(LINE)


def test_an_error_before_the_first_piece_is_raised_at_once() -> None:
    with pytest.raises(errors.TooLargeError):
        started(Stream(never), 10, errors.TooLargeError("too large"))


def test_an_error_later_comes_after_all_that_was_made_before_it() -> None:
    stream, came = Stream(never), cast(list[bytes], [])
    started(stream, 64 * 3, errors.TooLargeError("too large"))

    with pytest.raises(errors.TooLargeError):
        came.extend(stream)
    assert b"".join(came) == LINE * 64 * 3


def test_closing_it_cancels_the_query_and_ends_the_thread() -> None:
    stream = Stream(never)
    query, raised = started(stream, 10_000)
    next(stream)
    stream.close()

    assert query.cancelled.wait(1)
    deadline = time.monotonic() + 1
    while not raised and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [type(one) for one in raised] == [AbandonedError]


def test_a_client_that_takes_nothing_is_given_up() -> None:
    stalled = threading.Event()
    stream = Stream(stalled.set, stalled_seconds=0.05)
    query, _ = started(stream, 10_000)

    assert stalled.wait(1)
    assert query.cancelled.wait(1)
    with pytest.raises(AbandonedError):
        list(stream)


def test_a_stream_that_ended_cancels_nothing_when_it_is_closed() -> None:
    stream: Any = Stream(never)
    query, _ = started(stream, 1)
    list(stream)
    stream.close()

    assert not query.cancelled.is_set()
