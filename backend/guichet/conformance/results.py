"""One search has one answer: as a count, a page, CSV, rows, a workbook and a summary, in the same bytes everywhere."""

from __future__ import annotations

import io
import json
from decimal import Decimal

from guichet.conformance.bench import COLUMNS, Bench, expect
from guichet.conformance.promise import Promise
from guichet.results import downloads, pages, row_formats
from guichet.search import execution, options, summary
from guichet.search.arrangement import Arrangement, SortKey
from guichet.search.options import OptionSearch
from guichet.sql.formats import CsvFormat
from guichet.sql.statement import OptionQuery

ORDER = [SortKey("id")]
CSV = (
    "Id,Name,Amount,Day,Flag,Category\n"
    "1,Château,12.25,2024-02-29,true,10\n"
    '2,"a,b ""c""",-3.25,2024-03-01,false,20\n'
    "3,'=1+1,0.75,2024-12-31,true,10\n"
    '4,"",100.25,1999-12-31,false,30\n'
    "5,100%_x,7.25,2024-03-02,true,20\n"
    "6,,,,,\n"
)
PARTS = [[1, "Château"], [2, 'a,b "c"'], [3, "=1+1"], [4, ""], [5, "100%_x"], [6, None]]


def _columns(bench: Bench) -> None:
    columns = bench.prepare({}).columns
    expect([column.name for column in columns], list(COLUMNS), "columns")
    expect(columns[0].type, "integer", "the type of a whole number")
    expect(columns[1].type, "text", "the type of a text")


def _count(bench: Bench) -> None:
    expect(execution.count(bench.prepare({})).count, 6, "rows counted")
    expect(execution.count(bench.prepare({"category": [10]})).count, 2, "rows counted")


def _page(bench: Bench) -> None:
    page = execution.rows(bench.prepare({}), ORDER, 10)
    expect([list(row[:2]) for row in page.rows], PARTS, "cells")
    expect(str(page.rows[0][3]), "2024-02-29", "a day")


def _sort(bench: Bench) -> None:
    for descending, ids in ((False, [2, 3, 5, 1, 4, 6]), (True, [4, 1, 5, 3, 2, 6])):
        rows = execution.rows(bench.prepare({}), [SortKey("amount", descending)], 10).rows
        expect([row[0] for row in rows], ids, "ids sorted by a number, those without one last")


def _csv(bench: Bench) -> None:
    search = bench.prepare({})
    has_booleans = search.columns[4].type == "boolean"
    expected = CSV if has_booleans else CSV.replace(",true,", ",1,").replace(",false,", ",0,")
    with downloads.csv(search, Arrangement(ORDER), CsvFormat()).file as file:
        expect(file.read().decode(), expected, "the bytes of a CSV")


def _local_csv(bench: Bench) -> None:
    search, style = bench.prepare({"id": ["1"]}), CsvFormat(";", ",", "locale", "fr", formula_guard=False)
    day = "29/02/2024" if search.columns[3].type == "date" else "2024-02-29"
    with downloads.csv(search, Arrangement(ORDER, COLUMNS[:4]), style).file as file:
        line = file.read().decode().split("\n")[1]
    expect(line, f"1;Château;12,25;{day}", "a line as a French spreadsheet wants it")


def _lines(bench: Bench) -> None:
    search = bench.prepare({})
    style = row_formats.ndjson(search.columns, "objects", search.dialect)
    with pages.by_offset(search, style, ORDER, 10, 0).file as file:
        lines = [json.loads(line) for line in file.read().decode().splitlines()]
    expect([list(line.values())[:2] for line in lines], PARTS, "rows as JSON")
    expect(list(lines[0]), list(COLUMNS), "their names")


def _cursor(bench: Bench) -> None:
    search = bench.prepare({})
    style = row_formats.json(search.columns[:1], "arrays", search.dialect)
    ids, cursor = [], None
    for _ in range(3):
        page = pages.by_cursor(search, style, 2, cursor, before=False)
        with page.file as file:
            ids += [row[0] for row in json.loads(file.read())]
        cursor = page.last
    expect(ids, [1, 2, 3, 4, 5, 6], "ids on three pages")


def _workbook(bench: Bench) -> None:
    with downloads.xlsx(bench.prepare({}), Arrangement(ORDER)).file as file:
        expect(file.read(2), b"PK", "the beginning of a workbook")


def _summary(bench: Bench) -> None:
    search = bench.prepare({})
    summarized = summary.summarize(search, search.columns)
    expect(summarized.total, 6, "rows")
    expect([column.nulls for column in summarized.columns], [0, 1, 1, 1, 1, 1], "NULLs of each column")
    expect(sum(bucket.count for bucket in summarized.columns[0].buckets), 6, "rows in the histogram of a number")
    sums = [column.sum and Decimal(column.sum) for column in summarized.columns[:3]]
    expect(sums, [Decimal(21), None, Decimal("117.25")], "sums of whole numbers, of texts, of decimals")
    expect([count for _, count in summarized.columns[1].values], [1] * 5, "how often each text stands")


def _options(bench: Bench) -> None:
    criterion = bench.interface.criteria["category"]
    search = OptionSearch(bench.interface, {}, bench.source, (), criterion=criterion)
    for wanted, labels in (
        (OptionQuery(), ["None", "Ten", "Zwanzig"]),
        (OptionQuery("ZWAN"), ["Zwanzig"]),
        (OptionQuery(values=["10"]), ["Ten"]),
    ):
        expect([option.label for option in options.load(search, wanted).options], labels, f"options for {wanted}")


def _many(bench: Bench) -> None:
    interface = bench.load(f"SELECT n FROM ({bench.numbers(5)}) AS made WHERE {{criteria}}", {})
    search = bench.prepare({}, interface)
    lines = _Lines()
    with search.session(60) as session:
        statement = search.dialect.select_all(search.statement)
        expect(session.write_csv(statement.sql, statement.parameters, ",", lines), 100_000, "rows written")
    expect(sorted(lines.numbers) == list(range(100_000)), True, "every row once")


class _Lines:
    def __init__(self) -> None:
        self.numbers: list[int] = []

    def write(self, row: bytes) -> None:
        self.numbers += map(int, io.BytesIO(row).readlines())


PROMISES = (
    Promise("the columns of a result, with their types", _columns),
    Promise("count", _count),
    Promise("table: every cell as it is", _page),
    Promise("table: sorted, rows without a value last", _sort),
    Promise("CSV in the same bytes, formulas made harmless", _csv),
    Promise("CSV with a locale's commas and days", _local_csv),
    Promise("rows as JSON", _lines),
    Promise("pages that go on behind a cursor", _cursor),
    Promise("XLSX", _workbook),
    Promise("summary", _summary),
    Promise("options, typed ahead", _options),
    Promise("a hundred thousand rows, each once", _many),
)
