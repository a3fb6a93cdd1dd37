"""Masks passwords in what drivers and servers say, before it reaches a log, a terminal or an administrator.

libpq quotes parts of a URL that it can't read, so that a password with an unescaped `@` or `/` shows up as a host or a
port; so whatever stands where a URL has its password is masked wherever it appears, whole or in pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from pydantic import SecretStr

MASK = "***"
CHARACTERS = 500

_IN_URL = re.compile(r"(?<=://)([^\s/@\"']*:)[^\s\"']*@")
_NAMED = re.compile(
    r"((?:password|passwd|pwd|secret|signature|credential|token)[\w-]*\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&;,]+)", re.I
)
_PASSWORD = re.compile(r"^[\w+.-]+://[^:/@]*:(.*)@", re.DOTALL)
_PARAMETER = re.compile(r"[?&](?:ssl)?password=([^&]*)")
_SEPARATORS = re.compile(r"[@:/?#&=\[\],]")


def mask(said: object, *secrets: SecretStr | None) -> str:
    """Return what was said on one line of bounded length, without secrets.

    :param secrets: URLs whose passwords, or texts that as a whole, must not appear.
    """
    text = " ".join(str(said).split())
    for secret in secrets:
        for piece in sorted(set(_list_secrets(secret.get_secret_value() if secret else "")), key=len, reverse=True):
            # A short one would also be found within words: it is looked for where libpq begins to quote.
            text = (
                text.replace(piece, MASK) if len(piece) > 2 else re.sub(rf'"{re.escape(piece)}(?!\w)', f'"{MASK}', text)
            )
    text = _NAMED.sub(rf"\1{MASK}", _IN_URL.sub(rf"\1{MASK}@", text))
    return text if len(text) <= CHARACTERS else f"{text[:CHARACTERS]}…"


def _list_secrets(secret: str) -> Iterator[str]:
    """List the passwords of a URL, whole and as a parser may have cut them; all of a text that is no URL."""
    if "://" not in secret:
        yield from filter(None, [secret])
        return
    for password in (*_PASSWORD.findall(secret), *_PARAMETER.findall(secret)):
        for form in (password, unquote(password)):
            yield from filter(None, [form, *_SEPARATORS.split(form)])
