"""Whether this server is about to end: it then answers as ever, and asks whoever stands in front to go elsewhere.

The mark is shared by the server's processes, and is made before they fork: `gunicorn.conf.py` loads this module first.
"""

from __future__ import annotations

import mmap

_MARK = mmap.mmap(-1, 1)


def begin_draining() -> None:
    """Say that the server is about to end, to all of its processes."""
    _MARK[0] = 1


def is_draining() -> bool:
    """Tell whether the server is about to end."""
    return _MARK[0] == 1
