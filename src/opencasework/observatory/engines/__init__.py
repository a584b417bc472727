"""Where observations are kept and asked. A measure speaks plain SQL and does not know who answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from opencasework.observatory.collect import Collected

Row = tuple[Any, ...]


class Engine(Protocol):
    """Answers questions about every publication that was loaded.

    Tables: `publications`, `places`, `bodies`, `observations` as loaded; `monthly`, the rows of
    constituencies by calendar month that hold a value, with `publication` and `synthetic` beside them;
    `elsewhere`, the same for every other area.
    """

    def load(self, publications: Sequence[Collected]) -> None:
        """Take in the observations of these publications, in place of any before."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The answer to a question in SQL; `?` stands for each parameter in turn."""

    def write_csv(self, sql: str, path: Path) -> None:
        """Write the answer as CSV with a header row, in the order the question asks for."""

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer as Parquet, in the order the question asks for."""


__all__ = ["Engine", "Row"]
