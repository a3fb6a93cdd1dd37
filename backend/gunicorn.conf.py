"""How gunicorn serves Guichet: a few processes of many threads, because threads only wait for databases."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

# What is small and often written lies in memory: a disk may be slow, and a root file system read-only.
memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # files of their own are made in it

# Where the processes leave what they measured, for whichever of them Prometheus asks; before anything is imported that
# measures. A server that was killed could not remove its own: the next one does. This file is read again on SIGHUP, and
# what was measured is kept.
PREFIX = "guichet-metrics-"
MEASURED = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if not os.path.basename(MEASURED).startswith(f"{PREFIX}{os.getpid()}-"):
    MEASURED = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=memory)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = MEASURED
MASTER = os.getpid()


def remove_measured() -> None:
    """Remove the folder of what was measured, however this process ends; those that it forked leave it alone."""
    if os.getpid() == MASTER:
        shutil.rmtree(MEASURED, ignore_errors=True)


def sweep_measured() -> None:
    """Remove what servers left that are not there any more."""
    for folder in Path(MEASURED).parent.glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and folder.owner() == Path(MEASURED).owner():
            shutil.rmtree(folder, ignore_errors=True)


atexit.register(remove_measured)
sweep_measured()

import time  # noqa: E402  # here, too: what comes above stands before any other import

from gunicorn.workers import gthread  # noqa: E402  # once the folder of what is measured is known
from prometheus_client import multiprocess  # noqa: E402  # it reads the variable as it is imported

from guichet import errors, resources  # noqa: E402  # they import what measures
from guichet.server import draining, process_settings, web_worker  # noqa: E402  # they import what measures

resources.release_freed_memory()
try:
    configured = process_settings.read_settings()
except errors.SettingsError as error:
    raise SystemExit("\n".join(f"guichet: {fault}" for fault in error.faults)) from None

host = f"[{configured.host}]" if ":" in configured.host else configured.host
bind = f"{host}:{configured.port}"
workers = configured.web_workers or resources.count_server_processes()
# Its threads are for requests that are there; who is slow to send or to take waits, and is given up, apart from them.
worker_class = web_worker.PacedWorker
web_worker.PacedWorker.seconds = configured.client_seconds
web_worker.PacedWorker.body_seconds = min(configured.client_seconds, configured.upload_stall_seconds)
threads = configured.web_threads
# Loaded once and shared by the processes; pools connect only after the fork.
preload_app = True
# A tenth more or less, so that they are not all replaced at once; requests under way are finished first.
max_requests = configured.web_requests
max_requests_jitter = configured.web_requests // 10
# Longer than any search may take, so that only a process that hangs is replaced.
timeout = 2 * configured.interactive_seconds + 60
graceful_timeout = configured.grace_seconds
keepalive = 15
# Addresses hold criteria: as long a line as gunicorn can be told to take. nginx takes twice that.
limit_request_line = 8190
# How long a stop waits for a request on a connection that is kept open: behind a proxy one may be under way.
gthread.STOP_KEEPALIVE_LINGER = 2 if configured.trusted_proxies else 0.2
# Guichet writes its own access log, without the criteria that stand in a query string.
accesslog = None
errorlog = "-"
# Nobody uses it here, and its default place in the home folder is shared by every portal of that user.
control_socket_disable = True
# Where each process says that it is alive.
worker_tmp_dir = memory


def on_starting(server):  # type: ignore[no-untyped-def]  # gunicorn's hook
    """Have SIGTERM wait for DRAIN_SECONDS, in which a proxy in front finds out and sends its requests to others."""
    end = server.handle_term

    def drain() -> None:
        draining.begin_draining()
        time.sleep(configured.drain_seconds)
        end()

    server.handle_term = drain


def when_ready(server):  # type: ignore[no-untyped-def]  # gunicorn's hook
    """Take what is loaded out of the collector's sight: processes share it, and end in a tenth of the time."""
    gc.collect()
    gc.freeze()


def on_reload(server):  # type: ignore[no-untyped-def]  # gunicorn's hook
    """Have new processes serve by the settings as they are now, while those before end what they are at."""
    from guichet import wsgi

    gc.unfreeze()
    server.app.callable = wsgi.rebuild_application()
    when_ready(server)


def child_exit(server, worker):  # type: ignore[no-untyped-def]  # gunicorn's hook
    """Forget what a process that ended had in use; what it counted stays."""
    multiprocess.mark_process_dead(worker.pid)
