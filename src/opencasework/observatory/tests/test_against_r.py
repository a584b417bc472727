"""Our numbers beside R's, on the same made-up series."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from opencasework.observatory.measures.negative_binomial import Fit, fit
from opencasework.observatory.measures.rates import byar_limits, exact_limits, rate_ratio, rate_with_limits

REFERENCE = Path(__file__).parent / "reference"
TERMS = ("(Intercept)", "t", "s1", "c1")


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def series() -> Mapping[str, np.ndarray]:
    found: dict[str, list[float]] = defaultdict(list)
    for row in table("monthly_series"):
        found[row["series"]].append(float(row["observed"]))
    return {name: np.array(values) for name, values in found.items()}


def fitted(counts: np.ndarray) -> Fit:
    t = np.arange(1.0, len(counts) + 1)
    waves = [np.sin(2 * np.pi * t / 12), np.cos(2 * np.pi * t / 12)]
    alone = np.zeros(len(counts), dtype=np.intp)
    return fit(counts, np.column_stack([t, *waves]), alone, np.zeros(len(counts)))


@pytest.mark.parametrize("name", ["overdispersed", "rising", "falling", "spike", "step_up"])
def test_the_negative_binomial_model_is_that_of_mass(name, series):
    reference = {
        row["term"]: row
        for row in table("glm_reference")
        if (row["series"], row["model"]) == (name, "negbin")
    }

    ours = fitted(series[name])

    assert ours.theta == pytest.approx(float(reference["t"]["extra"]), rel=3e-6)
    estimates = [float(ours.effects[0]), *map(float, ours.coefficients)]
    assert estimates == pytest.approx([float(reference[term]["estimate"]) for term in TERMS], abs=5e-9)
    errors = np.sqrt(np.diag(ours.covariance))
    assert list(errors) == pytest.approx([float(reference[term]["se"]) for term in TERMS[1:]], rel=1e-6)


@pytest.mark.parametrize("name", ["steady_low", "steady_mid", "sparse"])
def test_counts_that_scatter_as_chance_alone_are_fitted_as_poisson(name, series):
    reference = {
        row["term"]: row
        for row in table("glm_reference")
        if (row["series"], row["model"]) == (name, "poisson")
    }

    ours = fitted(series[name])

    assert math.isinf(ours.theta)
    estimates = [float(ours.effects[0]), *map(float, ours.coefficients)]
    assert estimates == pytest.approx([float(reference[term]["estimate"]) for term in TERMS], abs=5e-9)
    errors = np.sqrt(np.diag(ours.covariance))
    assert list(errors) == pytest.approx([float(reference[term]["se"]) for term in TERMS[1:]], rel=4e-7)


def test_the_limits_of_a_rate_are_those_of_the_tables():
    for row in table("poisson_rate_ci_reference"):
        count = int(row["count"])
        for name, confidence in (("95", 0.95), ("998", 0.998)):
            for how, limits in (("exact", exact_limits), ("byar", byar_limits)):
                ours = [limit / 10 for limit in limits(count, confidence=confidence)]  # 100,000 people
                theirs = [float(row[f"{how}{name}_lo"]), float(row[f"{how}{name}_hi"])]
                assert ours == pytest.approx(theirs, rel=3e-9, abs=3e-9)


def test_two_rates_are_compared_as_poisson_test_does():
    for row in table("poisson_rate_ratio_reference"):
        ours, p = rate_ratio(int(row["x1"]), float(row["T1"]), int(row["x2"]), float(row["T2"]))

        assert [ours.value, ours.low, ours.high] == pytest.approx(
            [float(row[name]) for name in ("rate_ratio", "lo", "hi")], rel=1e-7
        )
        assert p == pytest.approx(float(row["p"]), rel=1e-7)


def test_rounding_widens_an_interval_and_nothing_takes_it_below_nought():
    plain = rate_with_limits(40, 80_000)
    rounded = rate_with_limits(40, 80_000, rounding=5)

    assert plain.value == rounded.value == 5.0
    assert rounded.low < plain.low < plain.high < rounded.high
    assert rate_with_limits(0, 80_000, rounding=5).low == 0
