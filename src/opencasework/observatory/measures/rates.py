"""Counts set against the people they are drawn from, with what chance and rounding leave open."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import betaincinv, gammaincinv, ndtri  # scipy.stats takes half a second to load

PER_PEOPLE = 10_000
EXACT_BELOW = 10  # cases; from here on Byar's limits are within a hundredth of the exact ones


@dataclass(frozen=True)
class Limits:
    """A figure and the interval it is in with the confidence asked for."""

    value: float
    low: float
    high: float


def rate_per_10_000(count: int, population: int) -> float:
    """How common is it? `count` for every 10,000 residents.

    Method: count / population * 10,000. Source of populations: the censuses of 2021 and 2022
    (data/README.md). Raises ValueError when there is no population to divide by.
    """
    if population <= 0:
        raise ValueError(f"A rate needs a population; {population} people is none.")
    return count * PER_PEOPLE / population


def exact_limits(count: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Between which means can a Poisson count of `count` come?

    Method: exact limits by the chi-squared distribution (Garwood 1936). Unit: cases.
    """
    tail = (1 - confidence) / 2
    low = gammaincinv(count, tail) if count else 0.0
    return float(low), float(gammaincinv(count + 1, 1 - tail))


def byar_limits(count: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The same by Byar's approximation, which public health in England uses. Unit: cases.

    Method: Breslow and Day (1987), equation 2.13; as Public Health England, Technical Guide: Confidence
    Intervals (2018). Not cut off at 0, as there: below one case and far out the lower one can be negative.
    """
    z = float(ndtri((1 + confidence) / 2))

    def limit(cases: float, side: float) -> float:
        return float(cases * (1 - 1 / (9 * cases) + side * z / (3 * math.sqrt(cases))) ** 3)

    return limit(count, -1) if count else 0.0, limit(count + 1, 1)


def rate_with_limits(
    count: int, population: int, *, rounding: float = 0.0, confidence: float = 0.95
) -> Limits:
    """How common is it, give or take chance and rounding? Per 10,000 residents.

    Method: exact Poisson limits below 10 cases, Byar's from there on. `rounding` is the root-mean-square
    error that disclosure control brought into the count, in cases; it is added to either side in quadrature,
    since it has nothing to do with chance. The lower limit is never below 0. Raises ValueError as
    `rate_per_10_000` does.
    """
    low, high = (exact_limits if count < EXACT_BELOW else byar_limits)(count, confidence=confidence)
    reach = float(ndtri((1 + confidence) / 2)) * rounding
    per_case = rate_per_10_000(1, population)
    return Limits(
        count * per_case,
        max(count - math.hypot(count - low, reach), 0.0) * per_case,
        (count + math.hypot(high - count, reach)) * per_case,
    )


def rate_ratio(
    count: int, exposure: float, other: int, other_exposure: float, *, confidence: float = 0.95
) -> tuple[Limits, float]:
    """How many times as common is it here as there, and how likely is that by chance?

    Method: conditional exact test: given the sum, `count` is binomial (Przyborowski and Wilenski 1940);
    limits by Clopper and Pearson, as R's poisson.test. Returns the ratio with limits and the two-sided
    p-value. The ratio is infinite where there is none there. Raises ValueError where there is none in either.
    """
    from scipy.stats import binomtest

    if count + other == 0:
        raise ValueError("A ratio needs a case somewhere.")
    tail = (1 - confidence) / 2
    scale = other_exposure / exposure
    low = float(betaincinv(count, other + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, other, 1 - tail)) if other else 1.0
    p = float(binomtest(count, count + other, exposure / (exposure + other_exposure)).pvalue)
    return Limits(_odds(count / (count + other)) * scale, _odds(low) * scale, _odds(high) * scale), p


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf
