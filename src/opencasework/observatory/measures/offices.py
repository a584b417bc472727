"""Which office published which months."""

from __future__ import annotations

from opencasework.observatory.engines import Engine
from opencasework.observatory.measures.coverage import published


def months_of_offices(engine: Engine) -> dict[str, list[str]]:
    """Which months did each office publish? By publication, in order.

    Method: a month counts when its grand total is there, 0 included. Offices of all areas. Source: the
    publications.
    """
    both = f"{published('monthly')} UNION {published('elsewhere')}"
    months: dict[str, list[str]] = {}
    for publication, period in engine.rows(f"SELECT publication, period FROM ({both}) x ORDER BY 1, 2"):
        months.setdefault(publication, []).append(period)
    return months
