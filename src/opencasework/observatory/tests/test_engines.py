"""What holds for every question, whoever answers it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from opencasework.observatory.collect import Collected, collect
from opencasework.observatory.engines import OfMonths, Question, Row, rows_by_month, rows_opened, table
from opencasework.observatory.engines.duckdb import COUNTS_COLUMNS, DuckDBEngine
from opencasework.observatory.measures import by_place, by_topic_and_month
from opencasework.observatory.site.downloads import write_downloads
from opencasework.observatory.site.figures import measure
from opencasework.observatory.site.standing import Coming, Standing
from opencasework.observatory.tests.publishing import opened, publish
from opencasework.standard.publication import OfficeIdentity

# What engines answer each in a way of their own: estimates, chance, the clock, the first of no order.
INEXACT = re.compile(
    r"approx|hll|tdigest|reservoir|sample|random|now|today|current_|first|any_value|arbitrary", re.I
)


class Recorder(DuckDBEngine):
    """An engine that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Question] = []

    def rows(self, question: Question) -> list[Row]:
        self.asked.append(question)
        return super().rows(question)

    def columns(self, question: Question) -> Mapping[str, NDArray[Any]]:
        self.asked.append(question)
        return super().columns(question)

    def write_csv(self, question: Question, path: Path) -> None:
        self.asked.append(question)
        super().write_csv(question, path)

    def write_parquet(self, question: Question, path: Path) -> None:
        self.asked.append(question)
        super().write_parquet(question, path)

    def write_months(self, question: OfMonths, files: Mapping[str, Path]) -> None:
        self.asked.append(question([*files]))
        super().write_months(question, files)


@pytest.fixture(scope="module")
def asked(publications: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Question]:
    """Every question behind the pages and files of a site."""
    folder = tmp_path_factory.mktemp("asked")
    with Recorder() as engine:
        collection = collect([publications], workspace=folder / "work")
        engine.load(collection.publications)
        measure(engine, collection)
        standing = Standing(folder / "site", {}, {})
        write_downloads(engine, Coming(folder / "coming"), synthetic=True, standing=standing)
        return [*engine.asked, rows_by_month(on_map=True), rows_by_month(on_map=False), rows_opened()]


def test_what_was_opened_is_kept_and_follows_what_is_loaded(tmp_path: Path) -> None:
    for number in range(5):
        months = {"2026-09": opened(housing=20 + number), "2026-10": opened(housing=30, tax=9)}
        publish(tmp_path / "in" / f"office-{number}", months, post=f"post/{number}")
    with DuckDBEngine() as engine:
        engine.load(collect([tmp_path / "in"], workspace=tmp_path / "work").publications)
        engine.keep_rows(tmp_path / "rows.duckdb")
    shutil.rmtree(tmp_path / "in" / "office-4")
    publish(tmp_path / "in" / "office-4", {"2026-10": opened(housing=77)}, post="post/4")
    publish(tmp_path / "in" / "office-5", {"2026-10": opened(tax=11)}, post="post/5")
    now = collect([tmp_path / "in"], workspace=tmp_path / "work").publications

    rows = table("opened")
    with DuckDBEngine(rows=tmp_path / "rows.duckdb") as engine, DuckDBEngine() as fresh:
        engine.load(now)
        fresh.load(now)
        found, wanted = (each.rows(rows.order_by(*rows.columns)) for each in (engine, fresh))

    assert found == wanted
    assert {(name, value) for name, *_, value, _error in found} >= {("office-4", 77), ("office-5", 11)}


def functions_of(question: Question, dialect: str) -> set[str]:
    """The functions that are called in the compiled question."""
    return set(re.findall(r"\b([A-Z_]+)\(", str(ibis.to_sql(question, dialect=dialect))))


def inexact(question: Question) -> set[str]:
    operations = {type(node).__name__ for node in question.op().find(ibis.expr.operations.Node)}
    called = functions_of(question, "duckdb") | functions_of(question, "pyspark")
    return {name for name in operations | called if INEXACT.search(name)}


