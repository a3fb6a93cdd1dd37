"""Every error that Guichet raises on purpose.

    GuichetError
    ├── SettingsError             the environment can't be used as it is; every fault at once
    ├── NotFoundError             no such interface, or none that this user may see
    ├── InterfaceBrokenError      the definition can't be used until its author mends it
    ├── CriteriaError             well-formed input whose criteria are wrong; faults with pointers
    │   └── InputError                another form than a search has faults; with pointers
    ├── NotAllowedError           the user may see it, and not change it
    ├── WithheldError             the user could see it once, and may not any more
    ├── MailServerError           the mail server doesn't take a mail that somebody waits for
    ├── CursorError               a cursor that can't be gone on from
    ├── ConflictError             what is to be made is there already
    │   └── RefusedError              a constraint of the database refuses a record; faults with pointers
    ├── ChangedError              a record is not what it was when it was read
    ├── TooManyRequestsError      one user asks more than they may; retry later
    ├── AccountsError             the file of users can't be changed
    ├── DefinitionsError          the folder of definitions can't be read; retry later
    ├── PortalDatabaseError       Guichet's own database can't be used; retry later
    ├── TooLargeError             a result that doesn't fit the answer that was asked for
    │   └── ListTooLargeError         a value list with more values than one may have
    ├── TooManyListsError         the user keeps as many value lists as one may
    ├── TooManySearchesError      the user keeps as many searches as one may
    ├── TooManyExtractsError      the user has as many extracts under way as one may
    ├── CrowdedError              others take what this would need at the moment; retry soon
    ├── FileFaultError            an uploaded file can't be read as a list of values
    ├── StalledUploadError        a body that was announced does not come
    └── SourceError               a source did not answer as it should
        ├── SourceUnavailableError    down, restarting or refusing connections; retry later
        │   └── TablesRefusedError        no temporary table can be made in it
        ├── SourceBusyError           every connection is in use; retry soon
        ├── OvertakenError            others changed the same data at that moment; retry soon
        ├── ConstraintError           a constraint refuses what is to be written
        ├── QueryTimeoutError         the query ran past its time limit
        ├── QueryCancelledError       we cancelled it: nobody waits for the answer
        ├── InvalidValueError         the database can't read a user's value as the column's type
        ├── UnreadableTextError       a text in the database is not in the encoding that it should be in
        └── QueryFailedError          the SQL itself failed: the author's business
            └── ColumnsChangedError   its result has other columns than it had

"Too many rows to show" is an answer of a search, not an error. HTTP statuses are chosen in
`guichet.http.problems`, SQLSTATEs are translated in `guichet.sources.postgresql.sqlstates`; nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guichet.messages import say

# What is said of a mistake of our own.
UNEXPECTED = "Something went wrong here; the log has it under the extract's id."


class GuichetError(Exception):
    """The base of them all. The message is written for the person who reads it, and holds no secret.

    :ivar reason: what a driver or server said, secrets masked: for the log, the command line and administrators; "" if
        there is nothing to add.
    """

    reason = ""


def explain(error: Exception) -> str:
    """Return an error's message with its reason, for whoever runs the portal."""
    reason = error.reason if isinstance(error, GuichetError) else ""
    return f"{error} ({reason})" if reason else str(error)


class SettingsError(GuichetError):
    """The environment has faults.

    :param faults: one line each, naming the variable and never a secret's value.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class NotFoundError(GuichetError):
    """There is nothing under that name for this user."""


class InterfaceBrokenError(GuichetError):
    """The interface's definition has faults; `details` are for its authors only."""

    def __init__(self, interface_id: str, details: Sequence[str]) -> None:
        self.interface_id = interface_id
        self.details = tuple(details)
        super().__init__(say("The form “{id}” is out of order until its definition is corrected.", id=interface_id))


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input.

    :param pointer: where, as a JSON pointer (RFC 6901) into the request's body.
    :param detail: what, in words for the person who filled the form.
    """

    pointer: str
    detail: str


class CriteriaError(GuichetError):
    """The criteria can't be searched by."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.detail for fault in self.faults))


class InputError(CriteriaError):
    """What a form sent that is no search is wrong: a new user's name, a password."""


class NotAllowedError(GuichetError):
    """The user may see this, and may not change it; or nobody can."""


class WithheldError(GuichetError):
    """The user could see this once, and may not any more."""


class MailServerError(GuichetError):
    """The mail server doesn't take a mail that somebody waits for."""


class CursorError(GuichetError):
    """A cursor that can't be gone on from: of no key, of another, or none at all."""


class ConflictError(GuichetError):
    """What is to be made, or to be called so, is there already."""


