"""The calls of the API, as methods."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from guichet.client import archives, problems, shapes, transport, uploads
from guichet.client.shapes import (
    Count,
    Extract,
    Form,
    Interface,
    Options,
    Result,
    SavedSearch,
    Token,
    User,
    ValueList,
)
from guichet.client.transport import PREFIX, Transport

Criteria = Mapping[str, Any]
# Columns to sort by; `-name` for descending.
Sort = Sequence[str]

# How long after an extract was asked for it is looked at again; then each time a little longer.
FIRST_LOOK_SECONDS = 0.2
LONGEST_LOOK_SECONDS = 2.0


class Client:
    """One portal, seen by one user. Safe to use from several threads; close it, or use it in a `with`.

    Criteria have the shapes of the API: `{"country": [250], "created": {"from": "2024-01-01"}}`.

    :param url: the portal's address; a path is kept, `/api/v1` may be left out.
    :param token: signs in; otherwise `user` and `password` do.
    :param language: of titles and labels: `en`, `fr` or `es`; the portal's own choice if None.
    :param timeout_seconds: how long the portal may say nothing. Longer than the interface's `interactive_seconds`.
    :param retries: how often a request that was refused for the moment, or got lost, is sent again.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        user: str | None = None,
        password: str | None = None,
        language: str | None = None,
        timeout_seconds: float = 90,
        retries: int = 5,
    ) -> None:
        authorization = transport.build_bearer_header(token) if token else None
        if user is not None and not token:
            authorization = transport.build_basic_header(user, password or "")
        self._transport = Transport(url, authorization, language, timeout_seconds, retries)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        return self._transport.url

    def close(self) -> None:
        """Close the connections to the portal."""
        self._transport.close()

    # Who asks

    def user(self) -> User:
        """Tell who is signed in."""
        return shapes.build_shape(User, self._call("GET", "/user"))

    def set_email(self, email: str | None) -> User:
        """Ask for mails to go to an address, which is used once it is confirmed; None for the portal's own, at once.

        :raises CriteriaError: if mails may not go there.
        :raises BusyError: if the mail that confirms it can't be sent.
        """
        return shapes.build_shape(User, self._call("PATCH", "/user", {"email": email}, repeatable=False))

    def confirm_email(self, token: str) -> User:
        """Confirm an address by the token of the mail that it got.

        :raises ProblemError: if the token is not good, or not any more.
        """
        return shapes.build_shape(User, self._call("POST", "/user/email", {"token": token}, repeatable=False))

    def authenticate(self, user: str, password: str) -> Token:
        """Get a token for a user's password.

        :raises NotFoundError: if the portal gives no tokens.
        """
        answer = self._call("POST", "/authenticate", {"user": user, "password": password}, repeatable=False)
        return shapes.build_shape(Token, answer)

    # Interfaces

    def interfaces(self) -> list[Interface]:
        """List the interfaces that the user may see."""
        return [shapes.build_shape(Interface, answer) for answer in self._call("GET", "/interfaces")]

    def form(self, interface: str) -> Form:
        """Return an interface's form and the columns of its result."""
        return shapes.build_form(self._call("GET", _build_interface_path(interface)))

    def options(
        self,
        interface: str,
        criterion: str,
        *,
        typed: str = "",
        values: Sequence[Any] = (),
        limit: int | None = None,
        criteria: Criteria | None = None,
    ) -> Options:
        """Return the options of a select.

        :param typed: a part of the labels that are wanted.
        :param values: these alone, to learn their labels.
        :param criteria: the values of the criteria that the list depends on.
        """
        query: list[tuple[str, str]] = [("value", str(value)) for value in values]
        query += [("q", typed)] if typed else []
        query += [("limit", str(limit))] if limit else []
        query += [pair for name, value in (criteria or {}).items() for pair in _build_option_parameters(name, value)]
        answer = self._call(
            "GET", f"{_build_interface_path(interface)}/options/{quote(criterion, safe='')}", query=query
        )
        return shapes.build_options(answer)

    # Searches

    def count(self, interface: str, criteria: Criteria | None = None, *, estimate: bool = False) -> Count:
        """Count the rows; with `estimate`, only if that takes no longer than a moment: else the planner guesses."""
        query = {"estimate": 1} if estimate else {}
        return shapes.build_shape(
            Count, self._call("POST", f"{_build_interface_path(interface)}/count", _build_body(criteria), query)
        )

    def search(self, interface: str, criteria: Criteria | None = None, *, sort: Sort = ()) -> Result:
        """Return all rows of a light result, or the first ones of a heavy one (`heavy` says which)."""
        return shapes.build_result(
            self._call("POST", f"{_build_interface_path(interface)}/search", _build_body(criteria, sort))
        )

    def rows(
        self,
        interface: str,
        criteria: Criteria | None = None,
        *,
        sort: Sort = (),
        columns: Sequence[str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield every row of a result of any size, as it comes, by the names of its columns.

        :raises BrokenOffError: if the portal breaks off: the rows so far are not all.
        """
        for line in self.lines(interface, criteria, sort=sort, columns=columns):
            yield json.loads(line)

    def lines(
        self,
        interface: str,
        criteria: Criteria | None = None,
        *,
        sort: Sort = (),
        columns: Sequence[str] | None = None,
        shape: str = "objects",
    ) -> Iterator[bytes]:
        """Yield every row as a line of JSON, without reading it; `shape` is `objects` or `arrays`."""
        rest = b""
        for chunk in self._stream(interface, criteria, sort, columns, {"format": "ndjson", "shape": shape}):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines

    def csv(
        self,
        interface: str,
        output: IO[bytes],
        criteria: Criteria | None = None,
        *,
        sort: Sort = (),
        columns: Sequence[str] | None = None,
        formula_guard: bool = True,
    ) -> int:
        """Write every row of a result of any size as CSV, and return the number of bytes.

        :raises BrokenOffError: if the portal breaks off: what was written is not all.
        """
        query = {"format": "csv", "formula_guard": int(formula_guard)}
        written = 0
        for chunk in self._stream(interface, criteria, sort, columns, query):
            output.write(chunk)
            written += len(chunk)
        return written

    # Extracts

    def create_extract(
        self,
        interface: str,
        criteria: Criteria | None = None,
        *,
        sort: Sort = (),
        columns: Sequence[str] | None = None,
        dialect: Mapping[str, Any] | None = None,
        part_rows: int | None = None,
        mail: bool = True,
        **options: Any,
    ) -> Extract:
        """Ask for a result as an archive. Asked for again while it is under way, it is the same extract.

        :param mail: whether a mail tells of it, where the user has an address.
        :param options: what else the portal takes for an extract, such as `password`.
        """
        options = {"part_rows": part_rows, "mail": mail, **options}
        body = {**_build_body(criteria, sort, columns), "interface": interface, **options}
        if dialect:
            body["dialect"] = dict(dialect)
        return shapes.build_shape(Extract, self._call("POST", "/extracts", body))

    def extracts(self) -> list[Extract]:
        """List the user's latest extracts, the newest first."""
        return [shapes.build_shape(Extract, answer) for answer in self._call("GET", "/extracts")]

    def extract(self, extract_id: str) -> Extract:
        """Return one extract as it is now."""
        return shapes.build_shape(Extract, self._call("GET", _build_extract_path(extract_id)))

    def follow_extract(self, extract_id: str) -> Iterator[Extract]:
        """Yield an extract again and again until it has ended, at first often and then every two seconds."""
        pause = FIRST_LOOK_SECONDS
        while True:
            extract = self.extract(extract_id)
            yield extract
            if extract.ended:
                return
            time.sleep(pause)
            pause = min(pause * 1.3, LONGEST_LOOK_SECONDS)

    def cancel_extract(self, extract_id: str) -> None:
        """Cancel an extract.

        :raises ConflictError: if it has ended.
        """
        self._call("DELETE", _build_extract_path(extract_id))

    def download_extract(
        self, extract_id: str, path: str | Path, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Path:
        """Download an extract's archive, going on where it was broken off, now or by an earlier call.

        :param path: the file, or a folder in which it gets the portal's name for it.
        :param progress: is told the bytes so far and in all.
        :raises ExtractError: if there is no archive: no rows, or the extract did not end well.
        """
        extract = self.extract(extract_id)
        if not extract.archive_url:
            raise problems.ExtractError(
                extract.problem or ("It has no rows." if extract.state == "done" else f"It is {extract.state}.")
            )
        return archives.download(
            self._transport, f"{PREFIX}{_build_extract_path(extract_id)}/archive", extract_id, Path(path), progress
        )

    # Value lists

    def upload_list(
        self,
        path: str | Path,
        *,
        interface: str | None = None,
        criterion: str | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> ValueList:
        """Upload a file of values: lines, or a CSV of which the portal takes the column that fits best.

        :param criterion: that the list is for; it says which column fits, and which values are malformed.
        :param progress: is told the bytes so far and in all.
        :raises OSError: if the file can't be read.
        """
        body = uploads.build_form_body(Path(path), progress)
        return shapes.build_shape(
            ValueList, self._call("POST", "/value-lists", body, _build_list_query(interface, criterion))
        )

    def upload_values(
        self, values: Iterable[str], *, name: str = "values", interface: str | None = None, criterion: str | None = None
    ) -> ValueList:
        """Upload values, one by one, none of which has a line break."""
        body = uploads.build_text_body("\n".join(values).encode())
        query = {**_build_list_query(interface, criterion), "name": name}
        return shapes.build_shape(ValueList, self._call("POST", "/value-lists", body, query))

    def value_lists(self) -> list[ValueList]:
        """List the user's value lists, those first that were used last."""
        return [shapes.build_shape(ValueList, answer) for answer in self._call("GET", "/value-lists")]

    def choose_column(
        self, value_list_id: str, column: int, *, interface: str | None = None, criterion: str | None = None
    ) -> ValueList:
        """Take the values of another column, counted from 0."""
        answer = self._call(
            "PATCH", _build_list_path(value_list_id), {"column": column}, _build_list_query(interface, criterion)
        )
        return shapes.build_shape(ValueList, answer)

    def delete_value_list(self, value_list_id: str) -> None:
        """Delete a value list. Saved searches that use it find it missing."""
        self._call("DELETE", _build_list_path(value_list_id))

    def unmatched(self, value_list_id: str, interface: str, output: IO[bytes]) -> None:
        """Write the values of a list that the last search by it did not find, as CSV with their line numbers.

        :raises NotFoundError: if nothing was searched by it in this interface.
        """
        path = f"{PREFIX}{_build_list_path(value_list_id)}/unmatched"
        for chunk in transport.read_chunks(self._transport.open("GET", path, query={"interface": interface})):
            output.write(chunk)

    # Saved searches

    def saved_searches(self) -> list[SavedSearch]:
        """List the searches that the user keeps, and those shared with their groups."""
        listed = self._call("GET", "/saved-searches")
        return [
            shapes.build_shape(
                SavedSearch,
                saved_search if saved_search["criteria"] is not None else self._get_saved_search(saved_search),
            )
            for saved_search in listed
        ]

    def _get_saved_search(self, listed: Mapping[str, Any]) -> Any:
        """Ask for a search whose criteria are too long for a list."""
        return self._call("GET", f"/saved-searches/{quote(listed['id'], safe='')}")

    def save_search(
        self, interface: str, name: str, criteria: Criteria, *, sort: Sort = (), group: str | None = None
    ) -> SavedSearch:
        """Keep a search under a name.

        :raises ConflictError: if the user has one of that name.
        """
        body = {**_build_body(criteria, sort), "interface": interface, "name": name, "group": group}
        return shapes.build_shape(SavedSearch, self._call("POST", "/saved-searches", body, repeatable=False))

    def delete_saved_search(self, saved_search_id: str) -> None:
        """Delete a saved search; it can be restored in the page for a day."""
        self._call("DELETE", f"/saved-searches/{quote(saved_search_id, safe='')}")

    def _call(self, method: str, path: str, body: Any = None, query: Any = (), *, repeatable: bool = True) -> Any:
        return self._transport.call(method, PREFIX + path, body, query, repeatable=repeatable)[0]

    def _stream(
        self,
        interface: str,
        criteria: Criteria | None,
        sort: Sort,
        columns: Sequence[str] | None,
        query: Mapping[str, Any],
    ) -> Iterator[bytes]:
        body = _build_body(criteria, sort, columns)
        headers = {"Accept-Encoding": "identity"}
        response = self._transport.open(
            "POST", f"{PREFIX}{_build_interface_path(interface)}/rows", body, query, headers=headers
        )
        return transport.read_chunks(response)


def _build_interface_path(interface: str) -> str:
    return f"/interfaces/{quote(interface, safe='')}"


def _build_extract_path(extract_id: str) -> str:
    return f"/extracts/{quote(extract_id, safe='')}"


def _build_list_path(value_list_id: str) -> str:
    return f"/value-lists/{quote(value_list_id, safe='')}"


def _build_list_query(interface: str | None, criterion: str | None) -> dict[str, str]:
    parameters = {"interface": interface, "criterion": criterion}
    return {name: value for name, value in parameters.items() if value is not None}


def _build_body(criteria: Criteria | None, sort: Sort = (), columns: Sequence[str] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"criteria": dict(criteria or {})}
    if sort:
        body["sort"] = [{"column": key.removeprefix("-"), "descending": key.startswith("-")} for key in sort]
    if columns is not None:
        body["columns"] = list(columns)
    return body


def _build_option_parameters(name: str, value: Any) -> list[tuple[str, str]]:
    """Write a criterion that an option list depends on as parameters; one that is turned round narrows no list."""
    if isinstance(value, Mapping):
        return [(f"{name}.{end}", str(value[end])) for end in ("from", "to") if value.get(end) is not None]
    values = value if isinstance(value, list | tuple) else [value]
    return [(name, str(item).lower() if isinstance(item, bool) else str(item)) for item in values if item is not None]
