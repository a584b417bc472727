"""How long an audit takes (E2), and that what passes it would not have passed as suppressed figures.

    .venv/bin/python -m benchmarks.disclosure [--only month,year,two-years,whole,suppression] [--repeat N]

- month, year, two-years: `cases_opened` of 14 categories and 12 bodies, 168 cells a month, published as an
  office does (`ocd-scr5`).
- whole: two years of six measures as the office publishes them, with all that ties them to each other: some
  19,000 cells.
- suppression: the year with counts of 1 to 4 left out and all totals exact; how many are recovered exactly.

The median of the runs; the audit reads the folder, so the time is what an office waits for.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.report import Row, report
from opencasework.standard.attacks import AuditReport, audit
from opencasework.standard.attacks.tests import showing as _showing
from opencasework.standard.attacks.tests import suppressed as _suppressed
from opencasework.standard.observations import Cell
from opencasework.standard.publication import OfficeIdentity, add_months

showing: Any = _showing  # tests have no types
suppressed: Any = _suppressed
PROMISED = {"month": (1, 5.0), "year": (12, 60.0), "two-years": (24, 120.0)}  # months, seconds
CATEGORIES, BODIES = showing.CATEGORIES[:14], showing.BODIES[:12]
ONE = ("cases_opened",)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--only", default="month,year,two-years,whole,suppression")
    arguments.add_argument("--repeat", type=int, default=3)
    given = arguments.parse_args()
    rows = []
    for name in given.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(name, Path(folder), given.repeat)
    report(rows)


def measure(name: str, folder: Path, repeat: int) -> list[Row]:
    """The rows of one part."""
    if name in PROMISED:
        length, promised = PROMISED[name]
        publish(folder, length, ONE)
        found, seconds = timed([folder], repeat)
        what = (
            f"{length} months, {found.cells:,} cells, one measure" if length > 1 else "one month, one measure"
        )
        good = seconds <= promised and found.passed
        return [Row(what, said(found, seconds), f"≤ {promised:.0f} s, passes", good)]
    if name == "whole":
        publish(folder, 24, showing.MEASURES)
        found, seconds = timed([folder], 1)
        return [
            Row(
                f"24 months, {found.cells:,} cells, six measures",
                said(found, seconds),
                "passes",
                found.passed,
            )
        ]
    counts = showing.true_counts(months(12), categories=CATEGORIES, bodies=BODIES, measures=ONE)
    showing.write(folder, suppressed.suppressed_rows(counts), method="suppression")
    found, seconds = timed([folder], 1)
    share = f"{found.exact} of {found.attacked} small cells known exactly, {seconds:.1f} s"
    fixture = folder / "fixture"
    showing.write(fixture, suppressed.suppressed_rows(suppressed.fixture()), method="suppression")
    broken, _ = timed([fixture], 1)
    recovered = broken.exact / broken.attacked
    return [
        Row("the year, plainly suppressed", share, "fails", not found.passed),
        Row("the fixture, plainly suppressed", f"{recovered:.0%} known exactly", "≥ 50 %", recovered >= 0.5),
    ]


def months(count: int) -> list[str]:
    """The last months of the history."""
    found: list[str] = showing.months_from("2025-01", count)
    return found


def publish(folder: Path, count: int, measures: Sequence[str]) -> None:
    """Some months of these measures, protected and published as an office does."""
    counts = showing.true_counts(months(count), categories=CATEGORIES, bodies=BODIES, measures=measures)
    by_month: dict[str, dict[Cell, int]] = {month: {} for month in months(count)}
    for cell, number in counts.items():
        by_month[cell.period][cell] = number
    add_months(
        folder / "published",
        office=OfficeIdentity("The benchmark", "mp", "example/post/benchmark", showing.AREA, "-"),
        months=by_month,
        body_titles={body: body for body in BODIES},
        key=showing.KEY,
        status="published",
        prepared_by="Ben Example",
        signed_by="Ana Example",
        created=datetime(2027, 1, 12, 9, tzinfo=UTC),
        synthetic=True,
        measures=measures,
    )


def timed(paths: Sequence[Path], repeat: int) -> tuple[AuditReport, float]:
    """The report, and the median seconds of some audits."""
    found = [audit(paths) for _ in range(repeat)]
    return found[-1], statistics.median(one.seconds for one in found)


def said(found: AuditReport, seconds: float) -> str:
    """What was measured, in a few words."""
    programmes = found.work["linear"] + found.work["integer"]
    attacked = f"{found.attacked:,} attacked, {programmes} programmes"
    return f"{seconds:.1f} s, narrowest width {found.narrowest}, {attacked}"


if __name__ == "__main__":
    main()
