"""A class is found by its name, of which there is one; a local says what it holds, and a function what it does."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import guichet

PACKAGE = Path(guichet.__file__).parent
# What programs outside are given under the server's own words: the same thing, as the API tells of it.
TOLD_OUTSIDE = {
    *("Column", "Count", "Criterion", "Extract", "Form", "Interface", "Option", "Result", "SavedSearch", "User"),
    *("ValueList", "Fault"),
    # … and each is raised where the server raised its own, and answered by it.
    *("ConflictError", "CriteriaError", "NotFoundError", "TooLargeError"),
}
# Names for anything at all.
SAY_NOTHING = {"found", "given", "at", "one"}
# What every kind of database takes by this name: `Advice.of_kind` tells a kind that is given from one that is taken.
OF_A_PROTOCOL = {("protocol.py", "given"), ("advice.py", "given")}
# A function does something. Properties, which are something, may be called so.
PARTICIPLES = {
    *("asked", "chosen", "drawn", "found", "given", "known", "left_out", "lined", "looked_up", "made", "made_exact"),
    *("made_out", "mapped", "refused", "selected_as", "sent", "shown", "sifted", "singled_out", "told", "translated"),
    "written",
}


def test_no_two_public_classes_have_one_name() -> None:
    client = read_class_names(PACKAGE / "client")
    server = read_class_names(PACKAGE) - client

    assert [name for names in (client, server) for name, count in names.items() if count > 1] == []
    assert client.keys() & server.keys() == TOLD_OUTSIDE


def read_class_names(folder: Path) -> Counter[str]:
    return Counter(
        node.name
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def test_locals_say_what_they_hold() -> None:
    vague = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {name}"
        for path in PACKAGE.rglob("*.py")
        for name, node in find_locals(ast.parse(path.read_text("utf-8")))
        if name in SAY_NOTHING and (path.name, name) not in OF_A_PROTOCOL
    ]

    assert vague == []


def test_functions_are_verbs() -> None:
    participles = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.lstrip("_") in PARTICIPLES and not is_property(node)
    ]

    assert participles == []


def find_locals(tree: ast.Module) -> Iterator[tuple[str, ast.Name | ast.arg]]:
    """Find what is assigned, looped over or taken as a parameter. The fields of classes are words of their own."""
    fields = {
        id(item.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg, node
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields:
            yield node.id, node


def is_property(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator).endswith("property") for decorator in function.decorator_list)
