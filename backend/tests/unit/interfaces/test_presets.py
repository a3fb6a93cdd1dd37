"""Named days, seen from a day."""

from __future__ import annotations

from datetime import date

import pytest

from guichet.interfaces.presets import PRESETS

CASES = [
    ("today", "2026-11-21", "2026-11-21", "2026-11-21"),
    ("yesterday", "2026-01-01", "2025-12-31", "2025-12-31"),
    ("last_7_days", "2026-03-03", "2026-02-25", "2026-03-03"),
    ("last_30_days", "2026-11-21", "2026-10-23", "2026-11-21"),
    ("this_week", "2026-11-21", "2026-11-16", "2026-11-22"),
    ("this_week", "2026-11-16", "2026-11-16", "2026-11-22"),
    ("this_month", "2024-02-10", "2024-02-01", "2024-02-29"),
    ("this_month", "2026-12-31", "2026-12-01", "2026-12-31"),
    ("last_month", "2026-03-31", "2026-02-01", "2026-02-28"),
    ("last_month", "2026-01-15", "2025-12-01", "2025-12-31"),
    ("this_quarter", "2026-11-21", "2026-10-01", "2026-12-31"),
    ("this_quarter", "2026-02-01", "2026-01-01", "2026-03-31"),
    ("last_quarter", "2026-02-01", "2025-10-01", "2025-12-31"),
    ("this_year", "2026-11-21", "2026-01-01", "2026-12-31"),
    ("last_year", "2026-11-21", "2025-01-01", "2025-12-31"),
]


@pytest.mark.parametrize(("name", "today", "first", "last"), CASES)
def test_it_names_the_first_and_the_last_day(name: str, today: str, first: str, last: str) -> None:
    days = PRESETS[name](date.fromisoformat(today))  # type: ignore[index]

    assert [day.isoformat() for day in days] == [first, last]


def test_every_preset_has_a_case() -> None:
    assert {name for name, *_ in CASES} == set(PRESETS)
