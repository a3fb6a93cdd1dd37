"""Moments as people read them: by the clock of the portal's zone, which is named in the heading."""

from __future__ import annotations

from guichet.sources.columns import Column


def heading(label: str, column: Column, time_zone: str) -> str:
    """Name the zone in the heading of a column whose cells are moments without an offset."""
    return f"{label} ({time_zone})" if column.type == "timestamptz" else label
