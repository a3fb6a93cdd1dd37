"""Files as people have them, uploaded for a criterion and searched by: what must come out of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.test_value_lists import made
from tests.conftest import Client, Portal, run_sql

CASES = Path(__file__).parents[1] / "data" / "cases"

ADDRESSES = """
title: Addresses
source: shop
sql: SELECT mail, nr, key FROM wanted WHERE {criteria}
criteria:
  mail: {type: values, column: mail, label: {en: E-mail}}
  nr: {type: values, column: nr}
  key: {type: values, column: key}
"""
KEY = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"


@pytest.fixture
def people(portal: Portal, portal_database_url: str, shop: str) -> Client:
    """A form over a table of the addresses user1@example.com to user200@example.com, of numbers, and of a key."""
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    run_sql(portal_database_url, "TRUNCATE guichet.value_list CASCADE")
    run_sql(
        shop,
        "CREATE TABLE IF NOT EXISTS wanted (mail text, nr int, key uuid); TRUNCATE wanted;"
        " INSERT INTO wanted SELECT 'user' || n || '@example.com', n,"
        f" CASE WHEN n = 1 THEN '{KEY}'::uuid ELSE gen_random_uuid() END FROM generate_series(1, 1000) AS n",
    )
    portal.write("addresses.yaml", ADDRESSES)
    return portal.client()


def count(client: Client, criteria: Any) -> int:
    answer = client.post("/api/v1/interfaces/addresses/count", {"criteria": criteria})
    assert answer.status_code == 200, answer.text
    return int(answer.get_json()["count"])


def listed(client: Client, content: bytes | str, criterion: str = "mail", name: str = "f.csv") -> dict[str, Any]:
    return made(client, content, name=name, interface="addresses", criterion=criterion)


def unfound(client: Client, one: dict[str, Any], criterion: str = "mail") -> list[str]:
    answer = client.get(f"/api/v1/value-lists/{one['id']}/unmatched?interface=addresses&criterion={criterion}")
    return answer.text.splitlines()[1:]


# By file: the criterion, how many of the table are found, the header's line, and what is told of the others.
FILES: dict[str, tuple[str, int, int | None, list[str]]] = {
    "bank_preamble_bom.csv": ("mail", 20, 5, []),
    "bank_preamble_latin1.csv": ("mail", 20, 5, []),
    "colon_delim.txt": ("mail", 10, 1, []),
    "cp1251.csv": ("mail", 10, 1, []),
    "cr_only.txt": ("mail", 10, 1, []),
    "excel_formula_wrapped.csv": ("mail", 10, 1, []),
    "ids_excel.csv": (
        "nr",
        8,
        1,
        ["4,1E+02,malformed", "5,1.00E+05,malformed", "8,1.000,malformed"],
    ),
    "invisible.txt": ("mail", 12, 1, []),
    "mostly_utf8_one_bad.csv": ("mail", 11, 1, []),
    "multi_char_delim.txt": ("mail", 10, 1, []),
    "outlook.txt": ("mail", 4, None, []),
    "sep_line.csv": ("mail", 10, 2, []),
    "sep_line_utf16.csv": ("mail", 10, 2, []),
    "sjis.csv": ("mail", 10, 1, []),
    "space_delim.txt": ("mail", 10, 1, []),
    "total_footer.csv": ("mail", 10, 1, ["12,Total,not found"]),
    "unbalanced_quote.csv": ("mail", 10, 1, []),
    "uuid_upper.txt": ("key", 1, None, []),
    "wide_quotes.csv": ("mail", 10, 1, []),
}


def test_the_table_has_every_file() -> None:
    assert {file.name for file in CASES.iterdir()} == FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_people_finds_what_stands_in_it(people: Client, name: str) -> None:
    criterion, expected, header_line, told = FILES[name]

    one = listed(people, (CASES / name).read_bytes(), criterion, name)

    assert one["header_line"] == header_line
    assert one["lines_above"] == (header_line or 1) - 1
    assert count(people, {criterion: {"list": one["id"]}}) == expected
    assert unfound(people, one, criterion) == told
