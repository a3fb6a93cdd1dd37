"""A definition while it is being put together: its texts with their lines, and the problems found so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from guichet.interfaces import faults, model, template
from guichet.interfaces.document import Document
from guichet.interfaces.interface import Problem
from guichet.interfaces.template import PlaceError, Template


@dataclass
class Draft:
    """Gathers problems rather than stopping at the first. `keys` lead from the top of the file to what is meant."""

    file: str
    document: Document
    definition: model.Definition
    problems: list[Problem] = field(default_factory=list)

    def problem(self, detail: str, *keys: str) -> None:
        self.problems.append(Problem(self.file, self.document.line(*keys), detail))

    def template(self, text: str, *keys: str, places: bool = False) -> Template:
        """Takes SQL under `keys` apart; a place where none may be is a problem, and an empty template the answer."""
        try:
            parsed = template.parse(text)
        except PlaceError as error:
            near = faults.nearest(error.found, ["criteria"]) if places else ""
            self._place_problem(f"unknown place `{{{error.found}}}`{near}", error.offset, keys)
            return Template(())
        if parsed.places and not places:
            self._place_problem("`{criteria}` can only stand in `sql`", 0, keys)
        return parsed

    def check_binds(self, parsed: Template, known: Collection[str], *keys: str, owner: str = "criterion") -> None:
        """Finds the binds that nothing stands behind.

        :param owner: what a bind belongs to, as authors call it.
        """
        if parsed.binds <= set(known):
            return
        for name, offset in template.bind_offsets(str(self.document.get(keys))):
            if name not in known:
                line = self.document.line_within(offset, *keys)
                detail = f"no {owner} is bound as :{name}{faults.nearest(name, known)}"
                self.problems.append(Problem(self.file, line, detail))

    def _place_problem(self, detail: str, offset: int, keys: tuple[str, ...]) -> None:
        self.problems.append(Problem(self.file, self.document.line_within(offset, *keys), detail))
