"""The log, plain and as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from guichet import logs
from guichet.control_characters import CONTROLS


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A log file; the test's own handlers are put back in the end."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield tmp_path / "log" / "guichet.log"
    for handler in logging.root.handlers:
        handler.close()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_a_plain_line_ends_with_what_is_known_of_the_event(file: Path) -> None:
    logs.configure(file)
    logging.getLogger("guichet.x").info("%s is done", "it", extra=logs.build_extra(user="anne", rows=3, interface=None))

    assert file.read_text().endswith(" INFO guichet.x it is done user=anne rows=3\n")


def test_a_json_line_has_it_among_its_keys(file: Path) -> None:
    logs.configure(file, "json")
    logging.getLogger("guichet.x").info("“%s” is done", "ü", extra=logs.build_extra(user="anne", rows=3))

    line = json.loads(file.read_text())
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "guichet.x", "message": "“ü” is done", "user": "anne", "rows": 3}


def test_what_a_message_names_is_among_the_keys_too(file: Path) -> None:
    logs.configure(file, "json")
    logging.getLogger("guichet.x").info("%(status)d after %(ms)d ms", {"status": 200, "ms": 7})

    line = json.loads(file.read_text())
    assert (line["message"], line["status"], line["ms"]) == ("200 after 7 ms", 200, 7)


def test_a_traceback_stays_on_the_line_of_its_event(file: Path) -> None:
    logs.configure(file, "json")
    try:
        raise ValueError("no\nsuch thing")
    except ValueError:
        logging.getLogger("guichet.x").exception("failed")

    (line,) = file.read_text().splitlines()
    assert "ValueError: no\nsuch thing" in json.loads(line)["traceback"]


@pytest.mark.parametrize("style", ["plain", "json"])
def test_a_traceback_has_nothing_of_what_the_database_quotes_of_a_statement(
    file: Path, style: Literal["plain", "json"]
) -> None:
    logs.configure(file, style)
    try:
        raise ValueError(
            "division by zero\nLINE 1: SELECT 'hunter2' / 0\n               ^\nDETAIL:  Failing row has (hunter2).\n"
        )
    except ValueError:
        logging.getLogger("guichet.x").exception("failed")

    written = file.read_text()
    assert "division by zero" in written
    assert "raise ValueError" in written
    assert "hunter2' /" not in written.split("ValueError: division")[1]
    assert "Failing row" not in written.split("ValueError: division")[1]


FORGED = "GET /a\n2026-01-01 INFO guichet.x anne signed in\x1b[2K\r\x9b1A\u2028\u202egnp.exe"


def test_no_text_begins_a_line_or_moves_the_cursor(file: Path) -> None:
    logs.configure(file)
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("guichet.x").exception("%s failed", FORGED, extra=logs.build_extra(interface=FORGED))

    text = file.read_text()
    assert CONTROLS.findall(text.replace("\n", "")) == []
    first, *others = text.splitlines()
    assert first.count("GET /a\\n2026-01-01 INFO guichet.x anne signed in\\x1b[2K\\r\\x9b1A\\u2028\\u202egnp.exe") == 2
    assert all(line.startswith("    ") for line in others)


def test_no_json_line_moves_the_cursor(file: Path) -> None:
    logs.configure(file, "json")
    logging.getLogger("guichet.x").info("%s failed", FORGED)

    text = file.read_text()
    assert CONTROLS.findall(text) == ["\n"]
    assert json.loads(text)["message"] == f"{FORGED} failed"


def test_its_folder_is_its_owners_alone(file: Path) -> None:
    logs.configure(file)

    assert file.parent.stat().st_mode & 0o777 == 0o700
