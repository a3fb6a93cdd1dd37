"""Files as people have them, uploaded for a criterion and searched by: what must come out of each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.api.test_value_lists import made, upload
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


MAILS = [f"user{number}@example.com" for number in range(1, 11)]


def lines_of(row: Callable[[int, str], str]) -> str:
    return "".join(row(at, mail) + "\n" for at, mail in enumerate(MAILS, 1))


# By what they are: the file, the header's line, and what is told of values that no address is.
VARIANTS: dict[str, tuple[str | bytes, int | None, list[str]]] = {
    "a French bank": (
        (
            "Relevé de compte;\nCompte n°;00012345678\nSolde au 31/01/2026;1 234,56 €\n\n"
            "Date;Libellé;E-mail;Débit;Crédit\n"
            + lines_of(lambda at, mail: f"{at:02}/01/2026;VIR SEPA;{mail};-{at},50;")
        ).encode("cp1252"),
        5,
        [],
    ),
    "a Spanish office, padded": (
        "Informe de clientes;;;\nGenerado: 31/01/2026;;;\n;;;\nNombre;Correo;Teléfono;Ciudad\n"
        + lines_of(lambda at, mail: f"Ana {at};{mail};+34 600 {at:03};Sevilla"),
        4,
        [],
    ),
    "an American bank": (
        "Account Number:,****1234\nDate Range:,01/01/2026 - 01/31/2026\n\nDate,Description,Email,Amount\n"
        + lines_of(lambda at, mail: f'01/{at:02}/2026,PAY {at},{mail},"{at},000.00"')
        + ',,,\nTotal,,,"55,000.00"\n',
        4,
        [],
    ),
    "a header in line 30": (
        "".join(f"Line {at} of a letter\n" for at in range(29))
        + "id;mail;name\n"
        + lines_of(lambda at, m: f"{at};{m};N"),
        30,
        [],
    ),
    "units below the header": (
        "Nr;E-Mail;Gewicht\n;;[kg]\n" + lines_of(lambda at, mail: f"{at};{mail};{at},5"),
        1,
        [],
    ),
    "two lines of headings": (
        "Kunde;;Kontakt;\nNr;Name;E-Mail;Ort\n" + lines_of(lambda at, mail: f"{at};N{at};{mail};Ulm"),
        2,
        [],
    ),
    "a German total": (
        "Nr;E-Mail;Betrag\n" + lines_of(lambda at, m: f"{at};{m};{at}.000,00") + ";;\nSumme;;55.000,00\n",
        1,
        [],
    ),
    "an Italian bank, with as many commas as columns": (
        "Saldo contabile al 31/01/2026;1.234,56\nSaldo disponibile;1.200,00\nData;Valuta;Dare;Avere;E-mail;Causale\n"
        + lines_of(lambda at, mail: f"{at:02}/01/2026;{at:02}/01/2026;{at},00;;{mail};BONIFICO"),
        3,
        [],
    ),
    "an address above the header": (
        "Report:,Members\nFilter:,active\nCreated by:,admin@corp.example\nRows:,10\n\nMember ID,Email,Joined\n"
        + lines_of(lambda at, mail: f"{at},{mail},2026-01-{at:02}"),
        6,
        [],
    ),
    "carets": ("nr^mail^city\n" + lines_of(lambda at, mail: f"{at}^{mail}^Ulm"), 1, []),
    "tildes": ("nr~mail~city\n" + lines_of(lambda at, mail: f"{at}~{mail}~Ulm"), 1, []),
    "columns aligned by blanks": (
        "nr   mail                 city\n" + lines_of(lambda at, mail: f"{at:<4} {mail:<20} Ulm"),
        1,
        [],
    ),
    "a table in a box": (
        "┌────┬──────┐\n│ id │ mail │\n├────┼──────┤\n"
        + lines_of(lambda at, mail: f"│ {at} │ {mail} │")
        + "└────┴──────┘\n",
        2,
        [],
    ),
    "one column below words": (
        "Verteiler Januar\nStand: 31.01.2026\n\nE-Mail\n" + lines_of(lambda _, mail: mail) + "\nAnzahl: 10\n",
        4,
        ["16,Anzahl: 10,not found"],
    ),
    "no header": (lines_of(lambda at, mail: f"{at};{mail};N{at}"), None, []),
    "psql": (
        " id |        mail\n----+------------------\n" + lines_of(lambda at, m: f" {at} | {m}") + "(10 rows)\n",
        1,
        [],
    ),
    "MySQL": (
        "+----+------+\n| id | mail |\n+----+------+\n" + lines_of(lambda at, m: f"| {at} | {m} |") + "+----+------+\n",
        2,
        [],
    ),
    "Markdown": ("| id | mail |\n|---|:---:|\n" + lines_of(lambda at, mail: f"| {at} | {mail} |"), 1, []),
    "an underlined heading": ("E-Mail\n======\n" + lines_of(lambda _, mail: mail), 1, []),
    "comments": ("# exported\n# by anna\nid,mail\n" + lines_of(lambda at, mail: f"{at},{mail}"), 3, []),
    "comments, the last of which is the header": (
        "# exported\n#id,mail\n" + lines_of(lambda at, mail: f"{at},{mail}"),
        2,
        [],
    ),
    "sep= in quotes": ('"sep=;"\r\n"Mail";"Name"\r\n' + lines_of(lambda at, mail: f'"{mail}";"N{at}"'), 2, []),
    "two byte-order marks": (
        b"\xef\xbb\xbf\xef\xbb\xbf" + ('"Mail";"N"\n' + lines_of(lambda at, mail: f'"{mail}";"{at}"')).encode(),
        1,
        [],
    ),
    "blanks around quotes": (
        '"id" ; "mail" ; "name"\n' + lines_of(lambda at, mail: f'"{at}" ; "{mail}" ; "N; {at}" '),
        1,
        [],
    ),
    "delimiters behind": ("mail;;;\n" + lines_of(lambda _, mail: f"{mail};;;"), 1, []),
    "headings empty and twice": ("id;;name;name\n" + lines_of(lambda at, mail: f"{at};{mail};N;M"), 1, []),
    "carriage returns": (("id;mail\n" + lines_of(lambda at, mail: f"{at};{mail}")).replace("\n", "\r"), 1, []),
    "UTF-16, big end first, no mark": (
        ("id\tmail\r\n" + lines_of(lambda at, m: f"{at}\t{m}")).encode("utf-16-be"),
        1,
        [],
    ),
    "UTF-32": (("id\tmail\r\n" + lines_of(lambda at, mail: f"{at}\t{mail}")).encode("utf-32"), 1, []),
    "French quotes": ("« mail »;« nom »\n" + lines_of(lambda at, mail: f"« {mail} »;« N; {at} »"), 1, []),
    "German quotes": ("„mail“;„name“\n" + lines_of(lambda at, mail: f"„{mail}“;„N{at}“"), 1, []),
    "quoted lines above": (
        '"Report ""x"""\n"Von: A; B"\n\n"E-Mail","Name"\n' + lines_of(lambda at, mail: f'"{mail}","N{at}"'),
        4,
        [],
    ),
    "names with commas": ("Muster, Anna <%s>; " * 10 % tuple(MAILS), None, []),
    "a name and an address a line": ("E-Mail\n" + lines_of(lambda at, mail: f"User, {at} <{mail}>;"), 1, []),
    "one line of all": (", ".join(MAILS), None, []),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_of_files_are_read_too(people: Client, name: str) -> None:
    content, header_line, told = VARIANTS[name]

    one = listed(people, content)

    assert one["header_line"] == header_line
    assert count(people, {"mail": {"list": one["id"]}}) == 10
    assert unfound(people, one) == told


