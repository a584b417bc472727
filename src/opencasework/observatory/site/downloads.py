"""The combined figures as files, each saying for itself when its figures are invented."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from opencasework.observatory.engines import Engine, Question
from opencasework.observatory.engines import table as loaded
from opencasework.observatory.measures.published_tables import (
    by_month_and_issue,
    by_month_place_and_issue,
    everything_by_month,
    months_published,
)
from opencasework.observatory.site.by_month import Months, Written, write_csv, write_parquet
from opencasework.observatory.site.memory import hash_of_all
from opencasework.observatory.site.standing import Coming, Standing

INVENTED = "invented-figures"


@dataclass(frozen=True)
class Table:
    """A table to be written: how it is named, what it holds, and the question that makes it."""

    name: str
    format: str  # "csv" or "parquet"
    title: str
    description: str
    columns: Sequence[tuple[str, str]]
    question: Callable[..., Question] = field(repr=False)
    a_month_at_a_time: bool = True  # and not quicker to write whole


@dataclass(frozen=True)
class Download:
    """A written table: at `path` from the top of the site, or at those of its `months`; `size` in bytes."""

    table: Table
    path: str
    size: int
    months: Sequence[tuple[str, str]] = ()


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
        a_month_at_a_time=False,
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


def write_downloads(
    engine: Engine,
    coming: Coming,
    *,
    synthetic: bool,
    standing: Standing,
    changed: Collection[str] | None = None,
    before: Written | None = None,
) -> tuple[list[Download], Written]:
    """Write every table into data/. A file with an invented figure says so in name and column.

    Of months that have not `changed` since the build `before`, what it left `standing` is taken. Returns the
    files, and what the next build may take.
    """
    there = [month for (month,) in engine.rows(months_published())]
    before, names = before or Written(), _mark_of_names(engine)
    months = Months(there, changed if names and names == before.names else None, before, standing)
    downloads, csv = [], {}
    suffix = f"-{INVENTED}" if synthetic else ""
    for table in TABLES:
        path = f"data/{table.name}{suffix}.{table.format}"
        if table.format == "parquet":
            paths = {month: f"data/{table.name}-{month}{suffix}.parquet" for month in there}
            size = write_parquet(engine, table.question, paths, coming, months)
            downloads.append(Download(table, "", size, [*reversed(paths.items())]))
            continue
        if table.a_month_at_a_time:
            csv[path] = write_csv(engine, table.question, coming.place(path), path, months)
        else:
            engine.write_csv(table.question(), coming.place(path))
        downloads.append(Download(table, path, coming.place(path).stat().st_size))
    return downloads, Written(before.by, names, csv)


def _mark_of_names(engine: Engine) -> str:
    """What areas are called, which stands in each row; empty where a name would break a line in two."""
    publications = loaded("publications")
    pairs = publications.select("area_code", "area_name").distinct()
    called = engine.rows(pairs.order_by("area_code", "area_name"))
    broken = any("\n" in name or "\r" in name for _code, name in called)
    return "" if broken else hash_of_all(called)
