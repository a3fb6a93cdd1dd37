"""Parts that go through, with the values that perhaps stood before set aside: only these are to be looked for.

By hashes: a value of a hash that was not seen is new, for certain. Nothing but the hashes is remembered: some 70 MB for
a million values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from guichet import errors
from guichet.sentences import say
from guichet.value_lists.parsing import PART_VALUES, Part

# Numbers of so many bits take half the memory of longer ones.
MASK = (1 << 60) - 1


class Sieve:
    """What was seen of one list.

    :param most: how many different values there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: set[int] = set()
        self._aside = Part([], [], is_doubtful=True)

    def sifted(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Yields parts with what is new in them, and parts of what perhaps is not, which are `is_doubtful`.

        :raises ListTooLargeError: if there are too many values.
        """
        for part in parts:
            again = self._again(part.values)
            if len(self._seen) > self._most:
                raise errors.ListTooLargeError(say("The list has more than {most} values.", most=self._most))
            yield self._without(part, again) if again else part
            if len(self._aside.values) >= PART_VALUES:
                yield self._put_aside()
        if self._aside.values:
            yield self._put_aside()

    def _again(self, values: Sequence[str]) -> Sequence[int]:
        """Finds the places of values whose hash was seen before, also in these."""
        hashes = [one & MASK for one in map(hash, values)]
        known, before = self._seen.intersection(hashes), len(self._seen)
        self._seen.update(hashes)
        if len(self._seen) - before == len(hashes):
            return ()
        places = []
        for at, one in enumerate(hashes):
            if one in known:
                places.append(at)
            known.add(one)
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
