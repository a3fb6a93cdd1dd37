"""Records in MariaDB: the cases of PostgreSQL, and what only MariaDB could do wrong."""

# ruff: noqa: F401, F811  pytest finds imported cases and fixtures by their names

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.test_records import (
    ROOM,
    ROOMS,
    SITES,
    Lab,
    checked,
    client,
    faults,
    portal,
    saved,
    test_a_key_among_the_values_has_to_be_one,
    test_a_record_is_created_at_the_address_that_it_is_to_have,
    test_a_record_is_created_with_a_key_of_the_databases,
    test_a_record_is_deleted_unless_others_refer_to_it,
    test_a_record_is_read_whole,
    test_a_record_that_was_changed_meanwhile_is_not_overwritten,
    test_check_finds_nothing_to_mend,
    test_check_says_what_can_only_be_read,
    test_conditions_ask_whether_it_is_there,
    test_every_change_is_in_the_audit_with_before_and_after,
    test_fifty_who_create_one_record_at_once_make_one,
    test_it_finds_the_value_that_the_database_refuses,
    test_it_is_found_by_a_key_of_several_columns,
    test_it_says_when_a_choice_is_gone,
    test_it_says_which_field_a_constraint_refuses,
    test_it_says_which_value_is_wrong,
    test_nothing_is_changed_that_could_not_be_written_down,
    test_of_fifty_who_delete_at_once_one_does,
    test_of_fifty_who_read_the_same_one_changes_it,
    test_only_the_groups_of_the_definition_may_write,
    test_the_form_says_what_the_catalogue_knows,
    test_upserts_and_deletes_of_one_record_at_once_leave_one_result,
    test_what_is_left_out_stays_as_it_is_to_the_last_digit,
    test_what_is_not_there_is_not_found,
    test_what_was_read_can_be_written_back,
    test_without_a_role_to_write_with_or_a_delete_nobody_may,
)
from tests.conftest import Client, Portal
from tests.mariadb.server import Server

HERE = Path(__file__).parent / "records"
AGAIN = """
DELETE FROM room;
DELETE FROM site;
ALTER TABLE site AUTO_INCREMENT = 1;
INSERT INTO site SELECT * FROM lab_kept.site;
INSERT INTO room SELECT * FROM lab_kept.room;
"""


@pytest.fixture(scope="session")
def labs(mariadb: Server, zones: None) -> Server:
    """Has the laboratory twice: one for tests, one to begin each of them with."""
    for name in ("lab", "lab_kept"):
        mariadb.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        mariadb.run((HERE / "lab.sql").read_text("utf-8"), name)
    mariadb.run("CREATE USER writer@'%' IDENTIFIED BY 'secret'; GRANT SELECT ON lab.* TO reader@'%'")
    mariadb.run("GRANT SELECT, INSERT, UPDATE, DELETE ON lab.* TO writer@'%'")
    return mariadb


@pytest.fixture
def lab(labs: Server) -> Lab:
    labs.run(AGAIN, "lab")
    more = {"height": 1.5, "emblem": r"\x00ff", "flags": "101", "built_at": "2024-02-29T13:45:00"}
    types = {
        "height": ("number", False, None),
        "emblem": ("text", False, None),
        "flags": ("text", False, None),
        "built_at": ("datetime", False, None),
    }
    return Lab(labs.url("lab"), labs.url("lab", "writer"), HERE, lambda sql: labs.run(sql, "lab"), more, types)


@pytest.mark.parametrize(
    ("values", "pointer", "status"),
    [
        ({"area": "123456.78"}, "/values/area", 422),
        ({"details": "{"}, "/values/details", 409),
        ({"country": "FRA"}, "/values/country", 422),
        ({"emblem": r"\xzz"}, "/values/emblem", 422),
        ({"emblem": r"\xabc"}, "/values/emblem", 422),
        ({"seen_at": "0001-01-01T00:00:00+14:00"}, "/values/seen_at", 422),
    ],
)
def test_the_server_names_the_column_of_a_value_that_it_refuses(
    client: Client, values: dict[str, Any], pointer: str, status: int
) -> None:
    answer = saved(client, values)

    assert (answer.status_code, list(faults(answer))) == (status, [pointer])


def test_a_rule_of_several_columns_is_told_at_each(client: Client) -> None:
    answer = saved(client, {"use": "x" * 60}, ROOM)

    told = "The database has a rule against this value (room_named)."
    assert (answer.status_code, faults(answer)) == (409, {"/values/label": told, "/values/use": told})


