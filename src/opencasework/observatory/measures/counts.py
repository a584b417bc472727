"""How many: by issue and month, by place."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import ibis

from opencasework.observatory.engines import Engine, table
from opencasework.observatory.measures.coverage import opened, published


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


def by_topic_and_month(engine: Engine, *, on_map: bool = True) -> list[TopicMonth]:
    """How many cases of each issue were opened each month, over all publishing offices?

    Of constituencies, or of other areas.

    Method: the sum of the published totals of each level-1 category (`_T` for all). Protected counts are
    right on average, so their sums are too; adding suppressed counts would not be. Unit: cases.
    Source: the publications. In order of category and month.
    """
    asked = opened(on_map=on_map)
    keys = ("category", "period")
    found = engine.rows(asked.group_by(*keys).agg(value=asked.value.sum()).order_by(*keys))
    return [TopicMonth(category, period, int(value)) for category, period, value in found]


def by_place(engine: Engine, *, first: str, last: str, on_map: bool = True) -> list[PlaceCount]:
    """How many cases of each issue did each place have from month `first` to month `last`?

    Method: the sum of its published totals, where several offices share a place over them all; `months`
    counts the months published, so that a place that published half a year is not read as half as busy. A
    published place always has a row for `_T`; where it has none for an issue, its published count is 0.
    Uncertainties add as squares, over offices and years. Where an office rounds all its months together
    (`ocd-scr5`) what one month got too much the next gives back, so that the uncertainty of one month, 5, is
    that of any months of a calendar year. Unit: cases. Source: the publications. In order of
    area code and category.
    """
    rows, publications = opened(on_map=on_map), table("publications")
    asked = rows.filter(rows.period.between(first, last))
    squares = asked.uncertainty * asked.uncertainty
    # Joined when added up: there are a hundred times as many rows before.
    years = (
        asked.group_by("area_code", "category", "publication", year=asked.period.left(4))
        .agg(value=asked.value.sum(), largest=squares.max(), sum=squares.sum())
        .join(publications.select("publication", "rounded_together"), "publication")
        .mutate(squares=lambda row: ibis.ifelse(row.rounded_together, row.largest, row.sum))
    )
    counts = years.group_by("area_code", "category").agg(value=years.value.sum(), squares=years.squares.sum())
    there = published(rows).filter(lambda row: row.period.between(first, last))
    months = there.group_by("area_code").agg(months=there.period.nunique())
    found = engine.rows(counts.join(months, "area_code").order_by("area_code", "category"))
    return [
        PlaceCount(area, category, int(value), ceil(sqrt(squares or 0)), int(months))
        for area, category, value, squares, months in found
    ]


def totals_by_place_and_month(engine: Engine, *, on_map: bool = True) -> dict[str, dict[str, int]]:
    """How many cases had each place each month, all issues together?

    By area code, then month; a month that was not published is not there.

    Method: the sum of the grand totals of the place's offices. Unit: cases. Source: the
    publications.
    """
    rows = opened(on_map=on_map)
    asked = rows.filter(rows.category == "_T")
    keys = ("area_code", "period")
    found = engine.rows(asked.group_by(*keys).agg(value=asked.value.sum()).order_by(*keys))
    totals: dict[str, dict[str, int]] = {}
    for area, period, value in found:
        totals.setdefault(area, {})[period] = int(value)
    return totals
