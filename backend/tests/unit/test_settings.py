"""The environment becomes one frozen object, or every fault of it at once."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from guichet.errors import SettingsError
from guichet.settings import parsers, settings
from guichet.sources import kinds

ROOT = Path(__file__).parents[3]
ANY_KIND = " or ".join(kind.url for kind in kinds.all_kinds())
URL = "postgresql://reader:hunter2@db.example.com:5432/crm"


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings.read_settings(environ)
    return list(refused.value.faults)


def test_it_has_a_development_default_for_everything() -> None:
    read = settings.read_settings({})

    assert (read.environment, read.host, read.port) == ("development", "127.0.0.1", 9000)
    assert (read.portal_dir, read.page_dir, read.log_file_path) == (Path("portal"), None, None)
    assert (read.sources, read.portal_database_url) == ({}, None)
    assert read == settings.read_settings(dict.fromkeys(names(), " "))


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("ENVIRONMENT", "production", "production"),
        ("PORT", "8080", 8080),
        ("PORT", " 8080\n", 8080),
        ("PORTAL_DIR", "~/portal", Path.home() / "portal"),
        ("PAGE_DIR", "/srv/page", Path("/srv/page")),
        ("TIME_ZONE", "Europe/Paris", "Europe/Paris"),
        ("USER_EMAIL", "a@b.example", "a@b.example"),
        (
            "CORS_ALLOWED_ORIGIN",
            "https://a.example, http://localhost:8080/,",
            ("https://a.example", "http://localhost:8080"),
        ),
        ("TRUSTED_PROXIES", "0", 0),
        ("EXTRACT_ROWS", "1000000000000", 10**12),
    ],
)
def test_it_reads_a_variable_as_what_it_stands_for(name: str, given: str, value: Any) -> None:
    assert getattr(settings.read_settings({name: given}), name.lower()) == value


def test_it_finds_the_sources_by_the_names_of_their_variables() -> None:
    environ = {
        "SOURCE_CRM_URL": URL,
        "SOURCE_LAB_2_URL": "postgres:///lab?host=/run/postgresql",
        "SOURCE_EMPTY_URL": "",
        "SOURCE_POOL_SIZE": "7",
        "SOURCE_URL": "nothing",
        "source_low_url": URL,
        "MY_SOURCE_CRM_URL": URL,
    }

    found = settings.read_settings(environ).sources

    assert {name: url.get_secret_value() for name, url in found.items()} == {
        "crm": URL,
        "lab_2": "postgres:///lab?host=/run/postgresql",
    }


def test_it_finds_what_a_source_is_written_by_beside_what_it_is_read_by() -> None:
    read = settings.read_settings({"SOURCE_LAB_URL": URL, "SOURCE_LAB_WRITE_URL": f"{URL}_2", "SOURCE_CRM_URL": URL})

    assert set(read.sources) == {"lab", "crm"}
    assert {name: url.get_secret_value() for name, url in read.writers.items()} == {"lab": f"{URL}_2"}
    assert "hunter2" not in repr(read)


def test_it_wants_a_source_that_is_written_to_be_read_as_well() -> None:
    fault = "SOURCE_LAB_WRITE_URL needs SOURCE_LAB_URL beside it, to read by"

    assert faults({"SOURCE_LAB_WRITE_URL": URL}) == [fault]
    assert faults({"SOURCE_LAB_WRITE_URL": URL, "SOURCE_LAB_URL": "x"}) == [f"SOURCE_LAB_URL must look like {ANY_KIND}"]


def test_it_finds_what_is_set_of_one_source_alone() -> None:
    given = {"SOURCE_LAB_URL": URL, "SOURCE_LAB_ENCODING": "latin1", "SOURCE_LAB_EXTRACT_PARALLEL": "4"}
    read = settings.read_settings(given)
    assert (read.encodings, read.parallels, read.extract_parallel) == ({"lab": "iso8859-1"}, {"lab": 4}, 0)

    assert faults({"SOURCE_CRM_EXTRACT_PARALLEL": "4"}) == [
        "SOURCE_CRM_EXTRACT_PARALLEL needs SOURCE_CRM_URL beside it"
    ]
    assert faults(given | {"SOURCE_LAB_EXTRACT_PARALLEL": "17", "SOURCE_LAB_ENCODING": "klingon"}) == [
        "SOURCE_LAB_ENCODING names no encoding that is known, such as latin1 or windows-1252",
        "SOURCE_LAB_EXTRACT_PARALLEL must be a whole number from 0 to 16, not “17”",
    ]


@pytest.mark.parametrize(
    ("name", "given", "fault"),
    [
        ("ENVIRONMENT", "staging", "ENVIRONMENT must be one of development, demo, production, not “staging”"),
        ("PORT", "http", "PORT must be a whole number from 1 to 65535, not “http”"),
        ("PORT", "0", "PORT must be a whole number from 1 to 65535, not “0”"),
        ("PORT", "65536", "PORT must be a whole number from 1 to 65535, not “65536”"),
        ("PORT", "-1", "PORT must be a whole number from 1 to 65535, not “-1”"),
        ("DISPLAY_ROWS", "1e4", "DISPLAY_ROWS must be a whole number from 1 to 1000000, not “1e4”"),
        ("TIME_ZONE", "Paris", "TIME_ZONE must be a time zone such as Europe/Paris, not “Paris”"),
        ("USER_EMAIL", "me", "USER_EMAIL must be an email address, not “me”"),
        (
            "CORS_ALLOWED_ORIGIN",
            "https://a.example,*",
            "CORS_ALLOWED_ORIGIN must be origins such as https://portal.example.com, not “*”",
        ),
        (
            "CORS_ALLOWED_ORIGIN",
            "https://a.example/page",
            "CORS_ALLOWED_ORIGIN must be origins such as https://portal.example.com, not “https://a.example/page”",
        ),
    ],
)
def test_it_says_what_a_variable_must_be(name: str, given: str, fault: str) -> None:
    assert faults({name: given}) == [fault]


@pytest.mark.parametrize("name", ["SOURCE_CRM_URL", "PORTAL_DATABASE_URL"])
@pytest.mark.parametrize(
    "given",
    [
        "oracle://reader:hunter2@db/crm",
        "reader:hunter2@db/crm",
        "postgresql://reader:hunter2@db",
        "postgresql://reader:hunter2@db/",
        "postgresql://reader:hunter2#@db/crm",
        "postgresql://reader:hunter2@[::1/crm",
        "postgresql://reader:hunter2℀@db/crm",
    ],
)
def test_it_says_what_a_databases_url_must_be_and_never_what_stands_in_it(name: str, given: str) -> None:
    meant = kinds.POSTGRESQL.url if name == "PORTAL_DATABASE_URL" or given.startswith("postgresql") else ANY_KIND
    assert faults({name: given}) == [f"{name} must look like {meant}"]


@pytest.mark.parametrize(("name", "given"), [("PORTAL_DIR", "~nobody-of-that-name/x"), ("PORT", "9" * 5000)])
def test_it_reports_what_the_system_itself_refuses_as_a_fault_too(name: str, given: str) -> None:
    (fault,) = faults({name: given})

    assert fault.startswith(f"{name} ")


def test_it_reports_all_faults_together_in_the_order_of_the_documentation() -> None:
    environ = {"SOURCE_LAB_URL": "x", "TIME_ZONE": "x", "PORT": "x", "SOURCE_CRM_URL": "x", "ENVIRONMENT": "x"}

    assert [fault.split()[0] for fault in faults(environ)] == [
        "ENVIRONMENT",
        "PORT",
        "TIME_ZONE",
        "SOURCE_CRM_URL",
        "SOURCE_LAB_URL",
    ]


def test_it_reads_a_value_from_the_file_that_a_variable_names(tmp_path: Path) -> None:
    secret, port = tmp_path / "secret", tmp_path / "port"
    secret.write_text(f"{URL}\n")
    port.write_text("8123")

    read = settings.read_settings(
        {"PORTAL_DATABASE_URL_FILE": str(secret), "SOURCE_CRM_URL_FILE": f"{secret} ", "PORT_FILE": str(port)}
    )

    assert (read.portal_database_url, read.port) == (parsers.parse_database_url(URL), 8123)
    assert read.sources["crm"].get_secret_value() == URL
    assert read.htpasswd_file == Path(".htpasswd"), "a setting whose own name ends so is no such variable"


def test_it_says_which_file_of_a_value_cannot_be_read_and_what_is_said_twice(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    environ = {
        "SMTP_URL_FILE": str(tmp_path / "none"),
        "SOURCE_CRM_URL_FILE": str(tmp_path / "binary"),
        "PORTAL_DATABASE_URL": URL,
        "PORTAL_DATABASE_URL_FILE": str(tmp_path / "binary"),
        "NOTHING_OF_OURS_FILE": "/nowhere",
    }

    assert faults(environ) == [
        "SMTP_URL_FILE can't be read: No such file or directory",
        "SOURCE_CRM_URL_FILE can't be read: it is no text",
        "PORTAL_DATABASE_URL and PORTAL_DATABASE_URL_FILE are both set: one of them is enough",
    ]


def test_it_masks_secrets_wherever_it_is_shown() -> None:
    read = settings.read_settings({"SOURCE_CRM_URL": URL, "PORTAL_DATABASE_URL": URL})

    assert "hunter2" not in f"{read!r} {read} {read.sources} {dataclasses.asdict(read)}"
    assert read.sources["crm"].get_secret_value() == URL


def test_it_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.read_settings({}).port = 1  # type: ignore[misc]


def test_every_setting_says_in_a_sentence_what_it_is() -> None:
    for field in dataclasses.fields(settings.Settings):
        assert re.match(r"[A-Z`].*[^.]\.$", field.metadata["about"]) or field.name in ("sources", "writers"), field.name


# --- the files that tell of them


def names() -> list[str]:
    return [field.name.upper() for field in settings.list_declared()]


def defaults() -> dict[str, str]:
    return {field.name.upper(): field.metadata["default"] for field in settings.list_declared()}


def image_defaults() -> dict[str, str]:
    """What an operator may set of the frontend's image: the first ENV of its Dockerfile."""
    text = (ROOT / "frontend" / "Dockerfile").read_text("utf-8")
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert block
    return {name: value.strip('"') for name, value in re.findall(r"([A-Z_]+)=(\S*)", block[1])}


