"""The negative binomial model of many series at once, with an effect of each series eliminated.

Counts y of series i in month t are negative binomial (NB2) with mean mu and variance mu + mu**2 / theta:

    log mu_it = a_i + offset_it + x_it . b

The effects a_i (one to a series: its size, its people, its habits) are solved for within every step, so that
650 of them cost no more than a sum each. Coefficients b by Fisher scoring, theta by maximum likelihood in
turn, until neither moves: the estimates of R's MASS::glm.nb (Venables and Ripley 2002, section 7.4), whose
numbers the tests compare with. Standard errors are those at theta held fixed, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]

MOST_ROUNDS = 200
FURTHEST = 60.0  # of a fitted mean on the log scale: beyond it the estimates are on their way to infinity
SMALLEST_STEP, SMALL_STEP = 1e-12, 1e-10
ROUGH_STEP, ROUGHLY = 1e-6, 1e-4  # while theta still moves by more than the latter, a share of it
CLOSE = 0.5  # of log theta: from here on its slope is nearly straight
# Beyond the larger the variance is that of a Poisson count to the digits of a double.
THETA_RANGE = (1e-3, 1e7)


class NoFit(Exception):
    """The model has no finite estimate on these counts."""


@dataclass(frozen=True)
class Fit:
    """The estimates: `coefficients` b and their `covariance`, `effects` a_i, `theta` (infinite: Poisson).

    `mean` is the fitted mean of each count; `pearson` the sum of squared standardised residuals over the
    degrees of `freedom`, 1 where the model tells the whole of the scatter.
    """

    coefficients: Numbers
    covariance: Numbers
    effects: Numbers
    theta: float
    mean: Numbers
    pearson: float
    freedom: int

    def covariance_with(self, design: Numbers, series: Indices, *, added: float) -> Numbers:
        """The covariance of b when each count also carries an error of variance `added`, such as rounding.

        The estimates stay, the scatter they come from is larger: A**-1 B A**-1 with A the information and B
        the variance of the score (Liang and Zeger 1986). With `added` 0 it is `covariance`.
        """
        weight = _weights(self.mean, self.theta)
        within = _within(design, series, weight)
        score_variance = (weight / self.mean) ** 2 * (_variance(self.mean, self.theta) + added)
        middle = (within * score_variance[:, None]).T @ within
        return np.asarray(self.covariance @ middle @ self.covariance)


def fit(counts: Numbers, design: Numbers, series: Indices, offset: Numbers) -> Fit:
    """Fit the model to `counts` (n): `design` (n by p), the number of each count's series (n), offsets (n).

    Every series needs a count above 0, for without one its effect is not finite. Raises NoFit where no finite
    estimate is found.
    """
    order = np.argsort(series, kind="stable")  # so that a series is summed in one go
    found = _fit(counts[order], design[order], series[order], offset[order])
    mean = np.empty_like(found.mean)
    mean[order] = found.mean
    return replace(found, mean=mean)


def _fit(counts: Numbers, design: Numbers, series: Indices, offset: Numbers) -> Fit:
    """See `fit`; the counts of a series stand together, in the order of the series."""
    effects = np.log(_sums(counts, series) / _sums(np.exp(offset), series))
    coefficients = np.zeros(design.shape[1])
    theta, smallest = np.inf, ROUGH_STEP
    for _ in range(MOST_ROUNDS):
        before = theta
        coefficients, effects = _score(
            counts, design, series, offset, coefficients, effects, theta, smallest=smallest
        )
        mean = np.exp(_heights(design, series, offset, coefficients, effects))
        theta = _theta(counts, mean)
        moved = 0.0 if theta == before else abs(theta - before) / theta
        if smallest == SMALLEST_STEP and moved < 1e-10:
            break
        if moved < ROUGHLY:
            smallest = SMALLEST_STEP
    else:
        raise NoFit
    weight = _weights(mean, theta)
    within = _within(design, series, weight)
    covariance = np.asarray(np.linalg.inv((within * weight[:, None]).T @ within), dtype=np.float64)
    freedom = max(len(counts) - len(effects) - design.shape[1], 1)
    squares = float(np.sum((counts - mean) ** 2 / _variance(mean, theta)))
    return Fit(coefficients, covariance, effects, theta, mean, squares / freedom, freedom)


def _score(
    counts: Numbers,
    design: Numbers,
    series: Indices,
    offset: Numbers,
    coefficients: Numbers,
    effects: Numbers,
    theta: float,
    *,
    smallest: float,
) -> tuple[Numbers, Numbers]:
    """Fisher scoring at a fixed theta, the effects eliminated; a step that makes things worse is halved.

    Ends with a step shorter than the `smallest`.
    """
    starts = np.flatnonzero(np.diff(series, prepend=-1))
    worth, small = -np.inf, 0
    step, effect_step = np.zeros_like(coefficients), np.zeros_like(effects)
    for _ in range(MOST_ROUNDS):
        for _ in range(30):
            heights = _heights(design, series, offset, coefficients, effects)
            mean = np.exp(heights)
            now = _likelihood(counts, heights, mean, theta)
            if now >= worth - 1e-9 * abs(worth):
                break
            step, effect_step = step / 2, effect_step / 2
            coefficients, effects = coefficients - step, effects - effect_step
        worth = now
        weight = _weights(mean, theta)
        surprise = weight * (counts - mean) / mean
        # Sums over each series, by which its effect is taken out of what is solved for.
        weighted = design * weight[:, None]
        of_design, of_weight, of_surprise = (
            np.add.reduceat(each, starts) for each in (weighted, weight, surprise)
        )
        means = of_design / of_weight[:, None]
        try:
            information = design.T @ weighted - of_design.T @ means
            score = design.T @ surprise - means.T @ of_surprise
            step = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
        except np.linalg.LinAlgError as error:
            raise NoFit from error
        effect_step = of_surprise / of_weight - means @ step
        coefficients, effects = coefficients + step, effects + effect_step
        if max(np.abs(step).max(initial=0), np.abs(effect_step).max(initial=0)) < smallest:
            return coefficients, effects
        if np.abs(step).max(initial=0) < SMALL_STEP:
            small += 1
            if small > 2:  # the digits of a double are used up
                return coefficients, effects
    raise NoFit


def _heights(
    design: Numbers, series: Indices, offset: Numbers, coefficients: Numbers, effects: Numbers
) -> Numbers:
    """The fitted means on the log scale."""
    heights = effects[series] + offset + design @ coefficients
    if not np.isfinite(heights).all() or np.abs(heights).max() > FURTHEST:
        raise NoFit
    return np.asarray(heights)


def _within(design: Numbers, series: Indices, weight: Numbers) -> Numbers:
    """The design less each series' own weighted mean: what is left of it once the effects are eliminated."""
    totals = _sums(weight, series)
    means = np.column_stack([_sums(weight * column, series) / totals for column in design.T])
    return np.asarray(design - means[series])


