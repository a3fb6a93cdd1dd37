"""MariaDB keeps what Guichet promises, by the suite that anyone can run."""

from __future__ import annotations

from tests.conformance import documented, states
from tests.mariadb.server import Server


def test_mariadb_keeps_all_but_what_it_says(mariadb: Server) -> None:
    found = states(mariadb.url("shop", "reader"))
    assert {name: why for name, why in found.items() if why[0] == "fails"} == {}
    assert {name: state for name, (state, _) in found.items()} == documented("MariaDB")
