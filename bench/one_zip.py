"""One file by the extract's own data path, in a process that has loaded no other kind's driver: see `sources.py`.

.venv/bin/python bench/one_zip.py URL DEFINITION
"""

from __future__ import annotations

import json
import sys

from guichet.interfaces import loading
from guichet.interfaces.interface import Interface, Limits
from guichet.search import compose
from guichet.sources import kinds
from guichet.sources.kinds import SourceConfig
from pydantic import SecretStr

import harness


def write_once(url: str, definition: str) -> dict[str, float]:
    kind = kinds.of_url(url)
    dialect = kind.load_dialect()
    source = kind.open_source(SourceConfig("bench", SecretStr(url), 2, 5, 30, "UTC"))
    content, limits = definition.encode(), Limits(10_000, 300, 10**9)
    interface = loading.load_definition("contact.yaml", content, sources={"bench": dialect}, default_limits=limits)
    assert isinstance(interface, Interface), interface
    found = harness.write_zip(source, dialect, compose.search(interface, {}), guard=True)
    source.close_idle()
    return found


if __name__ == "__main__":
    print(json.dumps(write_once(*sys.argv[1:])))
