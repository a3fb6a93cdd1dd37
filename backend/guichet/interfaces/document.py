"""A definition file as YAML: its values, and the line on which each of them stands.

YAML 1.2 is read (`no` is Norway, not false), and a duplicate key is an error.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString


class DocumentError(ValueError):
    """The file is no YAML mapping. `line` is counted from 1."""

    def __init__(self, line: int, detail: str) -> None:
        self.line = line
        self.detail = detail
        super().__init__(detail)


# What ruamel says of the commonest slips, in words that say what to do.
WORDS = {
    "mapping values are not allowed here": "a text with `: ` in it needs quotes around it",
    "found character '\\t' that cannot start any token": "indent with spaces, not with tabs",
}


@dataclass(frozen=True)
class Document:
    """The mapping at the top of a file."""

    values: CommentedMap

    def line(self, *keys: Any) -> int:
        """Finds the line of the deepest of `keys` that exists, walking from the top. Unknown keys are stepped over."""
        found, here = 0, self.values
        for key in keys:
            if isinstance(here, CommentedMap) and key in here:
                # A key that came by a merge (`<<:`) has no place of its own: its parent's must do.
                found, here = here.lc.key(key)[0] if key in here.lc.data else found, here[key]
            elif isinstance(here, CommentedSeq) and isinstance(key, int) and key < len(here):
                found, here = here.lc.item(key)[0], here[key]
        return found + 1

    def line_within(self, offset: int, *keys: Any) -> int:
        """Finds the line of the character at `offset` in the text value under `keys`."""
        text = self.get(keys)
        below = 1 if isinstance(text, LiteralScalarString | FoldedScalarString) else 0
        return self.line(*keys) + below + str(text)[:offset].count("\n")

    def get(self, keys: Sequence[Any]) -> Any:
        """Returns the value under `keys`, stepping over unknown ones as `line` does."""
        here: Any = self.values
        for key in keys:
            if isinstance(here, CommentedMap) and key in here:
                here = here[key]
        return here


def parse(text: str) -> Document:
    """Reads a file's text.

    :raises DocumentError: if it is not YAML, has a duplicate key, or is no mapping.
    """
    try:
        values = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        named = re.search(r'duplicate key "(.*?)"', str(error.problem))
        detail = f"duplicate key `{named[1]}`" if named else "duplicate key"
        raise DocumentError(error.problem_mark.line + 1, detail) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DocumentError(mark.line + 1 if mark else 1, f"not valid YAML: {_words(error)}") from error
    except RecursionError as error:
        raise DocumentError(1, "not valid YAML: nested too deeply, or within itself") from error
    except Exception as error:  # a value that its own constructor refuses, such as a day that doesn't exist
        raise DocumentError(_line_of_value(error), f"not valid YAML: {error}") from error
    if not isinstance(values, CommentedMap):
        raise DocumentError(1, "must be a mapping with `title`, `source` and `sql`")
    return Document(values)


def _words(error: MarkedYAMLError) -> str:
    return WORDS.get(str(error.problem), str(error.problem))


def _line_of_value(error: Exception) -> int:
    """Finds the line of the value that ruamel was at, which it tells only in its frames."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        mark = getattr(frame.f_locals.get("node"), "start_mark", None)
        if mark is not None:
            return int(mark.line) + 1
    return 1
