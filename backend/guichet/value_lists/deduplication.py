"""Parts that go through, with the values that perhaps stood before set aside: only these are to be looked for.

By hashes: each leaves a mark in a table of a fixed size. A value that finds no mark in its place is new, for certain;
of the others, of a million, two or three in a hundred are new as well. It takes 16 MB, and 8 bytes a value.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from guichet import errors
from guichet.messages import say
from guichet.value_lists.parsing import PART_VALUES, Part

# Places of marks.
MASK = (1 << 24) - 1
# Beyond so many that were set aside, it is not worth while to find out that all are new.
MOST_COMPARED = 200_000


class Sieve:
    """What was seen of one list.

    :param most: how many different values there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._marks = bytearray(MASK + 1)
        self._new = array("q")
        self._others: set[int] = set()
        self._repeats = False
        self._aside = Part([], [], is_doubtful=True)

    def sifted(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Yields parts with what is new in them, and parts of what perhaps is not, which are `is_doubtful`.

        :raises ListTooLargeError: if there are too many values.
        """
        for part in parts:
            again = self._again(part.values)
            if len(self._new) > self._most:
                raise errors.ListTooLargeError(say("The list has more than {most} values.", most=self._most))
            yield self._without(part, again) if again else part
            if len(self._aside.values) >= PART_VALUES:
                yield self._put_aside()
        if self._aside.values:
            yield self._put_aside()

    def repeats(self) -> bool:
        """Tells whether what was set aside may stand elsewhere too, or twice; False is certain."""
        return self._repeats or not self._others.isdisjoint(self._new)

    def _again(self, values: Sequence[str]) -> Sequence[int]:
        """Finds the places of values whose mark was there before, also for one of these."""
        hashes, marks, places = array("q", map(hash, values)), self._marks, []
        for at, one in enumerate(hashes):
            if marks[one & MASK]:
                places.append(at)
            else:
                marks[one & MASK] = 1
        if not places:
            self._new.extend(hashes)
            return places
        others = {hashes[at] for at in places}
        known = len(self._others)
        self._others |= others
        few = len(others) == len(places) and known + len(others) == len(self._others) <= MOST_COMPARED
        self._repeats = self._repeats or not few
        gone = set(places)
        self._new.extend(one for at, one in enumerate(hashes) if at not in gone)
        if self._repeats:
            self._others.clear()
        return places

    def _without(self, part: Part, again: Sequence[int]) -> Part:
        gone = set(again)
        kept = [at for at in range(len(part.values)) if at not in gone]
        self._aside = _joined(self._aside, _chosen(part, again))
        return _chosen(part, kept)

    def _put_aside(self) -> Part:
        aside, self._aside = self._aside, Part([], [], is_doubtful=True)
        return aside


def _chosen(part: Part, places: Sequence[int]) -> Part:
    return Part([part.values[at] for at in places], [part.lines[at] for at in places])


def _joined(one: Part, other: Part) -> Part:
    return Part([*one.values, *other.values], [*one.lines, *other.lines], is_doubtful=True)
