"""Addresses that mails may go to: one strict reading, whose outcome is what is kept, checked and handed on.

Of what RFC 5322 allows only the plain form is taken, `local@domain`. Comments, quotes, routes, groups and literals are
where two programs read two addresses in one text; `%` and `!` are how a mail server is asked to pass a mail on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

LOCAL_CHARACTERS = 64
ADDRESS_CHARACTERS = 254

# Letters and digits of any alphabet, and the signs that an unquoted name may have, but those that mean something to
# somebody: `%`, `!`, `|`, the backtick, and the `?` of encoded words.
ATOM = r"[\w#$&'*+/=^{}~-]+"
LOCAL = re.compile(rf"{ATOM}(?:\.{ATOM})*")
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})*")


@dataclass(frozen=True)
class EmailAddress:
    """An address, read.

    :param domain: in small letters.
    """

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def parse_address(text: str) -> EmailAddress | None:
    """Read an address; return None if it is not exactly one, in the plain form."""
    local, _, domain = text.partition("@")
    domain = domain.lower() if domain.isascii() else ""
    if not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain) or unicodedata.normalize("NFKC", local) != local:
        return None
    if len(local.encode()) > LOCAL_CHARACTERS or len(text.encode()) > ADDRESS_CHARACTERS:
        return None
    return EmailAddress(local, domain)


@dataclass(frozen=True)
class Recipients:
    """Who mails may go to.

    :param domains: of users' own addresses.
    :param portal_address: the one of the portal's own, for users who have set none.
    """

    domains: Collection[str]
    portal_address: str | None

    def may_get(self, address: str | None) -> bool:
        """Tell whether a mail may go to an address as the portal's settings are now."""
        parsed = parse_address(address) if address else None
        return parsed is not None and (parsed.domain in self.domains or str(parsed) == self.portal_address)
