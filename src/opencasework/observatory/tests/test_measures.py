"""Each measure on counts small enough to add up by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from math import ceil, sqrt
from pathlib import Path

import pytest

from opencasework.observatory.collect import collect
from opencasework.observatory.engines import table
from opencasework.observatory.engines.duckdb import DuckDBEngine
from opencasework.observatory.measures import (
    by_body,
    by_place,
    by_topic_and_month,
    coverage_by_month,
    latest_month,
    rate_per_10_000,
    same_panel_change,
)
from opencasework.observatory.measures.coverage import Coverage
from opencasework.observatory.places import constituencies
from opencasework.observatory.tests.publishing import (
    BASSETLAW,
    BOLTON_WEST,
    DWP,
    HOME_OFFICE,
    PRESTON,
    Counts,
    opened,
    publish,
)
from opencasework.standard.tests import cubes

UNDER_KR5 = Path(cubes.__file__).with_name("published_under_kr5")
Country = Mapping[str, Mapping[str, Counts]]  # by area and month


class Observed:
    """Loads a country of publications into an engine."""

    def __init__(self, folder: Path, engine: DuckDBEngine) -> None:
        self.folder, self.engine = folder, engine

    def load(self, country: Country) -> DuckDBEngine:
        for area, months in country.items():
            publish(self.folder / area, months, area=area)
        self.engine.load(collect([self.folder], workspace=self.folder / "work").publications)
        return self.engine


@pytest.fixture
def observed(tmp_path: Path) -> Iterator[Observed]:
    with DuckDBEngine() as engine:
        yield Observed(tmp_path, engine)


def test_issues_are_added_up_over_offices_by_month(observed: Observed) -> None:
    engine = observed.load(
        {
            BASSETLAW: {"2026-09": opened(housing=10), "2026-10": opened(housing=7, tax=20)},
            PRESTON: {"2026-10": opened(housing=8)},
        }
    )

    counts = {(row.category, row.month): row.value for row in by_topic_and_month(engine)}

    assert counts == {
        ("_T", "2026-09"): 10,
        ("housing", "2026-09"): 10,
        ("_T", "2026-10"): 35,
        ("housing", "2026-10"): 15,
        ("tax", "2026-10"): 20,
    }


def test_a_place_is_counted_over_the_months_it_published(observed: Observed) -> None:
    engine = observed.load(
        {
            BASSETLAW: {"2026-08": opened(tax=9), "2026-09": opened(tax=10), "2026-10": opened(tax=30)},
            PRESTON: {"2026-10": opened(housing=8)},
        }
    )

    rows = by_place(engine, first="2026-09", last="2026-10")

    assert [(row.area_code, row.category, row.value, row.months) for row in rows] == [
        (BASSETLAW, "_T", 40, 2),
        (BASSETLAW, "tax", 40, 2),
        (PRESTON, "_T", 8, 1),
        (PRESTON, "housing", 8, 1),
    ]


def test_months_that_are_rounded_together_are_no_further_off_than_one(
    observed: Observed, tmp_path: Path
) -> None:
    year = {f"2025-{month:02}": opened(tax=30) for month in range(1, 13)}
    publish(tmp_path / "second-office", year, area=PRESTON, post="post/two")
    engine = observed.load({BASSETLAW: year, PRESTON: year, BOLTON_WEST: year | {"2026-01": opened(tax=9)}})

    rows = by_place(engine, first="2025-01", last="2026-01")

    errors = {row.area_code: row.uncertainty for row in rows if row.category == "tax"}
    assert errors == {BASSETLAW: 5, PRESTON: 8, BOLTON_WEST: 8}  # of two offices, of two years: root of 50


def test_months_drawn_cell_by_cell_add_their_errors_as_squares(observed: Observed) -> None:
    shutil.copytree(UNDER_KR5, observed.folder / "under-kr5")
    engine = observed.load({BASSETLAW: {"2026-07": opened(tax=9)}})

    rows = by_place(engine, first="2026-07", last="2026-09", on_map=False)

    other = table("elsewhere")
    totals = other.filter(other.measure == "cases_opened", other.category == "_T", other.body == "_T")
    each_month = engine.rows(totals.filter(totals.synthetic).select("uncertainty"))
    (error,) = (row.uncertainty for row in rows if row.category == "_T")
    assert len(each_month) == 3
    assert error == ceil(sqrt(sum(each**2 for (each,) in each_month)))


def test_coverage_counts_offices_and_their_people_and_shows_gaps(observed: Observed) -> None:
    engine = observed.load(
        {
            BASSETLAW: {"2026-08": opened(tax=9), "2026-10": opened(tax=30)},
            PRESTON: {"2026-10": opened(housing=8)},
        }
    )

    bassetlaw, preston = constituencies()[BASSETLAW], constituencies()[PRESTON]
    assert coverage_by_month(engine) == [
        Coverage("2026-08", 1, bassetlaw.population),
        Coverage("2026-09", 0, 0),
        Coverage("2026-10", 2, bassetlaw.population + preston.population),
    ]


def test_the_people_of_a_place_that_two_offices_share_count_once(observed: Observed, tmp_path: Path) -> None:
    publish(tmp_path / "before-the-by-election", {"2026-10": opened(housing=6)}, post="post/one")
    publish(tmp_path / "after-the-by-election", {"2026-10": opened(housing=7)}, post="post/two")
    engine = observed.load({PRESTON: {"2026-10": opened(housing=8)}})

    people = constituencies()[BASSETLAW].population + constituencies()[PRESTON].population
    assert coverage_by_month(engine) == [Coverage("2026-10", 3, people)]


def test_a_month_without_any_case_is_still_published(observed: Observed) -> None:
    engine = observed.load({BASSETLAW: {"2026-10": {}}})

    assert [row.offices for row in coverage_by_month(engine)] == [1]


@pytest.mark.parametrize(
    ("offices", "newest"),
    [([60, 60, 29], "2026-09"), ([60, 60, 30], "2026-10"), ([0, 0, 1], "2026-10"), ([], None), ([0], None)],
)
def test_the_newest_month_is_not_one_that_is_mostly_missing(offices: list[int], newest: str | None) -> None:
    months = ["2026-08", "2026-09", "2026-10"][-len(offices) :]

    coverage = [Coverage(month, count, 0) for month, count in zip(months, offices, strict=False)]

    assert latest_month(coverage) == newest


def test_change_compares_only_offices_that_published_both_years(observed: Observed) -> None:
    stayed = {"2025-10": opened(housing=40), "2026-10": opened(housing=50)}
    engine = observed.load(
        {
            BASSETLAW: stayed,
            PRESTON: stayed,
            BOLTON_WEST: stayed,
            "E14001063": {"2026-10": opened(housing=900)},  # joined: would look like growth
        }
    )

    change = same_panel_change(engine, last="2026-10")["housing"]

    assert (change.before, change.now, change.offices) == (120, 150, 3)
    assert change.share == pytest.approx(0.25)


@pytest.mark.parametrize("areas", [[BASSETLAW, PRESTON], [BASSETLAW, PRESTON, BOLTON_WEST]])
def test_no_change_is_stated_on_few_offices_or_few_cases(areas: list[str], observed: Observed) -> None:
    few = {2: 400, 3: 16}[len(areas)]
    months = {"2025-10": opened(housing=few), "2026-10": opened(housing=2 * few)}
    engine = observed.load({area: months for area in areas})

    assert same_panel_change(engine, last="2026-10")["housing"].share is None


def test_a_body_is_named_only_with_three_offices_and_enough_enquiries(observed: Observed) -> None:
    def to(body: str, count: int) -> Counts:
        return {("benefits", body, "enquiries_sent"): count, ("benefits", body, "cases_opened"): count}

    both = {"2026-10": {**to(DWP, 9), **to(HOME_OFFICE, 30)}}
    engine = observed.load(
        {BASSETLAW: both, PRESTON: both, BOLTON_WEST: {"2026-10": {**to(DWP, 9), **to("_N", 6)}}}
    )

    bodies = by_body(engine, first="2026-10", last="2026-10")

    assert [(body.title, body.enquiries_sent, body.offices) for body in bodies] == [
        ("Department for Work and Pensions", 27, 3),
        ("Other bodies", 60, 2),  # the Home Office: enough enquiries, too few offices
        ("No body involved", 6, 1),
    ]


def test_no_single_office_names_a_body_for_all(observed: Observed) -> None:
    month = {"2026-10": {("benefits", DWP, "enquiries_sent"): 20}}
    for number, area in enumerate((BASSETLAW, BOLTON_WEST, PRESTON)):
        lie = {DWP: "Office that never answers"} if number == 2 else None
        publish(observed.folder / f"a-{number}", month, area=area, titles=lie)
    engine = observed.load({})

    assert {body.title for body in by_body(engine, first="2026-10", last="2026-10")} >= {
        "Department for Work and Pensions"
    }


def test_a_rate_is_for_every_10_000_people() -> None:
    assert rate_per_10_000(60, 100_000) == 6
    with pytest.raises(ValueError, match="needs a population"):
        rate_per_10_000(1, 0)
