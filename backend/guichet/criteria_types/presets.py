"""Days that are named rather than given: “last month” is another one each time it is searched.

Pure: a name and today in, the first and the last day out. Weeks begin on Monday (ISO 8601).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

DAY = timedelta(days=1)

Days = tuple[date, date]

Preset = Literal[
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "this_week",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
]


def _compute_last_days(count: int) -> Callable[[date], Days]:
    return lambda today: (today - (count - 1) * DAY, today)


def _compute_month(day: date) -> Days:
    first = day.replace(day=1)
    return first, (first + 31 * DAY).replace(day=1) - DAY


def _compute_quarter(day: date) -> Days:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, _compute_month(first + 62 * DAY)[1]


def _compute_week(today: date) -> Days:
    first = today - today.weekday() * DAY
    return first, first + 6 * DAY


def _compute_year(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


PRESETS: dict[Preset, Callable[[date], Days]] = {
    "today": _compute_last_days(1),
    "yesterday": lambda today: (today - DAY, today - DAY),
    "last_7_days": _compute_last_days(7),
    "last_30_days": _compute_last_days(30),
    "this_week": _compute_week,
    "this_month": _compute_month,
    "last_month": lambda today: _compute_month(_compute_month(today)[0] - DAY),
    "this_quarter": _compute_quarter,
    "last_quarter": lambda today: _compute_quarter(_compute_quarter(today)[0] - DAY),
    "this_year": lambda today: _compute_year(today.year),
    "last_year": lambda today: _compute_year(today.year - 1),
}
