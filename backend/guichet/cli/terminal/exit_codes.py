"""How commands end: the codes of `docs/command-line.md`, and one line on standard error that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from guichet.client import problems
from guichet.client.labels import UnknownOptionError
from guichet.client.problems import ClientError, ProblemError

FAILED = 1
USAGE = 2
SIGN_IN = 3
NOT_FOUND = 4
UNAVAILABLE = 5
NOT_WHOLE = 6
INTERRUPTED = 130

# The first that fits: its code, and what to do.
ENDINGS: tuple[tuple[type[ClientError], int, str], ...] = (
    (problems.SignInError, SIGN_IN, "Sign in: guichet login"),
    (problems.NotFoundError, NOT_FOUND, "What there is: guichet interfaces, guichet extracts"),
    (problems.CriteriaError, USAGE, "The criteria are told by: guichet describe ID"),
    (UnknownOptionError, USAGE, "The options are told by: guichet describe ID CRITERION"),
    (problems.TooLargeError, NOT_WHOLE, "Refine the criteria, or: guichet extract"),
    (problems.ConflictError, FAILED, "Look at it: guichet extracts"),
    (problems.SlowError, UNAVAILABLE, "Refine the criteria, or: guichet extract"),
    (problems.BusyError, UNAVAILABLE, "Try again later."),
    (problems.UnreachableError, UNAVAILABLE, "Is it the right address? guichet login URL"),
    (problems.BrokenOffError, NOT_WHOLE, "Try again."),
    (problems.ExtractError, NOT_WHOLE, "Look at it: guichet extracts"),
)


class CommandError(click.ClickException):
    """The end of a command that did not do what it should, with its code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = code  # type: ignore[misc]  # click's own way, for all that it calls it a constant


@contextmanager
def exit_on_client_error() -> Iterator[None]:
    """End the command with one line and a code of its own, for whatever the client raises."""
    try:
        yield
    except ClientError as error:
        code, advice = next(((code, advice) for kind, code, advice in ENDINGS if isinstance(error, kind)), (FAILED, ""))
        raise CommandError(f"{_format_message(error)} {advice}".strip(), code) from error


def _format_message(error: ClientError) -> str:
    if not isinstance(error, ProblemError):
        return str(error)
    faults = [f"{fault.pointer.rpartition('/')[2]}: {fault.detail}".removeprefix(": ") for fault in error.faults]
    told = " ".join(dict.fromkeys(faults)) or str(error)
    return f"{told} (request {error.request_id})" if error.status >= 500 and error.request_id else told
