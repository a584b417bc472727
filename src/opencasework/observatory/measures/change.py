"""Whether there is more of something than a year before, with the same offices on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from opencasework.observatory.engines import Engine
from opencasework.observatory.measures.coverage import opened, published
from opencasework.observatory.months import MONTHS_OF_A_YEAR, month_after

FEWEST_CASES = 50  # in the earlier period; below it a percentage says more about chance than about change
FEWEST_OFFICES = 3


@dataclass(frozen=True)
class Change:
    """One issue now and a year before, over the offices that published both."""

    category: str
    now: int
    before: int
    offices: int

    @property
    def share(self) -> float | None:
        """The change as a share of the earlier count, 0.1 for a tenth more; None when too little is known."""
        if self.before < FEWEST_CASES or self.offices < FEWEST_OFFICES:
            return None
        return self.now / self.before - 1


def same_panel_change(engine: Engine, *, last: str, months: int = 1) -> dict[str, Change]:
    """Did each issue grow on a year ago? The `months` months up to `last` against the same a year before.

    Method: offices join and leave, so only those that published every month of both periods count (the same
    panel); an issue they did not have counts as 0. No change is stated on fewer than 50 earlier cases or 3
    offices. Unit: cases opened, and a share. Source: the publications.
    """
    first = month_after(last, 1 - months)
    year_before = (month_after(first, -MONTHS_OF_A_YEAR), month_after(last, -MONTHS_OF_A_YEAR))
    everything = opened(on_map=True)

    def in_either(rows: ir.Table) -> ir.BooleanValue:
        return rows.period.between(first, last) | rows.period.between(*year_before)

    there = published(everything).filter(in_either)
    whole = there.group_by("publication").agg(months=there.period.nunique())
    panel = whole.filter(whole.months == 2 * months).select("publication")
    asked = everything.filter(in_either)
    by_office = asked.group_by("publication", "category").agg(
        now=asked.value.sum(where=asked.period >= first).fill_null(0),
        before=asked.value.sum(where=asked.period < first).fill_null(0),
    )
    rows = by_office.semi_join(panel, "publication").cross_join(panel.agg(offices=panel.count()))
    found = rows.group_by("category").agg(
        now=rows.now.sum(), before=rows.before.sum(), offices=rows.offices.max()
    )
    return {
        category: Change(category, int(now), int(before), int(offices))
        for category, now, before, offices in engine.rows(found.order_by("category"))
    }
