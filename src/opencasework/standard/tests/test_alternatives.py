"""What comes before rounding, the parts of a year, and the methods beside `ocd-scr5`."""

import math
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.standard import codelists
from opencasework.standard.disclosure import folding, private, rr5, suppression
from opencasework.standard.disclosure.yearly import round_parts
from opencasework.standard.observations import Cell
from opencasework.standard.tests.cubes import AREA

KEY = b"a key for tests, 32 bytes long.."
NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)


def cell(category="benefits", body="GB-GOR-D10", measure="cases_opened", month="2026-10"):
    return Cell(month, AREA, category, body, measure)


def test_a_body_with_few_cases_counts_among_the_others():
    counts = {cell(): 31, cell(body="GB-GOR-D8"): 2, cell(body="_O"): 4, cell(body="_N"): 1}

    folded = folding.fold_bodies(counts, cases={"GB-GOR-D10": 300, "GB-GOR-D8": 19})

    assert folded == {cell(): 31, cell(body="_O"): 6, cell(body="_N"): 1}


def test_a_body_is_as_large_as_the_cases_opened_about_it():
    months = {
        "2026-09": {cell(month="2026-09"): 12, cell("housing", month="2026-09"): 3},
        "2026-10": {cell(): 1, cell(measure="enquiries_sent"): 6, cell(body="_N"): 40},
    }

    assert folding.cases_of_bodies(months) == {"GB-GOR-D10": 16, "_N": 40}


def test_a_sensitive_matter_counts_under_its_parent_alone():
    counts = {"family.domestic-abuse": 4, "family.childcare": 6, "family": 5}

    assert folding.fold_topics(counts) == {"family": 9, "family.childcare": 6}


def test_what_is_left_of_a_parent_is_never_mostly_sensitive():
    counts = {
        "housing.asylum-accommodation": 9,
        "housing.repairs": 30,
        "housing.homelessness": 12,
        "housing": 1,
    }

    assert folding.fold_topics(counts) == {"housing": 22, "housing.repairs": 30}
    assert folding.fold_topics({"social-care.safeguarding": 7, "social-care.home-care": 6}) == {
        "social-care": 13
    }


def test_a_topic_of_fewer_than_five_in_a_year_is_not_named():
    counts = {"immigration.windrush": 4, "immigration.visas": 40}

    assert folding.fold_topics(counts) == {"immigration": 4, "immigration.visas": 40}


@given(
    st.dictionaries(
        st.sampled_from(
            ["health", "health.mental-health", "health.quality-of-care", "health.dentists", "health.gp"]
        ),
        st.integers(0, 30),
    )
)
def test_folding_topics_keeps_the_sum_and_at_least_as_many_others_as_sensitive_cases(counts):
    folded = folding.fold_topics(counts)

    shown = {code for code in folded if "." in code}
    rest = sum(counts.values()) - sum(folded[code] for code in shown)
    secret = sum(counts.get(code, 0) for code in folding.sensitive())
    assert sum(folded.values()) == sum(counts.values())
    assert not shown & folding.sensitive()
    assert not shown or secret <= rest - secret


def test_sensitive_matters_are_categories_of_the_second_level():
    assert {codelists.load("category")[code].level for code in folding.sensitive()} == {2}


@pytest.mark.parametrize(
    ("cases", "span"),
    [
        ({"2026-10": 60}, "month"),
        ({"2026-10": 59}, "quarter"),
        ({"2026-10": 20, "2026-09": 20}, "quarter"),
        ({"2026-10": 19}, "year"),
        ({"2026-08": 20, "2026-09": 90, "2026-10": 100}, "month"),  # a quiet August
    ],
)
def test_a_small_office_publishes_longer_periods(cases, span):
    assert folding.floor_of(cases) == span


def test_no_month_says_nothing_about_the_floor():
    with pytest.raises(ValueError, match="no month"):
        folding.floor_of({})


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(min_value=0, max_value=40), min_size=1),
    st.integers(min_value=-6, max_value=6),
    st.binary(min_size=16, max_size=20),
)
@settings(max_examples=40, deadline=None)
def test_the_parts_of_a_year_add_up_to_its_months_and_none_is_small(parts, off, key):
    total = max(0, sum(parts.values()) + off)
    if total < 5 or not sum(parts.values()):
        total = 0

    shown = round_parts(parts, total=total, key=key, name=("2025", AREA, "cases_opened"))

    assert sum(shown.values()) == total
    assert all(value >= 5 and parts[code] for code, value in shown.items())


