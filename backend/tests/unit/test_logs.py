"""The log, plain and as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from guichet import logs


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
    logging.getLogger("guichet.x").info("%s is done", "it", extra=logs.fields(user="anne", rows=3, interface=None))

    assert file.read_text().endswith(" INFO guichet.x it is done user=anne rows=3\n")


def test_a_json_line_has_it_among_its_keys(file: Path) -> None:
    logs.configure(file, "json")
    logging.getLogger("guichet.x").info("“%s” is done", "ü", extra=logs.fields(user="anne", rows=3))

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
