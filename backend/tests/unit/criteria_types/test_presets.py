"""Days that are named rather than given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.criteria_types.presets import PRESETS, Preset


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("today", "2026-03-10", "2026-03-10", "2026-03-10"),
        ("yesterday", "2026-03-01", "2026-02-28", "2026-02-28"),
        ("last_7_days", "2026-03-10", "2026-03-04", "2026-03-10"),
        ("last_30_days", "2026-03-10", "2026-02-09", "2026-03-10"),
        ("this_week", "2026-03-10", "2026-03-09", "2026-03-15"),
        ("this_week", "2026-03-09", "2026-03-09", "2026-03-15"),
        ("this_week", "2026-03-15", "2026-03-09", "2026-03-15"),
        ("this_month", "2026-02-28", "2026-02-01", "2026-02-28"),
        ("this_month", "2024-02-01", "2024-02-01", "2024-02-29"),
        ("this_month", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("last_month", "2026-03-31", "2026-02-01", "2026-02-28"),
        ("last_month", "2026-01-01", "2025-12-01", "2025-12-31"),
        ("this_quarter", "2026-03-10", "2026-01-01", "2026-03-31"),
        ("this_quarter", "2026-09-30", "2026-07-01", "2026-09-30"),
        ("this_quarter", "2026-10-01", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-03-10", "2025-10-01", "2025-12-31"),
        ("last_quarter", "2026-07-01", "2026-04-01", "2026-06-30"),
        ("this_year", "2026-03-10", "2026-01-01", "2026-12-31"),
        ("last_year", "2026-03-10", "2025-01-01", "2025-12-31"),
    ],
)
def test_it_stands_for_its_first_and_last_day(name: Preset, today: str, first: str, last: str) -> None:
    found = PRESETS[name](date.fromisoformat(today))

    assert [day.isoformat() for day in found] == [first, last]


def test_every_name_that_an_author_may_write_is_known() -> None:
    assert set(PRESETS) == set(get_args(Preset))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_what_is_this_has_today_in_it_and_what_is_last_ends_the_day_before(today: date) -> None:
    for span in ("week", "month", "quarter", "year"):
        first, last = PRESETS[f"this_{span}"](today)  # type: ignore[index]
        assert first <= today <= last
        if f"last_{span}" in PRESETS:
            assert PRESETS[f"last_{span}"](today)[1] == first - timedelta(days=1)  # type: ignore[index]
