"""On a cluster the same questions have the same answers: one master, two workers, one session."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from opencasework.observatory.cli import observatory
from opencasework.observatory.engines import spark
from opencasework.observatory.simulate import simulate
from tests.services.local import free_port
from tests.services.spark import SparkCluster

KEPT = ("built.json", "known.json", "lock", "rows.duckdb")
MONTHS = 24
CASEWORK = Path(sys.executable).with_name("casework")


class Built:
    """The site of 30 offices and 24 months, built by either engine, and what the master wrote down."""

    def __init__(self, folder: Path, log: str) -> None:
        self.duckdb, self.spark, self.log = folder / "duckdb", folder / "spark", log


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("nation")
    build = [CASEWORK, "observatory", "build", folder / "publications", "--out"]
    with SparkCluster() as cluster:
        simulate(30, 24, 7, folder / "publications", until="2026-10")
        subprocess.run([*build, folder / "duckdb"], check=True, stdout=subprocess.DEVNULL)
        cluster.wait()
        on_spark = [*build, folder / "spark", "--engine", "spark", "--master", cluster.address]
        done = subprocess.run(on_spark, env=cluster.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield Built(folder, cluster.log())


def files_of(site: Path) -> dict[str, Path]:
    return {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}


def content(file: Path) -> bytes:
    return re.sub(rb"Parquet, \d+ kB", b"Parquet", file.read_bytes())


def columns_and_rows(parquet: Path) -> tuple[list[object], list[tuple[object, ...]]]:
    answer = duckdb.execute("SELECT * FROM read_parquet(?)", [str(parquet)])
    return [column[:2] for column in answer.description or []], answer.fetchall()


def test_a_site_built_on_a_cluster_is_the_same_to_the_digit(built: Built) -> None:
    ours, theirs = files_of(built.duckdb), files_of(built.spark)

    # Pages, CSV and JSON byte by byte. A Parquet file may be laid out otherwise, so it is read, and the pages
    # may say that it is a kilobyte larger.
    parquet = {name for name in ours if name.endswith(".parquet")}
    assert ours.keys() == theirs.keys()
    assert {Path(name).suffix for name in ours} >= {".html", ".csv", ".json", ".parquet"}
    assert [name for name in ours.keys() - parquet if content(ours[name]) != content(theirs[name])] == []
    assert len(parquet) == MONTHS
    for name in parquet:
        columns, rows = columns_and_rows(ours[name])
        assert len(rows) > 1_000
        assert columns_and_rows(theirs[name]) == (columns, rows)


def test_both_workers_did_their_share_in_one_session(built: Built) -> None:
    assert built.log.count("Registered app Open Casework observatory") == 1
    assert built.log.count("Launching executor") == 2


def test_nothing_of_the_work_is_left_beside_the_site(built: Built) -> None:
    left = {path.name for path in built.spark.parent.iterdir()}
    # But for what the next build of each can take over.
    kept = {f".{site}.{what}" for site in ("duckdb", "spark") for what in KEPT}
    assert left - kept == {"publications", "duckdb", "spark"}


# --- what may be missing ---------------------------------------------------------------------------------


def build_on(
    folder: Path, *options: str, engine: tuple[str, ...] = ("--engine", "spark"), front_end: Path
) -> Result:
    (folder / "in").mkdir()
    from opencasework.observatory.tests.publishing import opened, publish

    publish(folder / "in" / "office", {"2026-10": opened(housing=9)})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("opencasework.observatory.site.build.BUILT_FRONT_END", front_end)
        arguments = ["build", str(folder / "in"), "--out", str(folder / "site"), *engine, *options]
        return CliRunner().invoke(observatory, arguments)


def test_without_pyspark_it_says_what_to_install(
    tmp_path: Path, front_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    result = build_on(tmp_path, front_end=front_end)

    assert (result.exit_code, result.output) == (
        1,
        'Error: Spark is not installed; run: pip install "opencasework[spark]"\n',
    )
    assert {path.name for path in tmp_path.iterdir()} - {".site.known.json"} == {"in", ".site.lock"}


@pytest.mark.parametrize(
    ("java", "sentence"),
    [
        (None, "Spark needs Java and none is here; install Java 17"),
        ('openjdk version "11.0.2" 2019-01-15', "bin/java is 11; install Java 17"),
        ('java version "1.8.0_202"', "bin/java is 8; install Java 17"),
    ],
)
def test_without_java_17_it_says_what_to_install(
    java: str | None, sentence: str, tmp_path: Path, front_end: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "java"
    (home / "bin").mkdir(parents=True)
    if java:
        (home / "bin" / "java").write_text(f"#!/bin/sh\necho '{java}' >&2\n")
        (home / "bin" / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(home))

    result = build_on(tmp_path, front_end=front_end)

    assert result.exit_code == 1
    assert sentence in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--master", "spark://127.0.0.1:{port}"), "No Spark master answers at spark://127.0.0.1:"),
        (("--master", "spark://127.0.0.1:99999"), "No Spark master answers at"),
        (("--master", "spark://"), "spark:// is no address of a Spark master"),
        (("--master", "yarn-ish"), "yarn-ish is no address of a Spark master"),
    ],
)
def test_a_master_that_is_not_there_is_named(
    options: tuple[str, ...],
    sentence: str,
    tmp_path: Path,
    front_end: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spark, "_require_java", lambda: None)

    result = build_on(tmp_path, *(o.format(port=free_port()) for o in options), front_end=front_end)

    assert result.exit_code == 1
    assert sentence in result.output
    assert result.output.count("\n") == 1


def test_a_master_without_spark_is_a_mistake(tmp_path: Path, front_end: Path) -> None:
    result = build_on(tmp_path, "--master", "spark://127.0.0.1:7077", engine=(), front_end=front_end)

    assert result.exit_code == 1
    assert "add: --engine spark" in result.output
