"""Short addresses that definitions give: each leads to the call that it stands for, before anything else looks at it.

    /sites              GET /api/v1/interfaces/sites/rows
    /sites/20/10        GET /api/v1/interfaces/sites/rows?offset=20&limit=10
    /site/1             /api/v1/interfaces/sites/records/1, by any method
    /site               POST /api/v1/interfaces/sites/records

So sign-in, rights, errors and everything else are those of that call. None can be one of the portal's own addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from guichet import errors
from guichet.interfaces.interface import Interface
from guichet.interfaces.registry import Loaded, Registry

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHORT = re.compile(r"(/[a-z][a-z0-9_-]*)(?:/(.+))?")
WINDOW = re.compile(r"(\d{1,9})/([1-9]\d{0,8})")

Target = tuple[str, str]


class Aliases:
    """Wraps the application.

    :param prefix: where the API is.
    """

    def __init__(self, app: WSGIApplication, registry: Registry, prefix: str) -> None:
        self._app = app
        self._registry = registry
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, by the address that its short one stands for."""
        matched = SHORT.fullmatch(environ.get("PATH_INFO", ""))
        target = self._resolve(environ["REQUEST_METHOD"], matched[1], matched[2]) if matched else None
        if target:
            path, query = target
            own_query = environ.get("QUERY_STRING", "")
            environ["PATH_INFO"] = f"{self._prefix}/interfaces/{path}"
            environ["QUERY_STRING"] = "&".join(part for part in (own_query, query) if part)
        return self._app(environ, start_response)

    def _resolve(self, method: str, address: str, rest: str | None) -> Target | None:
        for interface in self._list_interfaces():
            alias = interface.definition.alias if isinstance(interface, Interface) else None
            if alias and address == alias.rows and method in ("GET", "HEAD"):
                return _resolve_rows(interface.id, rest)
            if alias and address == alias.record:
                return _resolve_record(interface.id, rest)
        return None

    def _list_interfaces(self) -> Iterable[Loaded]:
        """List the interfaces; none while their folder can't be read, which the API itself tells."""
        try:
            return self._registry.current().values()
        except errors.DefinitionsError:
            return ()


def _resolve_rows(interface_id: str, rest: str | None) -> Target | None:
    if rest is None:
        return f"{interface_id}/rows", ""
    window = WINDOW.fullmatch(rest)
    return (f"{interface_id}/rows", f"offset={window[1]}&limit={window[2]}") if window else None


def _resolve_record(interface_id: str, rest: str | None) -> Target:
    return f"{interface_id}/records/{rest}" if rest else f"{interface_id}/records", ""