def test_words_are_not_taken_for_lines_above(people: Client) -> None:
    """Names with commas in some lines, and rows without a number: every line stays."""
    for content in ("Acme\nFoo\nBar, Inc\nBaz, Ltd\nQux, LLC\n", "Acme;n/a\nFoo;n/a\nBar;12\nBaz;13\nQux;14\n"):
        one = made(people, content)
        assert (one["lines_above"], one["rows"], one["header_line"]) == (0, 5, None)


def test_the_header_is_chosen_by_its_line(people: Client) -> None:
    one = listed(people, "Report\n1;2\nnr;mail\n1;user1@example.com\n2;user2@example.com\n")
    url = f"/api/v1/value-lists/{one['id']}?interface=addresses&criterion=mail"

    chosen = people.patch(url, {"header_line": 4, "column": 1}).get_json()
    none = people.patch(url, {"header_line": None, "column": 0}).get_json()
    back = people.patch(url, {"header_line": 3, "column": 1}).get_json()

    assert (chosen["header_line"], chosen["lines_above"], chosen["columns"]) == (4, 3, ["1", "user1@example.com"])
    assert count(people, {"mail": {"list": one["id"]}}) == 2
    assert (none["header_line"], none["lines_above"], none["rows"]) == (None, 0, 5)
    assert (back["columns"], back["values"], back["first_lines"][0]) == (
        ["nr", "mail"],
        2,
        {"line": 1, "text": "Report"},
    )
    refused = people.patch(url, {"header_line": 4000})
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "/header_line")


