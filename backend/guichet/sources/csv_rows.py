"""Rows of finished CSV, many in a piece: where one ends, how many there are, and how they are passed on.

A line's end in quotes ends no row. All is done by counting quotes, which are doubled within a field: an even number of
them stands before every end of a row.
"""

from __future__ import annotations

from collections.abc import Iterator

from guichet.sources.protocol import ByteSink, RowsSink


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
    rest, odd = b"", 0  # quotes in the rest
    for piece in pieces:
        if quoted and (odd or b'"' in piece):
            parts = piece.split(b'"')  # every second one stands in quotes
            outside = parts[odd::2]
            count = b"".join(outside).count(b"\n")
            end = _find_last_end(parts, odd, len(piece)) if count else 0
            odd = (odd + len(parts) - 1) % 2
        else:
            end = piece.rfind(b"\n") + 1
            count = piece.count(b"\n") if end else 0
        if count:
            yield rest + piece[:end], count
            rest = piece[end:]
        else:
            rest += piece
    if rest:
        yield rest, 1


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


def _find_last_end(parts: list[bytes], odd: int, end: int) -> int:
    """Return where the last row ends in what was split by quotes.

    :param odd: whether the first part stands in quotes.
    :param end: of the last part.
    """
    for index in range(len(parts) - 1, -1, -1):
        end -= len(parts[index])
        newline = -1 if (index + odd) % 2 else parts[index].rfind(b"\n")
        if newline >= 0:
            return end + newline + 1
        end -= 1
    return 0
