"""Facts in bulk, as `gather` leaves them when their cases have long gone."""

from __future__ import annotations

from datetime import date
from itertools import count

from opencasework.office.figures.models import Fact, Measure

_lines = count(-1, -1)  # below every real line, which would otherwise seem to be counted already


def counted(
    number: int,
    period: str,
    *,
    category: str = "HOU-DAMP",
    body: str = "",
    measure: str = Measure.CASES_OPENED,
    **more: object,
) -> None:
    """So many facts of one kind in a month (YYYY-MM)."""
    on = date.fromisoformat(f"{period}-15")
    Fact.objects.bulk_create(
        Fact(
            event_id=next(_lines), measure=measure, on=on, period=period, category=category, body=body, **more
        )
        for _ in range(number)
    )


def a_busy_office(*periods: str) -> None:
    """Months in which enough was taken on for each to be published by itself."""
    for period in periods:
        counted(64, period)