class RefusedError(ConflictError):
    """A record can't be written or deleted as it is: the database has a rule against it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.detail for fault in self.faults))


class ChangedError(GuichetError):
    """A record was changed, created or deleted since it was read."""


class TooManyRequestsError(GuichetError):
    """A user sends more requests than they may.

    :param retry_after: the seconds after which the next is let in.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class AccountsError(GuichetError):
    """The file of users can't be changed: it is read-only here, or somebody else is at it."""


class DefinitionsError(GuichetError):
    """The folder of definitions is not there, or can't be read: it may be mounted again."""


class PortalDatabaseError(GuichetError):
    """Guichet's own database can't be reached, or there is none."""

    def __init__(self, message: str, reason: str = "") -> None:
        self.reason = reason
        super().__init__(message)


class TooLargeError(GuichetError):
    """The result has more rows than can be answered at once."""


class ListTooLargeError(TooLargeError):
    """A value list has more values than one may have."""


class TooManyListsError(GuichetError):
    """The user keeps as many value lists as one may."""


class TooManySearchesError(GuichetError):
    """The user keeps as many searches as one may."""


class TooManyExtractsError(GuichetError):
    """The user has as many extracts under way as one may."""


class CrowdedError(GuichetError):
    """Others take the memory that this would need; it waited for its turn as long as it could."""


class FileFaultError(GuichetError):
    """An uploaded file can't be read as a list of values.

    :param line: of the file, counted from 1; None where it is no line's fault.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(say("Line {line}: {message}", line=line, message=message) if line else message)


class StalledUploadError(GuichetError):
    """The body that a request announced does not come."""


class SourceError(GuichetError):
    """A source did not answer as it should.

    :param source: the source's name.
    """

    def __init__(self, source: str, message: str, reason: str = "") -> None:
        self.source = source
        self.reason = reason
        super().__init__(message)


class SourceUnavailableError(SourceError):
    """The source can't be reached; it may be restarting."""


class TablesRefusedError(SourceUnavailableError):
    """No temporary table can be made: the source is a standby, or its role may not."""


class SourceBusyError(SourceError):
    """All connections to the source are in use, and none came free in time."""


class OvertakenError(SourceError):
    """Others changed the same data at the same moment; nothing was done, and trying again may well succeed."""


# `restrict` is a foreign key that may not even be broken for a moment.
ConstraintKind = Literal["unique", "foreign_key", "restrict", "not_null", "check", "exclusion", "other"]


class ConstraintError(SourceError):
    """A constraint of the database refuses what is to be written.

    :param kind: of constraint.
    :param constraint: its name; "" where it has none (NOT NULL).
    :param table: the table that has it, as `schema.table`.
    :param column: the column, where the database names one.
    """

    def __init__(
        self, source: str, message: str, kind: ConstraintKind, constraint: str, table: str, column: str
    ) -> None:
        self.kind = kind
        self.constraint = constraint
        self.table = table
        self.column = column
        super().__init__(source, message)


class QueryTimeoutError(SourceError):
    """The query ran past its time limit and was stopped."""


class QueryCancelledError(SourceError):
    """The query was cancelled because nobody waits for it any more."""


class InvalidValueError(SourceError):
    """A value can't be read as the type that it is compared with, or has no room. The message is the database's own.

    :param column: that it was to go to; "" where the database names none.
    """

    def __init__(self, source: str, message: str, column: str = "") -> None:
        self.column = column
        super().__init__(source, message)


class UnreadableTextError(SourceError):
    """A text of the source is none in UTF-8, and nobody has said what it is.

    :param row: of the search without a criterion of its own order, counted from 1, and `column`; None: nobody knows.
    """

    def __init__(self, source: str, row: int | None = None, column: str = "") -> None:
        variable = f"SOURCE_{source.upper()}_ENCODING"
        if row is None:
            wish = (
                "A text in the database is not in UTF-8. Whoever runs the portal can name its encoding by {variable}."
            )
            said = say(wish, variable=variable)
        else:
            said = say(
                "Row {row} has a text in the column “{column}” that is not in UTF-8. Whoever runs the portal can name"
                " the encoding of the database by {variable}.",
                row=row,
                column=column,
                variable=variable,
            )
        super().__init__(source, said)


class QueryFailedError(SourceError):
    """The SQL failed in the database. The message is the database's own, for authors and the log.

    :param near: the rest of the line of SQL at which it stumbled; "" if it didn't say.
    :param kind: whether it could not be read, or the role may not do it; "" for all else.
    """

    def __init__(self, source: str, message: str, near: str = "", kind: Literal["", "syntax", "rights"] = "") -> None:
        self.near = near
        self.kind = kind
        super().__init__(source, message)


class ColumnsChangedError(QueryFailedError):
    """The result has other columns, or columns of other types, than those that the search was made for."""
