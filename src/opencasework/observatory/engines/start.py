"""Which engine answers: the one on this machine, or the one that a person with a cluster asks for by name."""

from __future__ import annotations

from pathlib import Path

from opencasework.observatory.engines import Engine, EngineError

NAMES = ("duckdb", "spark")


def start(name: str, *, master: str | None = None, workspace: Path) -> Engine:
    """The engine of that name, ready to load; `master` is the address of a Spark cluster.

    `workspace` is a folder for its files. Raises EngineError with a sentence for the user.
    """
    if name == "spark":
        from opencasework.observatory.engines.spark import SparkEngine

        return SparkEngine(master, workspace=workspace)
    if name != "duckdb":
        raise EngineError(f"There is no engine {name!r}; there is {' and '.join(NAMES)}.")
    if master is not None:
        raise EngineError("A master belongs to a cluster; add: --engine spark")
    from opencasework.observatory.engines.duckdb import DuckDBEngine

    return DuckDBEngine()
