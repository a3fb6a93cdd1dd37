"""Records: read, created, changed and deleted, by those who may, by one statement each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from guichet import portal as wiring
from guichet.authoring import check as checking
from guichet.records import keys
from guichet.settings import settings
from tests.conftest import Client, Portal, run_sql

HERE = Path(__file__).parent / "records"
API = "/api/v1/interfaces"
SITES, ROOMS = f"{API}/sites/records", f"{API}/rooms/records"
ROOM = f"{ROOMS}/1,A%252F1%252C left"


@dataclass(frozen=True)
class Lab:
    """A laboratory in a database of some kind: the same sites and rooms in each.

    :param folder: of its definitions.
    :param run: SQL as its owner.
    :param site: what Lyon has beside what it has in every kind.
    :param types: of the fields likewise.
    """

    url: str
    write_url: str
    folder: Path
    run: Callable[[str], list[tuple[Any, ...]]]
    site: Mapping[str, Any]
    types: Mapping[str, tuple[str, bool, int | None]]


@pytest.fixture
def lab(make_database: Callable[..., str]) -> Lab:
    url = make_database(HERE / "lab.sql")
    parts = urlsplit(url)
    written_by = parts._replace(netloc=f"guichet_test_writer:write@{parts.hostname}:{parts.port}").geturl()
    tags = {"tags": ["biobank", "a, b"]}
    return Lab(url, written_by, HERE, partial(run_sql, url), tags, {"tags": ("list", False, None)})


@pytest.fixture
def portal(make_portal: Callable[..., Portal], lab: Lab, portal_database_url: str) -> Portal:
    made = make_portal(lab=lab.url)
    made.environ |= {"SOURCE_LAB_WRITE_URL": lab.write_url, "PORTAL_DATABASE_URL": portal_database_url}
    for file in lab.folder.glob("*.yaml"):
        shutil.copy(file, made.folder)
    return made


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client()


def saved(client: Client, values: dict[str, Any], path: str = f"{SITES}/1", **headers: str) -> TestResponse:
    return client.post(path, {"values": values}, headers={name.replace("_", "-"): one for name, one in headers.items()})


def faults(answer: TestResponse) -> dict[str, str]:
    return {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]}


def test_a_record_is_read_whole(client: Client, lab: Lab) -> None:
    answer = client.get(f"{SITES}/1")

    assert answer.status_code == 200
    assert answer.json["key"] == "1"
    assert answer.json["values"] == {
        "id": 1,
        "name": "Lyon",
        "country": "FR",
        "status": "open",
        "area": "120.50",
        "floors": 2,
        "opened_on": "2009-03-02",
        "seen_at": "2026-06-30T18:00:00.123456+00:00",
        "leased": True,
        "details": '{"a": 1.10}',
        **lab.site,
    }
    assert answer.json["values"]["leased"] is True
    assert answer.headers["ETag"] == answer.json["etag"]
    assert client.get(f"{SITES}/1", headers={"If-None-Match": answer.json["etag"]}).status_code == 304


def test_it_is_found_by_a_key_of_several_columns(client: Client) -> None:
    answer = client.get(ROOM)

    found = {name: answer.json["values"][name] for name in ("site_id", "label", "use")}
    assert found == {"site_id": 1, "label": "A/1, left", "use": "storage"}
    assert keys.read(["site_id", "label"], answer.json["key"]) == {"site_id": "1", "label": "A/1, left"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{SITES}/99", 404),
        (f"{SITES}/lyon", 404),
        (f"{SITES}/1 apple", 404),
        (f"{SITES}/1_0", 404),
        (f"{SITES}/%EF%BC%91", 404),
        (f"{SITES}/99999999999999", 404),
        (f"{SITES}/1,2", 400),
        (f"{SITES}/%00", 400),
        (f"{SITES}/%2500", 400),
        (f"{ROOMS}/1", 400),
        (f"{API}/nothing/records/1", 404),
    ],
)
def test_what_is_not_there_is_not_found(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_the_form_says_what_the_catalogue_knows(client: Client, lab: Lab) -> None:
    form = client.get(f"{API}/sites/record", headers={"Accept-Language": "fr"}).json

    assert (form["title"], form["key"], form["time_zone"]) == ("Le site", ["id"], "UTC")
    assert {one["name"]: (one["type"], one["required"], one["max_length"]) for one in form["fields"]} == {
        "name": ("text", True, 20),
        "country": ("select", True, 2),
        "status": ("select", False, None),
        "area": ("number", False, None),
        "floors": ("number", False, None),
        "opened_on": ("date", False, None),
        "seen_at": ("datetime", False, None),
        "leased": ("boolean", False, None),
        "details": ("multiline", False, None),
        **lab.types,
    }
    by_name = {one["name"]: one for one in form["fields"]}
    assert by_name["name"]["label"] == "Nom"
    assert by_name["status"]["choices"] == ["planned", "open", "closed"]
    assert (by_name["floors"]["whole"], by_name["area"]["whole"]) == (True, False)
    options = client.get(by_name["country"]["options"]["url"]).json["options"]
    assert [one["label"] for one in options] == ["France", "Germany", "Spain"]


def test_the_interface_says_who_may_edit(portal: Portal) -> None:
    def record(user: str, **environ: str) -> Any:
        return portal.client(user, **environ).get(f"{API}/sites").json["record"]

    about = {"title": "Site", "key": ["id"]}
    assert record("anne") == about | {"editable": True, "deletable": True, "writable": True}
    assert record("ben") == about | {"editable": False, "deletable": False, "writable": True}
    assert record("anne", SOURCE_LAB_WRITE_URL="") == about | {"editable": False, "deletable": False, "writable": False}


def test_a_record_is_created_with_a_key_of_the_databases(client: Client) -> None:
    answer = saved(client, {"name": "Dakar", "country": "SN"}, SITES)

    assert answer.status_code == 201
    assert answer.json["values"]["id"] == 3
    assert answer.json["values"]["status"] == "planned"
    assert answer.headers["Location"] == f"{SITES}/3"
    assert client.get(answer.headers["Location"]).json == answer.json


def test_a_key_among_the_values_has_to_be_one(client: Client) -> None:
    answer = saved(client, {"id": "first", "name": "x", "country": "FR"}, SITES)

    assert (answer.status_code, list(faults(answer))) == (422, ["/values/id"])


def test_a_record_is_created_at_the_address_that_it_is_to_have(client: Client) -> None:
    answer = saved(client, {"use": "office"}, f"{ROOMS}/2,B2")

    assert (answer.status_code, answer.json["key"]) == (201, "2,B2")
    assert saved(client, {"use": "lab"}, f"{ROOMS}/2,B2").status_code == 200
    assert saved(client, {"site_id": 2, "label": "B2", "use": "lab"}, ROOMS).status_code == 412


def test_what_is_left_out_stays_as_it_is_to_the_last_digit(client: Client, lab: Lab) -> None:
    [before] = lab.run("SELECT * FROM site WHERE id = 1")

    assert saved(client, {"name": "Lyon-Gerland"}).status_code == 200

    assert lab.run("SELECT * FROM site WHERE id = 1") == [(1, "Lyon-Gerland", *before[2:])]


def test_what_was_read_can_be_written_back(client: Client) -> None:
    before = client.get(f"{SITES}/1").json

    answer = saved(client, before["values"], If_Match=before["etag"])

    assert (answer.status_code, answer.json) == (200, before)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"nam": "x"}, {"/values/nam": "A record has no field “nam”; did you mean `name`?"}),
        ({"name": None}, {"/values/name": "Name is required."}),
        ({"name": ""}, {"/values/name": "Name is required."}),
        ({"name": "x" * 21}, {"/values/name": "This has 21 characters; there is room for 20."}),
        ({"floors": 1.5}, {"/values/floors": "This must be a whole number."}),
        ({"floors": "two"}, {"/values/floors": "This must be a number such as 12 or -3.5."}),
        ({"area": True}, {"/values/area": "This must be a number such as 12 or -3.5."}),
        ({"opened_on": "2026-02-30"}, {"/values/opened_on": "This must be a date such as 2026-01-31."}),
        ({"seen_at": "noon"}, {"/values/seen_at": "This must be a date and time such as 2026-01-31T18:00."}),
        ({"leased": "yes"}, {"/values/leased": "This must be true or false."}),
        ({"name": "a\0b"}, {"/values/name": "This has a NUL character, which no database can hold."}),
        ({"id": 2}, {"/values/id": "The key of a record can’t be changed."}),
        ({"id": [1]}, {"/values/id": "This can’t be a key."}),
        ({"name": "", "floors": "two"}, {"/values/floors": "This must be a number such as 12 or -3.5."}),
    ],
)
def test_it_says_which_value_is_wrong(client: Client, values: dict[str, Any], expected: dict[str, str]) -> None:
    answer = saved(client, values)

    assert (answer.status_code, faults(answer)) == (422, expected)


@pytest.mark.parametrize(
    ("tags", "detail"), [("a", "This must be a list."), ([["a"]], "This must be a list of texts.")]
)
def test_a_list_is_one_of_texts(client: Client, tags: Any, detail: str) -> None:
    answer = saved(client, {"tags": tags})

    assert (answer.status_code, faults(answer)) == (422, {"/values/tags": detail})
    assert saved(client, {"tags": ["new"]}).json["values"]["tags"] == ["new"]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"floors": 99999}, "/values/floors"),  # the database tells which value it can't take
        ({"status": "abandoned"}, "/values/status"),
    ],
)
def test_it_finds_the_value_that_the_database_refuses(client: Client, values: dict[str, Any], pointer: str) -> None:
    answer = saved(client, values)

    assert answer.status_code == 422
    assert list(faults(answer)) == [pointer]


@pytest.mark.parametrize("values", [{"details": "{"}, {"area": "123456.78"}])
def test_a_value_that_the_database_does_not_name_is_one_of_all(client: Client, values: dict[str, Any]) -> None:
    answer = saved(client, values)

    assert (answer.status_code, list(faults(answer))) == (422, ["/values"])


@pytest.mark.parametrize(
    ("language", "values", "expected"),
    [
        ("en", {"name": "Berlin"}, {"/values/name": "There is another one with the same Name."}),
        ("fr", {"name": "Berlin"}, {"/values/name": "Il y en a déjà un avec la même valeur pour : Nom."}),
        ("en", {"area": -1}, {"/values/area": "An area is larger than nothing."}),
        ("fr", {"area": -1}, {"/values/area": "Une surface est plus grande que rien."}),
    ],
)
def test_it_says_which_field_a_constraint_refuses(
    client: Client, language: str, values: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = client.post(f"{SITES}/1", {"values": values}, headers={"Accept-Language": language})

    assert (answer.status_code, answer.json["type"]) == (409, "urn:guichet:problem:refused")
    assert faults(answer) == expected


def test_it_says_when_a_choice_is_gone(client: Client) -> None:
    gone = saved(client, {"use": "x"}, f"{ROOMS}/77,A")

    assert (gone.status_code, faults(gone)) == (409, {"/values/site_id": "What is chosen here no longer exists."})


def test_it_says_when_a_period_is_taken(client: Client) -> None:
    taken = saved(client, {"use": "x", "booked": "[2026-01-10,2026-01-12)"}, f"{ROOMS}/2,A")

    assert (taken.status_code, faults(taken)) == (
        409,
        {"/values/booked": "This overlaps with another one (room_once)."},
    )


def test_a_record_that_was_changed_meanwhile_is_not_overwritten(client: Client, lab: Lab) -> None:
    etag = client.get(f"{SITES}/1").json["etag"]
    lab.run("UPDATE site SET floors = 3 WHERE id = 1")

    for refused in (
        saved(client, {"name": "Mine"}, If_Match=etag),
        client.delete(f"{SITES}/1", headers={"If-Match": etag}),
    ):
        assert (refused.status_code, refused.json["type"]) == (412, "urn:guichet:problem:changed")

    assert lab.run("SELECT name, floors FROM site WHERE id = 1") == [("Lyon", 3)]
    etag = client.get(f"{SITES}/1").json["etag"]
    assert saved(client, {"name": "Mine"}, If_Match=f'"another", W/{etag}').status_code == 200


def test_conditions_ask_whether_it_is_there(client: Client) -> None:
    assert saved(client, {"name": "x", "country": "FR"}, f"{SITES}/50", If_Match="*").status_code == 412
    assert saved(client, {"name": "x", "country": "FR"}, f"{SITES}/50", If_None_Match="*").status_code == 201
    assert saved(client, {"name": "y"}, f"{SITES}/50", If_None_Match="*").status_code == 412
    assert saved(client, {"name": "y"}, f"{SITES}/50", If_None_Match='"x"').status_code == 400
    assert saved(client, {"name": "y"}, f"{SITES}/50", If_Match="*").status_code == 200


def test_a_record_is_deleted_unless_others_refer_to_it(client: Client) -> None:
    refused = client.delete(f"{SITES}/1")

    assert refused.status_code == 409
    assert faults(refused) == {"": "Other data still refers to it (room), so it can’t be deleted."}
    assert client.delete(f"{SITES}/2").status_code == 204
    assert client.delete(f"{SITES}/2").status_code == 404
    assert client.get(f"{SITES}/2").status_code == 404


def test_only_the_groups_of_the_definition_may_write(portal: Portal) -> None:
    ben = portal.client("ben")

    assert ben.get(f"{SITES}/1").status_code == 200
    for answer in (saved(ben, {"name": "x"}), saved(ben, {}, SITES), ben.delete(f"{SITES}/1")):
        assert (answer.status_code, answer.json["type"]) == (403, "urn:guichet:problem:not-allowed")


def test_without_a_role_to_write_with_or_a_delete_nobody_may(portal: Portal, client: Client) -> None:
    answer = saved(portal.client("anne", SOURCE_LAB_WRITE_URL=""), {"name": "x"})

    assert answer.status_code == 403
    assert "SOURCE_LAB_WRITE_URL" in answer.json["detail"]
    assert client.delete(ROOM).status_code == 403


def test_every_change_is_in_the_audit_with_before_and_after(client: Client, portal_database_url: str) -> None:
    run_sql(portal_database_url, "DELETE FROM guichet.audit")
    saved(client, {"name": "Köln", "country": "DE"}, SITES)
    saved(client, {"name": "Bonn"}, f"{SITES}/3")
    saved(client, {"name": "Berlin"}, f"{SITES}/3")  # refused: not in the audit
    client.delete(f"{SITES}/3")

    found = run_sql(
        portal_database_url,
        "SELECT action, user_name, interface, details ->> 'key', details #>> '{before,name}',"
        " details #>> '{after,name}' FROM guichet.audit ORDER BY id",
    )
    assert found == [
        ("create", "anne", "sites", "3", None, "Köln"),
        ("update", "anne", "sites", "3", "Köln", "Bonn"),
        ("delete", "anne", "sites", "3", "Bonn", None),
    ]


def test_nothing_is_changed_that_could_not_be_written_down(portal: Portal, lab: Lab) -> None:
    client = portal.client("anne", PORTAL_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert saved(client, {"name": "x"}).status_code == 503
    assert lab.run("SELECT name FROM site WHERE id = 1") == [("Lyon",)]


def statuses(portal: Portal, call: Callable[[Client, int], TestResponse]) -> list[int]:
    app = portal.app(REQUESTS_AT_ONCE="0")
    clients = [Client(app.test_client(), "anne") for _ in range(50)]
    with ThreadPoolExecutor(50) as threads:
        return sorted(threads.map(lambda at: call(clients[at], at).status_code, range(50)))


def test_fifty_who_create_one_record_at_once_make_one(portal: Portal, lab: Lab) -> None:
    found = statuses(portal, lambda client, at: saved(client, {"use": f"use {at}"}, f"{ROOMS}/2,C"))

    assert found == [200] * 49 + [201]
    assert lab.run("SELECT count(*) FROM room WHERE site_id = 2") == [(1,)]


def test_of_fifty_who_read_the_same_one_changes_it(portal: Portal, client: Client) -> None:
    etag = client.get(f"{SITES}/1").json["etag"]

    found = statuses(portal, lambda client, at: saved(client, {"name": f"Lyon {at}"}, If_Match=etag))

    assert found == [200] + [412] * 49


def test_of_fifty_who_delete_at_once_one_does(portal: Portal) -> None:
    assert statuses(portal, lambda client, at: client.delete(f"{SITES}/2")) == [204] + [404] * 49


def test_upserts_and_deletes_of_one_record_at_once_leave_one_result(portal: Portal, lab: Lab) -> None:
    def call(client: Client, at: int) -> TestResponse:
        values = {"name": "Berlin", "country": "DE"}
        return client.delete(f"{SITES}/2") if at % 2 else saved(client, values, f"{SITES}/2")

    found = statuses(portal, call)

    assert set(found) <= {200, 201, 204, 404}
    [(left,)] = lab.run("SELECT count(*) FROM site WHERE id = 2")
    assert left == 1 + found.count(201) - found.count(204)


# --- short addresses


ALIASED = "alias: { rows: /places, record: /place }\nrecord:"


@pytest.fixture
def aliased(portal: Portal) -> Client:
    portal.write("sites.yaml", (HERE / "sites.yaml").read_text("utf-8").replace("record:", ALIASED))
    return portal.client()


def without_id(answer: TestResponse) -> Any:
    """Returns what was answered, but for the id of the request."""
    return {**answer.json, "request_id": ""} if isinstance(answer.json, dict) else answer.json


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/places", f"{API}/sites/rows"),
        ("/places?name=lyon", f"{API}/sites/rows?name=lyon"),
        ("/places/1/1", f"{API}/sites/rows?offset=1&limit=1"),
        ("/places/0/10?shape=arrays", f"{API}/sites/rows?shape=arrays&offset=0&limit=10"),
        ("/place/1", f"{SITES}/1"),
        ("/place/99", f"{SITES}/99"),
    ],
)
def test_a_short_address_answers_what_the_call_behind_it_does(aliased: Client, address: str, path: str) -> None:
    short, full = aliased.get(address), aliased.get(path)

    assert short.status_code == full.status_code
    assert without_id(short) == without_id(full)


def test_records_are_written_by_their_short_address(aliased: Client) -> None:
    made = saved(aliased, {"name": "Rome", "country": "IT"}, "/place")

    assert made.status_code == 201
    assert saved(aliased, {"name": "Roma"}, f"/place/{made.json['key']}").json["values"]["name"] == "Roma"
    assert aliased.delete(f"/place/{made.json['key']}").status_code == 204


@pytest.mark.parametrize("address", ["/places/1", "/places/a/b", "/places/0/0", "/sites", "/place/1/2"])
def test_what_is_no_short_address_is_none(aliased: Client, address: str) -> None:
    assert aliased.get(address).status_code == 404


def test_a_short_address_asks_for_a_sign_in_and_for_the_right_groups(aliased: Client, portal: Portal) -> None:
    assert Client(aliased.flask, None).get("/place/1").status_code == 401
    assert aliased.post("/places", {}).status_code == 405
    assert saved(portal.client("ben"), {"name": "x"}, "/place/1").status_code == 403


def test_two_definitions_can_not_have_the_same_address(aliased: Client, portal: Portal) -> None:
    portal.write("others.yaml", "title: O\nsource: lab\nsql: SELECT 1 AS one\nalias: { rows: /place }\n")

    broken = {one["id"]: one["problem"] for one in aliased.get(API).json if not one["available"]}
    assert broken == {
        "others": "portal/others.yaml:1: portal/sites.yaml has the address /place in its `alias` as well",
        "sites": "portal/sites.yaml:1: portal/others.yaml has the address /place in its `alias` as well",
    }


# --- guichet check


def checked(portal: Portal, **environ: str) -> list[tuple[str, list[str], str | None]]:
    configured = settings.read_settings({**portal.environ, **environ})
    sources, writers = wiring.build_sources(configured), wiring.build_writers(configured)
    reports = checking.check(wiring.build_registry(configured), sources, writers, portal.folder)
    return [(one.id, [f"{problem.line}: {problem.detail}" for problem in one.problems], one.note) for one in reports]


def test_check_finds_nothing_to_mend(portal: Portal) -> None:
    assert checked(portal) == [("rooms", [], None), ("sites", [], None)]


def test_check_says_what_can_only_be_read(portal: Portal) -> None:
    note = "the records of `{}` are read-only: SOURCE_LAB_WRITE_URL is not set."

    assert checked(portal, SOURCE_LAB_WRITE_URL="") == [
        ("rooms", [], note.format("rooms")),
        ("sites", [], note.format("sites")),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("use FROM room WHERE {criteria}", "use FROM room WHERE {criteria}", ""),
        (
            "sql: SELECT site_id, label",
            "sql: SELECT label",
            "6: the interface's `sql` has no column `site_id` to find a row's record by",
        ),
        ("select: SELECT site_id, label, use,", "select: SELECT site_id, label,", "17: `select` has no column `use`"),
        (
            "EXCLUDED.use",
            "EXCLUDED.used",
            '10: column excluded.used does not exist (Perhaps you meant to reference the column "excluded.use")',
        ),
        ("INSERT INTO room VALUES", "INSERT INTO email VALUES", '9: relation "email" does not exist'),
        ("(:site_id, :label, :use", "(:use, :label, :site_id", ""),
        (
            "name AS label FROM site",
            "nam AS label FROM site",
            '15: column "nam" does not exist (Perhaps you meant to reference the column "site.name")',
        ),
        ("    booked:", "    booked: { type: list }", "18: `booked` is no array, as `type: list` needs"),
        ("    label:\n", "    label: { type: select }\n", "16: `label` has no `options` to select from"),
        (
            "  fields:",
            "  constraints: { room_onse: Taken. }\n  fields:",
            "11: there is no constraint `room_onse`; did you mean `room_once`?",
        ),
    ],
)
def test_check_finds_what_is_wrong_with_a_record(portal: Portal, right: str, wrong: str, problem: str) -> None:
    text = (HERE / "rooms.yaml").read_text("utf-8")
    assert right in text
    portal.write("rooms.yaml", text.replace(right, wrong))

    assert [one for _, problems, _ in checked(portal) for one in problems] == ([problem] if problem else [])


def test_check_says_when_the_role_may_not_write(portal: Portal, lab: Lab) -> None:
    lab.run("REVOKE DELETE ON site FROM guichet_test_writer")

    assert checked(portal)[1][1] == ["23: permission denied for table site"]
