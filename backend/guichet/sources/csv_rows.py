"""Rows of finished CSV, many in a piece: where one ends, how many there are, and how they are passed on.

A line's end in quotes ends no row. All is done by counting quotes, which are doubled within a field: an even number of
them stands before every end of a row.
"""

from __future__ import annotations

from collections.abc import Iterator

from guichet.sources.protocol import ByteSink, RowsSink

# What is neither a quote nor a line's end.
PLAIN = bytes(set(range(256)) - set(b'"\n'))


def pass_on(output: ByteSink, rows: bytes, count: int, *, quoted: bool = True) -> None:
    """Pass on whole rows: together to whoever takes them so, else one a call.

    :param quoted: whether a line's end may stand in quotes.
    """
    if isinstance(output, RowsSink):
        output.write_rows(rows, count)
    else:
        for row in split_rows(rows, quoted=quoted) if count > 1 else [rows]:
            output.write(row)


def cut_rows(pieces: Iterator[bytes], *, quoted: bool = True) -> Iterator[tuple[bytes, int]]:
    """Yield the same bytes cut between rows, and how many of these each has."""
    rest: list[bytes] = []
    odd = 0  # quotes in all pieces so far
    for piece in pieces:
        if quoted:
            count, odd = _count_ends(piece, odd)
            end = _find_last_end(piece, odd) if count else 0
        else:
            count, end = piece.count(b"\n"), piece.rfind(b"\n") + 1
        if count:
            yield b"".join([*rest, memoryview(piece)[:end]]), count
            rest = [piece[end:]]
        else:
            rest.append(piece)
    if last := b"".join(rest):
        yield last, 1


def split_rows(rows: bytes, *, quoted: bool = True) -> list[bytes]:
    """Return each of some whole rows."""
    lines = rows.split(b"\n")
    last = lines.pop()
    if not quoted or b'"' not in rows:
        return [line + b"\n" for line in lines] + ([last] if last else [])
    whole_rows, begun, quotes = [], b"", 0
    for line in lines:
        begun += line + b"\n"
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            whole_rows.append(begun)
            begun, quotes = b"", 0
    return whole_rows + ([begun + last] if begun or last else [])


def find_row(rows: bytes, begin: int, place: int) -> tuple[int, int]:
    """Return where the row begins and ends that a place is in.

    :param begin: of any row before it.
    """
    end = _find_end(rows, begin, place)
    while (newline := rows.rfind(b"\n", begin, place)) >= 0:
        if rows.count(b'"', begin, newline) % 2 == 0:
            return newline + 1, end
        place = newline
    return begin, end


def _find_end(rows: bytes, begin: int, place: int) -> int:
    odd = rows.count(b'"', begin, place) % 2
    while (newline := rows.find(b"\n", place)) >= 0:
        odd = (odd + rows.count(b'"', place, newline)) % 2
        if not odd:
            return newline + 1
        place = newline + 1
    return len(rows)


def _count_ends(piece: bytes, odd: int) -> tuple[int, int]:
    """Count the rows that end in a piece; return this, and whether it ends within quotes.

    :param odd: whether it begins within quotes.
    """
    marks = piece.translate(None, PLAIN)
    # Two quotes with no line's end between them change nothing, and most come so.
    parts = marks.replace(b'""', b"").split(b'"')
    return sum(map(len, parts[odd::2])), (odd + len(parts) - 1) % 2


def _find_last_end(piece: bytes, odd: int) -> int:
    """Return where the last row ends that ends in a piece.

    :param odd: whether the piece ends within quotes.
    """
    end = len(piece)
    while (newline := piece.rfind(b"\n", 0, end)) >= 0:
        odd = (odd + piece.count(b'"', newline, end)) % 2
        if not odd:
            return newline + 1
        end = newline
    return 0
