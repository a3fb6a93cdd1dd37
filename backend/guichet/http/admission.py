"""Requests that take much memory: few at once in a process, and of each user. The others wait, but not for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request

from guichet import errors
from guichet.http import context

# Bodies of JSON beyond it take part: read, they take many times as much.
LARGE_BYTES = 1_000_000
WAIT_SECONDS = 60


def register(app: Flask) -> None:
    """Give back what a request was let in for when its response has gone."""
    app.after_request(_release_after_response)


def take_share() -> None:
    """Count this request among those of its user that take much memory, until it has ended.

    :raises TooManyRequestsError: if it is one too many.
    """
    if "shared" not in g:
        g.shared = True
        _get_releases().append(context.portal().uploads_of_users.enter(context.user().name))


def wait_for_turn() -> None:
    """Wait until this request may take much memory, until it has ended.

    :raises CrowdedError: if others take it for too long.
    """
    if "turn" in g:
        return
    turns = context.portal().uploads
    if not turns.acquire(timeout=WAIT_SECONDS):
        raise errors.CrowdedError("Too many large lists are being read at the moment. Try again in a few seconds.")
    g.turn = True
    _get_releases().append(turns.release)


def admit_large_body() -> None:
    """Let a large body of JSON in, at its turn."""
    if (request.content_length or LARGE_BYTES + 1) > LARGE_BYTES and "user" in g:
        take_share()
        wait_for_turn()


def _get_releases() -> list[Callable[[], None]]:
    if "releases" not in g:
        g.releases = []
    releases: list[Callable[[], None]] = g.releases
    return releases


def _release_after_response(response: Response) -> Response:
    for release in _get_releases():
        call_when_sent(response, release)
    return response


def call_when_sent(response: Response, call: Callable[[], None]) -> None:
    """Have something called once, when the last byte of a response is sent, or its client gone.

    A file that is passed through as it is (an archive) is closed by the server alone, without the response.
    """
    waiting = [call]

    def call_once() -> None:
        if waiting:
            waiting.pop()()

    response.call_on_close(call_once)
    if response.direct_passthrough:
        body: Any = response.response
        close = body.close

        def close_body() -> None:
            try:
                close()
            finally:
                call_once()

        body.close = close_body
