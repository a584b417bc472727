"""Whether something rises or falls, in four words and with what is behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import t as student

from opencasework.observatory.engines import Engine, table
from opencasework.observatory.measures.coverage import published
from opencasework.observatory.measures.negative_binomial import NoFit, fit
from opencasework.observatory.months import MONTHS_OF_A_YEAR, days_of, month_after
from opencasework.standard.periods import months_between

LONGEST = 36  # months looked at
FEWEST_MONTHS, FEWEST_CASES = 12, 50
WORTH_SAYING = 1.05  # a change of 5 % a year, up or down
CONFIDENCE = 0.95
# What controlled rounding to base 5 adds to a month's total of an issue: a root-mean-square error of 2.05.
ROUNDING_VARIANCE = 4.2

Verdict = Literal["rising", "falling", "no clear change", "too little data"]


@dataclass(frozen=True)
class OfficeMonth:
    """How many an office had in a month ('2026-10')."""

    office: str
    month: str
    count: int


@dataclass(frozen=True)
class Trend:
    """The verdict, and what it rests on. `ratio` is this year's level to last year's, 1.1 for a tenth more.

    `low` and `high` are its 95 % limits. All three are None with too little data. `theta` is the
    overdispersion, infinite where there is none.
    """

    verdict: Verdict
    offices: int
    months: int
    cases: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    theta: float | None = None


def trend(rows: Iterable[OfficeMonth], *, rounding_variance: float = ROUNDING_VARIANCE) -> Trend:
    """Is it rising or falling? Over the months given, of offices that come and go.

    Method: a negative binomial model with a linear trend in time, the days of each month as exposure, a wave
    of twelve months, and an effect of each office, so that an office that joins or leaves changes nothing but
    how sure we are. The wave is there from the first year on: it costs certainty, but without it a season
    reads as a trend (in 57 of 100 made-up steady series of twelve months). "Rising" when the 95 % interval of
    the yearly ratio lies above 1 and the ratio is at least 1.05; "falling" likewise below; "too little data"
    under 50 cases or 12 months. The variance of the rounding, `rounding_variance` to each count, is added to
    the model's, and scatter that the model does not tell widens the interval, which is one of Student's t.
    Assumes that an office's habits
    of recording stay as they are.
    Source: Venables and Ripley (2002), section 7.4. Unit: a ratio a year.
    """
    known = [row for row in rows if row.count >= 0]
    by_office: dict[str, int] = {}
    for row in known:
        by_office[row.office] = by_office.get(row.office, 0) + row.count
    months, cases = sorted({row.month for row in known}), sum(by_office.values())
    said = Trend("too little data", len(by_office), len(months), cases)
    if len(months) < FEWEST_MONTHS or cases < FEWEST_CASES:
        return said
    # Of an office that never had one there is no telling whether it has more or fewer now.
    numbers = {office: number for number, office in enumerate(o for o, n in by_office.items() if n)}
    used = [row for row in known if row.office in numbers]
    first = months[0]
    time = np.array([months_between(first, row.month) - 1 for row in used]) / MONTHS_OF_A_YEAR
    waves = [np.sin(2 * math.pi * time), np.cos(2 * math.pi * time)]
    design = np.column_stack([time - time.mean(), *waves])
    series = np.array([numbers[row.office] for row in used])
    counts = np.array([row.count for row in used], dtype=float)
    try:
        found = fit(counts, design, series, np.log([days_of(row.month) for row in used]))
    except NoFit:
        return said
    covariance = found.covariance_with(design, series, added=rounding_variance)
    error = math.sqrt(covariance[0, 0] * max(found.pearson, 1.0))
    slope, reach = (
        float(found.coefficients[0]),
        float(student.ppf((1 + CONFIDENCE) / 2, found.freedom)) * error,
    )
    ratio, low, high = (math.exp(value) for value in (slope, slope - reach, slope + reach))
    return Trend(
        verdict=_verdict(ratio, low, high),
        offices=len(by_office),
        months=len(months),
        cases=cases,
        ratio=ratio,
        low=low,
        high=high,
        theta=found.theta,
    )


def _verdict(ratio: float, low: float, high: float) -> Verdict:
    if low > 1 and ratio >= WORTH_SAYING:
        return "rising"
    if high < 1 and ratio <= 1 / WORTH_SAYING:
        return "falling"
    return "no clear change"


def trends_of_issues(engine: Engine, *, last: str, measure: str = "cases_opened") -> dict[str, Trend]:
    """The trend of each issue, and of all together (`_T`), over the 36 months to `last`, all offices.

    Method: see `trend`. Where an office published a month and has no row of an issue, it counts 0. Source:
    the publications.
    """
    first = month_after(last, 1 - LONGEST)
    monthly = table("monthly")
    asked = monthly.filter(
        monthly.measure == measure, monthly.body == "_T", monthly.period.between(first, last)
    )
    there = published(monthly).filter(lambda row: row.period.between(first, last))
    grid = there.select("publication", "period").cross_join(asked.select("category").distinct())
    keys = ("category", "publication", "period")
    counted = grid.left_join(asked.select(*keys, "value"), keys)
    rows = engine.rows(counted.select(*keys, count=counted.value.fill_null(0)).order_by(*keys))
    by_issue: dict[str, list[OfficeMonth]] = {}
    for category, office, month, count in rows:
        by_issue.setdefault(category, []).append(OfficeMonth(office, month, int(count)))
    return {category: trend(months) for category, months in by_issue.items()}


def trends_of_places(engine: Engine, *, last: str, measure: str = "cases_opened") -> dict[str, Trend]:
    """The trend of all casework in each place, by area code, over the 36 months to `last`.

    Method: see `trend`, over the offices of the place. Source: the publications.
    """
    monthly = table("monthly")
    asked = monthly.filter(
        monthly.measure == measure,
        monthly.category == "_T",
        monthly.body == "_T",
        monthly.period.between(month_after(last, 1 - LONGEST), last),
    )
    keys = ("area_code", "publication", "period")
    rows = engine.rows(asked.select(*keys, "value").order_by(*keys))
    by_place: dict[str, list[OfficeMonth]] = {}
    for area, office, month, count in rows:
        by_place.setdefault(area, []).append(OfficeMonth(office, month, int(count)))
    return {area: trend(months) for area, months in by_place.items()}
