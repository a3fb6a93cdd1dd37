"""Rows of finished CSV in pieces: cut, counted and found, however they are cut up on their way."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from guichet.sources import csv_rows

ROWS = st.lists(st.lists(st.text('a"\n\r,é', max_size=6), min_size=2, max_size=3), min_size=1, max_size=12)


def write(rows: list[list[str]]) -> list[bytes]:
    """Write rows as COPY does, each by itself."""
    written = []
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(row)  # so that it quotes both kinds of line ends
        written.append(line.getvalue().removesuffix("\r\n").encode() + b"\n")
    return written


@given(ROWS, st.lists(st.integers(1, 9), min_size=1))
def test_pieces_are_cut_between_rows_and_count_them(rows: list[list[str]], sizes: list[int]) -> None:
    written, pieces, at = write(rows), [], 0
    whole = b"".join(written)
    while at < len(whole):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(whole[at : at + size])
        at += size

    cut = list(csv_rows.cut_rows(iter(pieces)))

    assert [row for piece, _ in cut for row in csv_rows.split_rows(piece)] == written
    assert [count for _, count in cut] == [len(csv_rows.split_rows(piece)) for piece, _ in cut]


@given(ROWS)
def test_the_row_of_a_place_is_found_from_any_row_before_it(rows: list[list[str]]) -> None:
    written = write(rows)
    whole, begins = b"".join(written), [0]
    for row in written:
        begins.append(begins[-1] + len(row))

    for at in range(len(whole)):
        row = max(number for number, begin in enumerate(begins) if begin <= at)
        for begin in begins[: row + 1]:
            assert csv_rows.find_row(whole, begin, at) == (begins[row], begins[row + 1])


def test_lines_of_json_end_with_their_lines() -> None:
    lines = [b'{"a": "5\\" wide"}\n', b'{"b": 1}\n', b'"\n']

    ((piece, count),) = csv_rows.cut_rows(iter([b"".join(lines)]), quoted=False)

    assert (csv_rows.split_rows(piece, quoted=False), count) == (lines, 3)
