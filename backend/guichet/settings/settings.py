"""The environment, read once into one frozen `Settings`; every fault is reported together.

Each setting is declared as one field: its name in capitals is the environment variable, beside it stand its
development default, how its text is read, and the sentence that `docs/configuration.md` shows. This module
connects to nothing, and reads no file but those that hold a variable's value (`PORTAL_DATABASE_URL_FILE`).
"""

from __future__ import annotations

import codecs
import dataclasses
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from guichet import email_address
from guichet.email_address import Recipients
from guichet.errors import SettingsError
from guichet.settings.parsers import (
    Parser,
    build_choice_parser,
    build_whole_or_auto_parser,
    build_whole_parser,
    parse_domains,
    parse_email,
    parse_optional_bucket,
    parse_optional_database_url,
    parse_optional_path,
    parse_optional_prefix,
    parse_optional_secret_key,
    parse_optional_smtp_url,
    parse_origins,
    parse_path,
    parse_public_url,
    parse_sender,
    parse_source_url,
    parse_text,
    parse_time_zone,
    parse_writer_url,
)

PARALLEL = build_whole_parser(0, 16)
PER_SOURCE = ("sources", "writers", "encodings", "parallels")
SOURCE_VARIABLE = re.compile(r"^SOURCE_([A-Z][A-Z0-9_]*?)(_URL|_WRITE_URL|_ENCODING|_EXTRACT_PARALLEL)$")


def setting(default: str, parse: Parser, about: str) -> Any:
    """Declare one setting: its development default as text, its parser, and what it means."""
    return dataclasses.field(metadata={"default": default, "parse": parse, "about": about})


