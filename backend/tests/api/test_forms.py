"""What the left panel and a form are made from, and who sees what."""

from __future__ import annotations

import pytest

from tests.conftest import Client, Portal


def test_the_panel_lists_what_the_user_may_see_by_group_and_title(portal: Portal) -> None:
    listed = portal.client("anne").get("/api/v1/interfaces").json
    assert [one["id"] for one in listed] == [
        "contacts",
        "customers",
        "every_type",
        "numbers",
        "sales",
        "slow",
    ]
    assert listed[1] == {
        "id": "customers",
        "title": "Customers",
        "group": "Shop",
        "description": "Everybody we know.",
        "available": True,
        "problem": None,
    }


def test_an_interface_for_a_group_does_not_exist_for_others(portal: Portal) -> None:
    outsider = portal.client("ben")
    assert "sales" not in [one["id"] for one in outsider.get("/api/v1/interfaces").json]
    assert outsider.get("/api/v1/interfaces/sales").status_code == 404
    assert outsider.post("/api/v1/interfaces/sales/search", {}).status_code == 404
    assert portal.client("anne").post("/api/v1/interfaces/sales/search", {}).json["rows"] == [[1]]


def test_a_form_has_its_criteria_in_the_order_of_the_file(client: Client) -> None:
    form = client.get("/api/v1/interfaces/customers").json
    assert [(one["name"], one["type"]) for one in form["criteria"]][:4] == [
        ("country", "select"),
        ("region", "select"),
        ("tier", "select"),
        ("name", "text"),
    ]
    assert form["criteria"][1] == {
        "name": "region",
        "type": "select",
        "label": "Region",
        "help": None,
        "placeholder": None,
        "required": False,
        "default": None,
        "multiple": False,
        "negatable": True,
        "operators": ["empty"],
        "match": None,
        "normalize": None,
        "addresses": False,
        "options": {
            "url": "/api/v1/interfaces/customers/options/region",
            "depends_on": ["country"],
            "search": False,
        },
    }
    assert form["limits"] == {"display_rows": 10000, "interactive_seconds": 20, "extract_rows": 50000000}
    assert (form["source"], form["filename"]) == ("shop", "our_customers")


def test_defaults_travel_in_the_shape_of_a_request(portal: Portal) -> None:
    portal.write(
        "defaults.yaml",
        """
title: Defaults
source: shop
sql: SELECT id FROM customer WHERE {criteria}
criteria:
  joined: {type: date_range, column: joined_on, default: {from: 2026-01-01}}
  balance: {type: number, column: balance, default: 1.10}
  vip: {type: boolean, column: vip, default: false}
  country:
    {type: select, multiple: true, column: country_id, default: [1], options: {sql: SELECT id AS value FROM country}}
""",
    )
    form = portal.client().get("/api/v1/interfaces/defaults").json
    defaults = {one["name"]: one["default"] for one in form["criteria"]}
    assert defaults == {
        "joined": {"from": "2026-01-01", "to": None},
        "balance": "1.1",
        "vip": False,
        "country": [1],
    }
    found = portal.client().post("/api/v1/interfaces/defaults/search", {"criteria": defaults})
    assert found.status_code == 200
    assert [row[0] for row in found.json["rows"]] == []


def test_an_edit_is_seen_by_the_next_request(portal: Portal) -> None:
    client = portal.client()
    portal.write("fresh.yaml", "title: Fresh\nsource: shop\nsql: SELECT 1 AS one")
    assert client.post("/api/v1/interfaces/fresh/search", {}).json["rows"] == [[1]]
    portal.write("fresh.yaml", "title: Fresh\nsource: shop\nsql: SELECT 2 AS two, 3 AS three")
    assert client.post("/api/v1/interfaces/fresh/search", {}).json["rows"] == [[2, 3]]
    (portal.folder / "fresh.yaml").unlink()
    assert client.get("/api/v1/interfaces/fresh").status_code == 404


