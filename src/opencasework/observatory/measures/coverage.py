"""Who published when. No figure is shown without this beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ibis.expr.types as ir

from opencasework.observatory.engines import Engine, table
from opencasework.observatory.months import month_after, months_up_to
from opencasework.observatory.places import constituencies

RECENT_MONTHS = 6  # over which the usual number of offices is looked for


def opened(*, on_map: bool) -> ir.Table:
    """The cases opened by month over all bodies, of the constituencies on the map or of other areas."""
    rows = table("opened")
    return rows.filter(rows.on_map if on_map else ~rows.on_map)


def published(rows: ir.Table) -> ir.Table:
    """Which office published which month of which area, by rows of `opened`.

    An office has published a month when the month's grand total is there, 0 included. Columns: period,
    area_code, publication.
    """
    return rows.filter(rows.category == "_T").select("period", "area_code", "publication").distinct()


def covered() -> ir.Table:
    """How many offices published each month, and for how many residents.

    Columns: period, offices, population. The residents of a place count once, however many offices share it.
    """
    there, places = published(opened(on_map=True)), table("places")
    by_area = there.group_by("period", "area_code").agg(offices=there.count())
    peopled = by_area.join(places.select(area_code="code", population="population"), "area_code")
    return peopled.group_by("period").agg(offices=peopled.offices.sum(), population=peopled.population.sum())


@dataclass(frozen=True)
class Coverage:
    """Offices that published a month, and the residents of their places."""

    month: str
    offices: int
    population: int

    @property
    def share_of_population(self) -> float:
        """Of the residents of all 650 constituencies, 0 to 1."""
        return self.population / _everybody()


@cache
def _everybody() -> int:
    """The residents of all constituencies."""
    return sum(place.population for place in constituencies().values())


def coverage_by_month(engine: Engine) -> list[Coverage]:
    """How many offices published each month, and for how many people?

    From the first month to the last, with 0 where nobody did.

    Method: an office counts where its grand total of cases opened is published; residents of a place that
    several offices share count once. Unit: offices, residents. Source: the publications, census populations.
    """
    found = engine.rows(covered().order_by("period"))
    known = {period: Coverage(period, int(offices), int(people)) for period, offices, people in found}
    if not known:
        return []
    first, last = min(known), max(known)
    months = [first]
    while months[-1] < last:
        months.append(month_after(months[-1]))
    return [known.get(month, Coverage(month, 0, 0)) for month in months]


def latest_month(coverage: list[Coverage]) -> str | None:
    """Which month should a reader see first? The newest that is no longer mostly missing.

    Offices publish on different days. Method: the newest month with at least half as many offices as the best
    of the six months up to it. None when nobody has published.
    """
    offices = {row.month: row.offices for row in coverage}
    for month in sorted(offices, reverse=True):
        usual = max(offices.get(recent, 0) for recent in months_up_to(month, RECENT_MONTHS))
        if offices[month] and offices[month] * 2 >= usual:
            return month
    return None
