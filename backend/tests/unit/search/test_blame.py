"""A value that the database refused becomes a fault of the criterion that it came from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guichet import errors
from guichet.search.blame import blaming
from guichet.search.criteria import Filled, Range
from tests.unit.definitions import interface

FORM = interface(
    """
    name: {type: text, column: a}
    ids: {type: values, column: b}
    size: {type: number_range, column: c}
    created: {type: date_range, column: d}
    """
)
CRITERIA = {
    "name": Filled("labs"),
    "ids": Filled(("12", "abc")),
    "size": Filled(Range(1, 10**20)),
    "created": Filled(Range(None, date(2026, 1, 31))),
}


def blamed(criteria: dict[str, Any], error: Exception) -> Exception:
    with pytest.raises(Exception) as found, blaming(FORM, criteria):  # noqa: PT011 -- which one is what is asked
        raise error
    return found.value


@pytest.mark.parametrize(
    ("message", "names", "pointer"),
    [
        ('invalid input syntax for type integer: "abc"', ["name", "ids"], "/criteria/ids"),
        ('value "100000000000000000000" is out of range for type integer', ["name", "size"], "/criteria/size"),
        ('invalid input syntax for type boolean: "labs"', ["name", "ids"], "/criteria/name"),
        ('date out of range: "2026-01-31"', ["name", "created"], "/criteria/created"),
        ("integer out of range", ["size"], "/criteria/size"),
        ("integer out of range", ["name", "size"], "/criteria"),
    ],
)
def test_it_points_at_the_criterion_whose_value_the_database_names(
    message: str, names: list[str], pointer: str
) -> None:
    error = blamed({name: CRITERIA[name] for name in names}, errors.InvalidValueError("crm", message))

    assert isinstance(error, errors.CriteriaError)
    assert error.faults == (errors.Fault(pointer, f"The database can't read this: {message}"),)


@pytest.mark.parametrize(
    "message", ['value "9912" is out of range for type smallint', 'invalid input syntax for type integer: "bc"']
)
def test_it_blames_the_author_for_a_value_of_the_data(message: str) -> None:
    error = blamed({name: CRITERIA[name] for name in ("name", "ids")}, errors.InvalidValueError("crm", message))

    assert isinstance(error, errors.InterfaceBrokenError)


def test_it_blames_the_author_for_a_value_that_no_user_gave() -> None:
    error = blamed({}, errors.InvalidValueError("crm", "integer out of range"))

    assert isinstance(error, errors.InterfaceBrokenError)
    assert error.details == ("the SQL failed in source `crm`: integer out of range",)


def test_it_blames_the_author_for_sql_that_fails() -> None:
    error = blamed(CRITERIA, errors.QueryFailedError("crm", 'column "x" does not exist'))

    assert isinstance(error, errors.InterfaceBrokenError)
    assert (error.interface_id, error.details) == (
        FORM.id,
        ('the SQL failed in source `crm`: column "x" does not exist',),
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
    assert blamed(CRITERIA, error) is error


def test_it_does_nothing_where_nothing_fails() -> None:
    with blaming(FORM, CRITERIA):
        pass


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("no such thing as labs", "no such thing as …"),
        ("labs, 12 and 3; 123 and labsome", "…, … and 3; 123 and labsome"),
        ("before 2026-01-31", "before …"),
    ],
)
def test_what_a_user_gave_is_not_in_what_the_log_will_say_of_an_authors_sql(message: str, told: str) -> None:
    error = blamed(CRITERIA, errors.QueryFailedError("crm", message))

    assert isinstance(error, errors.InterfaceBrokenError)
    assert error.details == (f"the SQL failed in source `crm`: {told}",)