def test_no_published_number_is_an_estimate(asked: Sequence[Question]) -> None:
    assert len(asked) > 15
    assert {name for question in asked for name in inexact(question)} == set()


@pytest.mark.parametrize(
    "estimate",
    [
        lambda rows: rows.agg(n=rows.publication.approx_nunique()),
        lambda rows: rows.agg(n=rows.value.approx_median()),
        lambda rows: rows.agg(n=rows.publication.arbitrary()),
        lambda rows: rows.mutate(n=ibis.random()),
        lambda rows: rows.mutate(n=ibis.now()),
        lambda rows: rows.sample(0.5),
    ],
)
def test_an_estimate_would_be_noticed(estimate) -> None:  # type: ignore[no-untyped-def]
    assert inexact(estimate(table("monthly")))


def test_only_whole_numbers_and_text_come_back(asked: Sequence[Question]) -> None:
    kinds = {str(kind).lstrip("!") for question in asked for kind in question.schema().types}

    assert kinds <= {"string", "int64", "boolean"}


def test_whoever_does_not_use_the_observatory_does_not_wait_for_ibis() -> None:
    code = "import sys, opencasework.cli, opencasework.observatory.cli; print('ibis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


# --- what it adds up is what anybody would ---------------------------------------------------------------

AREAS = ("E14001079", "E14001433", "S92000003")  # the last is no constituency
MONTHS = ("2025-12", "2026-01", "2026-02", "2026", "2026-Q1")
CELLS = some.dictionaries(
    some.tuples(
        some.sampled_from(MONTHS),
        some.sampled_from(["_T", "housing"]),
        some.sampled_from(["_T", "GB-GOR-D10"]),
        some.sampled_from(["_T", "email"]),
    ),
    some.tuples(some.none() | some.integers(0, 10**12), some.none() | some.integers(0, 9)),
    max_size=12,
)


@pytest.fixture(scope="module")
def counting() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as engine:
        yield engine


@settings(max_examples=15)
@given(offices=some.lists(some.tuples(some.sampled_from(AREAS), CELLS), max_size=4))
def test_sums_are_those_of_python(offices, counting, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("offices")
    counting.load([written(folder / f"{at}.csv", *office) for at, office in enumerate(offices)])

    issues = by_topic_and_month(counting)
    places = by_place(counting, first="2025-12", last="2026-02")

    expected: Counter[tuple[str, str]] = Counter()
    months: dict[str, set[str]] = {}
    by_issue: Counter[tuple[str, str]] = Counter()
    on_map = [(area, cell) for area, cells in offices if area != AREAS[-1] for cell in cells.items()]
    for area, ((month, category, body, channel), (value, _)) in on_map:
        if value is not None and body == channel == "_T" and month in MONTHS[:3]:
            by_issue[category, month] += value
            expected[area, category] += value
            if category == "_T":
                months.setdefault(area, set()).add(month)
    assert {(row.category, row.month): row.value for row in issues} == by_issue
    # A place whose grand totals are all withheld has published no month.
    shown = {key: value for key, value in expected.items() if key[0] in months}
    assert {(row.area_code, row.category): row.value for row in places} == shown
    assert {row.area_code: row.months for row in places} == {area: len(each) for area, each in months.items()}


def written(file: Path, area: str, cells: dict[tuple[str, ...], tuple[int | None, int | None]]) -> Collected:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COUNTS_COLUMNS)
        for (month, category, body, channel), (value, error) in cells.items():
            writer.writerow([month, area, category, body, channel, "_T", "cases_opened", value, "A", error])
    office = OfficeIdentity(name="", kind="mp", post=file.stem, area_code=area, area_name=area)
    return Collected(file.stem, file, office, True, False, "ocd-scr5", True, "", {})  # noqa: FBT003
