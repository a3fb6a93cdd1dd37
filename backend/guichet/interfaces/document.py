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

from guichet.interfaces import quick_yaml


class DocumentError(ValueError):
    """The file is no YAML mapping. `line` is counted from 1."""

    def __init__(self, line: int, detail: str) -> None:
        self.line = line
        self.detail = detail
        super().__init__(detail)


# What ruamel says of the commonest slips, in words that say what to do.
UNCLOSED = "found unexpected end of stream"
INDENTED_TOO_FAR = "indented further than the line above, which is complete: begin both in the same column"
INDENTED_TOO_LITTLE = "indented less than the lines above: begin what belongs together in the same column"
QUOTE_WHOLE = "a text that begins with a quote ends with the next: put the whole in quotes, or use a block (`sql: |`)"
QUOTE_BEGINNING = "a text can't begin with this character: put it in quotes, or use a block (`sql: |`)"
WORDS = {
    "mapping values are not allowed here": "a text with `: ` in it needs quotes around it",
    "found character '\\t' that cannot start any token": "indent with spaces, not with tabs",
    "found character": QUOTE_BEGINNING,
    "found undefined alias": QUOTE_BEGINNING,
    "could not determine a constructor for the tag": QUOTE_BEGINNING,
    "expected chomping or indentation indicators": QUOTE_WHOLE,
    "could not find expected ':'": "this line is no `key: value`; a longer text needs quotes, or a block (`sql: |`)",
    UNCLOSED: "a quote is opened here and not closed",
    "expected ',' or ']'": "`[` is opened and not closed; a text that begins with it needs quotes",
    "expected ',' or '}'": "`{` is opened and not closed; a text that begins with it needs quotes",
}
KEY = re.compile(r"\s*[\w-]+:(\s|$)")


@dataclass(frozen=True)
class Document:
    """The mapping at the top of a file."""

    values: CommentedMap
    text: str = ""

    def line(self, *keys: Any) -> int:
        """Find the line of the deepest of `keys` that exists, walking from the top. Unknown keys are stepped over."""
        line, here = 0, self.values
        for key in keys:
            if isinstance(here, CommentedMap) and key in here:
                # A key that came by a merge (`<<:`) has no place of its own: its parent's must do.
                line, here = here.lc.key(key)[0] if key in here.lc.data else line, here[key]
            elif isinstance(here, CommentedSeq) and isinstance(key, int) and key < len(here):
                line, here = here.lc.item(key)[0], here[key]
        return line + 1

    def line_within(self, offset: int, *keys: Any) -> int:
        """Find the line of the character at `offset` in the text value under `keys`."""
        text = self.get(keys)
        below = 1 if isinstance(text, LiteralScalarString | FoldedScalarString) else 0
        return self.line(*keys) + below + str(text)[:offset].count("\n")

    def comment_after(self, *keys: Any) -> str:
        """Return the comment that ends a text without quotes; "" where there is none."""
        parent, key = self.get(keys[:-1]), keys[-1]
        if not isinstance(parent, CommentedMap) or key not in parent.lc.data or not isinstance(parent[key], str):
            return ""
        line, column = parent.lc.value(key)
        begun = self.text.splitlines()[line][column:]
        comment = re.search(r"\s(#.*)", begun)
        return comment[1].strip() if comment and begun[0] not in "'\"|>{[" else ""

    def comment_hint(self, *keys: Any) -> str:
        """Return what to do where YAML took a part of a text for a comment; "" where it did not."""
        comment = self.comment_after(*keys)
        return f" (` #` begins a comment in YAML, here `{comment}`: quote the SQL, or use a block)" if comment else ""

    def is_inline(self, *keys: Any) -> bool:
        """Tell whether the mapping under `keys` is written in braces."""
        value = self.get(keys)
        return isinstance(value, CommentedMap) and bool(value.fa.flow_style())

    def get(self, keys: Sequence[Any]) -> Any:
        """Return the value under `keys`, stepping over unknown ones as `line` does."""
        here: Any = self.values
        for key in keys:
            if isinstance(here, CommentedMap) and key in here:
                here = here[key]
        return here


def parse_document(text: str) -> Document:
    """Read a file's text.

    :raises DocumentError: if it is not YAML, has a duplicate key, or is no mapping.
    """
    quick = quick_yaml.load_mapping(text)
    if quick is not None:
        return Document(quick, text)
    try:
        values = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        named = re.search(r'duplicate key "(.*?)"', str(error.problem))
        detail = f"duplicate key `{named[1]}`" if named else "duplicate key"
        raise DocumentError(error.problem_mark.line + 1, detail) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        if str(error.problem) == UNCLOSED and error.context_mark:
            line = error.context_mark.line + 1
        raise DocumentError(line, f"not valid YAML: {_describe_error(error, text.splitlines(), line)}") from error
    except RecursionError as error:
        raise DocumentError(1, "not valid YAML: nested too deeply, or within itself") from error
    except Exception as error:  # a value that its own constructor refuses, such as a day that doesn't exist
        raise DocumentError(_find_value_line(error), f"not valid YAML: {error}") from error
    if not isinstance(values, CommentedMap):
        raise DocumentError(1, "must be a mapping with `title`, `source` and `sql`")
    return Document(values, text)


def _describe_error(error: MarkedYAMLError, lines: Sequence[str], number: int) -> str:
    """Say what to do, from what ruamel says and the lines before the one at which it stopped."""
    problem = str(error.problem)
    here, above = _get_line(lines, number - 1), _find_line_above(lines, number - 1)
    if (
        problem == "mapping values are not allowed here"
        and KEY.match(here)
        and _count_indent(here) > _count_indent(above)
    ):
        return INDENTED_TOO_FAR
    if problem.startswith("expected <block end>, but found"):
        if above.lstrip().startswith("#"):
            return "a comment ends a text without quotes: take it out, or use a block (`sql: |`)"
        if _count_indent(here) < _count_indent(above):
            return INDENTED_TOO_LITTLE
        return QUOTE_WHOLE
    return next((words for beginning, words in WORDS.items() if problem.startswith(beginning)), problem)


def _get_line(lines: Sequence[str], index: int) -> str:
    return lines[index] if index < len(lines) else ""


def _find_line_above(lines: Sequence[str], end: int) -> str:
    return next((line for line in reversed(lines[:end]) if line.strip()), "")


def _count_indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _find_value_line(error: Exception) -> int:
    """Find the line of the value that ruamel was at, which it tells only in its frames."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        mark = getattr(frame.f_locals.get("node"), "start_mark", None)
        if mark is not None:
            return int(mark.line) + 1
    return 1
