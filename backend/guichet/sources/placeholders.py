"""Placeholders of statements, `%(name)s` and `%%`, in the style of a driver that binds otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

MARK = re.compile(r"%(?:\((?P<name>[^()]+)\)s|%)")


def rewrite(
    sql: str, parameters: Mapping[str, Any], mark: Callable[[str], str] = lambda name: f":{name}"
) -> tuple[str, dict[str, Any]]:
    """Write SQL with another style of placeholders; return it with its parameters.

    Names of parameters may have characters that no placeholder can, such as `key:0`: each becomes `p1`, `p2`, … in the
    order in which it is met, one for all places of a name. Parameters that the SQL does not have are left out, which
    some drivers demand.

    :param mark: makes the placeholder of such a name: `:p1`, `$p1`.
    :raises KeyError: if the SQL has a placeholder without a parameter.
    """
    names: dict[str, str] = {}

    def write(placeholder: re.Match[str]) -> str:
        name = placeholder["name"]
        return "%" if name is None else mark(names.setdefault(name, f"p{len(names) + 1}"))

    written = MARK.sub(write, sql)
    return written, {short: parameters[name] for name, short in names.items()}
