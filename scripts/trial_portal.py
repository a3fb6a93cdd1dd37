"""Starts a portal of the tests' own with ./startup.sh: a free port, its own data, copies of the demo's users and
interfaces.

Nothing of the user's settings or of their own interfaces reaches it, and a test may edit the copies.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import install

# What a user may have set for their own portal, and what must not reach a test's.
SETTINGS = (
    "SOURCE_",
    "PORTAL_",
    "HTPASSWD_",
    "HTGROUP_",
    "PAGE_",
    "LOG_",
    "ENVIRONMENT",
    "HOST",
    "PORT",
    "DEMO_",
    "MAIL",
    "SMTP_",
    "USER_EMAIL",
    "PUBLIC_URL",
    "SECRET_KEY",
)

DEMO_SOURCE = re.compile(r"^source: (crm|lab|visits)$", re.MULTILINE)


class Trial:
    """One ./startup.sh. `folder` holds its data and outlives it; use it as a context to be sure that it ends."""

    def __init__(self, folder: pathlib.Path, companies: int, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "startup.log"
        self.mailbox_port = free_port()
        sizes = {"DEMO_COMPANIES": str(companies), "DEMO_VISITS": "2000"}
        self.settings = {**sizes, "MAILBOX_PORT": str(self.mailbox_port), **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def portal(self) -> pathlib.Path:
        """The folder of its interfaces."""
        return self.folder / "portal"

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://localhost:{self.port}"

    @property
    def mailbox(self) -> str:
        """Where its mails are."""
        return f"http://localhost:{self.mailbox_port}"

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGTERM)

    def start(self) -> float:
        """Start it as a terminal would, in a process group of its own; the seconds until it says where it is."""
        begin = time.monotonic()
        self._copy_interfaces()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
        environment |= {"VAR_DIR": str(self.folder), "PORT": str(self.port), "PORTAL_DIR": str(self.portal)}
        environment |= {"GUICHET_ENV_FILES": "none"} | self._copy_users()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["./startup.sh"],
                cwd=install.ROOT,
                env=environment | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=heed_signals,
            )
        while f"{self.url} " not in self.log.read_text():
            if self.process.poll() is not None:
                raise RuntimeError(f"./startup.sh ended:\n{self.log.read_text()}")
            if time.monotonic() - begin > 300:
                self.stop(signal.SIGTERM)
                raise RuntimeError(f"./startup.sh is not ready after 300 s:\n{self.log.read_text()}")
            time.sleep(0.05)
        return time.monotonic() - begin

    def _copy_interfaces(self) -> None:
        shutil.rmtree(self.portal, ignore_errors=True)
        self.portal.mkdir(parents=True)
        for file in (install.ROOT / "portal").glob("*.yaml"):
            if DEMO_SOURCE.search(file.read_text("utf-8")):
                shutil.copy(file, self.portal)

    def _copy_users(self) -> dict[str, str]:
        copies = {"HTPASSWD_FILE": self.folder / ".htpasswd", "HTGROUP_FILE": self.folder / ".htgroup"}
        for copy in copies.values():
            shutil.copy(install.ROOT / copy.name, copy)
        return {name: str(copy) for name, copy in copies.items()}

    def answers(self) -> bool:
        """Return whether it is ready."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Send Ctrl-C's signal to the group, as a terminal does, or another to the script alone; its exit code."""
        assert self.process is not None
        if sign == signal.SIGINT:
            os.killpg(self.process.pid, sign)
        else:
            self.process.send_signal(sign)
        return self.process.wait(60)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def heed_signals() -> None:
    """As at a terminal, also where this runs in the background (`&`, nohup), which has children ignore them."""
    for sign in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_DFL)
