"""The combined figures as files, each saying for itself when its figures are invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opencasework.observatory.engines import Engine, Question
from opencasework.observatory.engines.duckdb import join_csv, join_parquet
from opencasework.observatory.measures.published_tables import (
    by_month_and_issue,
    by_month_place_and_issue,
    everything_by_month,
    months_published,
)

INVENTED = "invented-figures"
MONTHS_AT_A_TIME = 4  # of 20,000 offices they are put in order in a gigabyte


@dataclass(frozen=True)
class Table:
    """A table to be written: how it is named, what it holds, and the question that makes it."""

    name: str
    format: str  # "csv" or "parquet"
    title: str
    description: str
    columns: Sequence[tuple[str, str]]
    question: Callable[[Sequence[str] | None], Question] = field(repr=False)  # of these months; None: of all


@dataclass(frozen=True)
class Download:
    """A written file; `path` starts at the top of the site, `size` is in bytes."""

    table: Table
    path: str
    size: int


_COMMON = (
    ("period", "calendar month"),
    ("category", "issue, level 1 of the standard's code list; _T for all together"),
    ("measure", "what is counted, a code of the standard"),
    ("value", "the published count"),
    ("synthetic", "yes when the office and its figures are invented"),
)
_AREA = (("area_code", "GSS code of the area"), ("area_name", "its name"))
_BODY = ("body", "org-id of the public body; _T for all together, _N none, _O other")
_ERROR = ("uncertainty", "how far the count may be from the truth because small counts were rounded")

TABLES = (
    Table(
        name="counts-by-month-place-and-issue",
        format="csv",
        title="Counts by month, place and issue",
        description="One row for each month, area, issue and measure, over all bodies.",
        columns=[_COMMON[0], *_AREA, *_COMMON[1:4], _ERROR, _COMMON[4]],
        question=by_month_place_and_issue,
    ),
    Table(
        name="counts-by-month-and-issue",
        format="csv",
        title="Counts by month and issue",
        description="The same over all constituencies with a publishing office, with how many there were.",
        columns=[
            *_COMMON[:4],
            ("offices", "offices that published that month"),
            ("population", "residents of their constituencies"),
            _COMMON[4],
        ],
        question=by_month_and_issue,
    ),
    Table(
        name="all-published-counts",
        format="parquet",
        title="Everything published by month",
        description="Every published row of every office, public bodies included.",
        columns=[_COMMON[0], _AREA[0], _COMMON[1], _BODY, *_COMMON[2:4], _ERROR, _COMMON[4]],
        question=everything_by_month,
    ),
)


def write_downloads(engine: Engine, site: Path, *, synthetic: bool, in_parts: bool = False) -> list[Download]:
    """Write every table into `site`/data. A file with an invented figure says so in name and column.

    `in_parts` asks for some calendar months after the other: the same rows, put in order in less memory.
    """
    folder = site / "data"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    months = [month for (month,) in engine.rows(months_published())] if in_parts else []
    for table in TABLES:
        suffix = f"-{INVENTED}" if synthetic else ""
        file = folder / f"{table.name}{suffix}.{table.format}"
        _write(engine, table, file, months)
        written.append(Download(table, f"data/{file.name}", file.stat().st_size))
    return written


def _write(engine: Engine, table: Table, file: Path, months: Sequence[str]) -> None:
    write = engine.write_csv if table.format == "csv" else engine.write_parquet
    if not months:
        write(table.question(None), file)
        return
    parts = []
    for first in range(0, len(months), MONTHS_AT_A_TIME):
        parts.append(file.with_suffix(f".from-{months[first]}"))
        write(table.question(months[first : first + MONTHS_AT_A_TIME]), parts[-1])
    (join_csv if table.format == "csv" else join_parquet)(parts, file)
    for part in parts:
        part.unlink()