def compose_variables() -> dict[str, str]:
    """What the compose files put in, with its default; "" where there is none."""
    files = [*ROOT.glob("docker-compose*.yml"), *(ROOT / "compose").glob("*.yml")]
    text = "".join(file.read_text("utf-8") for file in files)
    text = re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE)
    return dict(re.findall(r"\$\{([A-Z_]+)(?::-([^${}]*))?", text))


def compose_defaults() -> dict[str, str]:
    """What compose alone reads."""
    others = defaults().keys() | image_defaults().keys()
    found = compose_variables()
    return {
        name: default
        for name, default in found.items()
        if name not in others and name.removesuffix("_FILE") not in others
    }


def test_compose_gives_the_containers_the_same_defaults() -> None:
    of_a_container = {"ENVIRONMENT": "production", "TRUSTED_PROXIES": "1", "PORTAL_DIR": "./portal"}
    theirs = image_defaults() | defaults() | of_a_container

    given = {name: default for name, default in compose_variables().items() if default and name in theirs}
    assert given == {name: theirs[name] for name in given}
    nginx = image_defaults().keys() - {"API_UPSTREAM"}
    assert nginx <= compose_variables().keys(), "what an operator may set of nginx reaches it"


def test_what_the_server_and_nginx_both_read_has_one_default() -> None:
    both = defaults().keys() & image_defaults().keys()

    assert both == {"REQUEST_MB", "VALUE_LIST_MB"}
    assert {name: defaults()[name] for name in both} == {name: image_defaults()[name] for name in both}