def test_no_digit_of_what_is_left_out_is_lost(client: Client, lab: Lab) -> None:
    lab.run("UPDATE site SET height = 16777215, leased = 7, emblem = x'5c783000', flags = b'0' WHERE id = 1")
    kept = "SELECT height + 0e0, leased, emblem, flags + 0 FROM site WHERE id = 1"
    before = lab.run(kept)

    assert saved(client, {"name": "Lyon-Gerland"}).status_code == 200

    assert lab.run(kept) == before


@pytest.mark.parametrize("offset", ["+02:00", "+01:00"])
def test_an_hour_that_a_clock_passes_twice_is_kept_or_refused(portal: Portal, lab: Lab, offset: str) -> None:
    client = portal.client(TIME_ZONE="Europe/Paris")
    moment = f"2026-10-25T02:30:00.5{offset}"

    answer = saved(client, {"seen_at": moment})

    if answer.status_code == 200:
        assert answer.json["values"]["seen_at"] == moment
        assert saved(client, {"name": "x"}).json["values"]["seen_at"] == moment
    else:
        assert (answer.status_code, list(faults(answer))) == (422, ["/values/seen_at"])


def test_one_of_the_two_hours_can_be_written(portal: Portal) -> None:
    client = portal.client(TIME_ZONE="Europe/Paris")
    twice = [saved(client, {"seen_at": f"2026-10-25T02:30:00{offset}"}) for offset in ("+02:00", "+01:00")]

    assert sorted(answer.status_code for answer in twice) == [200, 422]
    assert saved(client, {"seen_at": "2026-07-01T12:00:00Z"}).json["values"]["seen_at"] == "2026-07-01T14:00:00+02:00"


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("    use: {", "    used: {", "`update` does not bind :used, so what the user fills in would not matter"),
        (
            "VALUES (:site_id, :label, :use)",
            "VALUES (:site_id, :label, :use) ON DUPLICATE KEY UPDATE `use` = :use",
            "write `insert` and `update` instead of `upsert`",
        ),
        ("INSERT INTO room", "INSERT IGNORE INTO room", "IGNORE hides what the database refuses: take it out"),
        ("INSERT INTO room", "REPLACE INTO room", "a record is changed by INSERT, UPDATE or DELETE alone"),
        ("UPDATE room SET", "UPDATE note JOIN room USING (label) SET", "kept by MyISAM, which can undo nothing"),
        ("SET `use`", "SET `used`", "Unknown column 'used'"),
        ("  insert: INSERT", "  upsert: INSERT", "a record is written by `upsert` alone, or by `insert` and `update`"),
        (
            "  fields:",
            "  constraints: { room_namd: No. }\n  fields:",
            "no constraint `room_namd`; did you mean `room_named`",
        ),
    ],
)
def test_check_says_what_could_change_more_than_one_record(
    portal: Portal, right: str, wrong: str, problem: str
) -> None:
    text = (HERE / "rooms.yaml").read_text("utf-8")
    assert right in text
    portal.write("rooms.yaml", text.replace(right, wrong))

    problems = [one for _, found, _ in checked(portal) for one in found]
    assert any(problem in one for one in problems), problems


def test_what_check_refuses_is_not_run_either(portal: Portal, lab: Lab) -> None:
    text = (HERE / "sites.yaml").read_text("utf-8")
    changed = text.replace(":built_at)\n", ":built_at) ON DUPLICATE KEY UPDATE country = 'XX'\n")
    assert changed != text
    portal.write("sites.yaml", changed)

    assert saved(portal.client(), {"name": "Berlin", "country": "FR"}, SITES).status_code == 503
    assert lab.run("SELECT country FROM site WHERE name = 'Berlin'") == [("DE",)]


def test_check_says_when_the_user_may_not_write(portal: Portal, lab: Lab) -> None:
    assert checked(portal, SOURCE_LAB_WRITE_URL=lab.url)[1][1] == [
        "11: INSERT command denied to user 'reader'@'127.0.0.1' for table `lab`.`site`",
        "15: UPDATE command denied to user 'reader'@'127.0.0.1' for table `lab`.`site`",
        "21: DELETE command denied to user 'reader'@'127.0.0.1' for table `lab`.`site`",
    ]


def test_who_holds_a_row_too_long_is_not_waited_for(portal: Portal, labs: Server) -> None:
    client = portal.client(WRITE_SECONDS="1")
    with labs.connect("lab") as other, other.cursor() as cursor:
        cursor.execute("SELECT * FROM site WHERE id = 1 FOR UPDATE")
        answer = saved(client, {"name": "x"})

    assert answer.status_code == 504
    assert saved(client, {"name": "x"}).status_code == 200
