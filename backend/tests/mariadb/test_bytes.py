"""The bytes of files are PostgreSQL's, for every type that both have: the same rows in both, asked side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from pydantic import SecretStr

from guichet.sources.columns import Column
from guichet.sources.kinds import POSTGRESQL, SourceConfig
from guichet.sources.protocol import Session, Source
from guichet.sql.dialect import Dialect
from guichet.sql.formats import CsvFormat, Shape
from guichet.sql.mariadb.dialect import MARIADB
from guichet.sql.postgresql.dialect import POSTGRESQL as POSTGRESQL_DIALECT
from guichet.sql.statement import Sort, Statement
from tests.mariadb.server import Server

TEXT = (Path(__file__).parent / "every_type.sql").read_text("utf-8")
OWN = {
    "mariadb": {"DATETIME": "DATETIME(6)", "INSTANT": "TIMESTAMP(6) NULL", "BYTES": "VARBINARY(10)"},
    "postgresql": {"DATETIME": "timestamp", "INSTANT": "timestamptz", "BYTES": "bytea"},
}
ROWS = Statement("SELECT * FROM every_type", {})
STYLES = [
    CsvFormat(),
    CsvFormat(delimiter=";", decimal=",", dates="locale", locale="fr"),
    CsvFormat(delimiter="\t", dates="locale", locale="en"),
    CsvFormat(delimiter="|", dates="locale", locale="es"),
    CsvFormat(decimal=","),
]


def written(kind: str) -> str:
    text = TEXT
    for name, type_ in OWN[kind].items():
        text = text.replace(f"/*{name}*/", type_)
    mariadb = kind == "mariadb"
    text = text.replace("/*X*/", "x'00ff5c'" if mariadb else r"'\x00ff5c'")
    for name, plain in {"NL": "\\n", "TAB": "\\t"}.items():
        text = text.replace(f"' /*{name}*/ '", plain if mariadb else f"' || E'{plain}' || '")
    text = text.replace(r"'\.'", r"'\\.'") if mariadb else text
    return f"SET time_zone = '+00:00';\n{text}" if mariadb else f"SET timezone = 'UTC';\n{text}"


@dataclass(frozen=True)
class Side:
    source: Source
    dialect: Dialect


@pytest.fixture(scope="session")
def types(mariadb: Server, make_database: Callable[..., str], server_url: str) -> str:
    """Makes the rows in both; returns PostgreSQL's URL."""
    mariadb.run(written("mariadb"), "shop")
    return make_database(sql=written("postgresql"))


@pytest.fixture(params=["UTC", "Europe/Paris"])
def sides(
    request: pytest.FixtureRequest, types: str, make_source: Callable[..., Source], zones: None
) -> Iterator[tuple[Side, Side]]:
    zone = str(request.param)
    postgresql = POSTGRESQL.open_source(SourceConfig("shop", SecretStr(types), 4, 5, 5, zone))
    yield Side(postgresql, POSTGRESQL_DIALECT), Side(make_source(time_zone=zone), MARIADB)
    postgresql.close_idle()


class Lines(list[bytes]):
    def write(self, row: bytes) -> None:
        self.append(bytes(row))


def columns_of(session: Session, dialect: Dialect, statement: Statement = ROWS) -> list[Column]:
    described = dialect.describe(statement)
    return session.describe(described.sql, described.parameters)


def csv(side: Side, style: CsvFormat, statement: Statement = ROWS) -> list[bytes]:
    lines = Lines()
    with side.source.session(20) as session:
        columns = columns_of(session, side.dialect, statement)
        selected = side.dialect.select(statement, side.dialect.csv_cells(columns, style), [Sort(columns[0])], 100)
        assert session.write_csv(selected.sql, selected.parameters, style.delimiter, lines) == len(lines)
    return lines


def test_columns_have_the_same_types(sides: tuple[Side, Side]) -> None:
    described = []
    for side in sides:
        with side.source.session(20) as session:
            described.append(columns_of(session, side.dialect))

    assert described[0] == described[1]


@pytest.mark.parametrize("style", STYLES)
def test_a_csv_is_the_same(sides: tuple[Side, Side], style: CsvFormat) -> None:
    postgresql, mariadb = (csv(side, style) for side in sides)

    assert mariadb == postgresql


def test_a_csv_of_one_column_is_the_same(sides: tuple[Side, Side]) -> None:
    statement = Statement("SELECT label FROM every_type", {})
    postgresql, mariadb = (sorted(csv(side, CsvFormat(), statement)) for side in sides)

    assert mariadb == postgresql


@pytest.mark.parametrize("shape", ["objects", "arrays"])
def test_lines_of_json_are_the_same(sides: tuple[Side, Side], shape: Shape) -> None:
    written = []
    for side in sides:
        lines = Lines()
        with side.source.session(20) as session:
            columns = columns_of(session, side.dialect)
            line = side.dialect.json_line(columns, shape)
            selected = side.dialect.select(ROWS, [line, side.dialect.key_cell(columns[:3])], [Sort(columns[0])], 100)
            session.write_lines(selected.sql, selected.parameters, lines)
        written.append(lines)

    assert written[1] == written[0]


def test_cells_are_the_same(sides: tuple[Side, Side]) -> None:
    from guichet.search.cells import make_exact

    cells = []
    for side in sides:
        with side.source.session(20) as session:
            columns = columns_of(session, side.dialect)
            selected = side.dialect.select(ROWS, side.dialect.json_cells(columns), [Sort(columns[0])], 100)
            rows = session.fetch(selected.sql, selected.parameters).rows
            assert list(session.stream(selected.sql, selected.parameters, 5)) == rows
        cells.append([list(row) for row in make_exact(columns, rows)])

    assert cells[1] == cells[0]


@pytest.mark.parametrize(("at", "descending"), list(product(range(1, 12), [False, True])))
def test_rows_without_a_value_come_last(sides: tuple[Side, Side], at: int, descending: bool) -> None:
    nulls = []
    for side in sides:
        with side.source.session(20) as session:
            columns = columns_of(session, side.dialect)
            kept = [Sort(columns[at], descending), Sort(columns[0])]
            selected = side.dialect.select(ROWS, ["id"], kept, 100)
            ids = [row[0] for row in session.fetch(selected.sql, selected.parameters).rows]
        nulls.append(ids)

    assert nulls[1].index(3) == nulls[0].index(3) or columns[at].name == "blobs"
    assert nulls[1] == nulls[0] or columns[at].type == "text"


MIXED = """
CREATE TABLE IF NOT EXISTS mixed (
    a VARCHAR(20) CHARACTER SET latin1, b VARCHAR(20) COLLATE utf8mb4_unicode_ci, c VARCHAR(20) COLLATE utf8mb4_bin,
    d VARCHAR(20) CHARACTER SET utf16, e ENUM('é') CHARACTER SET latin1, f JSON
);
DELETE FROM mixed;
INSERT INTO mixed VALUES ('é, "x"', '😀', 'C', 'ü;', 'é', '{"a": 1}'), ('', NULL, '\\n', '', NULL, NULL);
"""


def test_texts_of_any_character_set_stand_in_one_line(source: Source, mariadb: Server) -> None:
    mariadb.run(MIXED, "shop")
    lines = csv(Side(source, MARIADB), CsvFormat(), Statement("SELECT * FROM mixed", {}))

    assert [line.decode() for line in lines] == ['"",,"\n","",,\n', '"é, ""x""",😀,C,ü;,é,"{""a"": 1}"\n']
