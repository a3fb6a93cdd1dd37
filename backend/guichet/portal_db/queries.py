"""Named queries: `.sql` files beside this module, in which `-- name: …` stands above each query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def load(file: str) -> Mapping[str, str]:
    """Load a file's queries by name.

    :raises ValueError: if two have one name, or text stands above the first.
    """
    text = resources.files(__package__).joinpath(f"{file}.sql").read_text("utf-8")
    before, *pairs = NAME.split(text)
    names, bodies = pairs[::2], pairs[1::2]
    if before.strip() or len(set(names)) < len(names):
        raise ValueError(f"{file}.sql is no list of named queries")
    return dict(zip(names, (body.strip() for body in bodies), strict=True))