def test_the_example_file_names_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")

    written = dict(re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE))

    sources = [name for name in written if settings.SOURCE_VARIABLE.match(name)]
    assert sources, "an example of SOURCE_<NAME>_URL"
    assert {name: value for name, value in written.items() if name not in sources} == (
        compose_defaults() | image_defaults() | defaults()
    )
    settings.read_settings(written)


def test_the_documentation_names_every_setting_with_its_default_and_its_sentence() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    rows = re.findall(r"^\| `([A-Z][A-Z0-9_<>]*)` \| (?:`([^`]*)`|(\w+)) \| (.*) \|$", text, re.MULTILINE)

    documented = {name: (default or {"empty": "", "none": None}[word], about) for name, default, word, about in rows}
    assert documented.pop("SOURCE_<NAME>_URL") == (
        None,
        "A database that interfaces read, under its name in small letters.",
    )
    assert documented.pop("SOURCE_<NAME>_WRITE_URL") == (
        None,
        "The same database, as a role that may write its records.",
    )
    elsewhere = compose_defaults() | image_defaults()
    told = {name: documented.pop(name)[0] for name in elsewhere.keys() - defaults().keys()}
    assert told == {name: elsewhere[name] for name in told}
    assert documented == {
        field.name.upper(): (field.metadata["default"], field.metadata["about"]) for field in settings.list_declared()
    }
    assert len(rows) == len(documented) + len(told) + 2, "each once"
