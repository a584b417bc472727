"""Which office published which months."""

from __future__ import annotations

from opencasework.observatory.engines import Engine, table
from opencasework.observatory.measures.coverage import published


def months_of_offices(engine: Engine) -> dict[str, list[str]]:
    """Which months did each office publish? By publication, in order.

    Method: a month counts when its grand total is there, 0 included. Offices of all areas. Source: the
    publications.
    """
    there = published(table("opened")).select("publication", "period").distinct()
    answer = there.order_by("publication", "period")
    months: dict[str, list[str]] = {}
    for publication, period in engine.rows(answer):
        months.setdefault(publication, []).append(period)
    return months
