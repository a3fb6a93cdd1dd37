"""What a driver's error means: one table of SQLSTATEs, and what of its message is passed on."""

from __future__ import annotations

import psycopg2
import pytest

from guichet import errors
from guichet.sources.postgresql import sqlstates

UNAVAILABLE = errors.SourceUnavailableError
TIMEOUT = errors.QueryTimeoutError
INVALID = errors.InvalidValueError
FAILED = errors.QueryFailedError

DOWN = "The database “crm” can't be reached at the moment."


@pytest.mark.parametrize(
    ("sqlstate", "meaning"),
    [
        ("08006", UNAVAILABLE),  # connection failure
        ("28P01", UNAVAILABLE),  # wrong password
        ("3D000", UNAVAILABLE),  # no such database
        ("40001", errors.OvertakenError),  # others changed the same rows
        ("40P01", errors.OvertakenError),  # a deadlock
        ("40003", UNAVAILABLE),  # rolled back
        ("23505", errors.ConstraintError),  # a unique name is taken
        ("23503", errors.ConstraintError),  # a reference to nothing
        ("53300", UNAVAILABLE),  # too many connections
        ("53100", UNAVAILABLE),  # disk full
        ("55P03", UNAVAILABLE),  # a lock could not be had
        ("57P01", UNAVAILABLE),  # shutting down
        ("57P03", UNAVAILABLE),  # starting up
        ("58030", UNAVAILABLE),  # the disk
        ("57014", TIMEOUT),  # statement_timeout
        ("22P02", INVALID),  # 'abc' is no integer
        ("22000", INVALID),  # a range that ends before it begins
        ("22001", INVALID),  # too long
        ("22003", INVALID),  # out of range
        ("22007", INVALID),  # no date
        ("22008", INVALID),  # no such day
        ("22021", INVALID),  # no such character
        ("22P05", INVALID),  # not in this encoding
        ("22012", FAILED),  # division by zero is the author's
        ("22023", INVALID),  # a parameter of a function that makes no sense
        ("42601", FAILED),  # syntax
        ("42703", FAILED),  # no such column
        ("42501", FAILED),  # no right to read
        ("25006", FAILED),  # read-only
        ("21000", FAILED),  # a subquery with two rows
        ("55000", FAILED),
        ("3F000", FAILED),
        ("P0001", FAILED),  # raised by a function
        ("XX000", FAILED),
        ("ZZZZZ", FAILED),
    ],
)
def test_it_takes_a_sqlstate_for_what_it_means(sqlstate: str, meaning: type[errors.SourceError]) -> None:
    assert sqlstates.meaning(sqlstate) is meaning


def test_every_prefix_in_the_table_is_one_that_can_be_looked_up() -> None:
    assert {len(prefix) for prefix in sqlstates.MEANINGS} == {0, 2, 5}


def driver_error(kind: type[psycopg2.Error], message: str, sqlstate: str | None = None) -> psycopg2.Error:
    """Makes an error as the driver raises it."""
    error = kind(message)
    error.__setstate__({"pgcode": sqlstate, "pgerror": message})  # type: ignore[no-untyped-call]  # how the driver itself copies errors
    return error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (driver_error(psycopg2.DataError, "no integer: “x”", "22P02"), INVALID, "no integer: “x”"),
        (driver_error(psycopg2.ProgrammingError, "no column x", "42703"), FAILED, "no column x"),
        (
            driver_error(psycopg2.OperationalError, "cancelling statement", "57014"),
            TIMEOUT,
            "The query ran past its time limit.",
        ),
        (driver_error(psycopg2.OperationalError, "role bob at 10.0.0.7", "28P01"), UNAVAILABLE, DOWN),
        (driver_error(psycopg2.OperationalError, "host db.internal refused"), UNAVAILABLE, DOWN),
        (driver_error(psycopg2.InterfaceError, "connection already closed"), UNAVAILABLE, DOWN),
        (driver_error(psycopg2.DatabaseError, "error with status PGRES_COPY_OUT and no message"), UNAVAILABLE, DOWN),
        (driver_error(psycopg2.ProgrammingError, "can't adapt"), FAILED, "can't adapt"),
        (driver_error(psycopg2.DataError, "{source} %s {"), FAILED, "{source} %s {"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_it_passes_on_what_the_database_says_of_values_and_sql_and_nothing_of_connections(
    error: psycopg2.Error, kind: type[errors.SourceError], message: str
) -> None:
    translated = sqlstates.translate(error, "crm")

    assert type(translated) is kind
    assert (translated.source, str(translated)) == ("crm", message)