def test_a_part_of_a_year_is_near_the_truth():
    parts = {"a": 212, "b": 57, "c": 3, "d": 2, "e": 4}

    shown = round_parts(parts, total=280, key=KEY, name=("2025", AREA, "cases_opened"))

    assert sum(abs(shown.get(code, 0) - count) for code, count in parts.items()) <= 15


def test_small_counts_are_left_out_only_with_a_mark():
    counts = {cell(): 31, cell("housing"): 3, cell("tax", "_N"): 8, cell("health", "_N"): 0}

    rows = suppression.suppress(counts, month="2026-10", area_code=AREA, measures=["cases_opened"])

    shown = {(row.category, row.body): (row.value, row.status) for row in rows}
    assert shown == {
        ("benefits", "GB-GOR-D10"): (31, ""),
        ("benefits", "_T"): (31, ""),
        ("housing", "GB-GOR-D10"): (None, "c"),
        ("housing", "_T"): (None, "c"),
        ("tax", "_N"): (8, ""),
        ("tax", "_T"): (8, ""),
        ("_T", "GB-GOR-D10"): (None, "c"),
        ("_T", "_N"): (8, ""),
        ("_T", "_T"): (None, "c"),
    }


def october(numbers, *, width):
    return {
        cell(f"category-{at // width}", f"body-{at % width}"): number for at, number in enumerate(numbers)
    }


def test_random_rounding_hides_large_counts_and_totals_too():
    counts = october([31, 2, 12, 3, 0, 7], width=3)

    release = rr5.protect(counts, key=KEY)

    assert all(value % 5 == 0 for value in release.values.values())
    assert rr5.narrowest(release.values) >= rr5.NARROWEST
    assert rr5.protect(counts, key=KEY) == release


def test_random_rounding_is_drawn_again_when_a_total_betrays_its_cells():
    nine_fives_under_five = {("benefits", f"body-{at}"): 5 for at in range(9)}
    nine_fives_under_five |= {("_T", body): 5 for _, body in list(nine_fives_under_five)}
    nine_fives_under_five |= {("benefits", "_T"): 5, ("_T", "_T"): 5}

    assert rr5.narrowest(nine_fives_under_five) == 0


def test_random_rounding_is_right_on_average():
    counts = {cell(): 7}
    shown = [
        rr5.protect(counts, key=b"key %06d for tests" % number).values["benefits", "GB-GOR-D10"]
        for number in range(300)
    ]

    assert abs(sum(shown) / 300 - 7) < 3 * math.sqrt(6 / 300)


def release(tmp_path, counts, **changes):
    arguments = {
        "table": "wards 2026",
        "epsilon": Decimal(1),
        "budget": Decimal(2),
        "ledger": tmp_path / "budget.csv",
        "now": NOW,
    }
    return private.release(counts, **{**arguments, **changes})


def test_noise_has_the_spread_its_budget_buys(tmp_path):
    pytest.importorskip("opendp")
    counts = {("ward", number): 3 for number in range(10_000)}

    shown = release(tmp_path, counts)

    a = math.exp(-1)
    variance = 2 * a / (1 - a) ** 2
    errors = [value - 3 for value in shown.values()]
    assert abs(sum(errors) / 10_000) < 4 * math.sqrt(variance / 10_000)
    assert sum(error * error for error in errors) / 10_000 == pytest.approx(variance, rel=0.12)


def test_what_a_table_cost_stands_in_the_ledger_and_the_rest_is_refused(tmp_path):
    pytest.importorskip("opendp")
    release(tmp_path, {"ward": 3}, epsilon=Decimal("1.5"))

    with pytest.raises(private.BudgetError, match=r"only 0\.5 of the budget of 2 is left"):
        release(tmp_path, {"ward": 3}, table="months 2026")
    with pytest.raises(private.BudgetError, match="released already"):
        release(tmp_path, {"ward": 3}, epsilon=Decimal("0.1"))

    assert (tmp_path / "budget.csv").read_text() == (
        "table,epsilon,spent_at\nwards 2026,1.5,2026-11-12T09:00:00+00:00\n"
    )


@pytest.mark.parametrize("epsilon", [Decimal(0), Decimal(-1)])
def test_a_table_cannot_cost_nothing(tmp_path, epsilon):
    with pytest.raises(private.BudgetError, match="has to be above 0"):
        release(tmp_path, {"ward": 3}, epsilon=epsilon)


def test_a_broken_budget_ledger_is_said_to_be_one(tmp_path):
    (tmp_path / "budget.csv").write_text("table,epsilon,spent_at\nwards,much,yesterday\n")

    with pytest.raises(private.BudgetError, match="restore it from a backup"):
        release(tmp_path, {"ward": 3})
