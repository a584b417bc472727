"""Where observations are kept and asked. A measure speaks Ibis and does not know who answers.

A question is an Ibis expression over the tables below, which every engine answers to the digit alike: only
exact functions, whole numbers summed as whole numbers, months as text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

import ibis
import ibis.expr.types as ir
from numpy.typing import NDArray

from opencasework.observatory.collect import Collected

Row = tuple[Any, ...]
Question: TypeAlias = ir.Table
OfMonths: TypeAlias = Callable[[Collection[str]], Question]  # about some months, or about all by none

# One place for what is in which table; "!" marks what is always there.
OBSERVATIONS = {
    "publication": "!string",
    "synthetic": "!boolean",
    "on_map": "!boolean",
    "by_month": "!boolean",
    "period": "!string",
    "area_code": "!string",
    "category": "!string",
    "body": "!string",
    "channel": "!string",
    "outcome": "!string",
    "measure": "!string",
    "value": "int64",
    "status": "string",
    "uncertainty": "int64",
}
OPENED = ("publication", "on_map", "period", "area_code", "category", "value", "uncertainty")
BY_MONTH = (
    *("publication", "synthetic", "period", "area_code"),
    *("category", "body", "measure", "value", "uncertainty"),
)
LOADED: Mapping[str, Mapping[str, str]] = {
    "places": {
        "code": "!string",
        "name": "!string",
        "country": "!string",
        "region": "!string",
        "population": "!int64",
    },
    "publications": {
        "publication": "!string",
        "counts": "!string",
        "post": "!string",
        "area_code": "!string",
        "area_name": "!string",
        "kind": "!string",
        "synthetic": "!boolean",
        "rounded_together": "!boolean",
    },
    "bodies": {"body": "!string", "title": "!string"},
    "observations": OBSERVATIONS,
}
SCHEMAS: Mapping[str, ibis.Schema] = {
    **{name: ibis.schema(columns) for name, columns in LOADED.items()},
    **{name: ibis.schema({c: OBSERVATIONS[c] for c in BY_MONTH}) for name in ("monthly", "elsewhere")},
    "opened": ibis.schema({c: OBSERVATIONS[c] for c in OPENED}),
}


class EngineError(Exception):
    """The engine cannot do its work; the text is one sentence for the user."""


class Engine(Protocol):
    """Answers questions about every publication that was loaded. Use it in a `with` statement."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def load(self, publications: Sequence[Collected]) -> frozenset[str] | None:
        """Take in the observations of these publications, in place of any before.

        Returns the periods of which rows are other than those it began with; None where all may be.
        """

    def rows(self, question: Question) -> list[Row]:
        """The answer, a tuple for each row, in the order the question asks for."""

    def columns(self, question: Question) -> Mapping[str, NDArray[Any]]:
        """The answer by column, for long ones without nulls: whole numbers as int64, text as objects."""

    def keep_rows(self, file: Path) -> None:
        """Put what was loaded into a file, for another engine to begin with. It answers nothing more then."""

    def write_csv(self, question: Question, path: Path) -> None:
        """Write the answer as CSV with a header row, in the order the question asks for."""

    def write_parquet(self, question: Question, path: Path) -> None:
        """Write the answer as Parquet, in the order the question asks for."""

    def write_csv_of_months(self, question: OfMonths, months: Sequence[str], path: Path) -> None:
        """Write the answer of these months as CSV with a header row, in the order the question asks for.

        The months are in order, which is that of the answer too.
        """

    def write_months(self, question: OfMonths, files: Mapping[str, Path]) -> None:
        """Write the answer of each month to its file as Parquet, in the order the question asks for."""


def table(name: str) -> ir.Table:
    """A table to ask about, the same for every engine.

    `publications`, `places`, `bodies` as loaded; `observations`, every row, with `on_map` where its area is
    a constituency and `by_month` where it is a count of a calendar month over all channels and outcomes;
    `monthly`, the rows of constituencies by
    calendar month that hold a value, with `publication` and `synthetic` beside them; `elsewhere`, the same
    for every other area; `opened`, the cases opened by calendar month over all bodies, of all areas: a tenth
    of the rows, and what most pages are about.
    """
    return ibis.table(SCHEMAS[name], name=name)


def rows_by_month(*, on_map: bool) -> Question:
    """What `monthly` (on the map of constituencies) or `elsewhere` (not on it) is made of.

    Totals stay among the rows: who asks must say `_T` for each column that is not asked about.
    """
    rows = table("observations")
    found: Question = rows.filter(rows.by_month, rows.on_map if on_map else ~rows.on_map).select(*BY_MONTH)
    return found


def rows_opened() -> Question:
    """What `opened` is made of."""
    rows = table("observations")
    asked = rows.filter(rows.by_month, rows.measure == "cases_opened", rows.body == "_T")
    found: Question = asked.select(*OPENED)
    return found


__all__ = ["Engine", "EngineError", "OfMonths", "Question", "Row", "rows_by_month", "rows_opened", "table"]
