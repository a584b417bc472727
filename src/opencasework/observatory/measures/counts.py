"""How many: by issue and month, by place."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from opencasework.observatory.engines import Engine
from opencasework.observatory.measures.coverage import published

CASES_OPENED = "cases_opened"
Rows = Literal["monthly", "elsewhere"]  # of constituencies, or of other areas


@dataclass(frozen=True)
class TopicMonth:
    """One issue in one month, over all offices that published that month."""

    category: str
    month: str
    value: int


@dataclass(frozen=True)
class PlaceCount:
    """One issue in one place over some months. `uncertainty` is a root-mean-square error, in cases."""

    area_code: str
    category: str
    value: int
    uncertainty: int
    months: int


def by_topic_and_month(
    engine: Engine, *, measure: str = CASES_OPENED, rows_of: Rows = "monthly"
) -> list[TopicMonth]:
    """How many cases of each issue were there each month, over all publishing offices?

    Method: the sum of the published totals of each level-1 category (`_T` for all). Protected counts are
    right on average, so their sums are too; adding suppressed counts would not be. Unit: that of the measure.
    Source: the publications. In order of category and month.
    """
    rows = engine.rows(
        f"SELECT category, period, CAST(SUM(value) AS BIGINT) FROM {rows_of} "
        "WHERE measure = ? AND body = '_T' GROUP BY category, period ORDER BY category, period",
        [measure],
    )
    return [TopicMonth(category, period, int(value)) for category, period, value in rows]


def by_place(
    engine: Engine, *, first: str, last: str, measure: str = CASES_OPENED, rows_of: Rows = "monthly"
) -> list[PlaceCount]:
    """How many cases of each issue did each place have from month `first` to month `last`?

    Method: the sum of its published totals, where several offices share a place over them all; `months`
    counts the months published, so that a place that published half a year is not read as half as busy. A
    published place always has a row for `_T`; where it has none for an issue, its published count is 0.
    Uncertainties add as squares, over offices and years. Where an office rounds all its months together
    (`ocd-scr5`) what one month got too much the next gives back, so that the uncertainty of one month, 5, is
    that of any months of a calendar year. Unit: that of the measure. Source: the publications. In order of
    area code and category.
    """
    rows = engine.rows(
        "WITH published AS (SELECT area_code, COUNT(DISTINCT period) AS months "
        f"  FROM ({published(rows_of)}) x WHERE period BETWEEN ? AND ? GROUP BY area_code) "
        "SELECT m.area_code, m.category, CAST(SUM(m.value) AS BIGINT), "
        "  CAST(SUM(m.squares) AS BIGINT), MAX(published.months) "
        "FROM (SELECT r.area_code, r.category, SUM(r.value) AS value, "
        "    CASE WHEN BOOL_AND(p.rounded_together) THEN MAX(r.uncertainty * r.uncertainty) "
        "      ELSE SUM(r.uncertainty * r.uncertainty) END AS squares "
        f"  FROM {rows_of} r JOIN publications p ON p.publication = r.publication "
        "  WHERE r.measure = ? AND r.body = '_T' AND r.period BETWEEN ? AND ? "
        "  GROUP BY r.area_code, r.category, r.publication, substr(r.period, 1, 4)) m "
        "JOIN published ON published.area_code = m.area_code "
        "GROUP BY m.area_code, m.category ORDER BY m.area_code, m.category",
        [first, last, measure, first, last],
    )
    return [
        PlaceCount(area, category, int(value), ceil(sqrt(squares or 0)), int(months))
        for area, category, value, squares, months in rows
    ]


def totals_by_place_and_month(
    engine: Engine, *, measure: str = CASES_OPENED, rows_of: Rows = "monthly"
) -> dict[str, dict[str, int]]:
    """How many cases had each place each month, all issues together?

    By area code, then month; a month that was not published is not there.

    Method: the sum of the grand totals of the place's offices. Unit: that of the measure. Source: the
    publications.
    """
    rows = engine.rows(
        f"SELECT area_code, period, CAST(SUM(value) AS BIGINT) FROM {rows_of} "
        "WHERE measure = ? AND category = '_T' AND body = '_T' "
        "GROUP BY area_code, period ORDER BY area_code, period",
        [measure],
    )
    totals: dict[str, dict[str, int]] = {}
    for area, period, value in rows:
        totals.setdefault(area, {})[period] = int(value)
    return totals
