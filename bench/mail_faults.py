"""A mail server that refuses, hangs, drops the line or answers 4xx, and then recovers: what becomes of the mails.

    .venv/bin/python bench/mail_faults.py [--mails 20]

Starts a PostgreSQL, a server and a worker of its own. For each fault, that many small extracts are asked for; the fault
meets the first half of the attempts to deliver them, then the mail server is well again. Waits between attempts are cut
short. Prints one table: what became of the mails, and whether it is what must become of them.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import socketserver
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg2
from guichet.portal_db import migrate
from guichet.portal_db.database import PortalDatabase
from guichet.sources.postgresql.pool import PoolLimits
from pydantic import SecretStr

import harness

SMTP_SECONDS = 1
COLUMNS = ("the mail server …", "mails", "sent at once", "sent later", "failed", "unknown", "twice", "lost", "holds")
FORM = """
title: Numbers
source: crm
sql: SELECT n FROM generate_series(1, 100) AS n WHERE {criteria}
criteria:
  up_to: {type: number, where: "n <= :up_to"}
"""


@dataclass(frozen=True)
class Fault:
    """What a mail server does at one moment of a mail, and what must become of the mails that meet it.

    :param at: the command at which it happens: "" for the greeting, "." for the end of the mail.
    :param does: an answer, or "drop", "hang", "take and drop", "take and hang".
    :param becomes: "sent" at another attempt, "failed" for good, or "unknown".
    """

    name: str
    at: str
    does: str
    becomes: str = "sent"


FAULTS = (
    Fault("is not there", "", "closed"),
    Fault("greets with 421", "", "421 Busy"),
    Fault("hangs before its greeting", "", "hang"),
    Fault("hangs up at its greeting", "", "drop"),
    Fault("answers 451 to the sender", "MAIL", "451 Later"),
    Fault("answers 451 to the recipient", "RCPT", "451 Later"),
    Fault("hangs at the recipient", "RCPT", "hang"),
    Fault("hangs up at the recipient", "RCPT", "drop"),
    Fault("answers 451 to DATA", "DATA", "451 Later"),
    Fault("hangs up within the mail", "within", "drop"),
    Fault("answers 451 to the whole mail", ".", "451 Later"),
    Fault("refuses the sender (550)", "MAIL", "550 No", "failed"),
    Fault("refuses the recipient (550)", "RCPT", "550 No such user", "failed"),
    Fault("refuses the whole mail (554)", ".", "554 Spam", "failed"),
    Fault("hangs up at the end, without taking it", ".", "drop", "unknown"),
    Fault("takes it, and hangs up before its yes", ".", "take and drop", "unknown"),
    Fault("takes it, and hangs before its yes", ".", "take and hang", "unknown"),
)


@dataclass
class Behaviour:
    """How the mail server behaves, and what it took, by Message-ID."""

    fault: Fault | None = None
    left: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def meets(self, at: str) -> str | None:
        """Say what it does at this moment, if not what it should."""
        with self.lock:
            if self.fault is None or self.fault.at != at or self.left == 0:
                return None
            self.left -= 1
            return self.fault.does


class Conversation(socketserver.StreamRequestHandler):
    """One line to the mail server."""

    server: Any

    def handle(self) -> None:
        try:
            if self._answers("", "220 mail.example"):
                while line := self.rfile.readline():
                    if not self._obey(line.decode().strip().upper()):
                        return
        except OSError:
            pass  # the worker has hung up

    def _obey(self, command: str) -> bool:
        if command.startswith("DATA"):
            return self._answers("DATA", "354 Go on") and self._take()
        if command.startswith("QUIT"):
            self._say("221 Bye")
            return False
        return self._answers(command[:4], "250 OK")

    def _take(self) -> bool:
        if self.server.behaviour.meets("within"):
            self.rfile.readline()
            return False
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        found = re.search(rb"(?im)^message-id:\s*(\S+)", b"".join(lines))
        assert found
        return self._answers(".", "250 Taken", found[1].decode())

    def _answers(self, at: str, well: str, message_id: str = "") -> bool:
        """Answer as it should, or as it behaves just now; return whether the line stands."""
        does = self.server.behaviour.meets(at)
        if message_id and (does is None or does.startswith("take")):
            self.server.behaviour.taken[message_id] += 1
        if does is None or does[0].isdigit():
            self._say(does or well)
            return True
        if does.endswith("hang"):
            while self.rfile.read(1):
                pass
        return False

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server that does one thing wrong."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        super().__init__(("127.0.0.1", port), Conversation)

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def told(url: str, sql: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def meet(fault: Fault, mails: int, http: httpx.Client, url: str, port: int) -> bool:
    """Have mails meet a fault; print what became of them, and return whether it is what must."""
    told(url, "TRUNCATE guichet.extract, guichet.delivery")
    slow = fault.does.endswith("hang")
    behaviour = Behaviour(fault, left=min(2, mails // 2) if slow else mails // 2)
    hit, listening = behaviour.left, MailServer(port, behaviour) if fault.does != "closed" else None
    if listening:
        listening.start()
    for number in range(mails):
        asked = http.post("/extracts", json={"interface": "numbers", "criteria": {"up_to": number + 1}})
        asked.raise_for_status()
    began = time.monotonic()
    while told(url, "SELECT 1 FROM guichet.extract WHERE state <> 'done'"):
        if time.monotonic() - began > 300:
            sys.exit(f"{fault.name}: not settled after five minutes")
        if listening is None and told(url, "SELECT 1 FROM guichet.delivery WHERE attempt > 0 LIMIT 1"):
            listening = MailServer(port, behaviour)
            listening.start()
        told(url, "UPDATE guichet.delivery SET not_before = now() WHERE state = 'pending' AND lease_until IS NULL")
        time.sleep(0.1)
    assert listening
    listening.stop()
    found = told(url, "SELECT message_id, state, attempt FROM guichet.delivery")
    states = Counter(state for _, state, _ in found)
    again = sum(1 for _, state, attempt in found if state == "sent" and attempt > 1)
    twice = sum(1 for message_id, _, _ in found if behaviour.taken[message_id] > 1)
    lost = sum(1 for message_id, state, _ in found if state == "sent" and behaviour.taken[message_id] != 1)
    wanted = (
        Counter({"sent": mails})
        if fault.becomes == "sent"
        else Counter(sent=mails - hit) + Counter({fault.becomes: hit})
    )
    holds = states == wanted and twice == lost == 0 and (fault.becomes != "sent" or again > 0)
    cells = [fault.name, mails, states["sent"] - again, again, states["failed"], states["unknown"], twice, lost]
    print(f"| {' | '.join(map(str, cells))} | {'yes' if holds else 'NO'} |", flush=True)
    return holds


def main(mails: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as made, harness.postgres(Path(made)) as url:
        os.environ["SOURCE_CRM_URL"] = url  # what the harness would look for elsewhere
        migrate.migrate(PortalDatabase(SecretStr(url), PoolLimits(2, 5, 5)))
        portal = Path(made, "portal")
        portal.mkdir()
        (portal / "numbers.yaml").write_text(FORM)
        environ = {
            "SOURCE_CRM_URL": url,
            "PORTAL_DATABASE_URL": url,
            "PORTAL_DIR": str(portal),
            "ARCHIVE_DIR": str(Path(made, "archives")),
            "SMTP_URL": f"smtp://127.0.0.1:{port}",
            "SMTP_SECONDS": str(SMTP_SECONDS),
            "USER_EMAIL": "data@shop.example",
            "LOG_FILE_PATH": str(Path(made, "log")),
            "GUICHET_ENV_FILES": "none",
        }
        print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
        with harness.serving(portal, **environ, REQUESTS_PER_MINUTE="100000") as web, harness.working(environ):
            auth = (harness.USER, harness.PASSWORD)
            with httpx.Client(base_url=f"http://127.0.0.1:{web}/api/v1", auth=auth, timeout=30) as http:
                held = [meet(fault, mails, http, url, port) for fault in FAULTS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what becomes of mails while the mail server fails.")
    parser.add_argument("--mails", type=int, default=20)
    sys.exit(main(parser.parse_args().mails))
