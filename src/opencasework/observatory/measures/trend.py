"""Whether something rises or falls, in four words and with what is behind them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from opencasework.observatory.engines import Engine
from opencasework.observatory.measures.coverage import opened
from opencasework.observatory.measures.negative_binomial import Indices, NoFit, Numbers, fit
from opencasework.observatory.months import MONTHS_OF_A_YEAR, days_of, months_up_to
from opencasework.standard.codelists import TOTAL
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
    months = sorted({row.month for row in known})
    offices = {row.office: None for row in known}
    numbers = {office: number for number, office in enumerate(offices)}
    at = {month: number for number, month in enumerate(months)}
    return _trend(
        np.array([numbers[row.office] for row in known], dtype=np.intp),
        np.array([at[row.month] for row in known], dtype=np.intp),
        np.array([row.count for row in known], dtype=float),
        months,
        rounding_variance,
    )


def _trend(
    offices: Indices,
    at: Indices,
    counts: Numbers,
    known: Sequence[str],
    rounding_variance: float = ROUNDING_VARIANCE,
) -> Trend:
    """The trend of `counts`, each of the office of that number, in the month of that place among `known`."""
    by_office = np.bincount(offices, counts) if len(offices) else np.zeros(0)
    published = np.unique(at)
    said = Trend("too little data", len(np.unique(offices)), len(published), int(counts.sum()))
    if said.months < FEWEST_MONTHS or said.cases < FEWEST_CASES:
        return said
    # Of an office that never had one there is no telling whether it has more or fewer now.
    used = by_office[offices] > 0
    series = np.unique(offices[used], return_inverse=True)[1]
    first = known[published[0]]
    since = np.array([months_between(first, month) - 1 for month in known])
    days = np.array([days_of(month) for month in known])
    time = since[at[used]] / MONTHS_OF_A_YEAR
    waves = [np.sin(2 * math.pi * time), np.cos(2 * math.pi * time)]
    design = np.column_stack([time - time.mean(), *waves])
    try:
        found = fit(counts[used], design, series, np.log(days[at[used]]))
    except NoFit:
        return said
    covariance = found.covariance_with(design, series, added=rounding_variance)
    error = math.sqrt(covariance[0, 0] * max(found.pearson, 1.0))
    slope, reach = (
        float(found.coefficients[0]),
        float(stdtrit(found.freedom, (1 + CONFIDENCE) / 2)) * error,
    )
    ratio, low, high = (math.exp(value) for value in (slope, slope - reach, slope + reach))
    verdict = _verdict(ratio, low, high)
    return replace(said, verdict=verdict, ratio=ratio, low=low, high=high, theta=found.theta)


def _verdict(ratio: float, low: float, high: float) -> Verdict:
    if low > 1 and ratio >= WORTH_SAYING:
        return "rising"
    if high < 1 and ratio <= 1 / WORTH_SAYING:
        return "falling"
    return "no clear change"


class FittedBefore:
    """Trends by a hash of what they were fitted to, lest 650 places are fitted anew for one of them."""

    def __init__(self, known: Mapping[str, Trend]) -> None:
        self._known = known
        self.met: dict[str, Trend] = {}

    def trend(self, offices: Indices, at: Indices, counts: Numbers, known: Sequence[str]) -> Trend:
        """As `_trend`."""
        key = hashlib.sha256(repr(known).encode())
        for column in (offices, at, counts):
            key.update(column.tobytes())
        mark = key.hexdigest()[:32]
        if mark not in self.met:
            self.met[mark] = self._known.get(mark) or _trend(offices, at, counts, known)
        return self.met[mark]


def trends_of_issues(engine: Engine, *, last: str, before: FittedBefore | None = None) -> dict[str, Trend]:
    """The trend of each issue, and of all together (`_T`), over the 36 months to `last`, all offices.

    Method: see `trend`. Where an office published a month and has no row of an issue, it counts 0. Source:
    the publications.
    """
    months, answer = _by_month(engine, last, ("category", "publication"), opened(on_map=True))
    counts = np.column_stack([answer[month] for month in months])
    categories, offices = answer["category"], answer["publication"]
    whole = categories == TOTAL
    there = dict(zip(offices[whole], counts[whole] >= 0, strict=True))
    trends, fitted = {}, before or FittedBefore({})
    for category in dict.fromkeys(categories):
        of_category = categories == category
        rows = dict(zip(offices[of_category], counts[of_category], strict=True))
        silent = np.zeros(len(months), dtype=np.int64)
        table = np.array([rows.get(office, silent) for office in there])
        office, at = np.nonzero(np.array(list(there.values())))
        trends[category] = fitted.trend(office, at, np.maximum(table[office, at], 0).astype(float), months)
    return trends


def trends_of_places(engine: Engine, *, last: str, before: FittedBefore | None = None) -> dict[str, Trend]:
    """The trend of all casework in each place, by area code, over the 36 months to `last`.

    Method: see `trend`, over the offices of the place. Source: the publications.
    """
    rows = opened(on_map=True)
    totals = rows.filter(rows.category == TOTAL)
    months, answer = _by_month(engine, last, ("area_code", "publication"), totals)
    counts = np.column_stack([answer[month] for month in months])
    trends, fitted = {}, before or FittedBefore({})
    for area in dict.fromkeys(answer["area_code"]):
        of_place = counts[answer["area_code"] == area]
        office, at = np.nonzero(of_place >= 0)
        trends[area] = fitted.trend(office, at, of_place[office, at].astype(float), months)
    return trends


def _by_month(
    engine: Engine, last: str, keys: tuple[str, str], rows: ir.Table
) -> tuple[Sequence[str], Mapping[str, NDArray[Any]]]:
    """The months, and the sums of `rows` by the keys with a column for each month, -1 where there is no row.

    A column for each month, since a third of a million counts as rows would take longer to hand over than
    to fit.
    """
    months = months_up_to(last, LONGEST)
    asked = rows.filter(rows.period.between(months[0], last))
    sums = {month: asked.value.sum(where=asked.period == month).fill_null(-1) for month in months}
    return months, engine.columns(asked.group_by(*keys).agg(**sums).order_by(*keys))
