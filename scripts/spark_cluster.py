"""A Spark cluster of Guichet's own, in one folder: a master, two workers, and a Spark Connect server.

    spark_cluster.py [--dir var/spark] run     start it, print its URL, until Ctrl-C or standard input closes
    spark_cluster.py fetch                    only download Spark

For the tests, and to look at Spark as a source. It listens on 127.0.0.1 only, takes 2.5 GB of memory, and everything
ends with it. Spark is the package `pyspark` of PyPI, pinned in backend/requirements-spark.lock, kept in SPARK_CACHE
(~/.cache/guichet); a SPARK_HOME of yours is used instead. It needs Java 17 or newer.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOCK = ROOT / "backend" / "requirements-spark.lock"
OLDEST_JAVA = 17
START_SECONDS = 180
DOWNLOAD_SECONDS = 1800
WORKERS = 2
# What Spark is told by its own launcher, which would be one more virtual machine for each program.
OPENED = ("lang", "lang.invoke", "lang.reflect", "io", "net", "nio", "util", "util.concurrent")
MODULES = [
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--add-modules=jdk.incubator.vector",
    *(f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in OPENED),
    *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("jdk.internal.ref", "sun.nio.ch", "sun.nio.cs")),
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
    "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
    "-Djdk.reflect.useDirectMethodHandle=false",
    "-Dio.netty.tryReflectionSetAccessible=true",
]
# Programs that run for a minute are not worth the second compiler.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
SETTINGS = {
    "spark.executor.cores": "1",
    "spark.executor.memory": "500m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.driver.maxResultSize": "0",
    "spark.ui.showConsoleProgress": "false",
    # A loop within a task may never look whether it was killed: then its executor ends.
    "spark.task.reaper.enabled": "true",
    "spark.task.reaper.killTimeout": "3s",
    "spark.task.reaper.pollingInterval": "1s",
    # What a client left behind that died is ended soon.
    "spark.connect.execute.manager.detachedTimeout": "4s",
    "spark.connect.execute.manager.maintenanceInterval": "1s",
    "spark.connect.execute.reattachable.senderMaxStreamDuration": "4s",
}
LOGGING = """
rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
"""


class ClusterError(Exception):
    """The cluster can't be started; the text says why, in one line."""


class NoJavaError(ClusterError):
    """There is no Java, or only an old one."""


