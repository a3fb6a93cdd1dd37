"""The portal folder, live: every look sees the files as they are now.

A look costs one scan of the folder; only files that changed are read again. Each server process looks for itself,
so an edit needs no restart and no message between processes. A broken file never hides its neighbours.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from guichet import errors
from guichet.interfaces import loading
from guichet.interfaces.interface import BrokenInterface, DefinitionProblem, Interface, Limits
from guichet.sql.dialect import Dialect

logger = logging.getLogger(__name__)

ENDINGS = (".yaml", ".yml")
MOST_BYTES = 1_000_000

Loaded = Interface | BrokenInterface
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class _Entry:
    stamp: Stamp
    loaded: Loaded


class Registry:
    """All interfaces of one portal folder, by id.

    :param folder: looked through at each call, not below.
    :param sources: the dialects of the sources that have a URL, by name.
    """

    def __init__(self, folder: Path, sources: Mapping[str, Dialect], default_limits: Limits) -> None:
        self._folder = folder
        self._sources = dict(sources)
        self._default_limits = default_limits
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()
        self._absent = False

    def change_sources(self, sources: Mapping[str, Dialect]) -> None:
        """Load every definition anew for these sources."""
        with self._lock:
            self._sources = dict(sources)
            self._entries = {}

    def current(self) -> Mapping[str, Loaded]:
        """Return every interface as its file is now, sorted by id.

        :raises DefinitionsError: if the folder can't be read.
        """
        with self._lock:
            files = self._scan_folder()
            self._entries = {name: self._refresh_entry(name, stamp) for name, stamp in files.items()}
            return self._index_by_id()

    def get(self, interface_id: str) -> Interface:
        """Return one interface.

        :raises DefinitionsError: if the folder can't be read.
        :raises NotFoundError: if there is no such file.
        :raises InterfaceBrokenError: if it has faults.
        """
        interface = self.current().get(interface_id)
        if interface is None:
            raise errors.NotFoundError(f"There is no form “{interface_id}”.")
        if isinstance(interface, BrokenInterface):
            raise errors.InterfaceBrokenError(interface.id, [str(problem) for problem in interface.problems])
        return interface

    def _format_path(self, name: str) -> str:
        """Return a file as authors know it: below the portal folder, wherever that is on this machine."""
        readable = os.fsencode(name).decode("utf-8", "replace")
        return f"{self._folder.name}/{readable}"

    def fault(self) -> str | None:
        """Tell why the folder can't be read, or return None."""
        try:
            os.scandir(self._folder).close()
        except OSError as error:
            return f"{self._folder}: {error.strerror}"
        return None

    def _scan_folder(self) -> dict[str, Stamp]:
        try:
            with os.scandir(self._folder) as entries:
                files = [entry for entry in entries if entry.name.endswith(ENDINGS) and not entry.name.startswith(".")]
                self._absent = False
                return {entry.name: _read_stamp(entry) for entry in sorted(files, key=lambda entry: entry.name)}
        except OSError as error:
            if not self._absent:  # once, not at every request
                logger.error("the portal folder %s can't be read: %s", self._folder, error.strerror)
                self._absent = True
            raise errors.DefinitionsError("The definitions of forms can't be read at the moment.") from error

    def _refresh_entry(self, name: str, stamp: Stamp) -> _Entry:
        known = self._entries.get(name)
        if known and known.stamp == stamp:
            return known
        loaded = self._load_file(name)
        if known and isinstance(loaded, BrokenInterface) and not loaded.groups and loaded.groups is not None:
            loaded = replace(loaded, groups=known.loaded.groups)  # the file can't tell: those who had it before
        return _Entry(stamp, loaded)

    def _load_file(self, name: str) -> Loaded:
        path, shown = self._folder / name, self._format_path(name)
        stem = PurePath(shown).stem
        try:
            content = _read_content(path)
        except OSError as error:
            return BrokenInterface(stem, stem, (DefinitionProblem(shown, 1, f"can't be read: {error.strerror}"),))
        try:
            return self._load_content(shown, content)
        except Exception as error:  # one file must never take the others down
            logger.exception("%s could not be loaded", shown)
            return BrokenInterface(stem, stem, (DefinitionProblem(shown, 1, f"can't be loaded: {error}"),))

    def _load_content(self, shown: str, content: bytes) -> Loaded:
        return loading.load_definition(shown, content, sources=self._sources, default_limits=self._default_limits)

    def _build_broken(self, name: str, loaded: Loaded, detail: str) -> BrokenInterface:
        return BrokenInterface(
            loaded.id, loaded.id, (DefinitionProblem(self._format_path(name), 1, detail),), loaded.groups
        )

    def _index_by_id(self) -> dict[str, Loaded]:
        ids = Counter(entry.loaded.id for entry in self._entries.values())
        addresses_of = {self._format_path(name): _list_addresses(entry.loaded) for name, entry in self._entries.items()}
        addresses = Counter(address for entry in self._entries.values() for address in _list_addresses(entry.loaded))
        interfaces: dict[str, Loaded] = {}
        for name, entry in self._entries.items():
            interface = entry.loaded
            if ids[interface.id] > 1:
                interface = replace(
                    self._build_broken(name, interface, f"two files make the interface `{interface.id}`"),
                    groups=frozenset(),
                )
            twice = [address for address in _list_addresses(interface) if addresses[address] > 1]
            if twice:
                others = (self._format_path(other) for other in self._entries if other != name)
                where = next(shown for shown in others if twice[0] in addresses_of[shown])
                interface = self._build_broken(
                    name, interface, f"{where} has the address {twice[0]} in its `alias` as well"
                )
            interfaces[interface.id] = interface
        return interfaces


def _list_addresses(loaded: Loaded) -> list[str]:
    """List the short addresses that a definition wants."""
    alias = loaded.definition.alias if isinstance(loaded, Interface) else None
    return [address for address in (alias.rows, alias.record) if address] if alias else []


def _read_stamp(entry: os.DirEntry[str]) -> Stamp:
    try:
        status = entry.stat()
    except OSError:  # a link to nowhere or to itself, or deleted since the scan: reading it will tell
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _read_content(path: Path) -> bytes:
    """Read a file, without waiting for anybody who would have to write it first.

    :raises OSError: if it is something else than a file, or far larger than any definition.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it is larger than {MOST_BYTES // 1_000_000} MB")
    return content
