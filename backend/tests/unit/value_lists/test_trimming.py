"""One table of what values are freed of, for the server and for the page."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from guichet.value_lists import trimming

TABLE = json.loads((Path(__file__).parents[2] / "data" / "trimming.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "value"), TABLE["trim"])
def test_a_value_is_freed_of_what_nobody_sees(text: str, value: str) -> None:
    assert trimming.trim(text) == value
    assert trimming.trim_all([text, "x"]) == [value, "x"]


@pytest.mark.parametrize(("text", "found"), TABLE["addresses"])
def test_addresses_are_taken_out_of_what_mail_programs_copy(text: str, found: list[str]) -> None:
    assert trimming.split_addresses(text) == found


@pytest.mark.parametrize(
    "text", ["a" * 500_000 + " @", "<" * 500_000 + "@", "a@b." * 100_000, "(a" * 200_000 + "@", '"' * 300_001 + "@"]
)
def test_a_text_that_means_no_good_takes_no_longer(text: str) -> None:
    started = time.process_time()

    trimming.split_addresses(text)

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("1.0", "integer", "1"),
        ("2,0", "integer", "2"),
        ("-1 000", "integer", "-1000"),
        ("1\u202f000\u00a0000", "integer", "1000000"),
        ("\uff11\uff12", "integer", "12"),
        ("\u0663", "integer", "3"),
        ("'007", "integer", "007"),
        ("9;", "integer", "9"),
        ("1.000", "integer", "1.000"),
        ("1,5", "integer", "1,5"),
        ("1E+05", "integer", "1E+05"),
        ("10 00", "integer", "10 00"),
        ("URN:UUID:a0", "uuid", "a0"),
        ("1.0", "", "1.0"),
    ],
)
def test_a_value_is_respelt_where_it_can_mean_only_one(value: str, kind: str, expected: str) -> None:
    assert trimming.respell(value, kind) == expected
