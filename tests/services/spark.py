"""A real Spark cluster on this machine: one master and two workers, each of one core."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.services.local import free_port, program, short_folder, wait_until

WORKERS = 2
# A short life on few cores: what compiles to the last costs more than it gives.
JAVA_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
DEFAULTS = f"""\
spark.driver.memory 512m
spark.executor.memory 512m
spark.driver.defaultJavaOptions {JAVA_OPTIONS}
spark.executor.defaultJavaOptions {JAVA_OPTIONS}
"""


class SparkCluster:
    """A cluster on free loopback ports, with its files in a short folder. Use it as a context manager.

    It takes a while to start: do something else and then `wait`. `environment` is what a driver on this
    machine needs to be as frugal as the cluster.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self._resources = contextlib.ExitStack()
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"spark://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.folder = self._resources.enter_context(short_folder("spark"))
        java = Path(program("java", package="default-jre-headless")).resolve()
        (self.folder / "spark-defaults.conf").write_text(DEFAULTS)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SPARK_")},
            "JAVA_HOME": str(java.parent.parent),
            "SPARK_CONF_DIR": str(self.folder),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "spill"),
            "SPARK_WORKER_DIR": str(self.folder / "work"),
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": JAVA_OPTIONS,
            "PYSPARK_PYTHON": sys.executable,
        }
        try:
            master = ["master.Master", "--host", "127.0.0.1", "--webui-port", "0"]
            self._start("master", *master, "--port", str(self.port))
            worker = ["worker.Worker", *master[1:], "--cores", "1", "--memory", "512m"]
            for number in range(WORKERS):
                self._start(f"worker-{number}", *worker, self.address)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop()

    def wait(self) -> None:
        """Return when both workers are there."""
        wait_until(
            lambda: self.log().count("Registering worker") == WORKERS,
            what="The Spark cluster",
            explain=self.log,
        )

    def _start(self, name: str, class_name: str, *arguments: str) -> None:
        spark_class = shutil.which("spark-class", path=str(Path(sys.executable).parent))
        assert spark_class, "PySpark is in the environment of the tests"
        with (self.folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [spark_class, f"org.apache.spark.deploy.{class_name}", *arguments],
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )

    def log(self) -> str:
        """What the master has said so far."""
        return (self.folder / "master.log").read_text(errors="replace")

    def _stop(self) -> None:
        # The workers first, who take their executors with them.
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            process.wait()
        self._resources.close()
