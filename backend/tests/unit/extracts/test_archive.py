"""The zip that an extract becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import pyzipper
from pydantic import SecretStr

from guichet.extracts.archives.archive import Archive

MOMENT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("password", [None, SecretStr("twelve-letters")])
def test_a_file_may_grow_beyond_four_gigabytes(tmp_path: Path, password: SecretStr | None) -> None:
    path = tmp_path / "one.zip"
    with Archive(path, MOMENT, password) as archive:
        with archive.open_entry("one.csv") as entry:
            entry.write(b"n\n")
        archive.complete()
    content = path.read_bytes()
    name, extra = (int.from_bytes(content[at : at + 2], "little") for at in (26, 28))
    # ZIP64: room for two sizes of eight bytes, which are known at the file's end only.
    assert b"\x01\x00\x10\x00" in content[30 + name : 30 + name + extra]
    with pyzipper.AESZipFile(path) as found:
        found.setpassword(b"twelve-letters")
        assert found.read("one.csv") == b"n\n"


def test_what_was_not_completed_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        with Archive(tmp_path / "none.zip", MOMENT) as archive, archive.open_entry("one.csv") as entry:
            entry.write(b"n\n")
            assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert list(tmp_path.iterdir()) == []
