"""Makes the scripts importable, and gives each test a portal's folder; data is loaded once for all of them."""

from __future__ import annotations

import pathlib
import sys

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))

import install  # noqa: E402  (the line above must come first)


@pytest.fixture(scope="session")
def folder() -> pathlib.Path:
    return install.ROOT / "var" / "test" / "startup"
