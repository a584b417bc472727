"""The true counts of one simulated office, before anything protects them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from opencasework.observatory.simulate.profiles import (
    ENQUIRIES_PER_CASE,
    IN_TIME,
    IN_TIME_ELSEWHERE,
    NO_BODY,
    OWN_SEASON,
    SEASON,
    SHARE_WITHOUT_ENQUIRY,
    Profile,
    categories,
    shares_of_bodies,
)
from opencasework.standard.publication import Cell

MEASURES = (
    "cases_opened",
    "cases_closed",
    "enquiries_sent",
    "replies_received",
    "replies_in_20wd",
    "enquiries_over_20wd",
    "policy_messages",
)
# How many of a month's cases close in that month, the next, and so on: half within 45 days, most within 180.
CLOSES_AFTER = (0.24, 0.26, 0.15, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02)
ANSWERED_AFTER = (0.45, 0.33, 0.12, 0.04)
PASSED_AFTER = (0.1, 0.9)  # enquiries that pass 20 working days do so in the same month or the next
BURN_IN = len(
    CLOSES_AFTER
)  # months of casework before the first published one, so that it has cases to close
MONTH_SHAPE, CELL_SHAPE = 80.0, 14.0  # gamma shapes: how alike an office's months are, and one issue's months

Series: TypeAlias = dict[tuple[str, str], list[int]]


@dataclass(frozen=True)
class Trend:
    """How an issue moves over the whole country: a yearly growth, and a step up from one month on."""

    growth: float
    step: float
    step_month: str

    def factor(self, month: str, *, months_since_start: int) -> float:
        """What to multiply an ordinary month by."""
        stepped = self.step if self.step_month and month >= self.step_month else 1.0
        return float((1 + self.growth) ** (months_since_start / 12) * stepped)


def national_trends(months: Sequence[str], *, rng: random.Random) -> dict[str, Trend]:
    """A trend for every issue, by office code; two issues jump in the course of the months."""
    codes = sorted(categories())
    stepping = rng.sample(["HOU", "BEN", "IMM", "HEA", "EDU"], 2)
    trends = {}
    for code in codes:
        growth, at = rng.uniform(-0.12, 0.18), rng.randrange(len(months))
        step = rng.uniform(1.25, 1.6) if code in stepping else 1.0
        trends[code] = Trend(growth, step, months[at] if code in stepping else "")
    return trends


def casework(
    months: Sequence[str],
    *,
    area_code: str,
    profile: Profile,
    trends: Mapping[str, Trend],
    rng: random.Random,
) -> dict[str, dict[Cell, int]]:
    """Every inner cell above 0 of the months after the burn-in (the first `BURN_IN` of `months`)."""
    size = rng.lognormvariate(0, 0.22)
    monthly = [rng.gammavariate(MONTH_SHAPE, 1 / MONTH_SHAPE) * size for _ in months]
    opened, sent = _opened(months, monthly=monthly, profile=profile, trends=trends, rng=rng)
    replies = {key: _later(values, ANSWERED_AFTER, rng=rng) for key, values in sent.items()}
    series = {
        "cases_opened": opened,
        "cases_closed": {key: _later(values, CLOSES_AFTER, rng=rng) for key, values in opened.items()},
        "enquiries_sent": sent,
        "replies_received": replies,
        "replies_in_20wd": {
            (category, body): [
                sum(rng.random() < IN_TIME.get(body, IN_TIME_ELSEWHERE) for _ in range(n)) for n in values
            ]
            for (category, body), values in replies.items()
        },
        "policy_messages": {
            (NO_BODY, NO_BODY): [
                poisson(profile.policy_messages / 12 * share * rng.gammavariate(8, 1 / 8), rng=rng)
                for share in monthly
            ]
        },
        "enquiries_over_20wd": {
            (category, body): _later(values, _late_after(body), rng=rng)
            for (category, body), values in sent.items()
        },
    }
    return {
        month: {
            Cell(month, area_code, category, body, measure): values[at]
            for measure, of_measure in series.items()
            for (category, body), values in of_measure.items()
            if values[at]
        }
        for at, month in enumerate(months)
        if at >= BURN_IN
    }


def _opened(
    months: Sequence[str],
    *,
    monthly: Sequence[float],
    profile: Profile,
    trends: Mapping[str, Trend],
    rng: random.Random,
) -> tuple[Series, Series]:
    """Cases opened and enquiries sent, by category and body."""
    opened: Series = {}
    sent: Series = {}
    per_case = ENQUIRIES_PER_CASE / (1 - SHARE_WITHOUT_ENQUIRY)
    for code, category in categories().items():
        share = profile.shares[code] / 100 * rng.lognormvariate(0, 0.18)
        if not share:
            continue
        levels = [
            profile.casework
            / 12
            * share
            * monthly[at]
            * _season(code, month)
            * trends[code].factor(month, months_since_start=at)
            * rng.gammavariate(CELL_SHAPE, 1 / CELL_SHAPE)
            for at, month in enumerate(months)
        ]
        for body, part in shares_of_bodies(code).items():
            cases = [poisson(level * part, rng=rng) for level in levels]
            opened[category, body] = cases
            if body != NO_BODY:
                sent[category, body] = [poisson(count * per_case, rng=rng) for count in cases]
    return opened, sent


def _season(code: str, month: str) -> float:
    number = int(month[5:])
    return SEASON[number - 1] / 100 * OWN_SEASON.get(code, {}).get(number, 1.0)


def _late_after(body: str) -> list[float]:
    """Of enquiries to a body, those that pass 20 working days without a reply, in that month and the next."""
    late = 1 - sum(ANSWERED_AFTER) * IN_TIME.get(body, IN_TIME_ELSEWHERE)
    return [share * late for share in PASSED_AFTER]


def _later(values: Sequence[int], shares: Sequence[float], *, rng: random.Random) -> list[int]:
    """What follows from `values` in the same and the next months, by those shares."""
    return [
        poisson(sum(share * values[at - back] for back, share in enumerate(shares) if back <= at), rng=rng)
        for at in range(len(values))
    ]


def poisson(mean: float, *, rng: random.Random) -> int:
    """One Poisson draw. Above a mean of 60 the rounded normal, which is as good there and much faster."""
    if mean <= 0:
        return 0
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
