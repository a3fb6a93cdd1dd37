"""`python -m guichet.cli`: the same as `guichet`."""

from __future__ import annotations

from guichet.cli import main

main(prog_name="guichet")