@dataclass(frozen=True)
class Settings:
    """Everything that can be configured. Built by `read`; secrets are masked in its repr."""

    # Where things are
    environment: str = setting(
        "development",
        build_choice_parser("development", "demo", "production"),
        "`production` refuses the demo's password; `demo` takes it on every address, as containers need it.",
    )
    host: str = setting("127.0.0.1", parse_text, "The address that the server listens on.")
    port: int = setting("9000", build_whole_parser(1, 65535), "The port that the server listens on.")
    portal_dir: Path = setting("portal", parse_path, "The folder of interface definitions.")
    page_dir: Path | None = setting(
        "",
        parse_optional_path,
        "The folder of the built page, where this server also serves it; empty behind nginx.",
    )
    htpasswd_file: Path = setting(
        ".htpasswd", parse_path, "Who may sign in (Apache's format: bcrypt, apr1, SHA-2 crypt)."
    )
    htgroup_file: Path = setting(".htgroup", parse_path, "Who belongs to which group (Apache's format); may be absent.")
    log_file_path: Path | None = setting("", parse_optional_path, "Where the log is written; the console when empty.")
    log_format: Literal["plain", "json"] = setting(
        "plain", build_choice_parser("plain", "json"), "`json` writes each line of the log as a JSON object."
    )

    # Databases
    portal_database_url: SecretStr | None = setting(
        "", parse_optional_database_url, "Guichet's own PostgreSQL database; `/readyz` reports it when it is set."
    )
    source_pool_size: int = setting(
        "5", build_whole_parser(1, 100), "Connections to each source, per server process; searches beyond it wait."
    )
    source_wait_seconds: int = setting(
        "5", build_whole_parser(1, 60), "How long a search waits for a free connection before it is answered 503."
    )
    source_connect_seconds: int = setting("5", build_whole_parser(2, 60), "How long connecting to a source may take.")
    time_zone: str = setting(
        "UTC", parse_time_zone, "The time zone of sources: where a day begins, and how timestamps are written."
    )

    write_seconds: int = setting("10", build_whole_parser(1, 600), "Seconds that changing a record may take.")

    # Who may do what
    author_group: str = setting("authors", parse_text, "The group that is told what is wrong in a broken definition.")
    admin_group: str = setting("admins", parse_text, "The group whose members may add users.")
    user_email: str | None = setting("", parse_email, "The address of users who have set none of their own.")
    cors_allowed_origin: tuple[str, ...] = setting(
        "", parse_origins, "Other origins whose pages may call the API, separated by commas."
    )
    trusted_proxies: int = setting(
        "0", build_whole_parser(0, 5), "How many proxies in front set `X-Forwarded-*` headers that are to be believed."
    )
    sign_in_cache_seconds: int = setting(
        "300",
        build_whole_parser(0, 3600),
        "How long a verified password is remembered, so that bcrypt is not paid per request.",
    )
    sign_in_attempts: int = setting(
        "10",
        build_whole_parser(1, 1000),
        "Wrong passwords per minute, user and address before further ones are answered 429.",
    )

    password_length: int = setting(
        "12", build_whole_parser(1, 72), "Characters that a new password must have at least."
    )
    bcrypt_cost: int = setting(
        "10", build_whole_parser(4, 15), "The cost of hashes of new passwords; each step doubles the time."
    )
    secret_key: SecretStr | None = setting(
        "",
        parse_optional_secret_key,
        "The key that signs tokens and seals passwords of archives: 32 characters of chance or more.",
    )
    secret_key_previous: SecretStr | None = setting(
        "", parse_optional_secret_key, "The key before, whose tokens are still read: for a change of keys."
    )
    token_hours: int = setting("12", build_whole_parser(1, 720), "Hours that a token of `POST /authenticate` is good.")
    personal_token_days: int = setting(
        "365", build_whole_parser(1, 3650), "Days that a personal token may be good at most."
    )

    # Limits
    requests_at_once: int = setting(
        "12",
        build_whole_parser(0, 1000),
        "Requests of one user that run at once before others are answered 429; 0 for any number.",
    )
    requests_per_minute: int = setting(
        "0",
        build_whole_parser(0, 1_000_000),
        "Requests of one user per minute before others are answered 429; 0 for any number.",
    )
    display_rows: int = setting(
        "10000", build_whole_parser(1, 1_000_000), "Rows up to which a result is light and is shown."
    )
    preview_rows: int = setting("100", build_whole_parser(1, 10_000), "Rows of a heavy result that are shown.")
    interactive_seconds: int = setting(
        "20", build_whole_parser(1, 600), "Seconds after which a count is stopped and a search is heavy."
    )
    extract_rows: int = setting("50000000", build_whole_parser(1, 10**12), "Rows that an extract may have at most.")
    options_limit: int = setting(
        "1000", build_whole_parser(1, 100_000), "Options of a list that are sent at once; longer lists are typed ahead."
    )
    streams: int = setting(
        "2",
        build_whole_parser(1, 100),
        "Results that one server process streams at once; further ones are answered 503.",
    )
    streams_per_user: int = setting(
        "2", build_whole_parser(1, 100), "Results that are streamed to one user at once; further ones are answered 429."
    )
    stream_kb_per_second: int = setting(
        "8",
        build_whole_parser(0, 1_000_000),
        "Kilobytes a second that a client must take of a stream, after its first minute.",
    )
    stream_seconds: int = setting(
        "3600", build_whole_parser(1, 864_000), "Seconds that a streamed result may take, until the client has read it."
    )
    values_limit: int = setting(
        "100000", build_whole_parser(1, 1_000_000), "Values that may be pasted into one criterion."
    )
    value_list_mb: int = setting(
        "100", build_whole_parser(1, 2000), "Megabytes that the file of a value list may have."
    )
    value_list_values: int = setting(
        "1000000", build_whole_parser(1, 10_000_000), "Different values that a list may have."
    )
    value_list_workbook_mb: int = setting(
        "600",
        build_whole_parser(100, 16_000),
        "Megabytes of memory that reading a workbook (XLSX, ODS) may take, one at a time.",
    )
    value_list_days: int = setting(
        "30",
        build_whole_parser(1, 3650),
        "Days after its last use that a value list is kept, unless a saved search uses it.",
    )
    uploads_at_once: int = setting(
        "1",
        build_whole_parser(1, 100),
        "Value lists that one server process reads at once; others wait, and then are answered 503.",
    )
    uploads_per_user: int = setting(
        "2", build_whole_parser(1, 100), "Value lists that one user uploads at once; further ones are answered 429."
    )
    saved_searches_per_user: int = setting("500", build_whole_parser(1, 10_000), "Searches that one user may keep.")
    saved_search_kb: int = setting(
        "256",
        build_whole_parser(1, 10_000),
        "Kilobytes that the criteria of a kept search may have; for more values there are lists.",
    )
    value_lists_per_user: int = setting("200", build_whole_parser(1, 10_000), "Value lists that one user may keep.")
    client_seconds: int = setting(
        "30",
        build_whole_parser(1, 600),
        "Seconds that a client may send nothing of a request, or take nothing of an answer.",
    )
    upload_stall_seconds: int = setting(
        "20", build_whole_parser(1, 600), "Seconds that an upload may send nothing before it is given up."
    )
    text_limit: int = setting(
        "10000", build_whole_parser(1, 1_000_000), "Characters that one value of a criterion may have."
    )
    request_mb: int = setting("10", build_whole_parser(1, 1000), "Megabytes that the body of a request may have.")

    # Extracts
    archive_dir: Path = setting(
        "var/archives", parse_path, "The folder of archives; every worker and server must see it."
    )
    archive_url: str | None = setting(
        "", parse_optional_bucket, "Where archives are kept instead: a bucket such as `s3://bucket/prefix`."
    )
    archive_days: int = setting("7", build_whole_parser(1, 3650), "Days after which an archive expires.")
    archive_max_gb: int = setting(
        "50", build_whole_parser(1, 1_000_000), "Gigabytes that all archives may have together."
    )
    archive_spare_mb: int = setting(
        "256", build_whole_parser(0, 1_000_000), "Megabytes of the disk that an archive in the making leaves free."
    )
    accel_redirect_prefix: str | None = setting(
        "",
        parse_optional_prefix,
        "Where nginx serves ARCHIVE_DIR internally, such as `/archives/`; empty without nginx.",
    )
    extract_seconds: int = setting(
        "3600", build_whole_parser(1, 864_000), "Seconds that the query of an extract may take."
    )
    extracts_per_user: int = setting(
        "1", build_whole_parser(1, 100), "Extracts of one user that run at once; others wait."
    )
    extracts_waiting_per_user: int = setting(
        "20", build_whole_parser(1, 10_000), "Extracts of one user that may wait or run; further ones are answered 409."
    )
    extracts_per_source: int = setting("2", build_whole_parser(1, 100), "Extracts of one source that run at once.")
    extract_parallel: int = setting(
        "0",
        PARALLEL,
        "Processes of its database that an extract may use beside its own, where the database has some to spare; 0:"
        " none.",
    )
    worker_metrics_port: int = setting(
        "0", build_whole_parser(0, 65535), "The port at which a worker answers Prometheus, on all addresses; 0: none."
    )
    worker_nice: int = setting(
        "10",
        build_whole_parser(0, 19),
        "How much a worker gives way to what else wants its machine's cores; 0: not at all.",
    )
    worker_slots: int = setting("1", build_whole_parser(1, 64), "Extracts that one worker process runs at once.")
    smtp_url: SecretStr | None = setting(
        "",
        parse_optional_smtp_url,
        "The mail server: `smtp://`, `smtp+starttls://` or `smtps://`, with user and password if it wants them.",
    )
    smtp_seconds: int = setting(
        "30",
        build_whole_parser(1, 3600),
        "Seconds that the mail server may take for an answer; ten times as many for a whole mail.",
    )
    mail_from: str | None = setting(
        "", parse_sender, "The sender of mails, an address or `Name <address>`; the address of USER_EMAIL when empty."
    )
    email_allowed_domains: tuple[str, ...] = setting(
        "", parse_domains, "Domains that mails may go to, separated by commas; the domain of USER_EMAIL when empty."
    )
    email_attachment_mb: int = setting(
        "10", build_whole_parser(0, 1000), "Megabytes up to which an archive is attached."
    )
    audit_days: int = setting(
        "365", build_whole_parser(1, 36_500), "Days after which entries of the audit are deleted."
    )
    public_url: str = setting(
        "http://localhost:9000", parse_public_url, "Where users reach the page, for links in mails."
    )

    # The server's processes
    web_workers: int | None = setting(
        "auto",
        build_whole_or_auto_parser(1, 64),
        "Server processes; `auto`: one per core, from 2 to 8, as far as the container's memory reaches.",
    )
    web_requests: int = setting(
        "100000",
        build_whole_parser(0, 10_000_000),
        "Requests after which a server process is replaced by a new one; 0: never.",
    )
    web_threads: int = setting("16", build_whole_parser(1, 256), "Requests that one server process works on at once.")
    drain_seconds: int = setting(
        "0",
        build_whole_parser(0, 600),
        "Seconds that a server goes on after SIGTERM, `/healthz` saying 503, so that a proxy finds others.",
    )
    grace_seconds: int = setting(
        "10", build_whole_parser(1, 600), "How long running requests may take to finish on a stop."
    )

    sources: Mapping[str, SecretStr] = dataclasses.field(
        default_factory=dict,
        metadata={"about": "`SOURCE_<NAME>_URL`: a database that interfaces read, under its name in small letters."},
    )
    writers: Mapping[str, SecretStr] = dataclasses.field(
        default_factory=dict,
        metadata={"about": "`SOURCE_<NAME>_WRITE_URL`: the same database, as a role that may write its records."},
    )
    encodings: Mapping[str, str] = dataclasses.field(
        default_factory=dict,
        metadata={
            "about": "`SOURCE_<NAME>_ENCODING`: the encoding of texts in a database that does not know it itself"
            " (SQL_ASCII), such as `latin1`; UTF-8 when empty."
        },
    )

    parallels: Mapping[str, int] = dataclasses.field(
        default_factory=dict,
        metadata={"about": "`SOURCE_<NAME>_EXTRACT_PARALLEL`: `EXTRACT_PARALLEL` for this source alone."},
    )

    @property
    def recipients(self) -> Recipients:
        """Who mails may go to: into EMAIL_ALLOWED_DOMAINS, else into the domain of USER_EMAIL, and to USER_EMAIL."""
        own = email_address.parse_address(self.user_email or "")
        return Recipients(self.email_allowed_domains or ((own.domain,) if own else ()), self.user_email)