def test_a_delimiter_is_chosen_together_with_a_column_and_the_header(people: Client) -> None:
    one = listed(people, "nr;mail\n1;user1@example.com\n2;user2@example.com\n")
    url = f"/api/v1/value-lists/{one['id']}?interface=addresses&criterion=mail"

    whole = people.patch(url, {"delimiter": None}).get_json()
    parted = people.patch(url, {"delimiter": ";", "column": 0, "header": False}).get_json()

    assert (whole["columns"], whole["column"]) == (["nr;mail"], 0)
    assert (parted["columns"], parted["column"], parted["rows"]) == ([None, None], 0, 3)


@pytest.mark.parametrize(
    ("name", "likeliest", "heading"),
    [("sjis.csv", "shift-jis", "メール"), ("cp1251.csv", "windows-1251", "Почта")],
)
def test_letters_that_nobody_can_read_are_told(people: Client, name: str, likeliest: str, heading: str) -> None:
    one = listed(people, (CASES / name).read_bytes())
    assert one["likely_encodings"][0] == likeliest

    url = f"/api/v1/value-lists/{one['id']}?interface=addresses&criterion=mail"
    read = people.patch(url, {"encoding": likeliest}).get_json()

    assert (read["likely_encodings"], read["columns"][0], read["values"]) == ([], heading, 10)


def test_a_line_that_is_no_utf_8_is_told_and_the_others_stay(people: Client) -> None:
    one = made(people, (CASES / "mostly_utf8_one_bad.csv").read_bytes())

    assert one["encoding"] == "utf-8, windows-1252"
    assert one["likely_encodings"] == ["utf-8, windows-1252", "windows-1252"]
    names = people.patch(f"/api/v1/value-lists/{one['id']}", {"column": 1}).get_json()
    assert names["sample"][0][1] == "Zoë 1"
    assert names["values"] == 11


PASTED = [
    ["User 1 <user1@example.com>; User 2 <user2@example.com>; user3@example.com, user4@example.com"],
    "User 1 <user1@example.com>; \"2, User\" <user2@example.com>; 'user3@example.com'; mailto:user4@example.com",
    [
        "user1@example.com\u200b",
        "\u202auser2@example.com\u202c",
        "\u00a0user3@example.com\u00ad",
        "<user4@example.com>",
    ],
]


@pytest.mark.parametrize("values", PASTED)
def test_values_are_pasted_as_mail_programs_copy_them(people: Client, values: Any) -> None:
    assert count(people, {"mail": values}) == 4
    assert count(people, {"mail": {"not": values}}) == 996


def test_numbers_and_keys_are_pasted_as_programs_write_them(people: Client) -> None:
    assert count(people, {"nr": ["1.0", "2,0", "1 000", "9;", "1.000"]}) == 4
    assert count(people, {"key": [f"{{{KEY.upper()}}}", f"urn:uuid:{KEY}"]}) == 1


COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


