"""Finer than a month allows: cases by level-2 category, by calendar year."""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.observatory.engines import Engine, table


@dataclass(frozen=True)
class SubtopicYear:
    """Cases opened of a level-2 category in a year, over the `offices` that published that year."""

    category: str
    year: str
    value: int
    offices: int


def by_subtopic_and_year(engine: Engine) -> list[SubtopicYear]:
    """How many cases of each level-2 issue were there each calendar year?

    Method: the sum of the published yearly rows; those of a level-1 category are there too, as their sums.
    Rounded counts are right on average. `offices` counts those that published tables of that year. Unit:
    cases. Source: the publications. In order of category and year.
    """
    rows = table("observations")
    yearly = rows.filter(
        rows.on_map,
        rows.period.length() == 4,
        rows.measure == "cases_opened",
        rows.body == "_T",
        rows.channel == "_T",
        rows.outcome == "_T",
        rows.value.notnull(),
    )
    # An office that publishes only the sums of a year says nothing of level 2; it is not asked.
    split = yearly.filter(yearly.category.contains(".")).select("publication", "period").distinct()
    offices = split.group_by("period").agg(offices=lambda each: each.count())
    kept = yearly.semi_join(split, ["publication", "period"])
    counts = kept.group_by("category", "period").agg(value=kept.value.sum())
    answer = counts.join(offices, "period").select("category", "period", "value", "offices")
    found = engine.rows(answer.order_by("category", "period"))
    return [
        SubtopicYear(category, year, int(value), int(offices)) for category, year, value, offices in found
    ]
