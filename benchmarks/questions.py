"""How long DuckDB takes over every question behind a page of the observatory.

    .venv/bin/python -m benchmarks.questions [--publications DIR] [--rounds 7]

Over the publications in DIR, or over a nation of 650 offices and 24 months, which takes minutes to make. The
median of the rounds, from the expression to rows in Python, by the clock and of both processors together; and
once, what starting with Ibis costs.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from benchmarks.report import Row, report
from opencasework.observatory import measures
from opencasework.observatory.collect import collect
from opencasework.observatory.engines import Engine, Question
from opencasework.observatory.engines import Row as Answer
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.measures.published_tables import by_month_and_issue, by_month_place_and_issue
from opencasework.observatory.months import MONTHS_OF_A_YEAR, month_after
from opencasework.observatory.simulate import simulate

PROMISED_MS = 150
LAST = "2026-10"
FIRST = month_after(LAST, 1 - MONTHS_OF_A_YEAR)
ASKED: dict[str, Callable[[Engine], object]] = {
    "coverage by month": measures.coverage_by_month,
    "issues by month": measures.by_topic_and_month,
    "issues by month, other areas": lambda e: measures.by_topic_and_month(e, on_map=False),
    "places and issues, one month": lambda e: measures.by_place(e, first=LAST, last=LAST),
    "places and issues, a year": lambda e: measures.by_place(e, first=FIRST, last=LAST),
    "places and issues, a year, other areas": lambda e: measures.by_place(
        e, first=FIRST, last=LAST, on_map=False
    ),
    "places by month": measures.totals_by_place_and_month,
    "places by month, other areas": lambda e: measures.totals_by_place_and_month(e, on_map=False),
    "change on a year ago, one month": lambda e: measures.same_panel_change(e, last=LAST),
    "change on a year ago, a year": lambda e: measures.same_panel_change(e, last=LAST, months=12),
    "public bodies": lambda e: measures.by_body(e, first=FIRST, last=LAST),
    "share answered": lambda e: measures.share_answered(e, first=FIRST, last=LAST),
    "dealings with bodies by month": lambda e: measures.dealings_by_month(e, first="2023-11", last=LAST),
    "dealings with bodies by issue": lambda e: measures.dealings_by_issue(e, first=FIRST, last=LAST),
    "finer issues by year": measures.by_subtopic_and_year,
    "months of offices": measures.months_of_offices,
    "what the trends of issues rest on": lambda e: measures.trends_of_issues(e, last=LAST),
    "what the trends of places rest on": lambda e: measures.trends_of_places(e, last=LAST),
    "download: month, place and issue": lambda e: e.rows(by_month_place_and_issue()),
    "download: month and issue": lambda e: e.rows(by_month_and_issue()),
}


class Heard(Exception):
    """The question was heard; what a measure would make of the answer is not measured."""


class Listener(DuckDBEngine):
    """Keeps the question instead of answering it."""

    question: Question

    def rows(self, question: Question) -> list[Answer]:
        self.question = question
        raise Heard

    def columns(self, question: Question) -> Mapping[str, NDArray[Any]]:
        self.question = question
        raise Heard


def question_of(measure: Callable[[Engine], object]) -> Question:
    with Listener() as listener:
        try:
            measure(listener)
        except Heard:
            return listener.question
    raise AssertionError("A measure asks a question.")


def length_of(answer: Any) -> int:
    """How many rows it has, as rows or by column."""
    return len(next(iter(answer.values()))) if isinstance(answer, Mapping) else len(answer)


@contextmanager
def nation(given: Path | None) -> Iterator[Path]:
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="nation-") as folder:
        simulate(650, 24, 7, Path(folder) / "publications", until=LAST)
        yield Path(folder) / "publications"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--publications", type=Path)
    arguments.add_argument("--rounds", type=int, default=7)
    given = arguments.parse_args()
    rows = []
    with (
        nation(given.publications) as folder,
        tempfile.TemporaryDirectory(prefix="observatory-") as workspace,
        DuckDBEngine() as engine,
    ):
        publications = collect([folder], workspace=Path(workspace)).publications
        engine.load(publications)
        for name, measure in ASKED.items():
            question = question_of(measure)
            ask = engine.columns if name.startswith("what the trends") else engine.rows
            times, worked = [], []
            for _ in range(given.rounds):
                started, working = time.perf_counter(), time.process_time()
                answer = ask(question)
                times.append((time.perf_counter() - started) * 1000)
                worked.append((time.process_time() - working) * 1000)
            median = statistics.median(times)
            page = not name.startswith("download")
            processors = f"{statistics.median(worked):.0f} of the processors"
            said = f"{median:.0f} ms, {processors}, {length_of(answer):,} rows"
            rows.append(
                Row(name, said, f"≤ {PROMISED_MS} ms" if page else "", not page or median <= PROMISED_MS)
            )
    rows.append(Row("offices", str(len(publications)), "", good=True))
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import ibis"], check=True)
    rows.append(
        Row("Python with Ibis, from nothing", f"{time.perf_counter() - started:.2f} s", "", good=True)
    )
    report(rows)


if __name__ == "__main__":
    main()
