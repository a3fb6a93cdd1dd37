"""Servers are replaced behind nginx while users go on: no request fails, whatever it is."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import httpx
import pytest

from tests.api.conftest import wait_until
from tests.api.nginx.conftest import BASIC, Nginx
from tests.conftest import ROOT, Portal

COUNT = "/api/v1/interfaces/customers/count"

Serve = Callable[..., AbstractContextManager[httpx.Client]]


@contextmanager
def following(site: Nginx, addresses: list[str]) -> Iterator[None]:
    """Runs what has nginx follow its API, as the frontend's container does, for addresses that are known."""
    environ = {
        **os.environ,
        "API_UPSTREAM": " ".join(addresses),
        "NGINX_CONF": str(site.folder / "nginx.conf"),
        "NGINX_PREFIX": str(site.folder),
        "FOLLOW_SECONDS": "0.5",
    }
    # In a session of its own, since it leaves its loop running in the background.
    shell = ["setsid", "sh", "-c", f". {ROOT}/nginx/follow-api.sh; wait"]
    follower = subprocess.Popen(shell, env=environ)
    try:
        yield
    finally:
        os.killpg(follower.pid, 15)
        follower.wait(10)


class Load:
    """Users who count through nginx, one after the other each, until they are told to stop."""

    def __init__(self, url: httpx.URL, users: int) -> None:
        self._url = url
        self._stopped = threading.Event()
        self.statuses: Counter[int | str] = Counter()
        self._threads = [threading.Thread(target=self._count) for _ in range(users)]

    def _count(self) -> None:
        while not self._stopped.is_set():
            # A connection for each: idle ones are closed by nginx when it starts anew, upon which browsers ask again.
            try:
                answer = httpx.post(self._url.join(COUNT), json={"criteria": {}}, headers=BASIC, timeout=60)
                self.statuses[answer.status_code] += 1
            except httpx.TransportError as error:
                self.statuses[type(error).__name__] += 1

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def environ(portal: Portal) -> dict[str, str]:
    return {"TRUSTED_PROXIES": "1", "DRAIN_SECONDS": "4", "WEB_WORKERS": "1"}


def test_no_request_fails_while_servers_are_replaced_one_by_one(
    serve: Serve, start: Callable[..., AbstractContextManager[Nginx]], environ: dict[str, str]
) -> None:
    with ExitStack() as new, ExitStack() as second:
        first = ExitStack()
        old = first.enter_context(serve(**environ)), second.enter_context(serve(**environ))
        later = new.enter_context(serve(**environ))
        addresses = [one.base_url.netloc.decode() for one in (*old, later)]
        with start(addresses[0]) as site, following(site, addresses), Load(site.http.base_url, users=4) as load:
            wait_until(lambda: all(f"server {one};" in upstream(site) for one in addresses), seconds=30)
            for stack, address in ((first, addresses[0]), (second, addresses[1])):
                before = load.statuses.total()
                stack.close()  # SIGTERM, and its end
                assert f"server {address};" not in upstream(site)
                wait_until(lambda before=before: load.statuses.total() > before + 20, seconds=30)  # type: ignore[misc]
            wait_until(lambda: load.statuses.total() > 100, seconds=60)
    assert set(load.statuses) == {200}, load.statuses


def upstream(site: Nginx) -> str:
    """Reads where nginx sends requests."""
    return (site.folder / "nginx.conf").read_text("utf-8").partition("upstream api {")[2].partition("}")[0]