def _theta(counts: Numbers, mean: Numbers) -> float:
    """The theta under which the counts are likeliest, infinite where they scatter no more than Poisson's."""
    kinds, times = np.unique(counts, return_counts=True)

    def slope(log_theta: float) -> float:
        theta = np.exp(log_theta)
        gammas = float(times @ (digamma(kinds + theta) - digamma(theta)))
        rest = np.log1p(mean / theta) + (counts - mean) / (mean + theta)
        return gammas - float(np.sum(rest))

    low, high = np.log(THETA_RANGE)
    if slope(high) >= 0 or slope(float(np.log(1e5))) >= 0 >= slope(low):
        return np.inf
    if slope(low) <= 0:
        raise NoFit
    return float(np.exp(_root(slope, low, high)))


def _root(function: Callable[[float], float], above: float, below: float) -> float:
    """Where a function is 0 that is above it at the one end and below it at the other.

    Method: halves until the ends are close, then the secant between them; where the same end moves twice, the
    height of the other counts half (the Illinois rule: Dowell and Jarratt 1971). Not scipy's, which takes a
    sixth of a second to load.
    """
    high, low = function(above), function(below)
    side, before = 0, above
    for _ in range(MOST_ROUNDS):
        close = abs(above - below) < CLOSE
        at = (above * low - below * high) / (low - high) if close else (above + below) / 2
        here = function(at)
        if here == 0 or abs(at - before) < SMALLEST_STEP:
            return at
        before = at
        if here > 0:
            above, high = at, here
            low = low / 2 if close and side > 0 else low
            side = 1
        else:
            below, low = at, here
            high = high / 2 if close and side < 0 else high
            side = -1
    raise NoFit


def _likelihood(counts: Numbers, heights: Numbers, mean: Numbers, theta: float) -> float:
    """The log-likelihood at these means, up to what does not depend on them."""
    if np.isinf(theta):
        return float(np.sum(counts * heights - mean))
    return float(np.sum(counts * heights - (counts + theta) * np.log(theta + mean)))


def _variance(mean: Numbers, theta: float) -> Numbers:
    return mean + mean**2 / theta


def _weights(mean: Numbers, theta: float) -> Numbers:
    return mean / (1 + mean / theta)


def _sums(values: Numbers, series: Indices) -> Numbers:
    return np.asarray(np.bincount(series, weights=values), dtype=np.float64)
