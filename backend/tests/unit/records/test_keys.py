"""A key becomes one text and is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.records import keys


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"id": 1}, "1"),
        ({"mac": "02:00:00:00:1e:ef"}, "02:00:00:00:1e:ef"),
        ({"site": 1, "label": "A/1, left"}, "1,A%2F1%2C left"),
        ({"share": "100%"}, "100%25"),
        ({"name": "Kōbe ¤"}, "Kōbe ¤"),
    ],
)
def test_it_writes_what_reads_well_in_an_address(values: dict[str, object], text: str) -> None:
    assert keys.write(list(values), values) == text


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1, max_size=3))
def test_it_reads_what_it_wrote(parts: list[str]) -> None:
    columns = [f"c{at}" for at in range(len(parts))]
    values = dict(zip(columns, parts, strict=True))

    assert keys.read(columns, keys.write(columns, values)) == values


@pytest.mark.parametrize(("columns", "text"), [(["id"], "1,2"), (["site", "label"], "1"), (["site", "label"], "1,2,3")])
def test_it_refuses_another_number_of_parts(columns: list[str], text: str) -> None:
    with pytest.raises(keys.KeyShapeError) as refused:
        keys.read(columns, text)

    assert str(refused.value).endswith(", ".join(columns) + ".")
