"""The bytes of files are PostgreSQL's, for every type that both have: the same rows in both, asked side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from guichet.search.cells import make_exact
from guichet.sources.columns import Column
from guichet.sources.kinds import POSTGRESQL, SourceConfig
from guichet.sources.protocol import Session, Source
from guichet.sql.dialect import Dialect
from guichet.sql.formats import CsvFormat
from guichet.sql.postgresql.dialect import POSTGRESQL as POSTGRESQL_DIALECT
from guichet.sql.spark.dialect import SPARK
from guichet.sql.statement import Sort, Statement
from tests.spark.server import Cluster, run

SQL = (Path(__file__).parent / "every_type.sql").read_text("utf-8")
# By the words of the file: as PostgreSQL has them, as Spark has them.
OWN = {
    "REAL": ("real", "FLOAT"),
    "FLOAT8": ("double precision", "DOUBLE"),
    "MOMENT": ("timestamp", "TIMESTAMP_NTZ"),
    "INSTANT": ("timestamptz", "TIMESTAMP"),
    "BLOB": ("bytea", "BINARY"),
    "BYTES": (r"'\x00ff5c'", "X'00ff5c'"),
    "TEXT": ("text", "STRING"),
    "NL": (r"E'two\nlines'", r"'two\nlines'"),
    "TAB": (r"E'tab\ttab'", r"'tab\ttab'"),
    "DATA_END": (r"'\.'", r"'\\.'"),
    "QUOTE": ("'it''s'", r"'it\'s'"),
}
ROWS = Statement("SELECT * FROM every_type", {})
ONE = Statement("SELECT label FROM every_type", {})
STYLES = [
    CsvFormat(),
    CsvFormat(delimiter=";", decimal=",", dates="locale", locale="fr"),
    CsvFormat(delimiter="\t", dates="locale", locale="en"),
]


def written(at: int) -> list[str]:
    text = SQL
    for word, ways in OWN.items():
        text = text.replace(f"/*{word}*/", ways[at])
    return [statement for statement in text.split(";\n") if statement.strip()]


@dataclass(frozen=True)
class Side:
    source: Source
    dialect: Dialect


@pytest.fixture(scope="module")
def types(cluster: Cluster, make_database: Callable[..., str]) -> str:
    """Makes the rows in both; returns PostgreSQL's URL."""
    run(cluster, *written(1))
    return make_database(sql="SET timezone = 'UTC';\n" + ";\n".join(written(0)))


@pytest.fixture(params=["UTC", "Europe/Paris"])
def sides(
    request: pytest.FixtureRequest, types: str, make_source: Callable[..., Source]
) -> Iterator[tuple[Side, Side]]:
    zone = str(request.param)
    postgresql = POSTGRESQL.open_source(SourceConfig("shop", SecretStr(types), 4, 5, 5, zone))
    yield Side(postgresql, POSTGRESQL_DIALECT), Side(make_source(time_zone=zone), SPARK)
    postgresql.close_idle()


class Lines(list[bytes]):
    def write(self, row: bytes) -> None:
        self.append(bytes(row))


def columns_of(session: Session, dialect: Dialect, statement: Statement = ROWS) -> list[Column]:
    described = dialect.describe(statement)
    return session.describe(described.sql, described.parameters)


def csv(session: Session, dialect: Dialect, style: CsvFormat, statement: Statement) -> list[bytes]:
    lines = Lines()
    columns = columns_of(session, dialect, statement)
    selected = dialect.select(statement, dialect.csv_cells(columns, style), [Sort(columns[0])], 100)
    assert session.write_csv(selected.sql, selected.parameters, style.delimiter, lines) == len(lines)
    return lines


def test_files_rows_and_cells_are_the_same(sides: tuple[Side, Side]) -> None:
    told = []
    for side in sides:
        dialect = side.dialect
        with side.source.session(60) as session:
            columns = columns_of(session, dialect)
            files = [csv(session, dialect, style, ROWS) for style in STYLES]
            files.append(sorted(csv(session, dialect, CsvFormat(), ONE)))
            for shape in ("objects", "arrays"):
                lines = Lines()
                line = [dialect.json_line(columns, shape), dialect.key_cell(columns[:3])]
                selected = dialect.select(ROWS, line, [Sort(columns[0])], 100)
                session.write_lines(selected.sql, selected.parameters, lines)
                files.append(list(lines))
            selected = dialect.select(ROWS, dialect.json_cells(columns), [Sort(columns[0])], 100)
            rows = session.fetch(selected.sql, selected.parameters).rows
            assert repr(list(session.stream(selected.sql, selected.parameters, 5))) == repr(rows)  # NaN equals nothing
            told.append((columns, files, [repr(list(row)) for row in make_exact(columns, rows)]))

    (columns, files, cells), (own_columns, own_files, own_cells) = told
    assert own_columns == columns
    for own, expected in zip(own_files, files, strict=True):
        assert own == expected
    assert own_cells == cells
