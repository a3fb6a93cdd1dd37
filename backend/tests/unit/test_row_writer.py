"""The shared writer of rows writes what PostgreSQL's COPY writes, type by type: PostgreSQL itself is asked."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg2
import pytest

from guichet.sources import list_rows, row_writer

ZONE = ZoneInfo("Europe/Paris")

# What a driver hands over, and the same as an expression of PostgreSQL.
VALUES: list[tuple[Any, str]] = [
    (None, "NULL"),
    ("", "''"),
    ("plain", "'plain'"),
    (" spaces ", "' spaces '"),
    ("a,b", "'a,b'"),
    ("a;b", "'a;b'"),
    ("a\tb", r"E'a\tb'"),
    ('say "no"', "'say \"no\"'"),
    ("two\nlines", r"E'two\nlines'"),
    ("carriage\rreturn", r"E'carriage\rreturn'"),
    ("it's", "'it''s'"),
    (r"\.", r"'\.'"),
    (r"\N", r"'\N'"),
    ("çé漢😀", "'çé漢😀'"),
    (0, "0"),
    (-(2**63), "(-9223372036854775808)::bigint"),
    (True, "true"),
    (False, "false"),
    (9.0, "9::float8"),
    (-0.0, "'-0'::float8"),
    (0.1, "0.1::float8"),
    (0.1 + 0.2, "0.1::float8 + 0.2::float8"),
    (1e14, "1e14::float8"),
    (1e15, "1e15::float8"),
    (123456789012345.6, "123456789012345.6::float8"),
    (1234567890123456.0, "1234567890123456::float8"),
    (1e20, "1e20::float8"),
    (1e100, "1e100::float8"),
    (0.0001, "0.0001::float8"),
    (0.00001, "0.00001::float8"),
    (-1.5e-7, "-1.5e-7::float8"),
    (5e-324, "5e-324::float8"),
    (1.7976931348623157e308, "1.7976931348623157e308::float8"),
    (float("nan"), "'NaN'::float8"),
    (float("inf"), "'Infinity'::float8"),
    (float("-inf"), "'-Infinity'::float8"),
    (Decimal("12.50"), "12.50::numeric"),
    (Decimal("1E+5"), "100000::numeric"),
    (Decimal("0.0000001"), "0.0000001::numeric"),
    (Decimal("NaN"), "'NaN'::numeric"),
    (date(2024, 2, 29), "date '2024-02-29'"),
    (date(1, 1, 1), "date '0001-01-01'"),
    (time(13, 45), "time '13:45'"),
    (time(13, 45, 0, 120000), "time '13:45:00.12'"),
    (time(13, 45, tzinfo=timezone(timedelta(hours=5, minutes=30))), "timetz '13:45+05:30'"),
    (datetime(2024, 2, 29, 13, 45), "timestamp '2024-02-29 13:45:00'"),
    (datetime(2024, 2, 29, 13, 45, 0, 123456), "timestamp '2024-02-29 13:45:00.123456'"),
    (datetime(2024, 2, 29, 13, 45, 0, 120000), "timestamp '2024-02-29 13:45:00.12'"),
    (datetime(33, 2, 3, 4, 5, 6), "timestamp '0033-02-03 04:05:06'"),
    (datetime(2024, 7, 1, 12, tzinfo=UTC), "timestamptz '2024-07-01 12:00:00+00'"),
    (datetime(2024, 12, 1, 12, 0, 0, 1, tzinfo=UTC), "timestamptz '2024-12-01 12:00:00.000001+00'"),
    (datetime(1890, 1, 1, tzinfo=UTC), "timestamptz '1890-01-01 00:00:00+00'"),
    (timedelta(0), "interval '0'"),
    (timedelta(days=1), "interval '1 day'"),
    (timedelta(days=3, hours=2, seconds=1.5), "interval '3 days 02:00:01.5'"),
    (timedelta(hours=30), "interval '1 day 06:00'"),
    (timedelta(seconds=-1), "interval '-1 second'"),
    (timedelta(days=-1), "interval '-1 day'"),
    (timedelta(days=-1, hours=-2), "interval '-1 day -2 hours'"),
    (b"\x00\xff'", r"'\x00ff27'::bytea"),
    (b"", "''::bytea"),
]


class Lines(list[bytes]):
    def write(self, row: bytes) -> None:
        self.append(bytes(row))


@pytest.fixture(scope="module")
def copy(server_url: str) -> Callable[[str, str], bytes]:
    def run(select: str, delimiter: str) -> bytes:
        with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
            cursor.execute("SET timezone = 'Europe/Paris'; SET client_encoding = 'UTF8'")
            written = io.BytesIO()
            cursor.copy_expert(f"COPY ({select}) TO STDOUT (FORMAT csv, DELIMITER '{delimiter}')", written)
            return written.getvalue()

    return run


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_every_type_is_written_as_copy_writes_it(copy: Callable[[str, str], bytes], delimiter: str) -> None:

    beside = copy(f"SELECT {', '.join(sql for _, sql in VALUES)}", delimiter)
    lines = Lines()
    assert row_writer.write_csv([[value for value, _ in VALUES]], delimiter, lines, ZONE) == 1
    assert b"".join(lines) == beside
    for value, sql in VALUES:  # alone in its line, and beside texts only
        alone, pair = Lines(), Lines()
        row_writer.write_csv([(value,)], delimiter, alone, ZONE)
        row_writer.write_csv([(value, "x")], delimiter, pair, ZONE)
        assert (alone, pair) == ([copy(f"SELECT {sql}", delimiter)], [copy(f"SELECT {sql}, 'x'", delimiter)]), sql


def test_floats_are_written_as_postgresql_writes_them(copy: Callable[[str, str], bytes]) -> None:
    chance = random.Random(7)
    floats = [struct.unpack("d", chance.randbytes(8))[0] for _ in range(2000)]
    floats += [chance.uniform(-1, 1) * 10.0 ** chance.randint(-8, 20) for _ in range(2000)]
    floats += [float(chance.randint(-(10**18), 10**18)) for _ in range(500)]
    listed = ", ".join(f"({at}, '{value!r}'::float8)" for at, value in enumerate(floats))
    expected = copy(f"SELECT value FROM (VALUES {listed}) AS f (at, value) ORDER BY at", ",").decode().split()
    assert [row_writer.write_float(value) for value in floats] == expected


def test_lines_of_json_are_written_as_they_are() -> None:
    lines = Lines()
    rows = [('{"a": "x,\\"y"}', "ff00"), (None, "é")]
    assert row_writer.write_lines(rows, lines) == 2
    assert lines == [b'{"a": "x,\\"y"}\x02ff00\n', "\x02é\n".encode()]


def test_nested_values_are_written_as_json() -> None:
    assert row_writer.write_text({"é": [1, None, date(2024, 1, 2)]}) == '{"é": [1, null, "2024-01-02"]}'


def test_rows_of_a_list_are_read_as_they_were_written() -> None:
    texts = ["plain", "tab\there", "back\\slash", "line\nend", "\r", r"\N", r"\t", ""]
    row = "\t".join([*map(list_rows.escape, texts), list_rows.NULL]) + "\n"
    assert list(list_rows.read_rows([b"a\tb\nc\td\n", row.encode()])) == [("a", "b"), ("c", "d"), (*texts, None)]
