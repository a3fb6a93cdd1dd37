"""Runs one command for exactly as long as its starter lives.

The starter holds the other end of this process's standard input. When that pipe closes (because the starter closes it,
ends, or is killed with -9) the command is told to stop, and killed if it doesn't. So nothing is ever left running.
It does not restart a command that ends: it ends with it, with the same exit code. A SIGUSR1 is handed on as SIGHUP, by
which servers read their settings again.

    keeper.py SIGTERM,SIGQUIT 5 -- gunicorn ...    (SIGTERM; after 5 seconds SIGQUIT; after 5 more SIGKILL)
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence


def hold(child: subprocess.Popen[bytes], stop_signals: Sequence[signal.Signals], patience_seconds: float) -> int:
    """Wait for `child`, stopping it when standard input closes or this process is told to end; its exit code.

    The child stays in this process's group: whoever finds the group's leader gone can still kill the rest of it.
    """
    stopping = threading.Event()

    def stop() -> None:
        for sign in stop_signals:
            child.send_signal(sign)
            if ended.wait(patience_seconds):
                return
        child.kill()

    def ask_to_stop(*_: object) -> None:
        if not stopping.is_set():
            stopping.set()
            threading.Thread(target=stop, daemon=True).start()

    def watch_the_starter() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, ask_to_stop)
    signal.signal(signal.SIGUSR1, lambda *_: child.send_signal(signal.SIGHUP))
    threading.Thread(target=watch_the_starter, daemon=True).start()
    code = child.wait()
    ended.set()
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """Read the command line above and keep its command."""
    signals, patience, _, *command = arguments
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # so that none ends a command that is not ready to take it
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    return hold(child, [signal.Signals[name] for name in signals.split(",")], float(patience))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
