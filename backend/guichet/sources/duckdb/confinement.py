"""What the kernel lets a process of ours do with files: Landlock, which Linux has since 5.13.

DuckDB locks itself to its folder, but `WITH x AS (COPY … TO …)` is a query to it, and it would write in there. So the
kernel is asked too: after this nothing can be written but in the folder for temporary files, nothing read but what is
named here, and no connection opened. It holds for the whole life of the process, and for its threads to come.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
RULE_PATH_BENEATH = 1
NO_NEW_PRIVILEGES = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
FILE_RIGHTS = 1 << 14 | WRITE_FILE | READ_FILE | EXECUTE  # the first is that of cutting a file short
READING = READ_FILE | READ_DIR | EXECUTE
# How many rights on files each version knows; the last of the table holds for all later ones.
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
FIRST_WITH_NETWORK, NETWORK_RIGHTS = 4, 0b11


def confine(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Let this thread, and all that it starts, read and write nothing but what is beneath these paths.

    :returns: whether the kernel can do it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    if version < 1:
        return False
    rights = (1 << RIGHTS[min(version, max(RIGHTS))]) - 1
    network = NETWORK_RIGHTS if version >= FIRST_WITH_NETWORK else 0
    handled = struct.pack("QQ", rights, network) if network else struct.pack("Q", rights)
    ruleset = libc.syscall(CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), 0)
    if ruleset < 0:
        return False
    try:
        allowed = [*((path, READING) for path in readable), *((path, rights) for path in writable)]
        for path, wanted in allowed:
            _allow(libc, ruleset, path, wanted & rights)
        return bool(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and libc.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not every system has it
        return
    try:
        held = rights if os.path.isdir(path) else rights & FILE_RIGHTS
        rule = struct.pack("=Qi", held, place)
        if libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused a rule", path)
    finally:
        os.close(place)