def list_declared() -> list[dataclasses.Field[Any]]:
    """List the fields that stand for one variable each; what is set per source has one for each of them."""
    return [field for field in dataclasses.fields(Settings) if field.name not in PER_SOURCE]


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment.

    An empty variable is the same as an absent one.

    :raises SettingsError: naming every variable that can't be used.
    """
    faults: list[str] = []
    values: dict[str, Any] = {}
    environ = _add_file_values(environ, faults)
    for field in list_declared():
        name = field.name.upper()
        text = environ.get(name, "").strip() or field.metadata["default"]
        try:
            values[field.name] = field.metadata["parse"](text)
        except ValueError as error:
            faults.append(f"{name} {error}")
    values["sources"], values["writers"] = _read_source_urls(environ, faults)
    values["encodings"] = _read_source_encodings(environ, values["sources"], faults)
    values["parallels"] = _read_source_parallels(environ, values["sources"], faults)
    if faults:
        raise SettingsError(faults)
    return Settings(**values)


def _add_file_values(environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Add the variables whose value stands in a file, as containers are handed their secrets: `<NAME>_FILE`."""
    names = {field.name.upper() for field in list_declared()}
    variables = dict(environ)
    for variable, path_given in environ.items():
        name = variable.removesuffix("_FILE")
        held = name != variable and variable not in names and (name in names or SOURCE_VARIABLE.match(name))
        if not held or not path_given.strip():
            continue
        if environ.get(name, "").strip():
            faults.append(f"{name} and {variable} are both set: one of them is enough")
            continue
        try:
            variables[name] = Path(path_given.strip()).read_text("utf-8")
        except (OSError, ValueError) as error:
            faults.append(f"{variable} can't be read: {getattr(error, 'strerror', None) or 'it is no text'}")
    return variables


