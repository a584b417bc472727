"""Which engine answers: the one on this machine, or the one that a person with a cluster asks for by name."""

from __future__ import annotations

from pathlib import Path

from opencasework.observatory.engines import Engine, EngineError

NAMES = ("duckdb", "spark")


def start(name: str, *, master: str | None = None, workspace: Path, rows: Path | None = None) -> Engine:
    """The engine of that name, ready to load; `master` is the address of a Spark cluster.

    `workspace` is a folder for its files, `rows` what another engine kept, not to load all of it again.
    Raises EngineError with a sentence for the user.
    """
    if name == "spark":
        from opencasework.observatory.engines.spark import SparkEngine

        return SparkEngine(master, workspace=workspace, rows=rows)
    if name != "duckdb":
        raise EngineError(f"There is no engine {name!r}; there is {' and '.join(NAMES)}.")
    if master is not None:
        raise EngineError("A master belongs to a cluster; add: --engine spark")
    from opencasework.observatory.engines.duckdb import DuckDBEngine

    return DuckDBEngine(rows=rows)
