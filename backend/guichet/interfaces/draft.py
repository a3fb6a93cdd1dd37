"""A definition while it is being put together: its texts with their lines, and the problems found so far."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from guichet.interfaces import faults, model
from guichet.interfaces.document import Document
from guichet.interfaces.interface import DefinitionProblem
from guichet.sql.dialect import Dialect
from guichet.sql.template import PlaceError, Template, TemplateError

READING = ("SELECT", "WITH", "VALUES", "TABLE")
WRITING = ("INSERT", "UPDATE", "DELETE", "MERGE")

# Operators of PostgreSQL that begin as YAML's comments do.
OPERATOR = re.compile(r"#(>|[-=]\s*['\"({])")


@dataclass
class Draft:
    """Gathers problems rather than stopping at the first. `keys` lead from the top of the file to what is meant."""

    file: str
    document: Document
    definition: model.Definition
    dialect: Dialect
    problems: list[DefinitionProblem] = field(default_factory=list)

    def problem(self, detail: str, *keys: str) -> None:
        """Note what is wrong at some keys, from the outermost on."""
        self.problems.append(DefinitionProblem(self.file, self.document.line(*keys), detail))

    def template(self, text: str, *keys: str, places: bool = False) -> Template:
        """Take SQL under `keys` apart; a place where none may be is a problem, and an empty template the answer."""
        try:
            parsed = self.dialect.parse(text)
        except TemplateError as error:
            near = faults.suggest_nearest(error.found, ["criteria"]) if places and isinstance(error, PlaceError) else ""
            self._add_problem_at(f"{error.detail}{near}{self.document.comment_hint(*keys)}", error.offset, keys)
            return Template(())
        if OPERATOR.match(self.document.comment_after(*keys)):
            self.problem(f"the SQL ends before ` #`{self.document.comment_hint(*keys)}", *keys)
        if parsed.places and not places:
            self._add_problem_at("`{criteria}` can only stand in `sql`", 0, keys)
        return parsed

    def query(self, text: str, *keys: str, places: bool = False) -> Template:
        """Take SQL apart as `template` does, and refuse what does not read."""
        word = self.dialect.find_first_word(text)
        if word and word.upper() not in READING:
            remedy = " Records are changed by `record`." if word.upper() in WRITING else ""
            detail = f"`{keys[-1]}` only reads: begin it with SELECT or WITH, not with {word}.{remedy}"
            self.problem(f"{detail}{self.document.comment_hint(*keys)}", *keys)
            return Template(())
        return self.template(text, *keys, places=places)

    def check_binds(self, parsed: Template, known: Collection[str], *keys: str, owner: str = "criterion") -> None:
        """Find the binds that nothing stands behind.

        :param owner: what a bind belongs to, as authors call it.
        """
        if parsed.binds <= set(known):
            return
        for name, offset in self.dialect.find_bind_offsets(str(self.document.get(keys))):
            if name not in known:
                line = self.document.line_within(offset, *keys)
                detail = f"no {owner} is bound as :{name}{faults.suggest_nearest(name, known)}"
                self.problems.append(DefinitionProblem(self.file, line, detail))

    def _add_problem_at(self, detail: str, offset: int, keys: tuple[str, ...]) -> None:
        self.problems.append(DefinitionProblem(self.file, self.document.line_within(offset, *keys), detail))
