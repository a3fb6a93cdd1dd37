"""What the audit keeps of criteria."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest

from guichet.audit import entries

MANY = [f"{number}.example" for number in range(101)]
HASH = hashlib.sha256("".join(f'"{one}"\n' for one in MANY).encode()).hexdigest()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"name": "labs", "size": 7, "share": Decimal("0.5")}, {"name": "labs", "size": 7, "share": Decimal("0.5")}),
        ({"created": {"from": "2026-01-01", "to": None}}, {"created": {"from": "2026-01-01", "to": None}}),
        ({"country": {"not": [5, 6]}}, {"country": {"not": [5, 6]}}),
        ({"domain": MANY[:100]}, {"domain": MANY[:100]}),
        ({"domain": MANY}, {"domain": {"values": 101, "sha256": HASH}}),
        ({"domain": {"not": MANY}}, {"domain": {"not": {"values": 101, "sha256": HASH}}}),
        ({"domain": {"list": "7c0b"}}, {"domain": {"list": "7c0b"}}),
        ({"na\0me": "a\0b"}, {"na�me": "a�b"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_keeps_criteria_as_given_but_long_lists_by_their_hash(given: Any, kept: Any) -> None:
    assert entries.condense(given) == kept
