"""Processes that tests start run the code under test."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

import guichet
from tests.conftest import INHERITED, ROOT


@pytest.mark.parametrize("environment", [INHERITED, os.environ], ids=["a chosen environment", "ours"])
def test_a_process_runs_the_tree_whatever_is_installed(tmp_path: Path, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-c", "import guichet; print(guichet.__file__)"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert Path(ran.stdout.strip()) == ROOT / "backend" / "guichet" / "__init__.py" == Path(guichet.__file__)


def test_every_file_that_is_no_python_is_in_the_wheel() -> None:
    package = Path(guichet.__file__).parent
    declared = tomllib.loads((package.parent / "pyproject.toml").read_text("utf-8"))
    patterns = declared["tool"]["setuptools"]["package-data"]["guichet"]
    held = {path for pattern in patterns for path in package.glob(pattern)}
    files = {path for path in package.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert files - held == set()
