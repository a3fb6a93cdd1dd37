"""Where in an author's file something is wrong, found from what the database says about the composed statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guichet import errors
from guichet.interfaces import document
from guichet.interfaces.document import Document
from guichet.interfaces.interface import DefinitionProblem, Interface

# Under which keys of a definition SQL stands.
SQL_KEYS = ("sql", "column", "where", "select", "upsert", "insert", "update", "delete")


@dataclass(frozen=True)
class Author:
    """The file that an interface was loaded from, for naming lines in it."""

    file: str
    document: Document

    @classmethod
    def of(cls, interface: Interface, folder: Path) -> Author:
        """Read the definition's file again, for its lines."""
        file = next(path for path in sorted(folder.glob(f"{interface.id}.y*ml")))
        return cls(f"{folder.name}/{file.name}", document.parse_document(file.read_text("utf-8")))

    def problem(self, detail: str, *keys: str) -> DefinitionProblem:
        """Return a problem at the line of some keys, from the outermost on."""
        return DefinitionProblem(self.file, self.document.line(*keys), detail)

    def locate(self, error: errors.QueryFailedError, *keys: str) -> DefinitionProblem:
        """Find the line of the SQL under `keys` at which the database stumbled."""
        text = str(self.document.get(keys))
        offset = _position(text, error.near)
        line = self.document.line(*keys) if offset is None else self.document.line_within(offset, *keys)
        hint = self.document.comment_hint(*keys) if error.kind == "syntax" else ""
        return DefinitionProblem(self.file, line, f"{error}{hint}")


def locate_problem(interface: Interface, error: errors.QueryFailedError, folder: Path) -> DefinitionProblem:
    """Find the author's own line at which the database stumbled, in whichever SQL of the file it stands."""
    author = Author.of(interface, folder)
    return author.locate(error, *_keys(author.document.values, error.near))


def _keys(values: Any, near: str) -> tuple[str, ...]:
    """Lead to the one text that holds what the database stumbled at; to the SQL where that is not known."""
    texts_with_it = [keys for keys, text in _texts(values) if _position(text, near) is not None]
    return texts_with_it[0] if len(texts_with_it) == 1 else ("sql",)


def _texts(values: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in values.items():
        if isinstance(value, str) and name in SQL_KEYS:
            yield (name,), value
        elif isinstance(value, dict):
            yield from (((str(name), *keys), text) for keys, text in _texts(value))


def _position(text: str, near: str) -> int | None:
    """Find the rest of a line in the author's text; a `%` is doubled and a bind replaced there, so less must do."""
    for length in (len(near), 40, 20, 10, 8, 6, 4):
        snippet = near[:length]
        if snippet and text.count(snippet) == 1:
            return text.index(snippet)
    return None
