"""Spark: the same questions on a cluster, for when one machine is too small. See docs/operator/cluster.md.

The publications are read here, on the driver, and handed to the workers as Parquet files; the answers come
back through Arrow. No Python runs on the workers: they need nothing but Spark.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import ibis
from numpy.typing import NDArray

from opencasework.observatory.collect import Collected
from opencasework.observatory.engines import (
    LOADED,
    EngineError,
    OfMonths,
    Question,
    Row,
    rows_by_month,
    rows_opened,
    table,
)
from opencasework.observatory.engines.duckdb import DuckDBEngine

THIS_MACHINE = "local[*]"  # Spark without a cluster, on every core
OLDEST_JAVA = 17
KNOCKING_SECONDS, WORKERS_SECONDS = 5, 120
TYPES = {"string": "STRING", "int64": "BIGINT", "boolean": "BOOLEAN"}
LOOPBACK = {"127.0.0.1", "localhost"}


class SparkEngine:
    """Holds the observations in a Spark cluster. Use it in a `with` statement, or call `close`.

    `master` is the address of a cluster ("spark://10.0.0.1:7077"), this machine when there is none.
    `workspace` is a folder that every worker sees under the same path. Raises EngineError with a sentence for
    the user when Spark or Java is missing or the cluster does not answer.
    """

    def __init__(self, master: str | None, *, workspace: Path, rows: Path | None = None) -> None:
        _require_java()
        self._spark = _session(master or THIS_MACHINE)
        self._here = DuckDBEngine(rows=rows)
        # Whoever the workers run as must read it, and what is published is no secret.
        workspace.chmod(0o755)
        self._shared = workspace / "for-spark"
        self._shared.mkdir(exist_ok=True)

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the cluster back, and let go of the files."""
        from py4j.protocol import Py4JError

        try:
            with suppress(Py4JError, OSError):  # a driver that has died has nothing to give back
                self._spark.stop()
        finally:
            self._here.close()
            shutil.rmtree(self._shared, ignore_errors=True)

    def load(self, publications: Sequence[Collected]) -> frozenset[str] | None:
        """Take in the observations of these publications, in place of any before. See `Engine`."""
        changed = self._here.load(publications)
        with _said_in_a_sentence():
            for name, columns in LOADED.items():
                file = self._shared / f"{name}.parquet"
                self._here.write_parquet(table(name), file)
                typed = ", ".join(f"{column} {TYPES[kind.lstrip('!')]}" for column, kind in columns.items())
                rows = self._spark.read.schema(typed).parquet(file.resolve().as_uri())
                rows.createOrReplaceTempView(name)
            made = {
                "monthly": rows_by_month(on_map=True),
                "elsewhere": rows_by_month(on_map=False),
                "opened": rows_opened(),
            }
            for name, question in made.items():
                self._spark.sql(_sql(question)).createOrReplaceTempView(name)
                # A dozen questions follow: read once, kept by the workers as far as their memory goes.
                self._spark.catalog.cacheTable(name)
        return changed

    def rows(self, question: Question) -> list[Row]:
        """The answer, a tuple for each row, in the order the question asks for."""
        answer = self._answer(question)
        return list(zip(*(column.to_pylist() for column in answer.columns), strict=True))

    def columns(self, question: Question) -> Mapping[str, NDArray[Any]]:
        """The answer by column, for long ones without nulls: whole numbers as int64, text as objects."""
        answer = self._answer(question)
        return {name: answer.column(name).to_numpy() for name in answer.column_names}

    def keep_rows(self, file: Path) -> None:
        """Put what was loaded into a file, for another engine to begin with. It answers nothing more then."""
        self._here.keep_rows(file)

    def write_csv(self, question: Question, path: Path) -> None:
        """Write the answer as CSV with a header row, in the order the question asks for."""
        self._here.write_answer(self._answer(question), path, "csv")

    def write_parquet(self, question: Question, path: Path) -> None:
        """Write the answer as Parquet, in the order the question asks for."""
        self._here.write_answer(self._answer(question), path, "parquet")

    def write_csv_of_months(self, question: OfMonths, months: Sequence[str], path: Path) -> None:
        """Write the answer of these months as CSV with a header row, in the order the question asks for."""
        self.write_csv(question(months), path)

    def write_months(self, question: OfMonths, files: Mapping[str, Path]) -> None:
        """Write the answer of each month to its file as Parquet, in the order the question asks for."""
        if files:  # asked for at once, since each question takes the workers a second
            together = self._shared / "months.parquet"
            self.write_parquet(question([*files]), together)
            self._here.split_parquet(together, files)
            together.unlink()

    def _answer(self, question: Question) -> Any:
        """An Arrow table in the question's own types, which Spark's may be wider than."""
        with _said_in_a_sentence():
            return self._spark.sql(_sql(question)).toArrow().cast(question.schema().to_pyarrow())


def _sql(question: Question) -> str:
    return str(ibis.to_sql(question, dialect="pyspark"))


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    advice = f"install Java {OLDEST_JAVA} (on Debian: default-jre-headless) or set JAVA_HOME to it."
    if java is None:
        raise EngineError(f"Spark needs Java and none is here; {advice}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    if found and int(found.group(1)) < OLDEST_JAVA:
        raise EngineError(f"Spark needs Java {OLDEST_JAVA} and {java} is {found.group(1)}; {advice}")


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError('Spark is not installed; run: pip install "opencasework[spark]"') from error
    cluster = master != THIS_MACHINE
    hosts = _reachable(master) if cluster else set()
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",  # what goes wrong is said in one sentence
    }
    if not cluster or hosts <= LOOPBACK:  # nobody else needs to reach us
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.appName("Open Casework observatory").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    with _said_in_a_sentence():
        session = builder.getOrCreate()
        try:
            if cluster:
                _wait_for_a_worker(session, master)
        except EngineError:
            session.stop()
            raise
        # Spark's own 200 would be 200 tasks for a table of twenty rows.
        session.conf.set("spark.sql.shuffle.partitions", 2 * session.sparkContext.defaultParallelism)
    return session


def _reachable(master: str) -> set[str]:
    """The hosts of spark://HOST:PORT[,HOST:PORT], of which one answers; Spark would knock for a minute."""
    found = re.findall(r"([^,/:]+|\[[^\]]+\]):(\d{1,5})", master)
    if not found or not master.startswith("spark://"):
        raise EngineError(f"{master} is no address of a Spark master; write it like spark://10.0.0.1:7077.")
    for host, port in found:
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCKING_SECONDS):
                return {host for host, _ in found}
        except (OSError, OverflowError):
            continue
    raise EngineError(f"No Spark master answers at {master}; start it, or correct the address.")


def _wait_for_a_worker(session: Any, master: str) -> None:
    end = time.monotonic() + WORKERS_SECONDS
    # The driver counts as one.
    while session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > end:
            raise EngineError(
                f"The Spark master at {master} gave us no worker in {WORKERS_SECONDS} seconds; start workers "
                "with a core and 1 GB free, or wait until others have finished."
            )
        time.sleep(0.2)


@contextmanager
def _said_in_a_sentence() -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyarrow import ArrowException
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, ArrowException, OSError, RuntimeError) as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise EngineError(
            "Spark could not do it; the workers must run, have Spark 4.0, and see the folder of the site "
            f"under the same path as here. It said: {reason[:300]}"
        ) from error
