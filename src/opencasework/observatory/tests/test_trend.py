"""Rising, falling, no clear change, too little data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opencasework.observatory.measures.negative_binomial import fit
from opencasework.observatory.measures.trend import OfficeMonth, trend
from opencasework.observatory.months import month_after


def office(
    name: str, *, months: int = 24, level: float = 40, a_year: float = 1.0, start: int = 0, seed: int = 1
):
    """An office whose counts grow by `a_year` each year, with a season and overdispersion."""
    draw = np.random.default_rng([seed, *name.encode()])
    rows = []
    for step in range(start, start + months):
        mean = level * a_year ** (step / 12) * (1 + 0.2 * math.sin(2 * math.pi * step / 12))
        count = draw.negative_binomial(20, 20 / (20 + mean))
        rows.append(OfficeMonth(name, month_after("2024-11", step), int(count)))
    return rows


def test_what_grows_by_a_fifth_a_year_is_rising():
    found = trend(row for number in range(30) for row in office(f"o{number}", a_year=1.2))

    assert found.verdict == "rising"
    assert found.low < 1.2 < found.high
    assert (found.offices, found.months) == (30, 24)


def test_what_shrinks_by_a_fifth_a_year_is_falling():
    assert trend(row for number in range(30) for row in office(f"o{number}", a_year=0.8)).verdict == "falling"


def test_a_season_is_not_a_trend():
    found = trend(row for number in range(30) for row in office(f"o{number}"))

    assert found.verdict == "no clear change"
    assert found.ratio == pytest.approx(1, abs=0.05)


def test_offices_that_join_do_not_look_like_a_rise():
    first = [row for number in range(10) for row in office(f"o{number}")]
    joined = [row for number in range(20) for row in office(f"n{number}", level=90, months=9, start=15)]

    assert trend([*first, *joined]).verdict == "no clear change"


def test_a_change_that_is_certain_and_tiny_is_no_clear_change():
    found = trend(row for number in range(300) for row in office(f"o{number}", level=300, a_year=1.03))

    assert found.low > 1
    assert found.verdict == "no clear change"


def every_month(*counts: int) -> list[OfficeMonth]:
    return [OfficeMonth("a", month_after("2024-01", step), count) for step, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("rows", "is_enough"),
    [
        ([], False),
        (every_month(*[50] * 11), False),  # eleven months
        (every_month(*[50] * 12), True),
        (every_month(*[4] * 11, 5), False),  # 49 cases
        (every_month(*[4] * 11, 6), True),
        (every_month(*[0] * 30), False),
        (every_month(60, *[0] * 29), False),  # all in one month: no trend is finite
    ],
)
def test_under_fifty_cases_or_twelve_months_nothing_is_said(rows, is_enough):
    found = trend(rows)

    assert (found.verdict != "too little data") == is_enough
    assert (found.ratio is None) == (not is_enough)


def test_a_season_is_not_a_trend_in_the_first_year_either():
    verdicts = [trend(office("a", months=12, seed=seed)).verdict for seed in range(40)]

    assert verdicts.count("rising") + verdicts.count("falling") <= 2


def test_rounding_makes_us_less_sure():
    rows = [row for number in range(5) for row in office(f"o{number}", level=6, a_year=1.2)]

    exact, rounded = trend(rows, rounding_variance=0), trend(rows)

    assert exact.ratio == rounded.ratio
    assert rounded.high - rounded.low > exact.high - exact.low


def test_the_order_of_the_rows_changes_nothing():
    rows = [row for number in range(5) for row in office(f"o{number}", a_year=1.1)]

    assert trend(rows).ratio == pytest.approx(trend(rows[::-1]).ratio, rel=1e-9)


def test_counts_of_offices_in_turn_are_fitted_as_those_of_one_after_the_other():
    rows = [row for number in range(4) for row in office(f"o{number}", level=10 + 20 * number)]
    counts, series = np.array([row.count for row in rows], dtype=float), np.repeat(np.arange(4), 24)
    t, offset = np.tile(np.arange(24.0) / 12, 4)[:, None], np.zeros(len(rows))
    in_turn = np.argsort(np.tile(np.arange(24), 4), kind="stable")

    found = fit(counts, t, series, offset)
    again = fit(counts[in_turn], t[in_turn], series[in_turn], offset)

    assert again.coefficients == pytest.approx(found.coefficients, rel=1e-9)
    assert again.mean == pytest.approx(found.mean[in_turn], rel=1e-9)
    assert again.covariance_with(t[in_turn], series[in_turn], added=4.2) == pytest.approx(
        found.covariance_with(t, series, added=4.2), rel=1e-9
    )


def test_eliminating_the_offices_gives_what_a_column_for_each_gives():
    rows = [row for number in range(4) for row in office(f"o{number}", level=10 + 20 * number)]
    counts = np.array([row.count for row in rows], dtype=float)
    series = np.repeat(np.arange(4), 24)
    t = np.tile(np.arange(24.0) / 12, 4)
    offset = np.zeros(len(rows))

    eliminated = fit(counts, t[:, None], series, offset)
    dummies = np.column_stack([t, *(series == number for number in range(1, 4))]).astype(float)
    written_out = fit(counts, dummies, np.zeros(len(rows), dtype=np.intp), offset)

    assert eliminated.theta == pytest.approx(written_out.theta, rel=1e-6)
    assert eliminated.coefficients[0] == pytest.approx(written_out.coefficients[0], rel=1e-6)
    assert eliminated.covariance[0, 0] == pytest.approx(written_out.covariance[0, 0], rel=1e-6)


@settings(max_examples=60)
@given(
    counts=st.lists(
        st.lists(st.sampled_from([0, 0, 0, 5, 6, 9, 30, 4000]), min_size=12, max_size=26),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_published_gets_a_verdict(counts):
    rows = [
        OfficeMonth(f"o{number}", month_after("2023-01", step), count)
        for number, office_counts in enumerate(counts)
        for step, count in enumerate(office_counts)
    ]

    found = trend(rows)

    assert found.verdict in ("rising", "falling", "no clear change", "too little data")
    if found.ratio is not None:
        assert 0 <= found.low <= found.ratio <= found.high
