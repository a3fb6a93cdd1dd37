"""Every type of criterion finds what it should; turned round, rows without a value are among the others."""

from __future__ import annotations

from functools import partial
from typing import Any

from guichet.conformance.bench import Bench, expect
from guichet.conformance.promise import Promise

# The promise, what is filled in, and the ids that are found.
SEARCHES: tuple[tuple[str, tuple[tuple[dict[str, Any], list[int]], ...]], ...] = (
    ("nothing filled in finds every row", (({}, [1, 2, 3, 4, 5, 6]),)),
    (
        "text: contains, whatever the capitals",
        (({"name": "CH"}, [1]), ({"name": 'B "C'}, [2]), ({"name": {"not": "ch"}}, [2, 3, 4, 5, 6])),
    ),
    ("text: begins with", (({"begins": "CH"}, [1]), ({"begins": {"not": "ch"}}, [2, 3, 4, 5, 6]))),
    (
        "text: exact",
        (({"exact": "=1+1"}, [3]), ({"exact": "100%"}, []), ({"exact": {"not": "=1+1"}}, [1, 2, 4, 5, 6])),
    ),
    ("text: without accents", (({"plain": "CHATEAU"}, [1]), ({"plain": {"not": "chateau"}}, [2, 3, 4, 5, 6]))),
    (
        "text: asked otherwise than its author does",
        (
            ({"name": {"contains": "CH"}}, [1]),
            ({"name": {"prefix": "CH"}}, [1]),
            ({"name": {"prefix": "b"}}, []),
            ({"name": {"not": {"prefix": "ch"}}}, [2, 3, 4, 5, 6]),
            ({"name": {"exact": "=1+1"}}, [3]),
            ({"name": {"exact": "=1"}}, []),
            ({"name": {"not": {"exact": "=1+1"}}}, [1, 2, 4, 5, 6]),
            ({"begins": {"exact": "Château"}}, [1]),
            ({"plain": {"prefix": "chat"}}, [1]),
        ),
    ),
    ("text: % and _ stand for themselves", (({"name": "%_"}, [5]), ({"name": "0%"}, [5]), ({"name": "_X"}, [5]))),
    (
        "values are bound, never pasted",
        (
            ({"exact": "x' OR '1'='1"}, []),
            ({"name": "\\' OR 1=1 --"}, []),
            ({"names": ["x') OR (1=1", 'y" OR 1=1', "=1+1"]}, [3]),
            ({"name": "%(id)s :id $1 ?"}, []),
        ),
    ),
    ("number", (({"amount": "12.25"}, [1]), ({"amount": -3.25}, [2]), ({"amount": {"not": 12.25}}, [2, 3, 4, 5, 6]))),
    (
        "number range, its ends included",
        (
            ({"amounts": {"from": "0.75", "to": "12.25"}}, [1, 3, 5]),
            ({"amounts": {"from": 100}}, [4]),
            ({"amounts": {"not": {"to": 12.25}}}, [4, 6]),
        ),
    ),
    ("date", (({"day": "2024-03-01"}, [2]), ({"day": {"not": "2024-03-01"}}, [1, 3, 4, 5, 6]))),
    (
        "date range, its ends included",
        (
            ({"days": {"from": "2024-02-29", "to": "2024-03-01"}}, [1, 2]),
            ({"days": {"from": "2024-12-31", "to": "9999-12-31"}}, [3]),
            ({"days": {"not": {"from": "2000-01-01"}}}, [4, 6]),
        ),
    ),
    ("yes or no", (({"flag": True}, [1, 3, 5]), ({"flag": {"not": True}}, [2, 4, 6]))),
    (
        "select: several options, and rows without a value",
        (
            ({"category": [10]}, [1, 3]),
            ({"category": ["10", 30]}, [1, 3, 4]),
            ({"category": [None, 30]}, [4, 6]),
            ({"category": {"not": [10]}}, [2, 4, 5, 6]),
            ({"category": {"not": [None, 10]}}, [2, 4, 5]),
        ),
    ),
    (
        "several values",
        (
            ({"id": ["1", "3", "99"]}, [1, 3]),
            ({"id": {"not": ["1", "3"]}}, [2, 4, 5, 6]),
            ({"names": ["Château", 'a,b "c"', "none"]}, [1, 2]),
            ({"names": {"not": ["Château"]}}, [2, 3, 4, 5, 6]),
        ),
    ),
    (
        "is empty, and is not empty",
        (
            ({"amount": {"empty": True}}, [6]),
            ({"amount": {"not": {"empty": True}}}, [1, 2, 3, 4, 5]),
            ({"amounts": {"empty": True}}, [6]),
            ({"day": {"empty": True}}, [6]),
            ({"days": {"not": {"empty": True}}}, [1, 2, 3, 4, 5]),
            ({"flag": {"empty": True}}, [6]),
            ({"category": {"empty": True}}, [6]),
            ({"category": {"not": {"empty": True}}}, [1, 2, 3, 4, 5]),
            ({"name": {"empty": True}}, [4, 6]),
            ({"name": {"not": {"empty": True}}}, [1, 2, 3, 5]),
            ({"exact": {"empty": True}}, [4, 6]),
            ({"names": {"empty": True}}, [4, 6]),
            ({"id": {"empty": True}}, []),
            ({"id": {"not": {"empty": True}}}, [1, 2, 3, 4, 5, 6]),
        ),
    ),
    ("several criteria together", (({"category": [10], "flag": True, "amounts": {"to": 1}}, [3]),)),
)


def _search(searches: tuple[tuple[dict[str, Any], list[int]], ...], bench: Bench) -> None:
    for criteria, ids in searches:
        expect(bench.find(criteria), ids, f"ids found by {criteria}")


PROMISES = tuple(Promise(name, partial(_search, searches)) for name, searches in SEARCHES)
