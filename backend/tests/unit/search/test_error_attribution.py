"""What is none of the database's refusals passes through; whose fault those are, `tests/api/test_values.py` asks."""

from __future__ import annotations

from typing import Any

import pytest

from guichet import errors
from guichet.search import error_attribution
from guichet.search.error_attribution import blaming
from tests.unit.definitions import interface

FORM = interface("name: {type: text, column: a}")


def blamed(error: Exception) -> Any:
    with pytest.raises(Exception) as found, blaming(FORM):  # noqa: PT011 -- which one is what is asked
        raise error
    return found.value


@pytest.mark.parametrize("kind", [errors.InvalidValueError, errors.QueryFailedError])
def test_it_blames_the_author_for_what_no_user_gave(kind: type[errors.SourceError]) -> None:
    error = blamed(kind("crm", "integer out of range"))

    assert isinstance(error, errors.InterfaceBrokenError)
    assert (error.interface_id, error.details) == (
        FORM.id,
        ("the SQL failed in source `crm`: integer out of range",),
    )


@pytest.mark.parametrize(
    "error",
    [
        errors.SourceUnavailableError("crm", "down"),
        errors.SourceBusyError("crm", "busy"),
        errors.QueryTimeoutError("crm", "slow"),
        errors.QueryCancelledError("crm", "cancelled"),
        errors.TooLargeError("too large"),
        ZeroDivisionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_lets_every_other_error_through(error: Exception) -> None:
    assert blamed(error) is error


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("no such thing as labs", "no such thing as …"),
        ("labs, 12 and 3; 123 and labsome", "…, … and 3; 123 and labsome"),
        ("before 2026-01-31", "before …"),
    ],
)
def test_what_a_user_gave_is_not_in_what_the_log_will_say(message: str, told: str) -> None:
    assert error_attribution.without_values(message, ["labs", "12", "2026-01-31"]) == told
