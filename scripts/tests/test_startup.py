"""./startup.sh, as users and accidents treat it. Runs the real script; slow parts are done once and then kept."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable

import pytest

import trial_portal

COMPANIES = 200
# On a machine that has nothing else to do.
LIMIT = 3


@pytest.fixture
def portal(folder: pathlib.Path):
    with trial_portal.Trial(folder, COMPANIES) as trial:
        yield trial


def postgres_pid(folder: pathlib.Path) -> int:
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not runs(pid)


def refused(folder: pathlib.Path, **settings: str) -> str:
    """Run ./startup.sh where it must not start; what it says."""
    with trial_portal.Trial(folder, COMPANIES, **settings) as trial, pytest.raises(RuntimeError):
        trial.start()
    assert trial.process is not None
    assert trial.process.returncode == 1
    return trial.log.read_text().strip().splitlines()[-1]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_everything_that_it_started(portal: trial_portal.Trial, sign: signal.Signals) -> None:
    portal.start()
    server = postgres_pid(portal.folder)
    assert portal.stop(sign) == 0
    assert not portal.answers()
    assert not runs(server)


def test_its_second_start_does_nothing_twice_and_keeps_the_data(portal: trial_portal.Trial) -> None:
    portal.start()
    portal.stop()
    portal.start()
    steps = re.findall(r"^  (.+?) \.{3,}", portal.log.read_text(), re.MULTILINE)
    assert list(dict.fromkeys(steps)) == ["PostgreSQL", "Server"]


def test_it_leaves_nothing_running_when_it_is_killed_and_starts_again(portal: trial_portal.Trial) -> None:
    portal.start()
    server = postgres_pid(portal.folder)
    portal.stop(signal.SIGKILL)
    assert gone(server)
    portal.start()


def test_it_ends_when_postgresql_is_killed_and_starts_again(portal: trial_portal.Trial) -> None:
    portal.start()
    os.kill(postgres_pid(portal.folder), signal.SIGKILL)
    assert portal.process is not None
    assert portal.process.wait(30) == 1
    assert "PostgreSQL ended" in portal.log.read_text()
    portal.start()


def test_it_takes_a_new_source_from_its_file_while_it_runs(folder: pathlib.Path) -> None:
    file = folder / "settings"
    file.write_text("")
    log = folder / "log" / "guichet.log"
    log.unlink(missing_ok=True)
    with trial_portal.Trial(folder, COMPANIES, GUICHET_ENV_FILES=str(file)) as portal:
        portal.start()
        wait_until(lambda: "the worker takes extracts" in log.read_text())
        crm = next(line for line in (folder / "env").read_text().splitlines() if line.startswith("SOURCE_CRM_URL="))
        (portal.portal / "other.yaml").write_text("title: Other\nsource: other\nsql: SELECT 1 AS id\n")
        assert available(portal) is False

        file.write_text(crm.replace("CRM", "OTHER") + "\n")

        wait_until(lambda: available(portal))
        wait_until(lambda: "the settings are read again: 4 sources" in log.read_text())


def wait_until(condition: Callable[[], bool | None], seconds: float = 120) -> None:
    """Wait for a condition, longer than a busy machine needs."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_its_folder_of_files_is_searched(folder: pathlib.Path) -> None:
    with trial_portal.Trial(folder, COMPANIES, DEMO_VISITS="2001") as portal:
        portal.start()
        assert [count(portal, name) for name in ("visits", "pages")] == [2001, 72]
        portal.stop()
        portal.settings["DEMO_VISITS"] = "2002"
        portal.start()
        assert count(portal, "visits") == 2002


def count(portal: trial_portal.Trial, interface: str) -> int:
    """Return how many rows an interface finds."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{portal.port}/api/v1/interfaces/{interface}/count", b'{"criteria": {}}'
    )
    request.add_header("Authorization", "Basic " + base64.b64encode(b"demo:demo").decode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(json.load(answer)["count"])


def available(portal: trial_portal.Trial) -> bool | None:
    """Return whether the interface `other` can be searched."""
    request = urllib.request.Request(f"http://127.0.0.1:{portal.port}/api/v1/interfaces")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"demo:demo").decode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return next((interface["available"] for interface in json.load(answer) if interface["id"] == "other"), None)


def test_it_ends_soon_when_nothing_runs(portal: trial_portal.Trial) -> None:
    portal.start()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", portal.port)) as kept:
        kept.request("GET", "/healthz")
        kept.getresponse().read()
        began = time.monotonic()
        portal.stop(signal.SIGINT)
        assert time.monotonic() - began < LIMIT * max(1, os.getloadavg()[0])


def test_its_mailbox_is_there_as_long_as_it_is(portal: trial_portal.Trial) -> None:
    portal.start()
    deadline = time.monotonic() + 10
    while not mailbox_answers(portal) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert mailbox_answers(portal)
    assert f"{portal.mailbox} " in portal.log.read_text()
    portal.stop()
    assert not mailbox_answers(portal)


def mailbox_answers(portal: trial_portal.Trial) -> bool:
    try:
        with urllib.request.urlopen(f"{portal.mailbox}/email", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_it_refuses_a_port_in_use(folder: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = refused(folder, PORT=str(other.getsockname()[1]))
    assert "is in use by another program; choose another" in said


def test_it_refuses_to_run_twice_from_one_folder(portal: trial_portal.Trial) -> None:
    portal.start()
    assert "already running from this folder" in refused(portal.folder)
    assert portal.answers()


def test_it_names_a_setting_that_can_not_be_used(folder: pathlib.Path) -> None:
    assert refused(folder, DISPLAY_ROWS="many").startswith("Guichet can't start: DISPLAY_ROWS must be")


def test_it_says_why_the_server_does_not_start(folder: pathlib.Path) -> None:
    with pytest.raises(RuntimeError, match="the server ended") as raised:
        trial_portal.Trial(folder, COMPANIES, HOST="0.0.0.0").start()
    assert "well-known password" in str(raised.value)


def test_it_tells_the_command_line_where_the_databases_are_and_nobody_else(portal: trial_portal.Trial) -> None:
    portal.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    portal.folder.chmod(0o755)
    portal.start()
    assert portal.folder.stat().st_mode & 0o777 == 0o700
    variables = dict(line.split("=", 1) for line in (portal.folder / "env").read_text().splitlines())
    assert sorted(variables) == [
        "PORTAL_DATABASE_URL",
        "SOURCE_CRM_URL",
        "SOURCE_LAB_URL",
        "SOURCE_LAB_WRITE_URL",
        "SOURCE_VISITS_URL",
    ]
    assert (portal.folder / "env").stat().st_mode & 0o777 == 0o600
    check = [str(trial_portal.install.VENV / "bin" / "guichet"), "check"]
    environment = {**os.environ, **variables, "PORTAL_DIR": str(portal.portal), "GUICHET_ENV_FILES": "none"}
    checked = subprocess.run(
        check, cwd=trial_portal.install.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_its_sources_can_only_be_read(portal: trial_portal.Trial) -> None:
    import psycopg2

    portal.start()
    variables = dict(line.split("=", 1) for line in (portal.folder / "env").read_text().splitlines())
    connection = psycopg2.connect(variables["SOURCE_CRM_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM company")
            assert cursor.fetchone() == (COMPANIES,)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute("DELETE FROM company")
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            psycopg2.connect(variables["SOURCE_CRM_URL"].replace("/crm", "/portal"))
    finally:
        connection.close()
