"""What this process may use of its machine: cores and memory, by the limits of its container where it is in one; and
how it leaves them to others.

Those are files of the kernel's control groups, of version 2 or 1.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")

# Where Linux weighs sessions against each other, processes only within theirs: what a session has of niceness.
AUTOGROUP = Path("/proc/self/autogroup")

MEGABYTE = 1_000_000

# Parameters of glibc's mallopt (malloc.h).
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8

# What a server process takes at most under searches, as scripts/test-containers.sh sees it.
PROCESS_BYTES = 100 * MEGABYTE

# At least two, so that there is one while the other is replaced; and no more than databases have connections for.
FEWEST, MOST = 2, 8


def count_server_processes(cgroup: Path = CGROUP) -> int:
    """Tell how many server processes suit this machine: one per core, as far as the memory reaches."""
    processes = min(max(count_cores(cgroup), FEWEST), MOST)
    memory = read_memory_limit(cgroup)
    return processes if memory is None else max(1, min(processes, memory // PROCESS_BYTES))


def count_cores(cgroup: Path = CGROUP) -> int:
    """Count the cores that this process may use."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, period = _read_cpu_quota(cgroup)
    return min(allowed, max(1, quota // period)) if quota > 0 and period > 0 else allowed


def read_memory_limit(cgroup: Path = CGROUP) -> int | None:
    """Tell the container's limit; None where there is none."""
    limit = _read_number(cgroup / "memory.max") or _read_number(cgroup / "memory" / "memory.limit_in_bytes")
    # Version 1 says “none” by a number that no machine has.
    return limit if 0 < limit < 2**60 else None


def make_private(folder: Path) -> None:
    """Make a folder, and what is missing above it, for its owner alone. One that is there stays as it is.

    :raises OSError: if it can't be made.
    """
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)


def release_freed_memory() -> None:
    """Have what is freed go back to the system, where the C library is glibc.

    Else each of a process's threads keeps the memory of the largest thing that it has done.
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        for parameter, value in ((M_ARENA_MAX, 2), (M_MMAP_THRESHOLD, 1 << 18), (M_TRIM_THRESHOLD, 1 << 20)):
            library.mallopt(parameter, value)


def lower_priority(niceness: int) -> None:
    """Leave the cores to others, as long as they want them.

    The niceness of a process counts among those of its session only, where Linux groups them so. That of the session is
    raised too if it was begun for this process, and not by a terminal for other commands as well.
    """
    os.nice(niceness)
    if niceness and os.getsid(0) in (os.getpid(), os.getppid()) and not _has_terminal():
        with contextlib.suppress(OSError):
            AUTOGROUP.write_text(str(niceness), "ascii")


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _read_cpu_quota(cgroup: Path) -> tuple[int, int]:
    """Return the microseconds of processor time, and of the period that they are for; zeros without a limit."""
    quota, _, period = _read_text(cgroup / "cpu.max").partition(" ")
    if quota:
        return (int(quota), int(period)) if quota.isdigit() else (0, 0)
    return _read_number(cgroup / "cpu" / "cpu.cfs_quota_us"), _read_number(cgroup / "cpu" / "cpu.cfs_period_us")


def _read_number(file: Path) -> int:
    """Read a number; 0 where there is no such file, or a word or a negative number in it, which mean “no limit”."""
    text = _read_text(file)
    return int(text) if text.isdigit() else 0


def _read_text(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except OSError:
        return ""
