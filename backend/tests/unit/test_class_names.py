"""A class is found by its name: within the server, and within the client, there is one of each."""

from __future__ import annotations

import ast
from collections import Counter
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