def test_letters_are_composed_unless_the_column_holds_them_apart(people: Client, portal: Portal, shop: str) -> None:
    run_sql(
        shop,
        "CREATE TABLE IF NOT EXISTS words (a text, b text); TRUNCATE words;"
        f" INSERT INTO words VALUES ('{COMPOSED}', '{DECOMPOSED}')",
    )
    criteria = "{a: {type: values, column: a, normalize: nfc}, b: {type: values, column: b, normalize: [lower, nfd]}}"
    portal.write(
        "words.yaml",
        f"title: Words\nsource: shop\nsql: SELECT a, b FROM words WHERE {{criteria}}\ncriteria: {criteria}\n",
    )
    client = portal.client()
    for criterion in ("a", "b"):
        for spelling in (COMPOSED, DECOMPOSED):
            one = made(client, f"{spelling}\nx\n", interface="words", criterion=criterion)
            for filled in ({"list": one["id"]}, [spelling, "x"]):
                body = {"criteria": {criterion: filled}}
                assert client.post("/api/v1/interfaces/words/count", body).get_json()["count"] == 1


def xlsx(*sheets: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return content.getvalue()


def ods(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f'<office:spreadsheet><table:table table:name="Blatt">{cells}</table:table></office:spreadsheet>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        file.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>",
        )
    return content.getvalue()


def test_a_workbook_is_read_as_its_csv_would_be(people: Client) -> None:
    rows = [["Report"], [], ["Nr", "E-Mail", "Date"], *([at, mail, 45000.5] for at, mail in enumerate(MAILS, 1))]

    one = listed(people, xlsx([], rows, [["id"], [1]]), name="book.xlsx")

    assert (one["encoding"], one["sheets"], one["sheet"]) == ("xlsx", ["Sheet1", "Sheet2", "Sheet3"], "Sheet2")
    assert (one["header_line"], one["columns"], one["column"]) == (3, ["Nr", "E-Mail", "Date"], 1)
    assert one["sample"][0] == ["1", "user1@example.com", "45000.5"]
    assert count(people, {"mail": {"list": one["id"]}}) == 10

    url = f"/api/v1/value-lists/{one['id']}?interface=addresses&criterion=nr"
    other = people.patch(url, {"sheet": "Sheet3"}).get_json()
    assert (other["sheet"], other["columns"], other["values"]) == ("Sheet3", ["id"], 1)
    assert count(people, {"nr": {"list": one["id"]}}) == 1
    assert people.patch(url, {"sheet": "Sheet2", "column": 0}).get_json()["values"] == 10
    for change in ({"sheet": "none"}, {"encoding": "utf-8"}, {"delimiter": ","}):
        assert people.patch(url, change).status_code == 422


def test_an_opendocument_sheet_is_read(people: Client) -> None:
    one = listed(people, ods([["Nr", "Mail"], *([str(at), mail] for at, mail in enumerate(MAILS, 1))]), name="book.ods")

    assert (one["encoding"], one["sheet"], one["column"]) == ("ods", "Blatt", 1)
    assert count(people, {"mail": {"list": one["id"]}}) == 10


def test_a_workbook_that_means_no_good_takes_so_much_and_no_more(people: Client, portal: Portal) -> None:
    """A few kilobytes of two cells at the ends of a sheet; a zip that is a hundred times as large; no workbook."""
    corners = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.cell(1, 1, "a")  # type: ignore[union-attr]
    book.active.cell(1_048_576, 16_384, "b")  # type: ignore[union-attr]
    book.save(corners)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        with zipfile.ZipFile(io.BytesIO(xlsx([["a"]]))) as plain:
            for name in plain.namelist():
                if name != "xl/sharedStrings.xml":
                    file.writestr(name, plain.read(name))
        strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        file.writestr("xl/sharedStrings.xml", strings + b"a" * 400_000_000 + b"</t></si></sst>")
    limited = portal.client(VALUE_LIST_WORKBOOK_MB="300")

    for content, words in ((corners, "more memory"), (bomb, "more memory")):
        answer = upload(limited, content.getvalue(), name="book.xlsx")
        assert (answer.status_code, words in answer.text) == (422, True), answer.text
    assert "no workbook" in upload(people, b"PK\x03\x04rest", name="book.xlsx").text
    assert upload(portal.client(VALUE_LIST_MB="1"), xlsx([["x" * 1000] for _ in range(2000)])).status_code == 422
