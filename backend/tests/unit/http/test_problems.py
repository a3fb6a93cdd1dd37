"""Every error has its status, and only in one place; the tree of errors is the one that is drawn."""

from __future__ import annotations

import re

import pytest

from guichet import errors
from guichet.http import problems
from guichet.http.problems import BUG, KINDS, ProblemKind

# What the API never lets out: it is turned into another error, or is a bug.
INNER = {errors.GuichetError, errors.SettingsError, errors.SourceError}
BLAMED = {errors.InvalidValueError, errors.QueryFailedError, errors.ColumnsChangedError, errors.ConstraintError}


def tree(base: type[errors.GuichetError]) -> list[type[errors.GuichetError]]:
    """Lists a class and everything below it, in the order in which it was written."""
    return [base, *(one for below in base.__subclasses__() for one in tree(below))]


OWN = [one for one in tree(errors.GuichetError) if one.__module__ in (errors.__name__, problems.__name__)]


@pytest.mark.parametrize(
    ("error", "status", "name", "retry_after"),
    [
        (problems.MalformedError, 400, "malformed", None),
        (errors.InputError, 400, "input", None),
        (problems.AuthenticationError, 401, "sign-in", None),
        (problems.ForeignOriginError, 403, "foreign-origin", None),
        (errors.NotAllowedError, 403, "not-allowed", None),
        (problems.ScopeError, 403, "scope", None),
        (errors.NotFoundError, 404, "not-found", None),
        (errors.RefusedError, 409, "refused", None),
        (errors.ChangedError, 412, "changed", None),
        (errors.TooLargeError, 413, "too-large", None),
        (problems.UnsupportedTypeError, 415, "unsupported-type", None),
        (errors.CriteriaError, 422, "criteria", None),
        (problems.TooManyAttemptsError, 429, "too-many-attempts", None),
        (errors.TooManyRequestsError, 429, "too-many-requests", None),
        (errors.QueryCancelledError, 499, "cancelled", None),
        (errors.InterfaceBrokenError, 503, "interface-broken", None),
        (errors.SourceBusyError, 503, "source-busy", 2),
        (errors.OvertakenError, 503, "overtaken", 1),
        (errors.SourceUnavailableError, 503, "source-unavailable", 5),
        (errors.QueryTimeoutError, 504, "timeout", None),
        (errors.GuichetError, 500, "bug", None),
        (errors.InvalidValueError, 500, "bug", None),
        (errors.QueryFailedError, 500, "bug", None),
    ],
)
def test_it_chooses_a_status(error: type[errors.GuichetError], status: int, name: str, retry_after: int | None) -> None:
    kind = problems.find_kind(error)

    assert (kind.status, kind.name, kind.retry_after) == (status, name, retry_after)


@pytest.mark.parametrize("error", [one for one in OWN if one not in INNER | BLAMED], ids=lambda error: error.__name__)
def test_every_error_that_may_be_answered_has_a_kind_of_its_own(error: type[errors.GuichetError]) -> None:
    assert error in KINDS


def test_an_error_below_another_is_of_its_kind() -> None:
    class NearerError(errors.SourceBusyError):
        pass

    assert problems.find_kind(NearerError) is KINDS[errors.SourceBusyError]


def test_no_two_kinds_have_one_name() -> None:
    names = [kind.name for kind in (*KINDS.values(), BUG)]

    assert sorted(set(names)) == sorted(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


@pytest.mark.parametrize("kind", [*KINDS.values(), BUG], ids=lambda kind: kind.name)
def test_a_kind_has_a_title_for_people_and_asks_for_a_retry_where_it_helps(kind: ProblemKind) -> None:
    assert re.match(r"[A-Z][^.]+$", kind.title)
    assert kind.retry_after is None or kind.status in (429, 503)


def drawn() -> list[tuple[str, str | None]]:
    """Reads the tree at the top of errors.py: each class with the one above it."""
    assert errors.__doc__
    found: list[tuple[str, str | None]] = []
    above: dict[int, str] = {}
    for line in errors.__doc__.splitlines():
        matched = re.match(r"^([ │├└─]*)(\w+Error)\b", line)
        if matched:
            depth = len(matched[1])
            found.append((matched[2], above.get(max((at for at in above if at < depth), default=-1))))
            above = {at: name for at, name in above.items() if at < depth} | {depth: matched[2]}
    return found


def test_the_tree_that_is_drawn_is_the_tree() -> None:
    classes = [one for one in OWN if one.__module__ == errors.__name__]

    expected = [
        (one.__name__, one.__bases__[0].__name__ if one is not errors.GuichetError else None) for one in classes
    ]

    assert drawn() == expected


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (errors.SettingsError(["A is wrong", "B is wrong"]), "A is wrong\nB is wrong"),
        (errors.CriteriaError([errors.Fault("/a", "One."), errors.Fault("/b", "Two.")]), "One.; Two."),
        (
            errors.InterfaceBrokenError("sites", ["portal/sites.yaml:3: secret detail"]),
            "The form “sites” is out of order until its definition is corrected.",
        ),
        (errors.QueryFailedError("crm", "no column x", near="x FROM t"), "no column x"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_errors_message_is_for_the_person_who_reads_it(error: errors.GuichetError, message: str) -> None:
    assert str(error) == message
