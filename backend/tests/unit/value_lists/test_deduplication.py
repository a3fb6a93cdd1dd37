"""Values that stand in a list already are set aside, and nothing else is lost or moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet import errors
from guichet.value_lists import deduplication
from guichet.value_lists.deduplication import Deduplicator
from guichet.value_lists.parsing import ListPart

TEXTS = st.text(st.sampled_from("ab"), min_size=1, max_size=3)


def parts_of(chunks: list[list[str]]) -> list[ListPart]:
    """Numbers the values of chunks by their lines."""
    parts, line = [], 1
    for chunk in chunks:
        parts.append(ListPart(chunk, range(line, line + len(chunk))))
        line += len(chunk)
    return parts


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=8), max_size=8))
def test_it_sets_aside_what_stood_before_with_its_line(chunks: list[list[str]]) -> None:
    found = list(Deduplicator(100).deduplicate(parts_of(chunks)))

    new = [pair for part in found if not part.is_doubtful for pair in zip(part.lines, part.values, strict=True)]
    again = [pair for part in found if part.is_doubtful for pair in zip(part.lines, part.values, strict=True)]
    lines = list(enumerate((value for chunk in chunks for value in chunk), 1))
    firsts = {value: line for line, value in reversed(lines)}
    assert new == [(line, value) for line, value in lines if firsts[value] == line]
    assert again == [(line, value) for line, value in lines if firsts[value] != line]


def test_it_lets_parts_through_as_they_are_where_nothing_repeats() -> None:
    parts = parts_of([["a", "b"], ["c"]])

    assert [id(one) for one in Deduplicator(3).deduplicate(parts)] == [id(one) for one in parts]


def test_it_gives_what_was_set_aside_in_parts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deduplication, "PART_VALUES", 2)

    found = Deduplicator(9).deduplicate(parts_of([["a", "a", "a", "a", "b", "b"]]))

    assert [(part.is_doubtful, len(part.values)) for part in found] == [(False, 2), (True, 4)]


def test_it_knows_when_all_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where their marks are in one place."""
    monkeypatch.setattr(deduplication, "MASK", 0)

    for values, expected in ((["a", "b", "c"], False), (["a", "b", "a"], True), (["a", "b", "b"], True)):
        one = Deduplicator(9)
        assert [part.is_doubtful for part in one.deduplicate(parts_of([values]))] == [False, True]
        assert one.repeats() is expected


def test_it_refuses_too_many_values() -> None:
    with pytest.raises(errors.ListTooLargeError, match="more than 3 values"):
        list(Deduplicator(3).deduplicate(parts_of([["a", "b", "a"], ["c", "d"]])))
