"""How the text of each setting is read; what can't be read is told by ValueError, in the words of the operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import SecretStr

from guichet import email_address
from guichet.sources import kinds

Parser = Callable[[str], Any]


def parse_text(value: str) -> str:
    """Take a text as it is."""
    return value


def parse_optional_text(value: str) -> str | None:
    """Take a text; an empty one is none."""
    return value or None


def parse_path(value: str) -> Path:
    """Read a path, with `~` as the home folder."""
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(f"names a home folder that does not exist: {value}") from error


def parse_optional_path(value: str) -> Path | None:
    """Read a path; an empty text is none."""
    return parse_path(value) if value else None


def parse_source_url(value: str) -> SecretStr:
    """Read the URL of a source, of any kind that there is."""
    kinds.of_url(value)
    return SecretStr(value)


def parse_writer_url(value: str) -> SecretStr:
    """Read the URL by which records of a source are written."""
    kind = kinds.of_url(value)
    if kind.writer is None:
        raise ValueError(f"can't be set: records in {kind.name} can't be written")
    return SecretStr(value)


def parse_database_url(value: str) -> SecretStr:
    """Read the URL of the portal's own database."""
    if not kinds.is_of(kinds.POSTGRESQL, value):
        raise ValueError(f"must look like {kinds.POSTGRESQL.url}")
    return SecretStr(value)


def parse_optional_database_url(value: str) -> SecretStr | None:
    """Read the URL of the portal's own database; an empty text is none."""
    return parse_database_url(value) if value else None


def build_choice_parser(*choices: str) -> Parser:
    """Make a parser that takes one of a few words."""

    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not “{value}”")
        return value

    return parse


def build_whole_parser(minimum: int, maximum: int) -> Parser:
    """Make a parser of whole numbers, bounds included."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"\d+", value) or not minimum <= int(value) <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}, not “{value}”")
        return int(value)

    return parse


def build_whole_or_auto_parser(minimum: int, maximum: int) -> Parser:
    """None stands for `auto`."""

    def parse(value: str) -> int | None:
        if value == "auto":
            return None
        try:
            return int(build_whole_parser(minimum, maximum)(value))
        except ValueError as error:
            raise ValueError(str(error).replace("must be", "must be `auto` or")) from None

    return parse


def parse_origins(value: str) -> tuple[str, ...]:
    """Read origins, with commas between them."""
    origins = tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
            raise ValueError(f"must be origins such as https://portal.example.com, not “{origin}”")
    return origins


def parse_email(value: str) -> str | None:
    """Read an email address; an empty text is none."""
    address = email_address.parse_address(value)
    if value and address is None:
        raise ValueError(f"must be an email address, not “{value}”")
    return str(address) if address else None


def parse_sender(value: str) -> str | None:
    """Read who mails are from: an address, or a name and an address in <>."""
    named = re.fullmatch(r"[^@<>\"\r\n]+ <([^<>]+)>", value)
    if value and email_address.parse_address(named[1] if named else value) is None:
        raise ValueError(f"must be an address, or a name and an address in <>, not “{value}”")
    return value or None


def parse_optional_smtp_url(value: str) -> SecretStr | None:
    """Read the URL of a mail server; an empty text is none."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("smtp", "smtp+starttls", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False  # its message could have the password in it
    if not valid:
        raise ValueError("must look like smtp+starttls://user:password@mail.example.com:587")
    return SecretStr(value)


def parse_domains(value: str) -> tuple[str, ...]:
    """Read domains, with commas between them."""
    domains = tuple(domain.strip().lower() for domain in value.split(",") if domain.strip())
    for domain in domains:
        if not email_address.DOMAIN.fullmatch(domain):
            raise ValueError(f"must be domains such as example.com, not “{domain}”")
    return domains


def parse_optional_secret_key(value: str) -> SecretStr | None:
    """Read a secret of at least 32 characters; an empty text is none."""
    if value and len(value) < 32:
        raise ValueError("must have at least 32 characters, made at random")
    return SecretStr(value) if value else None


def parse_public_url(value: str) -> str:
    """Read the address at which users find the portal."""
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
        raise ValueError(f"must be an address such as https://portal.example.com, not “{value}”")
    return value.rstrip("/")


def parse_optional_bucket(value: str) -> str | None:
    """Read the place of a bucket; an empty text is none."""
    if value and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/[^?#]*)?", value):
        raise ValueError(f"must look like s3://bucket/prefix, not “{value}”")
    return value or None


def parse_optional_prefix(value: str) -> str | None:
    """Read a path that begins and ends with a slash; an empty text is none."""
    if value and not (value.startswith("/") and value.endswith("/")):
        raise ValueError(f"must begin and end with /, such as /archives/, not “{value}”")
    return value or None


def parse_time_zone(value: str) -> str:
    """Read the name of a time zone."""
    if value not in available_timezones():
        raise ValueError(f"must be a time zone such as Europe/Paris, not “{value}”")
    return value
