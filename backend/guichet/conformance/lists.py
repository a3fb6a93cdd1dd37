"""Lists of values: bound, or in a table of the session; what was found of them, and what was not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from guichet.conformance.bench import SECONDS, Bench, expect
from guichet.conformance.promise import Promise
from guichet.criteria_types.operands import ListRef
from guichet.search import compose, execution, unmatched, value_list_binding
from guichet.search.criteria import Filled
from guichet.sources.protocol import TemporaryTable
from guichet.sql.statement import LISTED, FoundPlace, Listed, ListShape

LONG = 10_000


def _matched(bench: Bench) -> None:
    search = bench.prepare({"id": ["1", "3", "99", "x"]})
    expect(dict(execution.count(search).matched), {"id": 2}, "values found")
    expect(dict(execution.rows(search, [], 10).matched), {"id": 2}, "values found beside the rows")


def _unmatched(bench: Bench) -> None:
    with unmatched.file(bench.prepare({"id": ["1", "99", "3", "98"]}), "id") as file:
        expect(file.read().decode(), "line,value,problem\n2,99,not found\n4,98,not found\n", "what was not found")


def _long(bench: Bench) -> None:
    """Search ten thousand rows by a table of as many values, of which half are there."""
    interface = bench.load(
        f"SELECT n FROM ({bench.numbers(4)}) AS made WHERE {{criteria}}",
        {"n": {"type": "values", "column": "n", "found_in": "n"}},
    )
    source, dialect = bench.source, bench.dialect
    type_ = bench.catalogue.list_type(interface, source, "n")
    shape = ListShape("n", type_, merged=False, normalization="")
    name, lines = value_list_binding.table_name(0), "guichet_lines_0"
    tables = [
        TemporaryTable(name, dialect.table_columns(shape), _keys),
        TemporaryTable(lines, dialect.line_table_columns(shape), _lines),
    ]
    listed = Listed(f"{dialect.name_temporary(name)} AS {LISTED}")
    place = FoundPlace("n", exact=True)
    with source.session(SECONDS, tables) as session:
        for negated, expected in ((False, LONG // 2), (True, LONG // 2)):
            statement = compose.search(interface, {"n": Filled(ListRef(""), negated)}, {"n": listed})
            counted = dialect.count(statement)
            rows = session.fetch_value(counted.sql, counted.parameters)
            expect(int(rows), expected, f"rows {'not ' * negated}in the list")
        statement = compose.search(interface, {"n": Filled(ListRef(""))}, {"n": listed})
        matched = dialect.count_matched(statement, shape, listed, replace(place, exact=False))
        expect(int(session.fetch_value(matched.sql, matched.parameters)), LONG // 2, "values found")
        rest = dialect.select_unmatched(statement, shape, dialect.name_temporary(lines), place)
        output = io.BytesIO()
        expect(session.write_csv(rest.sql, rest.parameters, ",", output), LONG // 2, "values not found")
        first = output.getvalue().split(b"\n", 1)[0].decode()
    expect(first, f"{LONG // 2 + 1},{LONG},not found", "the first that was not found")


def _values() -> range:
    return range(LONG // 2, LONG + LONG // 2)


def _keys() -> Iterator[bytes]:
    yield "".join(f"{value}\n" for value in _values()).encode()


def _lines() -> Iterator[bytes]:
    yield "".join(f"{line}\t{value}\t{value}\n" for line, value in enumerate(_values(), 1)).encode()


PROMISES = (
    Promise("how many of several values were found", _matched),
    Promise("which of several values were not found", _unmatched),
    Promise("a long list in a table of the session", _long, "temporary_tables"),
)