def test_a_broken_definition_is_shown_to_authors_and_harms_no_other(portal: Portal) -> None:
    portal.write("broken.yaml", "title: Broken\nsource: shop\nsqll: SELECT 1")
    author, other = portal.client("anne"), portal.client("ben")
    shown = author.get("/api/v1/interfaces").json[-1]
    assert (shown["id"], shown["title"], shown["available"]) == ("broken", "Broken", False)
    assert "broken.yaml:3: unknown key `sqll`; did you mean `sql`?" in shown["problem"]
    assert "broken" not in [one["id"] for one in other.get("/api/v1/interfaces").json]
    assert author.post("/api/v1/interfaces/broken/search", {}).status_code == 503
    assert "sqll" in author.post("/api/v1/interfaces/broken/search", {}).get_data(as_text=True)
    answer = other.post("/api/v1/interfaces/broken/search", {})
    assert answer.status_code == 503
    assert "sqll" not in answer.get_data(as_text=True)
    assert other.post("/api/v1/interfaces/customers/count", {}).json["count"] == 8


@pytest.mark.parametrize(
    "text",
    [
        "title: Secret\nsource: shop\ngroups: [authors]\nsqll: SELECT 1",
        "title: Secret\nsource: shop\ngroups: authors\nsql: SELECT :nothing",
        "title: Secret\nsource: shop\ngroups: {authors: 1}\nsql: SELECT 1",
        "title: Secret\n  source: shop",
        "title: Secret\nsource: \udcff",
    ],
)
def test_a_broken_interface_of_others_is_not_there(portal: Portal, text: str) -> None:
    (portal.folder / "secret.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    author, other = portal.client("anne"), portal.client("ben")
    assert author.get("/api/v1/interfaces/secret").status_code == 503
    for path in ("secret", "nothing"):
        answer = other.get(f"/api/v1/interfaces/{path}")
        assert (answer.status_code, answer.json["detail"]) == (404, f"There is no form “{path}”.")
    assert other.post("/api/v1/interfaces/secret/search", {}).status_code == 404


def test_who_had_it_before_is_told_that_it_is_out_of_order(portal: Portal) -> None:
    mine = "title: Mine\nsource: shop\nsql: SELECT 1"
    other = portal.client("ben")
    portal.write("mine.yaml", mine)
    assert other.get("/api/v1/interfaces/mine").status_code == 200
    portal.write("mine.yaml", mine + "\n bad: [")
    assert other.get("/api/v1/interfaces/mine").status_code == 503


def test_sql_that_fails_in_the_database_is_the_interfaces_fault(portal: Portal) -> None:
    portal.write("wrong.yaml", "title: Wrong\nsource: shop\nsql: SELECT nmae FROM customer")
    for path in ("search", "count", "csv"):
        answer = portal.client("ben").post(f"/api/v1/interfaces/wrong/{path}", {})
        assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:interface-broken")
        assert "nmae" not in answer.get_data(as_text=True)
    details = portal.client("anne").post("/api/v1/interfaces/wrong/search", {}).json["errors"]
    assert 'column "nmae" does not exist' in details[0]["detail"]


def test_a_column_that_was_renamed_in_the_database_is_found_out(portal: Portal, make_database: object) -> None:
    """The columns of a result are remembered; a change behind our back must heal without a restart."""
    from tests.conftest import run_sql

    url = make_database(sql="CREATE TABLE thing (old int)")  # type: ignore[operator]
    portal.environ["SOURCE_CHANGING_URL"] = url
    portal.write("thing.yaml", "title: Thing\nsource: changing\nsql: SELECT * FROM thing")
    client = portal.client()
    assert [one["name"] for one in client.post("/api/v1/interfaces/thing/search", {}).json["columns"]] == ["old"]
    run_sql(url, "ALTER TABLE thing RENAME old TO new; ALTER TABLE thing ADD more text")
    answer = client.post("/api/v1/interfaces/thing/search", {})
    assert [one["name"] for one in answer.json["columns"]] == ["new", "more"]
