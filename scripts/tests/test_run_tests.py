"""What the closing table of the tests says of a part that can't run here."""

from __future__ import annotations

import pathlib

import pytest

import run_tests


@pytest.mark.parametrize("java", ["", "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n"])
def test_a_machine_without_java_is_told_that_spark_was_not_tested(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, java: str
) -> None:
    if java:
        (tmp_path / "java").write_text(java)
        (tmp_path / "java").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    _, fault = run_tests.run_part("spark")

    assert fault == "NOT TESTED: no Java"
