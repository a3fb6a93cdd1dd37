"""The command line outside of a terminal: what it prints for pipes, its errors, its codes, what it keeps."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import COMPANIES, Demo, Shell

SIGN_IN = Path("home/.config/guichet/sign-in.json")


def test_a_sign_in_is_kept_for_its_user_alone(shell: Shell, demo: Demo) -> None:
    file = shell.folder / SIGN_IN

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    kept = json.loads(file.read_text())
    assert (kept["url"], kept["user"], kept["password"]) == (demo.url, None, None)
    assert len(kept["token"]) > 50
    assert shell.run("logout").returncode == 0
    assert not file.exists()
    assert shell.run("logout").returncode == 0


def test_a_wrong_password_keeps_nothing(outside: Shell, demo: Demo) -> None:
    told = outside.run("login", demo.url, "--user", "demo", "--password-stdin", given="wrong\n")

    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr == "Error: The user name or the password is wrong. Sign in: guichet login\n"
    assert not (outside.folder / SIGN_IN).exists()


@pytest.mark.parametrize("arguments", [("interfaces",), ("count", "companies"), ("extracts",)])
def test_nobody_signed_in_is_told_what_to_do(outside: Shell, arguments: tuple[str, ...]) -> None:
    told = outside.run(*arguments)

    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr == "Error: You are not signed in. Sign in: guichet login URL\n"


def test_the_environment_signs_in_as_well(outside: Shell, demo: Demo) -> None:
    outside.environ |= {"GUICHET_URL": demo.url, "GUICHET_USER": "demo", "GUICHET_PASSWORD": "demo"}

    assert outside.run("count", "companies").stdout == f"{COMPANIES}\n"


def test_a_token_signs_in_as_well(outside: Shell, shell: Shell, demo: Demo) -> None:
    token = json.loads((shell.folder / SIGN_IN).read_text())["token"]
    assert shell.run("logout").returncode == 0

    signed_in = outside.run("login", demo.url, "--token-stdin", given=f"{token}\n")
    assert (signed_in.returncode, "as demo" in signed_in.stderr) == (0, True)
    assert outside.run("logout").returncode == 0
    outside.environ |= {"GUICHET_URL": demo.url, "GUICHET_TOKEN": token}
    assert outside.run("count", "companies").stdout == f"{COMPANIES}\n"
    outside.environ["GUICHET_TOKEN"] = "guichet_wrong"
    refused = outside.run("count", "companies")
    assert refused.returncode == 3
    assert "guichet_wrong" not in refused.stderr


def test_interfaces_are_lines_for_pipes(shell: Shell) -> None:
    lines = [line.split("\t") for line in shell.run("interfaces").stdout.splitlines()]
    listed = [json.loads(line) for line in shell.run("interfaces", "--json").stdout.splitlines()]

    assert ["companies", "Companies", "CRM", "One row per company, with how many contacts it has."] in lines
    assert [line[0] for line in lines] == [one["id"] for one in listed]


def test_describe_shows_criteria_columns_and_options(shell: Shell) -> None:
    criteria = [line.split("\t") for line in shell.run("describe", "companies").stdout.splitlines()]
    columns = shell.run("describe", "companies", "--columns").stdout.splitlines()
    found = shell.run("describe", "companies", "country", "--find", "franc").stdout
    regions = shell.run("describe", "companies_and_contacts", "region", "country=France").stdout.splitlines()
    form = json.loads(shell.run("describe", "companies", "--json").stdout)

    assert ["country", "Country", "select", "country=OPTION", "several, .empty"] in criteria
    assert ["created", "Created", "date_range", "created=2026-01-01..2026-01-31", ".empty"] in criteria
    assert columns[0] == "id\tId\tinteger"
    assert found == "250\tFrance\n"
    assert 5 < len(regions) < 40
    assert form["id"] == "companies"


@pytest.mark.parametrize(
    ("written", "criteria"),
    [
        ("", {}),
        ("country=France", {"country": [250]}),
        ("country=france country=56", {"country": [250, 56]}),
        ("country!=France country!=Belgium", {"country": {"not": [250, 56]}}),
        ("name.exact=Labs", {"name": {"exact": "Labs"}}),
        ("country.empty!=true", {"country": {"not": {"empty": True}}}),
        ("employees.empty=yes", {"employees": {"empty": True}}),
        ("employees=10..50", {"employees": {"from": 10, "to": 50}}),
        ("employees=..50 name=a", {"employees": {"to": 50}, "name": "a"}),
        ("created=2024-01-01..", {"created": {"from": "2024-01-01"}}),
        ("created=last_year", {"created": {"preset": "last_year"}}),
    ],
)
def test_criteria_are_written_as_people_do(shell: Shell, demo: Demo, written: str, criteria: dict[str, object]) -> None:
    with demo.client() as client:
        expected = client.count("companies", criteria).count

    counted = shell.run("count", "companies", *written.split())

    assert (counted.returncode, counted.stdout, counted.stderr) == (0, f"{expected}\n", "")


def test_values_come_from_a_file_or_standard_input(shell: Shell) -> None:
    numbers = shell.run("search", "companies", "--csv", "--columns", "registration").stdout.splitlines()[1:8]
    text = "\ufeff" + "\n".join([*numbers, "", "  "]) + "\n"
    (shell.folder / "numbers.txt").write_text(text, "utf-8")

    assert shell.run("count", "companies", "registration=@numbers.txt").stdout == "7\n"
    assert shell.run("count", "companies", "registration=@-", given=text).stdout == "7\n"
    assert shell.run("count", "companies", "name=@@home").stdout == "1\n"


def test_a_large_file_of_values_becomes_a_list(shell: Shell, demo: Demo) -> None:
    (shell.folder / "many.txt").write_text("\n".join(str(n) for n in range(20_000)))

    counted = shell.run("count", "companies", "registration!=@many.txt")
    listed = shell.run("list", "all").stdout

    assert (counted.returncode, counted.stderr) == (0, "")
    assert 0 < int(counted.stdout) <= COMPANIES
    assert next(line.split("\t")[1:4] for line in listed.splitlines()) == ["many.txt", "20000", "20000"]
    assert shell.run("list", "delete", listed.split("\t")[0]).returncode == 0
    twice = shell.run("count", "companies", "registration=1", "registration=@list:x")
    assert "“registration” is given as a list and otherwise; give it in one way." in twice.stderr


def test_a_list_is_uploaded_and_its_values_that_were_not_found_are_told(shell: Shell) -> None:
    numbers = shell.run("search", "companies", "--csv", "--columns", "registration").stdout.split()[2:9]
    (shell.folder / "numbers.csv").write_text("name,number\n" + "".join(f"x,{one}\n" for one in [*numbers, "000"]))

    uploaded = shell.run("list", "upload", "numbers.csv", "--for", "companies", "registration", "--column", "2")
    list_id = uploaded.stdout.strip()
    shell.run("search", "companies", f"registration=@list:{list_id}", "--table")

    assert uploaded.stderr == "8 values of 8 rows, of column 2 (number); 0 twice, 0 blank, 0 malformed\n"
    assert shell.run("count", "companies", f"registration=@list:{list_id}").stdout == f"{len(set(numbers))}\n"
    assert "000" in shell.run("list", "unmatched", list_id, "companies").stdout


def test_search_prints_csv_for_pipes_and_json_on_request(shell: Shell) -> None:
    wanted = ("companies", "country=France", "--sort", "-id", "--columns", "id,name")
    printed = shell.run("search", *wanted, "--no-formula-guard").stdout
    as_json = shell.run("search", *wanted, "--json").stdout
    as_table = shell.run("search", *wanted, "--table").stdout
    guarded = shell.run("search", *wanted).stdout

    rows = list(csv.reader(io.StringIO(printed)))
    assert rows[0] == ["Id", "Name"]
    assert [[str(row["id"]), row["name"]] for row in map(json.loads, as_json.splitlines())] == rows[1:]
    assert [line.split("\t") for line in as_table.splitlines()] == rows[1:]
    assert len(rows) > 10
    assert [row[1].removeprefix("'") for row in csv.reader(io.StringIO(guarded))] == [row[1] for row in rows]
    assert any(row[1].startswith("'@home") for row in csv.reader(io.StringIO(guarded)))


def test_a_heavy_result_is_whole_as_csv_and_its_first_rows_as_a_table(shell: Shell) -> None:
    lines = shell.run("search", "companies_and_contacts", "--csv", "--columns", "comp_id").stdout.count("\n")
    table = shell.run("search", "numbers", "up_to=20000", "--table")

    assert lines > COMPANIES
    assert len(table.stdout.splitlines()) == 100
    # Counted, where that takes a moment; else the planner's guess.
    assert re.match(r"The first 100 of (20,000|about [\d,]+) rows\.", table.stderr)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("count nothing", 4, "There is no form “nothing”. What there is: guichet interfaces, guichet extracts"),
        ("count companies county=1", 2, "county: This form has no criterion “county”; did you mean `country`?"),
        ("count companies country=Frnace", 2, "country has no option “Frnace”. Did you mean “France”?"),
        ("count companies employees=many", 2, "from: This must be a number such as 12 or -3.5."),
        ("count companies France", 2, "“France” is no criterion. Write NAME=VALUE, or NAME!=VALUE for “is not”."),
        ("count companies name=@absent.txt", 2, "absent.txt can't be read: No such file or directory."),
        ("search companies --columns idd", 2, "The result has no column “idd”; did you mean `id`?"),
        ("extract companies --resume 00000000-0000-0000-0000-000000000000", 4, "You have no such extract."),
        ("count companies --url ftp://x", 3, "You are not signed in. Sign in: guichet login URL"),
        ("count companies --url http://127.0.0.1:9 --token x", 5, "http://127.0.0.1:9 can't be reached:"),
        ("count slow", 5, "The query ran past its time limit."),
        ("nothing", 2, "No such command 'nothing'."),
    ],
)
def test_errors_are_one_line_with_what_to_do(shell: Shell, demo: Demo, arguments: str, code: int, told: str) -> None:
    slow = "title: Slow\nsource: crm\nsql: SELECT pg_sleep(5)::text AS slept\nlimits: {interactive_seconds: 1}"
    (demo.folder / "slow.yaml").write_text(slow)

    ended = shell.run(*arguments.split())

    last = ended.stderr.splitlines()[-1]
    assert (ended.returncode, ended.stdout) == (code, "")
    assert last.startswith("Error: ")
    assert told in last
    assert ended.stderr.count("Error: ") == 1


def test_a_stream_that_breaks_off_ends_with_a_code_of_its_own(shell: Shell, demo: Demo) -> None:
    failing = "title: F\nsource: crm\nsql: SELECT 1 / (n - 50000) AS cell, n FROM generate_series(1, 100000) AS n"
    (demo.folder / "failing.yaml").write_text(failing)

    ended = shell.run("search", "failing", "--json")

    assert ended.returncode == 6
    assert re.fullmatch(r"Error: The portal broke off its answer: .* [0-9a-f]{32}\. Try again\.\n", ended.stderr)


def test_an_extract_is_written_and_told_in_lines(shell: Shell) -> None:
    ended = shell.run("extract", "companies", "country=France", "-o", "out.zip")

    assert (ended.returncode, ended.stdout) == (0, "")
    assert re.fullmatch(
        r"(Waiting\n)?(Writing\n)?Written, [\d,]+ rows\nDownloading, .*\n[\d,]+ rows are in out.zip\n", ended.stderr
    )
    with zipfile.ZipFile(shell.folder / "out.zip") as archive:
        assert "companies.csv" in archive.namelist()


def test_an_extract_is_asked_for_and_fetched_later(shell: Shell) -> None:
    asked = shell.run("extract", "companies", "name=a", "--part-rows", "10", "--no-wait").stdout.strip()
    fetched = shell.run("extract", "companies", "--resume", asked)
    listed = shell.run("extracts").stdout

    assert fetched.returncode == 0, fetched.stderr
    assert len(list(shell.folder.glob("companies_*.zip"))) == 1
    assert next(line.split("\t")[1] for line in listed.splitlines() if line.startswith(asked)) == "companies"


def test_an_extract_is_encrypted_by_a_password_that_is_asked_for(shell: Shell) -> None:
    ended = shell.run("extract", "sites", "--encrypt", "-o", "out.zip", given="correct horse\n")

    assert ended.returncode == 0, ended.stderr
    with zipfile.ZipFile(shell.folder / "out.zip") as archive:
        assert archive.getinfo("sites.csv").flag_bits & 1


def test_an_extract_without_rows_has_no_archive(shell: Shell) -> None:
    ended = shell.run("extract", "companies", "name=there is nobody of this name")

    assert ended.returncode == 0
    assert ended.stderr.endswith("There are no rows, and so there is no archive.\n")


def test_an_extract_that_ends_otherwise_has_a_code_of_its_own(shell: Shell) -> None:
    asked = shell.run("extract", "trickle", "--no-wait").stdout.strip()
    assert shell.run("extracts", "--cancel", asked).returncode == 0
    ended = shell.run("extract", "trickle", "--resume", asked)

    assert ended.returncode == 6
    assert "There is no archive: it is cancelled. Look at it: guichet extracts" in ended.stderr
    assert shell.run("extracts", "--cancel", asked).returncode == 1
    assert shell.run("extract", "trickle", "--resume", asked, "-o", "nowhere/out.zip").returncode == 6


def test_the_shell_completes_interfaces_and_criteria(shell: Shell) -> None:
    def completed(words: str, at: int) -> list[str]:
        shell.environ |= {"_GUICHET_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        return [line.split(",", 1)[1] for line in shell.run().stdout.splitlines() if line]

    assert completed("guichet count compan", 2) == ["companies", "companies_and_contacts"]
    assert completed("guichet count companies c", 3) == ["country=", "contacts=", "created="]
    assert completed("guichet ex", 1) == ["extract", "extracts"]
    shell.environ["GUICHET_URL"] = "http://127.0.0.1:9"
    assert completed("guichet count comp", 2) == []
