"""Searches that users keep: whose they are, who sees them, how they change and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr

from guichet.portal_db import migrate as migrations
from guichet.portal_db import queries
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from tests.api.conftest import free_port
from tests.conftest import Client, Portal, run_sql

SEARCHES = "/api/v1/saved-searches"
LABS = {
    "interface": "customers",
    "name": " Labs of France ",
    "criteria": {"country": [1], "name": {"not": "labs"}, "joined": {"preset": "last_month"}, "balance": {"from": 1.5}},
    "sort": [{"column": "name", "descending": True}],
}


@pytest.fixture
def anne(portal: Portal, portal_database_url: str) -> Iterator[Client]:
    portal.environ["PORTAL_DATABASE_URL"] = portal_database_url
    yield portal.client("anne")
    run_sql(portal_database_url, "TRUNCATE guichet.saved_search")


@pytest.fixture
def ben(portal: Portal, anne: Client) -> Client:
    return portal.client("ben")


def create(client: Client, **changes: Any) -> dict[str, Any]:
    answer = client.post(SEARCHES, {**LABS, **changes})
    assert answer.status_code == 201, answer.json
    return answer.json


def names(client: Client) -> list[str]:
    return [one["name"] for one in client.get(SEARCHES).json]


def test_a_search_is_kept_as_it_was_given(anne: Client) -> None:
    made = create(anne)
    assert made.pop("created_at") == made.pop("updated_at")
    assert made.pop("id")
    assert made == {
        **LABS,
        "criteria": {**LABS["criteria"], "balance": {"from": "1.5"}},
        "name": "Labs of France",
        "group": None,
        "interface_title": "Customers",
        "owner": "anne",
        "mine": True,
    }
    assert names(anne) == ["Labs of France"]
    kept = anne.get(SEARCHES).json[0]["criteria"]
    assert anne.post("/api/v1/interfaces/customers/count", {"criteria": kept}).status_code == 200


def test_nobody_else_sees_it_unless_it_is_shared_with_a_group_of_theirs(portal: Portal, anne: Client) -> None:
    (portal.folder.parent / ".htgroup").write_text("sales: anne ben\nauthors: anne\n")
    made = create(anne)
    ben = portal.client("ben")
    assert names(ben) == []
    assert anne.patch(f"{SEARCHES}/{made['id']}", {"group": "authors"}).status_code == 200
    assert names(ben) == []
    assert anne.patch(f"{SEARCHES}/{made['id']}", {"group": "sales"}).status_code == 200
    assert [(one["mine"], one["owner"]) for one in ben.get(SEARCHES).json] == [(False, "anne")]
    assert anne.patch(f"{SEARCHES}/{made['id']}", {"group": None}).status_code == 200
    assert names(ben) == []


def test_one_of_an_interface_that_is_for_others_is_not_listed(portal: Portal, anne: Client, ben: Client) -> None:
    (portal.folder.parent / ".htgroup").write_text("sales: anne\nstaff: anne ben\n")
    create(portal.client("anne"), interface="sales", criteria={}, sort=[], group="staff")
    assert names(ben) == []
    assert ben.post(SEARCHES, {**LABS, "interface": "sales", "criteria": {}, "sort": []}).status_code == 404


def test_only_its_owner_changes_deletes_and_restores_it(anne: Client, ben: Client) -> None:
    path = f"{SEARCHES}/{create(anne)['id']}"
    assert ben.patch(path, {"name": "Mine now"}).status_code == 404
    assert ben.delete(path).status_code == 404
    assert anne.delete(path).status_code == 204
    assert ben.post(f"{path}/restore", {}).status_code == 404
    assert names(anne) == []


def test_one_without_a_sort_stays_without(anne: Client) -> None:
    made = create(anne, sort=[], criteria={})
    assert (made["sort"], made["criteria"]) == ([], {})
    assert anne.patch(f"{SEARCHES}/{made['id']}", {"name": "All"}).json["sort"] == []


def test_a_change_leaves_the_rest_as_it_is(anne: Client) -> None:
    made = create(anne)
    changed = anne.patch(f"{SEARCHES}/{made['id']}", {"name": "Labs", "criteria": {"vip": True}}).json
    assert changed["updated_at"] > made["updated_at"]
    expected = {**made, "name": "Labs", "criteria": {"vip": True}, "updated_at": changed["updated_at"]}
    assert changed == expected


def test_a_deleted_one_can_be_restored_for_a_day(anne: Client, portal_database_url: str) -> None:
    path = f"{SEARCHES}/{create(anne)['id']}"
    assert (anne.delete(path).status_code, anne.delete(path).status_code) == (204, 404)
    assert anne.post(f"{path}/restore", {}).json["name"] == "Labs of France"
    assert names(anne) == ["Labs of France"]
    anne.delete(path)
    run_sql(portal_database_url, "UPDATE guichet.saved_search SET deleted_at = now() - interval '25 hours'")
    assert anne.post(f"{path}/restore", {}).status_code == 404
    anne.delete(f"{SEARCHES}/{create(anne)['id']}")
    assert run_sql(portal_database_url, "SELECT count(*) FROM guichet.saved_search") == [(1,)]


def test_a_name_is_taken_once_per_interface_and_user(anne: Client, ben: Client) -> None:
    path = f"{SEARCHES}/{create(anne)['id']}"
    again = anne.post(SEARCHES, LABS)
    assert (again.status_code, again.json["type"]) == (409, "urn:guichet:problem:conflict")
    assert ben.post(SEARCHES, LABS).status_code == 201
    create(anne, interface="numbers", criteria={}, sort=[])
    anne.delete(path)
    create(anne)
    assert anne.post(f"{path}/restore", {}).status_code == 409
    other = create(anne, name="Other")
    assert anne.patch(f"{SEARCHES}/{other['id']}", {"name": "Labs of France"}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"name": "  "}, 422, "/name"),
        ({"name": "x" * 201}, 422, "/name"),
        ({"criteria": {"nmae": "x"}}, 422, "/criteria/nmae"),
        ({"sort": [{"column": "nmae"}]}, 422, "/sort/0/column"),
        ({"group": "strangers"}, 422, "/group"),
        ({"more": 1}, 422, "/more"),
        ({"interface": "nothing"}, 404, None),
    ],
)
def test_what_is_wrong_is_told(anne: Client, changes: dict[str, Any], status: int, pointer: str | None) -> None:
    answer = anne.post(SEARCHES, {**LABS, **changes})
    assert answer.status_code == status
    assert [fault["pointer"] for fault in answer.json.get("errors", [])] == ([pointer] if pointer else [])


def test_without_a_portal_database_it_is_answered_503(portal: Portal) -> None:
    answer = portal.client().get(SEARCHES)
    assert (answer.status_code, answer.json["type"]) == (503, "urn:guichet:problem:portal-database")
    down = portal.client(PORTAL_DATABASE_URL=f"postgresql://u:hunter2@127.0.0.1:{free_port()}/portal").get(SEARCHES)
    assert (down.status_code, down.json["type"]) == (503, "urn:guichet:problem:portal-database")
    assert "hunter2" not in down.get_data(as_text=True)


def test_a_portal_database_that_is_not_up_to_date_is_told(portal: Portal, make_database: Callable[..., str]) -> None:
    client = portal.client(PORTAL_DATABASE_URL=make_database())
    answer = client.get(SEARCHES)
    assert (answer.status_code, answer.json["detail"]) == (
        503,
        "The portal's own database is not up to date (guichet migrate).",
    )
    assert client.get("/readyz").status_code == 503
    assert client.get("/api/v1/user").json["email"] is None


def test_migrations_are_applied_once_by_however_many_at_once(make_database: Callable[..., str]) -> None:
    url = SecretStr(make_database())

    def apply(_: int) -> list[str]:
        return migrations.migrate(PortalDatabase(url, PoolLimits(1, 5, 5)))

    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(apply, range(8)))
    assert sorted(applied)[-1] == migrations.list_migrations()
    assert sorted(applied)[:-1] == [[]] * 7


def test_every_named_query_has_a_name_of_its_own() -> None:
    assert set(queries.load("saved_searches")) >= {"visible", "create", "update", "delete", "restore"}
    with pytest.raises(FileNotFoundError):
        queries.load("nothing")


LONG = {"domain": ["x" * 20 + f"{at:06}.example" for at in range(300)]}


def test_a_list_leaves_out_long_criteria_and_the_search_alone_has_them(anne: Client, ben: Client) -> None:
    short, long = create(anne), create(anne, name="Long", criteria=LONG)
    listed = {one["name"]: one["criteria"] for one in anne.get(SEARCHES).json}
    assert listed == {short["name"]: short["criteria"], "Long": None}
    assert anne.get(f"{SEARCHES}/{long['id']}").json == long
    assert ben.get(f"{SEARCHES}/{long['id']}").status_code == 404


def test_a_user_keeps_so_many_searches_and_of_such_a_length(portal: Portal, anne: Client) -> None:
    limited = portal.client("anne", SAVED_SEARCHES_PER_USER="2", SAVED_SEARCH_KB="1")
    refused = limited.post(SEARCHES, {**LABS, "criteria": LONG})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/criteria")
    kept = [create(limited, name=name) for name in ("One", "Two")]
    for _ in range(2):
        full = limited.post(SEARCHES, {**LABS, "name": "Three"})
        assert (full.status_code, full.json["type"]) == (409, "urn:guichet:problem:too-many-searches")
    limited.delete(f"{SEARCHES}/{kept[0]['id']}")
    create(limited, name="Three")
    assert limited.post(f"{SEARCHES}/{kept[0]['id']}/restore", {}).status_code == 409
    assert create(portal.client("ben", SAVED_SEARCHES_PER_USER="2"), name="One")
