"""Decides as whom the embedded PostgreSQL runs, and where its data then lies.

PostgreSQL refuses to run as root. Started by anybody else it simply runs as them. Started by root, it runs

1. in a user namespace in which root looks like an ordinary user: files stay root's, and stay where they are;
2. where namespaces are not allowed (many containers), as a system user `guichet`, which can't enter root's private
   folders: its data lies under /var/lib/guichet, and the programs are copied beside it when it can't read them.

It starts nothing but tries.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
import pwd
import shutil
import subprocess
from typing import Any

SERVICE_USER = "guichet"
SERVICE_HOME = pathlib.Path("/var/lib/guichet")


class AccountError(Exception):
    """PostgreSQL can't be run by this user; the text says why, in one line."""


@dataclasses.dataclass(frozen=True)
class Account:
    """How to start one of PostgreSQL's programs: what stands before its command, and Popen's options."""

    data: pathlib.Path
    bin: pathlib.Path
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command line that runs `program` as this account."""
        return [*self.prefix, str(self.bin / program), *arguments]

    def options(self) -> dict[str, Any]:
        """Return the options of subprocess.Popen; the folder is one that every user can stand in."""
        options: dict[str, Any] = {"cwd": "/", "env": environment()}
        if self.user is not None:
            options |= {"user": self.user, "group": self.group, "extra_groups": []}
        return options

    def own(self, path: pathlib.Path) -> None:
        """Give `path` to the account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def environment() -> dict[str, str]:
    """Return the environment without the variables that would lead PostgreSQL's programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def choose(folder: pathlib.Path, programs: pathlib.Path) -> Account:
    """Return the account for the server whose files lie in `folder`; what was chosen once stays.

    :raises AccountError: root may neither make a user namespace nor a system user.
    """
    data = folder / "data"
    if os.geteuid() != 0:
        return Account(data, programs)
    if not data.is_symlink():
        prefix = ("unshare", "--user", f"--map-user={_ordinary_user()}", "--")
        if _runs(Account(data, programs, prefix), folder):
            return Account(data, programs, prefix)
        if data.exists():
            raise AccountError(f"{data} is root's, and user namespaces are off now: remove {folder} to begin again")
    return _service_account(folder, programs)


def _ordinary_user() -> int:
    """Return the id of a user that exists (initdb looks its name up) and is neither root nor 'nobody'."""
    return next(entry.pw_uid for entry in pwd.getpwall() if 0 < entry.pw_uid < 65534)


def _runs(account: Account, folder: pathlib.Path) -> bool:
    """Return whether the account can start PostgreSQL and write into `folder`."""
    check = 'test -w "$1" && "$2" --version'
    command = [*account.prefix, "sh", "-c", check, "sh", str(folder), str(account.bin / "postgres")]
    try:
        return subprocess.run(command, capture_output=True, check=False, **account.options()).returncode == 0
    except OSError:
        return False


def _service_account(folder: pathlib.Path, programs: pathlib.Path) -> Account:
    entry = _find_or_add_service_user()
    home = _service_home(folder)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    SERVICE_HOME.chmod(0o755)
    (home / "made-for").write_text(f"{folder}\n")
    link = folder / "data"
    link.unlink(missing_ok=True)
    link.symlink_to(home / "data")
    account = Account(home / "data", programs, user=entry.pw_uid, group=entry.pw_gid)
    if _runs(account, home):
        return account
    account = dataclasses.replace(account, bin=_copy_programs(programs, home))
    if not _runs(account, home):
        raise AccountError(f"PostgreSQL does not start as the user {SERVICE_USER}: start Guichet as an ordinary user")
    return account


def _service_home(folder: pathlib.Path) -> pathlib.Path:
    """Return where the data of `folder` lies. A folder that was moved keeps its data; a copy of one gets its own."""
    link = folder / "data"
    if link.is_symlink():
        home = link.readlink().parent
        made_for = home / "made-for"
        if made_for.exists():
            original = pathlib.Path(made_for.read_text().strip())
            if original == folder or not original.exists():
                return home
        link.unlink()
    return SERVICE_HOME / hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def _find_or_add_service_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    for command in (
        [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            str(SERVICE_HOME),
            SERVICE_USER,
        ],
        ["adduser", "-S", "-D", "-H", "-h", str(SERVICE_HOME), SERVICE_USER],  # Alpine
    ):
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return pwd.getpwnam(SERVICE_USER)
    raise AccountError("PostgreSQL does not run as root here: start Guichet as an ordinary user")


def _copy_programs(programs: pathlib.Path, home: pathlib.Path) -> pathlib.Path:
    """Copy PostgreSQL's folder beside the data, keeping the wheel's shape: programs find their libraries by it."""
    installation = programs.parent
    package = installation.parent
    copy = home / "programs" / package.name / installation.name
    if not copy.exists():
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.parent.with_name(libraries.name), dirs_exist_ok=True)
        part = copy.with_suffix(
            ".part"
        )  # renamed when complete, so that an interrupted copy is never taken for a whole one
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(installation, part, symlinks=True)
        part.rename(copy)
    return copy / "bin"
