"""The command line at a terminal: tables, the bar, Ctrl-C."""

from __future__ import annotations

import re
import signal
import sys
import time
import zipfile
from typing import Any

import pexpect
import pytest

from tests.api.conftest import wait_until
from tests.cli.conftest import Demo, Shell

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def typed(shell: Shell, *arguments: str) -> Any:
    """Starts a command at a terminal."""
    command = ["-m", "guichet.cli", *arguments]
    environ = {**shell.environ, "TERM": "xterm-256color"}
    return pexpect.spawn(
        sys.executable,
        command,
        cwd=str(shell.folder),
        env=environ,
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 160),
        preexec_fn=heed_ctrl_c,
    )


def heed_ctrl_c() -> None:
    """As at a terminal, also where the tests themselves run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def all_of(child: Any) -> str:
    """What it prints to its end, without colours."""
    child.expect(pexpect.EOF)
    child.close()
    return ESCAPES.sub("", child.before)


def test_a_password_is_asked_for_and_not_shown(outside: Shell, demo: Demo) -> None:
    child = typed(outside, "login", demo.url)
    child.expect("User: ")
    child.sendline("demo")
    child.expect("Password: ")
    child.sendline("demo")
    shown = all_of(child)

    assert child.exitstatus == 0
    assert "Signed in to" in shown
    assert shown.count("demo") == 1  # as whom, and no password


def test_rows_are_a_table_for_people(shell: Shell) -> None:
    child = typed(shell, "search", "sites", "country=FR", "--columns", "name,city,opened_on")
    lines = [line.rstrip() for line in all_of(child).splitlines()]

    assert child.exitstatus == 0
    assert any(re.fullmatch(r" ?Name +City +Opened", line) for line in lines)
    assert any(re.fullmatch(r"\d+ rows", line) for line in lines)


def test_an_extract_shows_how_far_it_is(shell: Shell) -> None:
    child = typed(shell, "extract", "numbers", "-o", "out.zip")
    child.expect("Writing", timeout=60)
    shown = all_of(child)

    assert child.exitstatus == 0, shown
    assert re.search(r"[1-9][\d,]* rows", shown)
    assert re.search(r"[\d.]+ MB/s", shown)
    assert re.search(r"\d+:\d\d", shown)
    assert "Downloading" in shown
    assert "1,500,000 rows are in out.zip" in shown
    with zipfile.ZipFile(shell.folder / "out.zip") as archive:
        assert archive.testzip() is None


def test_ctrl_c_cancels_the_extract(shell: Shell, demo: Demo) -> None:
    child = typed(shell, "extract", "trickle")
    child.expect("Writing", timeout=60)
    time.sleep(0.5)
    child.sendintr()
    shown = all_of(child)

    assert child.exitstatus == 130, shown
    asked = re.search(r"Interrupted: the extract ([0-9a-f-]{36}) is cancelled", shown)
    assert asked
    with demo.client() as client:
        wait_until(lambda: client.extract(asked[1]).state == "cancelled")


@pytest.mark.parametrize("command", [("search", "numbers", "--json"), ("search", "numbers", "--csv")])
def test_ctrl_c_ends_a_stream(shell: Shell, command: tuple[str, ...]) -> None:
    child = typed(shell, *command)
    child.expect("1679091c5a880faf6fb5e6087eb1b2dc")  # the sixth row
    child.sendintr()
    shown = all_of(child)

    assert child.exitstatus == 130
    assert shown.rstrip().endswith("Interrupted.")
