"""Every example that the documents and the help show runs, as it stands, against the demo."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from guichet.cli import main
from guichet.cli.terminal.lazy_group import SectionedGroup
from tests.cli.conftest import Demo, Shell
from tests.conftest import ROOT
from tests.unit.test_documents import ABOUT_DEFINITIONS, TUTORIAL, examples

DOCUMENTS = ["docs/api.md", "docs/command-line.md"]
HTTP_COMMANDS = ["login", "interfaces", "describe", "count", "search", "extract", "extracts", "list", "logout"]

# curl tells of an answer that is an error, and the commands are this checkout's.
PRELUDE = """
set -euo pipefail
curl() { command curl --fail-with-body --max-time 30 "$@"; }
guichet() { "$PYTHON" -m guichet.cli "$@"; }
python() { "$PYTHON" "$@"; }
"""

assert isinstance(main, SectionedGroup)


def blocks(document: str) -> list[str]:
    """The shell blocks of a document, in its order."""
    return re.findall(r"^```bash\n(.*?)^```", (ROOT / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run(script: str, shell: Shell, demo: Demo) -> None:
    ran = subprocess.run(
        ["bash", "-c", PRELUDE + script.replace("http://localhost:9000", demo.url)],
        cwd=shell.folder,
        env={**shell.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"


@pytest.mark.skipif(not shutil.which("curl"), reason="the examples are curl's")
@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_examples_of_a_document_run_in_its_order(document: str, shell: Shell, demo: Demo) -> None:
    found = blocks(document)

    assert len(found) >= 5
    for block in found:
        if "deliver" in block:  # its state is named by the sentence before it
            continue
        run("sleep 1\n" * ("extracts/$ID" in block) + block, shell, demo)


@pytest.mark.skipif(not shutil.which("curl"), reason="one of the examples is curl's")
def test_the_examples_of_the_readme_run(shell: Shell, demo: Demo) -> None:
    (block,) = [block for block in blocks("README.md") if "guichet search" in block]
    login, _, others = block.replace(".venv/bin/guichet", "guichet").partition("\n")

    assert login.startswith("guichet login ")
    run(f"echo demo | {login} --user demo --password-stdin\nset +o pipefail\n{others}", shell, demo)


def test_the_definitions_of_the_documents_run_on_the_demo(tmp_path: Path, demo: Demo) -> None:
    """All of them: planned by the database with each criterion, and run until the first row."""
    definitions = {
        f"{path.stem.lower()}_{number}": text
        for path in [*ABOUT_DEFINITIONS, ROOT / "README.md"]
        for number, text in enumerate(examples(path))
    }
    for name, text in definitions.items():
        (tmp_path / f"{name}.yaml").write_text(text)

    ran = beside_the_server(["check", "--run"], tmp_path, demo)

    assert len(definitions) >= 30
    assert ran.returncode == 0, ran.stdout
    assert f"{len(definitions)} interfaces checked" in ran.stdout


def test_the_commands_of_the_tutorial_run_on_what_it_ends_with(tmp_path: Path, demo: Demo) -> None:
    (tmp_path / "tutorial.yaml").write_text(list(examples(TUTORIAL))[-1])
    commands = re.findall(r"^\.venv/bin/guichet (.+)$", TUTORIAL.read_text("utf-8"), re.MULTILINE)

    assert len(commands) >= 3
    for command in commands:
        ran = beside_the_server(shlex.split(command), tmp_path, demo)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def beside_the_server(arguments: list[str], portal: Path, demo: Demo) -> subprocess.CompletedProcess[str]:
    """Run a command for authors, on a portal folder of its own over the demo's databases."""
    return subprocess.run(
        [sys.executable, "-m", "guichet.cli", *arguments],
        env={**demo.environ, "PORTAL_DIR": str(portal)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_examples_of_the_client_run(tmp_path: Path, demo: Demo) -> None:
    text = (ROOT / "docs" / "client.md").read_text("utf-8").replace("http://localhost:9000", demo.url)
    found = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    script = "\n".join(found)
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert len(found) == 2
    assert len(list(tmp_path.glob("companies_*.zip"))) == 1


def help_of(name: str) -> str:
    assert isinstance(main, SectionedGroup)
    return main.entries[name].load().help or ""


@pytest.mark.parametrize("name", HTTP_COMMANDS)
def test_the_examples_of_the_help_run(name: str, shell: Shell, demo: Demo) -> None:
    examples = re.findall(r"^ +(.*guichet .*)$", help_of(name).partition("Example")[2], re.MULTILINE)
    (shell.folder / "numbers.txt").write_text("1\n2\n")

    assert examples
    for example in examples:
        if "login" in example and "|" not in example:  # asks for a password: test_terminal.py types it
            continue
        # head closes the pipe before its end, which is as it should be.
        run(f"set +o pipefail\n{example}", shell, demo)


def test_every_command_over_http_has_examples_and_its_options_explained() -> None:
    assert isinstance(main, SectionedGroup)
    for name in HTTP_COMMANDS:
        command = main.entries[name].load()
        printed = CliRunner().invoke(main, [name, "--help"]).output
        assert "Example" in printed, name
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        assert [one.name for one in options if not one.help and one.name != "delimiter"] == []


def test_no_document_names_a_command_that_there_is_not() -> None:
    assert isinstance(main, SectionedGroup)
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        named = re.findall(r"`(?:\.venv/bin/)?guichet ([a-z]+)", Path(document).read_text("utf-8"))
        assert set(named) <= set(main.entries), document
