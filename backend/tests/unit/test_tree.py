"""Processes that tests start run the code under test."""

from __future__ import annotations

import os
import subprocess
import sys
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