def find_java() -> str:
    """Return the path of a Java that Spark takes.

    :raises NoJavaError: if there is none.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    wanted = f"Spark needs Java {OLDEST_JAVA} or newer (Debian: apt install openjdk-17-jre-headless)"
    if not java:
        raise NoJavaError(f"{wanted}, and none is found")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr
    version = re.search(r'version "(\d+)', told)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise NoJavaError(f"{wanted}, and {java} is {version[1] if version else 'none'}")
    return java


def find_spark() -> pathlib.Path:
    """Return the folder of Spark, downloading it first where it is not there.

    :raises ClusterError: if it can't be downloaded.
    """
    if own := os.environ.get("SPARK_HOME"):
        return pathlib.Path(own)
    cache = pathlib.Path(os.environ.get("SPARK_CACHE") or pathlib.Path.home() / ".cache" / "guichet")
    (version,) = re.findall(r"^pyspark==(\S+)", LOCK.read_text(), re.MULTILINE)
    home = cache / f"spark-{version}"
    if not home.exists():
        _download(home)
    return home


def _download(home: pathlib.Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    # pip holds it to its hash. It builds nothing but the package's description, by what is installed.
    options = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", *options, "--dest", folder]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=DOWNLOAD_SECONDS)
        archives = list(pathlib.Path(folder).glob("*.tar.gz"))
        if ended.returncode or not archives:
            raise ClusterError(f"Spark can't be downloaded: {ended.stderr.strip()[-500:]}")
        made = pathlib.Path(folder) / "spark"
        with tarfile.open(archives[0]) as archive:
            wanted = (entry for entry in archive if re.match(r"[^/]+/deps/jars/[^/]+\.jar$", entry.name))
            for member in wanted:
                member.name = f"jars/{pathlib.PurePosixPath(member.name).name}"
                archive.extract(member, made, filter="data")
        with contextlib.suppress(OSError):  # another process was quicker
            made.rename(home)


class Cluster:
    """Programs that run in one folder.

    :param settings: of the Connect server, beside those that every cluster has.
    :param quick: whether nothing is compiled for speed, as tests want it.
    :param memory: of the Connect server.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        settings: Mapping[str, str] | None = None,
        *,
        quick: bool = True,
        memory: str = "900m",
    ) -> None:
        self.folder = folder.resolve()
        self._java = find_java()
        self._home = find_spark()
        self._memory = memory
        self._options = QUICK if quick else "-XX:+UseSerialGC -Xshare:auto"
        self.port, self.ui_port, self._master_port = _free_port(), _free_port(), _free_port()
        self._settings = {
            **SETTINGS,
            "spark.executor.extraJavaOptions": self._options,
            "spark.connect.grpc.binding.port": str(self.port),
            "spark.ui.port": str(self.ui_port),
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.local.dir": str(self.folder / "local"),
            **(settings or {}),
        }
        self._programs: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """The URL of a source."""
        return f"spark://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start everything, and wait until it answers.

        :raises ClusterError: if it does not, or not in time.
        """
        for name in ("conf", "work", "local", "warehouse"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "conf" / "log4j2.properties").write_text(LOGGING)
        (self.folder / "conf" / "master.conf").write_text("spark.master.rest.enabled false\n")
        master = ["--properties-file", str(self.folder / "conf" / "master.conf"), "--host", "127.0.0.1"]
        place = ["--port", str(self._master_port), "--webui-port", "0"]
        self._run("master", "org.apache.spark.deploy.master.Master", [*master, *place], "128m")
        self.wait_for(self._master_port, "master")
        for number in range(WORKERS):
            self.start_worker(number)
        self.start_server()

    def start_worker(self, number: int) -> None:
        """Start a worker, also again after it was killed."""
        where = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0", "--cores", "1", "--memory", "700m"]
        folder = ["--work-dir", str(self.folder / "work" / str(number))]
        master = f"spark://127.0.0.1:{self._master_port}"
        self._run(f"worker{number}", "org.apache.spark.deploy.worker.Worker", [*where, *folder, master], "128m")

    def start_server(self) -> None:
        """Start the Connect server, also again after it was killed, and wait until it answers."""
        options = [option for name, value in self._settings.items() for option in ("--conf", f"{name}={value}")]
        connect = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
        master = ["--master", f"spark://127.0.0.1:{self._master_port}"]
        self._run("server", "org.apache.spark.deploy.SparkSubmit", [*master, *options, *connect], self._memory, MODULES)
        self.wait_for(self.port, "server")

    def kill(self, name: str) -> None:
        """Kill a program, and what it started, without a word to anybody."""
        program = self._programs.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait(20)

    def stop(self) -> None:
        """End everything."""
        for name in list(self._programs):
            self.kill(name)

    def jobs(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """Return what the server itself says that it does, by its own list of jobs."""
        address = f"http://127.0.0.1:{self.ui_port}/api/v1/applications"
        application = _read(address)[0]["id"]
        return [job for job in _read(f"{address}/{application}/jobs") if job["status"] == status]

    def wait_for(self, port: int, name: str) -> None:
        """Wait until a program listens.

        :raises ClusterError: if it ends, or takes too long.
        """
        until = time.monotonic() + START_SECONDS
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self._programs[name].poll() is not None or time.monotonic() > until:
                said = (self.folder / f"{name}.log").read_text(errors="replace")[-1500:]
                raise ClusterError(f"Spark's {name} did not start: {said}")
            time.sleep(0.1)

    def _run(self, name: str, program: str, arguments: list[str], memory: str, options: Sequence[str] = ()) -> None:
        classes = f"{self.folder}/conf:{self._home}/jars/*"
        java = [self._java, "-cp", classes, f"-Xmx{memory}", *self._options.split(), *options]
        environ = _make_environ(self.folder, self._home)
        with (self.folder / f"{name}.log").open("ab") as log:
            self._programs[name] = subprocess.Popen(
                [*java, program, *arguments],
                cwd=self.folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )


def open_spark_sql(folder: pathlib.Path) -> subprocess.Popen[str]:
    """Start Spark's own client beside a cluster, in two threads: statements go in, rows nowhere, times to `stderr`.

    :param folder: of the cluster.
    """
    home, conf = find_spark(), folder.resolve() / "conf"
    java = [find_java(), "-cp", f"{conf}:{home}/jars/*", "-Xmx2g", "-XX:+UseSerialGC", *MODULES]
    own = {"spark.ui.enabled": "false", "spark.sql.catalogImplementation": "in-memory"}
    options = [option for name, value in {**SETTINGS, **own}.items() for option in ("--conf", f"{name}={value}")]
    program = ["--class", "org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver", "spark-internal"]
    return subprocess.Popen(
        [*java, "org.apache.spark.deploy.SparkSubmit", "--master", "local[2]", *options, *program],
        cwd=folder,
        env=_make_environ(folder, home),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_end_with_parent,
    )


def _make_environ(folder: pathlib.Path, home: pathlib.Path) -> dict[str, str]:
    """Return the surroundings of Spark's programs."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("SPARK_")},
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": f"{folder.resolve()}/conf",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_SCALA_VERSION": "2.13",
    }


def _end_with_parent() -> None:
    """Have Linux kill this process when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _read(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(folder: pathlib.Path, *, quick: bool = True, memory: str = "900m") -> Iterator[Cluster]:
    """Run a cluster during the block.

    :param memory: of the Connect server.
    :raises ClusterError: if it can't be started.
    """
    cluster = Cluster(folder, quick=quick, memory=memory)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=pathlib.Path, default=ROOT / "var" / "spark")
    parser.add_argument("command", choices=("run", "fetch"))
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if arguments.command == "fetch":
            print(find_spark())
            return 0
        with running(arguments.dir, quick=False) as cluster:
            print(cluster.url, flush=True)
            sys.stdin.read()
            if sys.stdin.isatty():
                signal.pause()
    except KeyboardInterrupt:
        return 0
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