def _read_source_urls(
    environ: Mapping[str, str], faults: list[str]
) -> tuple[dict[str, SecretStr], dict[str, SecretStr]]:
    """Read the URLs to read by, and those to write by, by the names of their sources."""
    read_by: dict[str, SecretStr] = {}
    write_by: dict[str, SecretStr] = {}
    for name, value in sorted(environ.items()):
        matched = SOURCE_VARIABLE.match(name)
        if not matched or not matched[2].endswith("_URL") or not value.strip():
            continue
        try:
            if matched[2] == "_WRITE_URL":
                write_by[matched[1].lower()] = parse_writer_url(value.strip())
            else:
                read_by[matched[1].lower()] = parse_source_url(value.strip())
        except ValueError as error:
            faults.append(f"{name} {error}")
    for source in write_by.keys() - read_by.keys():
        if f"SOURCE_{source.upper()}_URL" not in " ".join(faults):
            faults.append(f"SOURCE_{source.upper()}_WRITE_URL needs SOURCE_{source.upper()}_URL beside it, to read by")
    return read_by, write_by


def _read_source_encodings(environ: Mapping[str, str], sources: Collection[str], faults: list[str]) -> dict[str, str]:
    """Read in which encoding the texts of a source are that does not know it itself, as Python calls it."""
    encodings: dict[str, str] = {}
    for name, source, value in _of_sources(environ, "_ENCODING", sources, faults):
        try:
            encodings[source] = codecs.lookup(value).name
        except LookupError:
            faults.append(f"{name} names no encoding that is known, such as latin1 or windows-1252")
    return encodings


def _read_source_parallels(environ: Mapping[str, str], sources: Collection[str], faults: list[str]) -> dict[str, int]:
    """Read how many processes an extract may use of a source for which that is set apart."""
    parallels: dict[str, int] = {}
    for name, source, value in _of_sources(environ, "_EXTRACT_PARALLEL", sources, faults):
        try:
            parallels[source] = PARALLEL(value)
        except ValueError as error:
            faults.append(f"{name} {error}")
    return parallels


def _of_sources(
    environ: Mapping[str, str], ending: str, sources: Collection[str], faults: list[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield variables that set something of a source: the name of each, its source, its value."""
    for name, value in sorted(environ.items()):
        matched = SOURCE_VARIABLE.match(name)
        if not matched or matched[2] != ending or not value.strip():
            continue
        if matched[1].lower() in sources:
            yield name, matched[1].lower(), value.strip()
        else:
            faults.append(f"{name} needs SOURCE_{matched[1]}_URL beside it")
