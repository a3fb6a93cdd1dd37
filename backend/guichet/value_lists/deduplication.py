"""Parts that go through, with the values that perhaps stood before set aside: only these are to be looked for.

By hashes: each leaves a mark in a table of a fixed size. A value that finds no mark in its place is new, for certain;
of the others, of a million, two or three in a hundred are new as well. It takes 16 MB, and 8 bytes a value.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from guichet import errors
from guichet.messages import say
from guichet.value_lists.parsing import PART_VALUES, ListPart

# Places of marks.
MASK = (1 << 24) - 1
# Beyond so many that were set aside, it is not worth while to find out that all are new.
MOST_COMPARED = 200_000


class Deduplicator:
    """What was seen of one list.

    :param most: how many different values there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._marks = bytearray(MASK + 1)
        self._new = array("q")
        self._others: set[int] = set()
        self._repeats = False
        self._aside = ListPart([], [], is_doubtful=True)

    def deduplicate(self, parts: Iterable[ListPart]) -> Iterator[ListPart]:
        """Yield parts with what is new in them, and parts of what perhaps is not, which are `is_doubtful`.

        :raises ListTooLargeError: if there are too many values.
        """
        for part in parts:
            again = self._find_repeats(part.values)
            if len(self._new) > self._most:
                raise errors.ListTooLargeError(say("The list has more than {most} values.", most=self._most))
            yield self._set_repeats_aside(part, again) if again else part
            if len(self._aside.values) >= PART_VALUES:
                yield self._take_aside()
        if self._aside.values:
            yield self._take_aside()

    def repeats(self) -> bool:
        """Tell whether what was set aside may stand elsewhere too, or twice; False is certain."""
        return self._repeats or not self._others.isdisjoint(self._new)

    def _find_repeats(self, values: Sequence[str]) -> Sequence[int]:
        """Find the places of values whose mark was there before, also for one of these."""
        hashes, marks, places = array("q", map(hash, values)), self._marks, []
        for index, hashed in enumerate(hashes):
            if marks[hashed & MASK]:
                places.append(index)
            else:
                marks[hashed & MASK] = 1
        if not places:
            self._new.extend(hashes)
            return places
        others = {hashes[index] for index in places}
        known = len(self._others)
        self._others |= others
        few = len(others) == len(places) and known + len(others) == len(self._others) <= MOST_COMPARED
        self._repeats = self._repeats or not few
        gone = set(places)
        self._new.extend(hashed for index, hashed in enumerate(hashes) if index not in gone)
        if self._repeats:
            self._others.clear()
        return places

    def _set_repeats_aside(self, part: ListPart, again: Sequence[int]) -> ListPart:
        gone = set(again)
        kept = [index for index in range(len(part.values)) if index not in gone]
        self._aside = _join_parts(self._aside, _select_values(part, again))
        return _select_values(part, kept)

    def _take_aside(self) -> ListPart:
        aside, self._aside = self._aside, ListPart([], [], is_doubtful=True)
        return aside


def _select_values(part: ListPart, places: Sequence[int]) -> ListPart:
    return ListPart([part.values[index] for index in places], [part.lines[index] for index in places])


def _join_parts(part: ListPart, other: ListPart) -> ListPart:
    return ListPart([*part.values, *other.values], [*part.lines, *other.lines], is_doubtful=True)
