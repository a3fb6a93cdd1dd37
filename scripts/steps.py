"""Shows what is being done, one line per step, and runs the commands of a step.

On a terminal the line counts the seconds while the step runs; elsewhere a long step is named once when it begins.
What commands print goes to a log and is shown only when they fail.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping


class StepError(Exception):
    """A step failed; the text is one line for the user, perhaps followed by the last lines of a log."""


class Stopped(BaseException):
    """The user asked to stop (Ctrl-C, SIGTERM, a closed terminal). Not an Exception: nothing handles it on its way."""


def stop_on_signals() -> None:
    """Turn the signals that ask a program to end into Stopped, once; later ones don't disturb the stopping."""
    asked = False

    def stop(number: int, _frame: object) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise Stopped(number)

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it stays ignored
        signal.signal(signal.SIGHUP, stop)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title` while the body runs, then how long it took."""
    begin = time.monotonic()
    done = threading.Event()
    terminal = sys.stdout.isatty()
    label = f"  {title} ".ljust(44, ".")

    def seconds() -> str:
        return f"{time.monotonic() - begin:5.1f} s"

    def show() -> None:
        if not terminal:
            if not done.wait(1):
                print(f"  {title} ...", flush=True)
            return
        while not done.wait(0.2):
            print(f"\r{label}{seconds()}", end="", flush=True)

    shower = threading.Thread(target=show, daemon=True)
    shower.start()
    outcome = "failed"
    try:
        yield
        outcome = ""
    except Stopped:
        outcome = "stopped"
        raise
    finally:
        done.set()
        shower.join()
        start_of_line = "\r" if terminal else ""
        print(f"{start_of_line}{label}{outcome.rjust(7) if outcome else seconds()}", flush=True)


def run(
    command: list[str],
    log: pathlib.Path,
    folder: pathlib.Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command to its end, its output going to the end of `log`; a stop stops it with all that it started.

    :raises StepError: with the last lines that it wrote.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        begin = output.tell()
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        try:
            code = child.wait()
        except BaseException:
            _end(child)
            raise
    if code != 0:
        raise StepError(f"{pathlib.Path(command[0]).name} failed ({log}):\n{tail(log, begin)}")


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a command with all that it started: politely, then for good (npm finishes its work before it listens)."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(2)


def tail(log: pathlib.Path, begin: int = 0, lines: int = 12) -> str:
    """Return the last lines of a log, from byte `begin` on, each indented."""
    if not log.exists():
        return ""
    text = log.read_bytes()[begin:].decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
