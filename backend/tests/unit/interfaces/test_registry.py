"""The portal folder, live: every look sees the files as they are now."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from guichet import errors
from guichet.interfaces import loading
from guichet.interfaces.interface import BrokenInterface, Interface
from guichet.interfaces.registry import Registry
from tests.unit.definitions import LIMITS, SOURCES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "companies.yaml", "Companies")
    return tmp_path


@pytest.fixture
def registry(folder: Path) -> Registry:
    return Registry(folder, SOURCES, LIMITS)


def write(path: Path, title: str, source: str = "crm") -> None:
    path.write_text(f"title: {title}\nsource: {source}\nsql: SELECT 1\n", "utf-8")


def titles(registry: Registry) -> dict[str, str]:
    """The title of each interface; a broken one's is in brackets."""
    found = registry.current()
    return {name: one.title() if isinstance(one, Interface) else f"({one.title})" for name, one in found.items()}


def test_it_finds_the_definitions_by_id_in_the_order_of_their_names(registry: Registry, folder: Path) -> None:
    write(folder / "sites.yml", "Sites")
    write(folder / "a.yaml", "A")

    assert list(titles(registry).items()) == [("a", "A"), ("companies", "Companies"), ("sites", "Sites")]


def test_it_leaves_other_files_alone(registry: Registry, folder: Path) -> None:
    for name in (".hidden.yaml", "definition.schema.json", "companies.yaml~", "notes.txt", ".companies.yaml.swp"):
        (folder / name).write_text("not: [yaml")

    assert titles(registry) == {"companies": "Companies"}


def test_it_sees_a_new_an_edited_and_a_deleted_file_at_the_next_look(registry: Registry, folder: Path) -> None:
    assert titles(registry) == {"companies": "Companies"}

    write(folder / "sites.yaml", "Sites")
    assert titles(registry) == {"companies": "Companies", "sites": "Sites"}

    write(folder / "companies.yaml", "All companies")
    assert titles(registry) == {"companies": "All companies", "sites": "Sites"}

    (folder / "sites.yaml").unlink()
    assert titles(registry) == {"companies": "All companies"}


def test_it_sees_a_file_that_was_replaced_by_another_of_the_same_size_and_time(
    registry: Registry, folder: Path
) -> None:
    path, other = folder / "companies.yaml", folder / "new"
    titles(registry)
    status = path.stat()

    write(other, "COMPANIES")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)

    assert titles(registry) == {"companies": "COMPANIES"}


def test_it_reads_no_file_again_that_did_not_change(
    registry: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = registry.get("companies")
    read: list[str] = []
    load = loading.load_definition

    def recording(file: str, *args: object, **named: object) -> object:
        read.append(Path(file).name)
        return load(file, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "load_definition", recording)
    write(folder / "sites.yaml", "Sites")
    registry.current()
    registry.current()

    assert registry.get("companies") is first
    assert read == ["sites.yaml"]


def test_it_keeps_a_broken_file_from_taking_the_others_down(registry: Registry, folder: Path) -> None:
    write(folder / "sites.yaml", "Sites", source="nowhere")
    (folder / "notes.yaml").write_bytes(b"\xff\xfe")
    (folder / "loop.yaml").write_bytes(b"&a\ntitle: *a\n")
    (folder / "folder.yaml").mkdir()
    (folder / "gone.yaml").symlink_to(folder / "nothing")

    assert titles(registry) == {
        "companies": "Companies",
        "folder": "(folder)",
        "gone": "(gone)",
        "loop": "(loop)",
        "notes": "(notes)",
        "sites": "(Sites)",
    }


def test_it_uses_a_definition_again_as_soon_as_it_is_mended(registry: Registry, folder: Path) -> None:
    (folder / "companies.yaml").write_text("title: [")
    with pytest.raises(errors.InterfaceBrokenError):
        registry.get("companies")

    write(folder / "companies.yaml", "Mended")

    assert registry.get("companies").definition.title == "Mended"


def test_it_tells_authors_what_is_wrong_with_a_broken_interface(registry: Registry, folder: Path) -> None:
    write(folder / "sites.yaml", "Sites", source="lob")

    with pytest.raises(errors.InterfaceBrokenError) as broken:
        registry.get("sites")

    assert broken.value.interface_id == "sites"
    assert broken.value.details == (
        f"{folder.name}/sites.yaml:2: source `lob` has no URL: SOURCE_LOB_URL is not set; did you mean `lab`?"
        " (once it is, the server takes it on SIGHUP, `./startup.sh` by itself)",
    )


def test_it_refuses_two_files_with_one_id(registry: Registry, folder: Path) -> None:
    write(folder / "companies.yml", "Others")

    found = registry.current()["companies"]

    assert isinstance(found, BrokenInterface)
    assert [problem.detail for problem in found.problems] == ["two files make the interface `companies`"]

    (folder / "companies.yml").unlink()
    assert titles(registry) == {"companies": "Companies"}


@pytest.mark.parametrize("name", ["nothing", "", "../companies", "companies.yaml", "Companies"])
def test_it_finds_nothing_under_another_name(registry: Registry, name: str) -> None:
    with pytest.raises(errors.NotFoundError):
        registry.get(name)


def test_it_says_so_while_there_is_no_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry(tmp_path / "later", SOURCES, LIMITS)
    for _ in range(3):
        with pytest.raises(errors.DefinitionsError):
            registry.get("a")
    assert registry.fault() == f"{tmp_path / 'later'}: No such file or directory"
    assert len(caplog.records) == 1

    (tmp_path / "later").mkdir()
    write(tmp_path / "later" / "a.yaml", "A")

    assert titles(registry) == {"a": "A"}


def test_it_is_no_worse_off_for_a_file_name_that_is_no_unicode(registry: Registry, folder: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.yaml")), "Café")

    found = registry.current()

    assert isinstance(found["companies"], Interface)
    for name, one in found.items():
        name.encode()
        if isinstance(one, BrokenInterface):
            "".join(map(str, one.problems)).encode()


def test_what_is_no_file_hangs_nothing(registry: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "a.yaml", "A")
    os.mkfifo(folder / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(folder)  # a socket's address may have 108 bytes
        listener.bind("socket.yaml")
    (folder / "device.yaml").symlink_to("/dev/zero")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    (folder / "nowhere.yaml").symlink_to("gone")
    (folder / "folder.yaml").mkdir()
    with (folder / "huge.yaml").open("wb") as huge:
        huge.truncate(10_000_000_000)

    found: list[dict[str, str]] = []
    thread = threading.Thread(target=lambda: found.append(titles(registry)), daemon=True)
    thread.start()
    thread.join(20)

    broken = ("device", "folder", "huge", "loop", "nowhere", "pipe", "socket")
    assert [one.pop("companies", None) for one in found] == ["Companies"]
    assert found == [{"a": "A", **{name: f"({name})" for name in broken}}]
