"""CSV: the bytes of a download, by the only writer there is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import Client

NAMES = ["id", "name", "domain", "balance", "joined_on", "seen_at", "vip", "emails"]


def download(client: Client, dialect: dict[str, Any], **body: Any) -> str:
    response = client.post(
        "/api/v1/interfaces/customers/csv", {"criteria": {}, "columns": NAMES, **body, "dialect": dialect}
    )
    assert response.status_code == 200, response.json
    return response.get_data().decode()


def test_the_default_dialect_byte_for_byte(client: Client) -> None:
    assert download(client, {}) == (
        "Customer id,Name,Domain,Balance,Joined on,Seen at,Vip,Emails\n"
        "1,Acme Labs,acme.example,1.10,2026-01-01,2026-01-31 23:59:59.999+00,true,a@acme.example¤b@acme.example\n"
        "2,Éclair & Fils,eclair.example,-5.00,2026-01-31,2026-02-01 00:00:00+00,false,info@eclair.example\n"
        "3,100% Labs,percent.example,,2026-02-01,,,\n"
        "4,100_Labs,underscore.example,12345678901234567890.123456789,,2026-03-01 12:00:00+00,true,\n"
        "5,back\\slash,'=cmd|' /C calc'!A0,0,2026-04-01,2026-04-01 00:00:00+00,false,\n"
        '6,"",,,,,,\n'
        "7,+33 1 23 45 67 89,'+SUM(1;2),7,infinity,-infinity,true,\n"
        '8,"two\nlines ""quoted""; ¤ 王伟 🦔",\'@handle,8,2026-05-01,2026-05-01 08:00:00.123456+00,false,\n'
    )


def test_a_french_spreadsheets_dialect_byte_for_byte(client: Client) -> None:
    dialect = {"delimiter": ";", "decimal": ",", "dates": "locale", "locale": "fr", "bom": True}
    assert download(client, dialect, columns=["balance", "joined_on", "seen_at", "domain"]) == (
        "\ufeffBalance;Joined on;Seen at (UTC);Domain\n"
        "1,10;01/01/2026;31/01/2026 23:59:59,999;acme.example\n"
        "-5,00;31/01/2026;01/02/2026 00:00:00;eclair.example\n"
        ";01/02/2026;;percent.example\n"
        "12345678901234567890,123456789;;01/03/2026 12:00:00;underscore.example\n"
        "0;01/04/2026;01/04/2026 00:00:00;'=cmd|' /C calc'!A0\n"
        ";;;\n"
        '7;infinity;-infinity;"\'+SUM(1;2)"\n'
        "8;01/05/2026;01/05/2026 08:00:00,123456;'@handle\n"
    )


def test_tabs_and_no_formula_guard(client: Client) -> None:
    body = {"criteria": {"country": [3, 4]}, "columns": ["id", "domain"]}
    text = download(client, {"delimiter": "\t", "formula_guard": False}, **body)
    assert text == "Customer id\tDomain\n5\t=cmd|' /C calc'!A0\n7\t+SUM(1;2)\n"


def test_it_has_the_tables_order_and_columns(client: Client) -> None:
    body = {
        "criteria": {"vip": True},
        "sort": [{"column": "balance", "descending": True}],
        "columns": ["balance", "id"],
    }
    assert download(client, {}, **body) == "Balance,Customer id\n12345678901234567890.123456789,4\n7,7\n1.10,1\n"


def test_the_same_rows_in_the_same_order_as_the_search(client: Client) -> None:
    body = {"criteria": {"country": [1, 2]}, "sort": [{"column": "name", "descending": True}]}
    rows = client.post("/api/v1/interfaces/customers/search", body).json["rows"]
    lines = client.post("/api/v1/interfaces/customers/csv", body).get_data(as_text=True).splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == [str(row[0]) for row in rows]


def test_it_is_a_download_named_after_the_interface_and_the_time(client: Client) -> None:
    response = client.post("/api/v1/interfaces/customers/csv", {})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    disposition = response.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="our_customers_\d{8}T\d{6}Z\.csv"', disposition)
    assert int(response.headers["Content-Length"]) == len(response.get_data())


def test_no_rows_make_a_header_alone(client: Client) -> None:
    assert download(client, {}, criteria={"name": "nobody"}, columns=["id"]) == "Customer id\n"


def test_a_heavy_result_is_answered_413(client: Client) -> None:
    response = client.post("/api/v1/interfaces/numbers/csv", {})
    assert response.status_code == 413
    assert response.json["type"] == "urn:guichet:problem:too-large"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"columns": ["id", "nmae"]}, "/columns/1"),
        ({"columns": []}, "/columns"),
        ({"dialect": {"delimiter": "x"}}, "/dialect/delimiter"),
        ({"dialect": {"bmo": True}}, "/dialect/bmo"),
        ({"sort": [{"column": "nmae"}]}, "/sort/0/column"),
    ],
)
def test_what_it_does_not_know_is_answered_422_with_a_pointer(client: Client, body: Any, pointer: str) -> None:
    response = client.post("/api/v1/interfaces/customers/csv", body)
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json["errors"]] == [pointer]
