"""What every kind's test of conformance shares: the suite run, and what docs/sources.md says of the kind."""

from __future__ import annotations

from dataclasses import replace

from pydantic import SecretStr

from guichet.conformance import promises
from guichet.conformance.bench import Bench
from guichet.sources import kinds
from guichet.sources.kinds import SourceConfig
from tests.conftest import ROOT

CONFIG = SourceConfig("shop", SecretStr(""), 4, 5, 5, "UTC")


def make_bench(url: str) -> Bench:
    kind = kinds.of_url(url)
    return Bench(kind.open_source(replace(CONFIG, url=SecretStr(url))), kind.load_dialect())


def states(url: str) -> dict[str, tuple[str, str]]:
    """Try every promise; return its state and reason."""
    bench = make_bench(url)
    try:
        return {one.promise: (one.state, one.reason) for one in promises.try_all(bench)}
    finally:
        bench.source.close_idle()


def documented(kind: str) -> dict[str, str]:
    """What docs/sources.md says of a kind, by promise."""
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    (head,) = (line for line in lines if line[0] == "promise")
    begun = lines.index(head) + 2
    return {line[0]: line[head.index(kind)] for line in lines[begun:] if len(line) == len(head)}
