"""What a sign-in may be used for. A password may do everything; a personal token what its owner ticked."""

from __future__ import annotations

from typing import Literal, get_args

# Those that a personal token can have: to look, to have extracts made, and to change what is kept.
TokenScope = Literal["read", "extract", "edit"]

# `account` is for whoever gave the password: tokens, passwords, users, and where mails go.
Scope = Literal["read", "extract", "edit", "account"]

EVERYTHING: frozenset[Scope] = frozenset(get_args(Scope))
